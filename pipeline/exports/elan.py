"""A recording as an ELAN file (.eaf): who spoke on tiers by voice and role, what was found on tiers by detector.

Written with pympi (MIT). Times are whole milliseconds on the recording's own clock, so a variable frame rate does not
matter. The media file is linked by its path from the folder of the .eaf, never by a path of this machine.
"""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from pympi import Eaf

from pipeline.exports.transcript import remark, speaker_of
from pipeline.rows import StoredFinding
from pipeline.types import Evidence, Recording

MEDIA_TYPES: Mapping[str, str] = {".mkv": "video/x-matroska", ".m4a": "audio/mp4", ".ts": "video/mp2t"}
"""What the standard library does not know the same way everywhere."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Annotation = tuple[int, int, str]
"""Start and end in milliseconds, and what is said there."""


def write_elan(evidence: Evidence, findings: Sequence[StoredFinding], part: Path, target: Path) -> None:
    """Writes the transcript and the findings of a recording to `part`, linked as from `target`."""
    recording = evidence.recording
    eaf = Eaf(author="bwc-review")
    eaf.remove_tier("default")
    eaf.properties = []  # the library's own one says that there is no annotation
    eaf.header = {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"}
    if recording.streams:
        link = as_xml(relative_path(recording.path, target))
        eaf.add_linked_file(link, relpath=link, mimetype=media_type(recording))
    eaf.add_property("recording sha256", recording.id)
    eaf.add_property("remark", as_xml(remark(evidence)))
    for name, said in (*_spoken(evidence).items(), *_found(findings).items()):
        _add_tiers(eaf, as_xml(name), said)
    _in_order(eaf)
    part.unlink(missing_ok=True)  # the writer would keep a copy of what is there
    eaf.to_file(str(part))


def _spoken(evidence: Evidence) -> dict[str, list[Annotation]]:
    tiers: dict[str, list[Annotation]] = {}
    for turn in evidence.turns or ():
        tiers.setdefault(speaker_of(turn), []).append(_annotation(turn.start, turn.end, turn.text))
    return tiers


def _found(findings: Iterable[StoredFinding]) -> dict[str, list[Annotation]]:
    tiers: dict[str, list[Annotation]] = {}
    for stored in findings:
        finding = stored.finding
        said = f"{finding.label}, {finding.score:.2f} sure: {finding.summary}"
        if stored.verdict:
            said += f" [{stored.verdict.verdict.value} by {stored.verdict.reviewer}]"
        tiers.setdefault(f"found: {finding.detector}", []).append(_annotation(finding.start, finding.end, said))
    return tiers


def _annotation(start: float, end: float, said: str) -> Annotation:
    first = max(0, round(start * 1000))
    return first, max(first + 1, round(end * 1000)), as_xml(said)


def _add_tiers(eaf: Any, name: str, annotations: Sequence[Annotation]) -> None:
    """A tier; what overlaps, which no tier of ELAN may hold, goes to further ones: "name (2)"."""
    tiers: list[str] = []
    ends: list[int] = []
    for start, end, said in sorted(annotations):
        row = next((row for row, until in enumerate(ends) if until <= start), len(ends))
        if row == len(ends):
            tiers.append(_new_tier(eaf, name))
            ends.append(0)
        ends[row] = end
        eaf.add_annotation(tiers[row], start, end, said)


def _new_tier(eaf: Any, name: str) -> str:
    """Adds a tier under a name that none has yet: the library would empty one of the same name."""
    free = next(tier for n in count(1) if (tier := name if n == 1 else f"{name} ({n})") not in eaf.tiers)
    eaf.add_tier(free, part=name)
    return free


def _in_order(eaf: Any) -> None:
    """Numbers the time slots in order of time, so that a reader who goes by their order is right, and says which
    annotation's number came last, so that ELAN gives none of them again."""
    ranked = sorted(eaf.timeslots, key=eaf.timeslots.__getitem__)
    names = {old: f"ts{number}" for number, old in enumerate(ranked, 1)}
    eaf.timeslots = {names[old]: eaf.timeslots[old] for old in ranked}
    for aligned, *_ in eaf.tiers.values():
        aligned |= {key: (names[start], names[end], *rest) for key, (start, end, *rest) in aligned.items()}
    eaf.add_property("lastUsedAnnotationId", str(eaf.maxaid))


def as_xml(text: str) -> str:
    """The text with letters that XML cannot hold shown as a mark."""
    return _NOT_XML.sub("\ufffd", text)


def relative_path(media: Path, target: Path) -> str:
    """The way from the folder of an export to a media file, with forward slashes: "./cam_a.mp4", "../in/cam_a.mp4"."""
    way = Path(os.path.relpath(media.absolute(), target.absolute().parent)).as_posix()
    readable = way.encode("utf-8", "backslashreplace").decode()
    return readable if readable.startswith("../") else f"./{readable}"


def media_type(recording: Recording) -> str:
    """The media type by the ending, else by whether there is a picture."""
    ending = recording.path.suffix.lower()
    guessed = MEDIA_TYPES.get(ending) or mimetypes.types_map.get(ending)
    return guessed or ("video/mp4" if recording.stream("video") else "audio/x-wav")
