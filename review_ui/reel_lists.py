"""Lists of debrief reels beside the store: begun, added to, saved and read back as the screen works on them."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from pipeline.artifacts import media_folder
from pipeline.errors import BwcError
from pipeline.policy import Policy
from pipeline.redaction.plan import plan_text
from pipeline.redaction.versions import saved
from pipeline.reels.cast import filled
from pipeline.reels.changes import changed
from pipeline.reels.reel import Clip, Reel, ReelError, read_reel, reel_from, reel_text
from pipeline.reels.suggest import with_words
from pipeline.sequence import title_of
from pipeline.store import Store
from pipeline.types import Incident, Recording, Verdict

PLANS = "plan of "
"""what the name of a plan begins with that the screen puts beside a list; all other .toml files there are lists"""
AS_PLANNED = "as planned.toml"
"""said of a clip by the screen: covered by the newest plan of its recording"""

BY_FILE = "list file"
"""who saved a version that was found in the folder of lists"""
SHOWN_VERSIONS = 100
"""of a list on the screen, the newest; all are kept"""


class ListMoved(ReelError):
    """Somebody else saved the list in between."""


@dataclass(frozen=True)
class Listed:
    """A list with the state that it was read in."""

    name: str
    path: Path
    reel: Reel
    sha256: str


def folder(store: Store) -> Path:
    """Where lists of reels lie: beside the store."""
    return media_folder(store.path) / "reels"


def names(store: Store) -> list[str]:
    """The lists that there are, by name."""
    found = folder(store).glob("*.toml")
    return sorted(p.stem for p in found if not p.is_symlink() and not p.name.startswith((PLANS, ".")))


def simple(name: str) -> str:
    """The name as it can be kept: letters, digits, space, hyphen, underscore. Raises ReelError where none is left."""
    kept = "".join(c for c in name.strip() if c.isalnum() or c in " -_").strip()[:60].strip()
    if not kept or kept.startswith(PLANS.strip()):
        raise ReelError("a list needs a name of letters and digits")
    return kept


def read(store: Store, name: str) -> Listed:
    """Raises ReelError."""
    if name not in names(store):
        raise ReelError(f"there is no list called {name!r}")
    path = folder(store) / f"{name}.toml"
    return Listed(name, path, read_reel(path), _sha(path))


def write(store: Store, name: str, reel: Reel, who: str, after: str = "", said: str = "") -> Listed:
    """Saves a list as its next version; `after`: the sha256 it was read with, "" for a new one.

    `said`: what was done, else it is told from the difference. Raises ListMoved, ReelError.
    """
    kept = simple(name)
    path = folder(store) / f"{kept}.toml"
    if (_sha(path) if path.exists() else "") != after:
        raise ListMoved(
            f"{kept} was changed by somebody else in between" if after else f"there is a list called {kept} already"
        )
    before = _kept_as_it_is(store, kept, path) if after else None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_text(reel_text(reel), encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        raise ReelError(f"{kept}: cannot be written ({error.strerror})") from error
    said = said or changed(before, reel) or "saved"
    store.keep_reel_version(kept, reel_text(reel), len(reel.clips), who, said)
    return read(store, kept)


def _kept_as_it_is(store: Store, name: str, path: Path) -> Reel | None:
    """The list that is about to be saved over; kept as a version where a file was put there by hand."""
    try:
        reel = read_reel(path)
    except ReelError:
        return None  # what cannot be read could not be taken up again
    store.keep_reel_version(name, reel_text(reel), len(reel.clips), BY_FILE, "found in the folder of lists")
    return reel


def earlier(store: Store, name: str, number: int, who: str, after: str) -> Listed:
    """Takes up a version of a list again, as its next one. Raises ListMoved, ReelError, StoreError."""
    reel = reel_from(tomllib.loads(store.reel_text(name, number)), f"version {number} of {name}")
    return write(store, read(store, name).name, reel, who, after, f"version {number} taken up again")


def _versions(store: Store, name: str) -> list[dict[str, Any]]:
    return [
        {"version": v.version, "said": v.said, "who": v.who, "at": v.at_utc.isoformat() if v.at_utc else ""}
        for v in store.reel_versions(name, SHOWN_VERSIONS)
    ]


def reel_of(store: Store, said: Mapping[str, Any]) -> Reel:
    """A list as the screen says it; clips to be covered get the newest plan of their recording. Raises ReelError."""
    known = {f.name for f in fields(Clip)}
    table = {name: value for name, value in said.items() if name != "clip"}
    clips = [{name: row[name] for name in row if name in known} for row in said.get("clip", ())]
    reel = reel_from({**table, "clip": clips}, "this list")
    return replace(reel, clips=tuple(_covered(store, clip) for clip in reel.clips))


def _covered(store: Store, clip: Clip) -> Clip:
    one, other = clip.redaction, clip.beside_redaction
    return replace(
        clip,
        redaction=plan_beside(store, clip.recording) if one == AS_PLANNED else one,
        beside_redaction=plan_beside(store, clip.beside) if other == AS_PLANNED else other,
    )


def plan_beside(store: Store, wanted: str) -> str:
    """Puts the newest plan of a recording beside the lists; its file's name. Raises ReelError."""
    recording = store.recording(wanted)
    kept = saved(store, recording.id)
    if kept.plan.empty:
        raise ReelError(f"{recording.path.name}: nothing is to be covered in it yet; draw that first (Cover)")
    place = folder(store) / f"{PLANS}{recording.id[:16]} version {kept.number}.toml"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(plan_text(kept.plan), encoding="utf-8")
    except OSError as error:
        raise ReelError(f"{place.name}: cannot be written ({error.strerror})") from error
    return place.name


def clip_of(store: Store, policy: Policy, said: Mapping[str, Any]) -> Clip:
    """A clip from a finding, or from a stretch of a recording. Raises BwcError."""
    if wanted := str(said.get("finding") or ""):
        clip = filled(Clip(finding=wanted), store)
        clip = with_words(clip, store.finding(wanted), policy)
        if "start" in said:  # the stretch that a person marked around it
            clip = replace(clip, start=round(float(said["start"]), 3), end=round(float(said["end"]), 3))
        return clip
    row = {name: said[name] for name in ("recording", "start", "end", "title") if name in said}
    return reel_from({"clip": [row]}, "this clip").clips[0]


def confirmed(store: Store, policy: Policy) -> list[dict[str, Any]]:
    """What people confirmed, by label, that a list can begin with."""
    found = [f for f in store.findings() if f.verdict and f.verdict.verdict is Verdict.CONFIRMED]
    counts = Counter(f.finding.label for f in found)
    return [{"label": each, "title": title_of(each, policy), "count": counts[each]} for each in sorted(counts)]


def shown(store: Store, listed: Listed) -> dict[str, Any]:
    """A list for the screen: each clip with what its recording is called, and which other cameras it could stand by."""
    incidents = store.incidents()
    rows = asdict(listed.reel) | {"captions": listed.reel.captions.value}
    del rows["clips"]
    rows["clip"] = [asdict(clip) | _facts(store, clip, incidents) for clip in listed.reel.clips]
    known = {"name": listed.name, "sha256": listed.sha256, "file": str(listed.path), "reel": rows}
    return known | {"versions": _versions(store, listed.name)}


def _facts(store: Store, clip: Clip, incidents: Sequence[Incident]) -> dict[str, Any]:
    try:
        whole = filled(clip, store)
        recording = store.recording(whole.recording)
    except BwcError as error:
        return {"problem": str(error), "name": clip.recording[:12], "others": []}
    return {
        "recording": recording.id, "start": whole.start, "end": whole.end, "name": recording.path.name,
        "duration": recording.duration, "problem": "", "others": _others(store, recording, incidents),
        "planned": _planned(store, recording.id),
    }  # fmt: skip


def _planned(store: Store, recording: str) -> int:
    """The version of a recording's plan that covers something; 0: none."""
    kept = saved(store, recording)
    return 0 if kept.plan.empty else kept.number


def _others(store: Store, recording: Recording, incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    """Other cameras of its incident, and by how much their clocks are behind (seconds to be added to its time)."""
    out = []
    for incident in incidents:
        offsets = {id: offset for id, offset, _ in incident.recordings}
        if recording.id in offsets:
            for other, offset in offsets.items():
                if other != recording.id and (named := store.recording_of(other)) is not None and named.streams:
                    row = {"recording": other, "name": named.path.name, "planned": _planned(store, other)}
                    out.append(row | {"offset": round(offsets[recording.id] - offset, 3)})
    return out


def _sha(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ReelError(f"{path.name}: cannot be read ({error.strerror})") from error
