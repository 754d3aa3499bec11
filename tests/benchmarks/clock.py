"""How well burned-in clocks are read, and what is found of jumps and stops, on made clips whose every second is known.

ffmpeg draws the stamps (not the code that drew the reader's training lines) in fonts that the reader never saw. Two
parts with other fonts, scenes, moments and times: thresholds are chosen on `chosen`, figures are those of `reported`.
Profiles are cut as `bwc clock-profile make` does, from another recording of the same font. Writes results/clock.md.

    python -m tests.benchmarks.clock [--work FOLDER] [--part chosen|reported|unseen]

needs the fonts of Debian's fonts-dejavu and fonts-liberation. Takes about a quarter of an hour of one core.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from models.stamp_text import StampText
from pipeline.clock.cells import fields_of
from pipeline.clock.cut import cut_profile
from pipeline.clock.measure import Reading, read_clock
from pipeline.clock.profile import Profile, load_profile, save_profile
from pipeline.detectors.clock_jump import ClockJump
from pipeline.detectors.clock_stopped import ClockStopped
from pipeline.media.recording_file import open_media
from pipeline.types import Evidence, Finding
from tests.pipeline.clock.made import ISO_Z, Clip, Piece, make_clip

RESULTS = Path(__file__).parent / "results" / "clock.md"
PARTS = ("chosen", "reported", "unseen")
NOTES = """Digits right: each digit of each picture that was read, by itself, before the pictures are weighed together.
`reported` was looked at, and two flaws mended on it: a stop placed a second off, and one of 3.4 s between key frames
2 s apart that was missed (6 of 7 found before). So its figures are those of a set that was seen. `unseen` was made
after the rules of then, with other fonts, scenes, moments and values. It was measured again after the reader was
widened: one change had taken a June for a July in a stop, and was mended on it. All parts were measured again after a
jump had to show in its digits. A white stamp on a white sky is shown, not counted.
"""
NEAR = 1.2
"""seconds by which a finding may miss the planted moment: a stop's beginning is hidden within a second"""
YEAR = 366 * 86400.0
BASE = {
    "chosen": datetime(2023, 11, 3, 9, 14, 20, tzinfo=UTC).timestamp(),
    "reported": datetime(2025, 2, 27, 16, 48, 37, tzinfo=UTC).timestamp(),
    "unseen": datetime(2027, 6, 30, 21, 59, 44, tzinfo=UTC).timestamp(),
}
FRACTIONS = {"chosen": 0.4, "reported": 0.7, "unseen": 0.2}
SEEDS = {"chosen": 3, "reported": 31, "unseen": 503}
MOMENTS = {"chosen": (14.3, 29.7), "reported": (12.6, 31.2), "unseen": (10.9, 32.8)}
FONTS = {
    "chosen": ("LiberationMono-Bold", "LiberationSans-Regular", "LiberationSansNarrow-Bold"),
    "reported": ("DejaVuSansMono", "DejaVuSans-Bold", "DejaVuSansCondensed", "DejaVuSerif"),
    "unseen": ("LiberationSerif-Bold", "DejaVuSansMono-Bold", "LiberationMono-Regular", "DejaVuSansCondensed-Bold"),
}
US = "%m/%d/%Y %I:%M:%S %p"
SLASHES = "%Y/%m/%d %H:%M:%S"
OFFSET = "%Y-%m-%dT%H:%M:%S-0500"
EUROPE = "%d.%m.%Y %H:%M:%S"
NAMED = "%d %b %Y %H:%M:%S"


@dataclass(frozen=True)
class Case:
    """A clip and what is planted in it."""

    name: str
    clip: Clip
    jumps: tuple[tuple[float, float], ...] = ()
    """(moment, step)"""
    stops: tuple[tuple[float, float], ...] = ()
    """(start, end)"""
    counted: bool = True
    """False: shown, but left out of the totals, being hardly legible to a person"""


@dataclass
class Tally:
    """What was found over several clips."""

    planted: int = 0
    found: int = 0
    false: int = 0
    late: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)


def font_path(name: str) -> str:
    return f"{'dejavu' if name.startswith('DejaVu') else 'liberation'}/{name}.ttf"


def jumping(clip: Clip, base: float, *jumps: tuple[float, float]) -> Case:
    """A clip whose clock is set anew at these moments."""
    pieces, offset = [Piece(0.0, base)], base
    for moment, step in jumps:
        offset += step
        pieces.append(Piece(moment, offset))
    return Case("", replace(clip, pieces=tuple(pieces)), jumps=jumps)


def stopping(clip: Clip, base: float, *stops: tuple[float, float, bool]) -> Case:
    """A clip whose clock stands from a moment to another, then lags, or catches up."""
    pieces, offset = [Piece(0.0, base)], base
    for start, end, catches_up in stops:
        pieces.append(Piece(start, offset, stopped=True))
        offset -= 0.0 if catches_up else end - start
        pieces.append(Piece(end, offset))
    return Case("", replace(clip, pieces=tuple(pieces)), stops=tuple((a, b) for a, b, _ in stops))


def cases(part: str) -> Iterator[Case]:
    """The clips of a part: faults first, then controls."""
    base, seed = BASE[part] + FRACTIONS[part], SEEDS[part]
    fonts = [font_path(name) for name in FONTS[part]]
    small = Clip(44.0, width_px=640, height_px=360, rate_hz=12.0)
    middle = replace(small, width_px=854, height_px=480)
    large = replace(small, width_px=1280, height_px=720, rate_hz=10.0)
    full = replace(small, duration=30.0, width_px=1920, height_px=1080, rate_hz=8.0)
    a, b = MOMENTS[part]

    def drawn(clip: Clip, number: int, **facts: object) -> Clip:
        return replace(clip, font=fonts[number % len(fonts)], seed=seed + number, **facts)  # type: ignore[arg-type]

    def named(name: str, case: Case) -> Case:
        return replace(case, name=name)

    yield named(
        "360p box, GOP 1 s, jumps +95 and -40 s",
        jumping(drawn(small, 0, below="OVELIA BC2 X6031A24"), base, (a, 95.0), (b, -40.0)),
    )
    yield named(
        "480p outline, AM/PM, GOP 2 s, jumps +3 and -3 s",
        jumping(
            drawn(middle, 1, text=US, look="outline", corner="top left", scene="dusk", gop=2.0),
            base,
            (a, 3.0),
            (b, -3.0),
        ),
    )
    yield named(
        "720p shadow, GOP 4 s, jumps +1 h and -1 h",
        jumping(
            drawn(large, 2, text=SLASHES, look="shadow", corner="bottom right", gop=4.0),
            base,
            (a, 3600.0),
            (b, -3600.0),
        ),
    )
    yield named(
        "360p bare, night, HEVC GOP 10 s, jumps +1 and -1 year",
        jumping(
            drawn(
                small,
                3,
                text=OFFSET,
                look="bare",
                corner="bottom left",
                scene="night",
                gop=10.0,
                codec="libx265",
                digit_share=0.045,
            ),
            base,
            (a, YEAR),
            (b, -YEAR),
        ),
    )
    yield named(
        "720p outline, busy, 400 kb/s, GOP 2 s, jumps -5 and +8 s",
        jumping(drawn(large, 0, look="outline", scene="busy", bit_rate="400k", gop=2.0), base, (a, -5.0), (b, 8.0)),
    )
    yield named(
        "480p box, day first, GOP 1 s, jumps +3.5 and +61 s",
        jumping(drawn(middle, 1, text=EUROPE, scene="dusk"), base, (a, 3.5), (b, 61.0)),
    )
    yield named("1080p box, GOP 2 s, jump -3 s", jumping(drawn(full, 3, gop=2.0), base, (a, -3.0)))
    yield named(
        "360p box, GOP 1 s, stops 3.2 s (catches up) and 10 s (lags)",
        stopping(drawn(small, 0), base, (a, a + 3.2, True), (b - 4, b + 6, False)),
    )
    yield named(
        "480p outline, HEVC GOP 10 s, stops 3.3 s (lags) and 6 s (catches up)",
        stopping(
            drawn(middle, 1, look="outline", gop=10.0, codec="libx265"), base, (a, a + 3.3, False), (b, b + 6, True)
        ),
    )
    yield named(
        "720p shadow, night, GOP 2 s, stop 3.4 s (catches up)",
        stopping(drawn(large, 2, look="shadow", scene="night", gop=2.0), base, (a, a + 3.4, True)),
    )
    yield named(
        "360p box, named month, GOP 2 s, stop 30 s (lags)",
        stopping(drawn(small, 3, text=NAMED, gop=2.0), base, (a - 4, a + 26, False)),
    )
    yield named(
        "360p shadow, busy, GOP 1 s, stop 4 s (lags), then a jump of +20 s",
        _both(
            stopping(drawn(small, 2, look="shadow", scene="busy", digit_share=0.05), base, (a, a + 4.0, False)),
            (b, 20.0),
        ),
    )
    yield named(
        "control: 360p outline, busy, 250 kb/s",
        jumping(drawn(small, 1, look="outline", scene="busy", bit_rate="250k", gop=2.0), base),
    )
    yield named(
        "control: 480p bare, still scene", jumping(drawn(middle, 2, look="bare", scene="still", text=SLASHES), base)
    )
    yield named(
        "control: 720p HEVC GOP 10 s, night", jumping(drawn(large, 3, scene="night", gop=10.0, codec="libx265"), base)
    )
    new_year = datetime(2024, 12, 31, 23, 59, 41, tzinfo=UTC).timestamp() + 0.3
    yield named("control: 360p, new year passes", jumping(drawn(small, 0, text=ISO_Z), new_year))
    hard = drawn(small, 2, look="bare", scene="busy", digit_share=0.05)
    case = named("hard, not counted: 360p white on white and busy, jump of +20 s", jumping(hard, base, (b, 20.0)))
    yield replace(case, counted=False)
    yield named(
        "control: no stamp, a shop's opening hours", Case("", drawn(small, 0, text=None, sign="OPEN 10:30:00 DAILY"))
    )
    yield named(
        "control: no stamp, a plate and a date on a wall",
        Case("", drawn(middle, 1, text=None, scene="busy", sign="7KLM204 EST 1987-04-02")),
    )


def _both(case: Case, jump: tuple[float, float]) -> Case:
    last = case.clip.pieces[-1]
    return replace(
        case, clip=replace(case.clip, pieces=(*case.clip.pieces, Piece(jump[0], last.offset + jump[1]))), jumps=(jump,)
    )


def camera(clip: Clip) -> str:
    """A font and a look: what a camera model always shows."""
    return f"{Path(clip.font).stem} {clip.look}"


def profiles_of(part: str, reader: StampText, work: Path) -> dict[str, Profile]:
    """A profile of each camera of a part, cut from a recording of its own: other scene, size, layout and time."""
    out = {}
    for number, clip in enumerate(case.clip for case in cases(part) if case.clip.text):
        name = camera(clip)
        path = work / f"profile {name}.npz"
        if not path.is_file():
            start = datetime(2022, 6, 18, 20, 31, 4, tzinfo=UTC).timestamp() + 0.2
            other = Clip(32.0, (Piece(0.0, start),), font=clip.font, look=clip.look, scene="dusk", seed=77 + number)
            other = replace(other, width_px=640, height_px=352, rate_hz=8.0, digit_share=clip.digit_share)
            with open_media(make_clip(other, work / f"profile {name}.mp4"), work / "scratch") as media:
                save_profile(cut_profile(media, media.probe(), reader, name).profile, path)
        if name not in out:
            out[name] = load_profile(path)
    return out


def digits_right(reading: Reading, clip: Clip) -> tuple[int, int]:
    """(digits whose likeliest reading is right, digits), picture by picture, each digit by itself."""
    right = total = 0
    for cell in reading.cells.cells if reading.cells is not None else ():
        fields = fields_of(np.array([clip.shows(cell.at)], np.int64), cell.layout.half_day)
        swapped = {"M": "D", "D": "M"} if cell.layout.order == "MDY" and clip.text == EUROPE else {}
        for slot, row in zip(cell.layout.slots, cell.digits, strict=True):
            true = int(fields[swapped.get(slot.field, slot.field)][0]) // slot.worth % 10
            right += int(row.argmax() == true)
            total += 1
    return right, total


def tell(findings: Sequence[Finding], planted: Sequence[tuple[float, float]], tally: Tally, stops: bool) -> str:
    """Match findings to what was planted, each once; a remark on what is wrong."""
    left, missed = list(findings), []
    for start, value in planted:
        near = [f for f in left if abs(f.start - start) <= NEAR]
        tally.planted += 1
        if not near:
            missed.append(f"missed {start:g}")
            continue
        best = min(near, key=lambda f: abs(f.start - start))
        left.remove(best)
        tally.found += 1
        tally.late.append(abs(best.start - start))
        tally.off.append(
            abs((best.end - best.start) - (value - start)) if stops else abs(best.evidence["step"] - value)
        )
    tally.false += len(left)
    return ", ".join([*missed, *(f"false {f.start:g} {f.evidence.get('step', '')}" for f in left)])


def read(
    case: Case, path: Path, reader: StampText, profiles: Sequence[Profile], scratch: Path
) -> tuple[Reading, Evidence, float]:
    """(reading, evidence for the detectors, processor seconds)."""
    began = time.process_time()
    with open_media(path, scratch) as media:
        recording = media.probe()
        reading = read_clock(media, recording, reader, profiles=profiles)
    return reading, Evidence(recording, clock=reading.clock), time.process_time() - began


WAYS = ("general", "profile")


def measured(case: Case, path: Path, reader: StampText, profiles: Sequence[Profile], scratch: Path) -> dict[str, Any]:
    """What both ways of reading make of a clip, as JSON values."""
    out: dict[str, Any] = {}
    for way, known in zip(WAYS, ((), profiles), strict=True):
        reading, evidence, seconds = read(case, path, reader, known, scratch)
        jumps, stops = Tally(), Tally()
        wrong = tell(list(ClockJump()(evidence)), case.jumps, jumps, stops=False)
        wrong += tell(list(ClockStopped()(evidence)), case.stops, stops, stops=True)
        state = reading.clock.state
        wrong += "" if state == ("read" if case.clip.text else "absent") else f" state {state}"
        out[way] = {
            "right": digits_right(reading, case.clip) if case.clip.text else (0, 0),
            "jumps": asdict(jumps),
            "stops": asdict(stops),
            "wrong": wrong,
            "state": state,
            "seconds": round(seconds, 1),
            "profile": reading.clock.profile,
        }
    return out


def measure(part: str, work: Path, only: int | None = None) -> list[str]:
    """Make the clips of a part, read them both ways, give the section's lines. What `work` holds is not made again."""
    reader, scratch = StampText(), work / "scratch"
    work.mkdir(parents=True, exist_ok=True)
    profiles = list(profiles_of(part, reader, work).values())
    found: list[tuple[Case, dict[str, Any]]] = []
    for number, case in enumerate(cases(part)):
        path, kept = work / f"{part} {number:02}.mp4", work / f"{part} {number:02}.json"
        if only is not None and number != only:
            continue
        if not path.is_file():
            make_clip(case.clip, path)
        if not kept.is_file():
            kept.write_text(json.dumps(measured(case, path, reader, profiles, scratch)), encoding="utf-8")
        found.append((case, json.loads(kept.read_text(encoding="utf-8"))))
        print(_row(*found[-1]), flush=True)
    return section(found)


def section(found: Sequence[tuple[Case, dict[str, Any]]]) -> list[str]:
    """The table of the clips and that of the totals."""
    counted = [(case, said) for case, said in found if case.counted]
    lines = [
        "| clip | state | digits right, general reader | with a profile | wrong | CPU s |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(case, said) for case, said in found]
    lines += ["", "| | general reader | with a profile |", "|---|---|---|"]
    right = [[sum(said[way]["right"][n] for _, said in counted) for n in (0, 1)] for way in WAYS]
    lines.append("| digits right | " + " | ".join(map(_share, right)) + " |")
    for name in ("jumps", "stops"):
        sums = [_summed([Tally(**said[way][name]) for _, said in counted]) for way in WAYS]
        lines.append(f"| {name} found / planted, false | " + " | ".join(map(_found, sums)) + " |")
    stamped = [(case, said) for case, said in counted if case.clip.text]
    taken = sum(said["profile"]["profile"] == camera(case.clip) for case, said in stamped)
    other = sum(said["profile"]["profile"] not in ("", camera(case.clip)) for case, said in stamped)
    return [*lines, f"| the camera's own profile was taken | | {taken} of {len(stamped)}; another's {other} |"]


def _row(case: Case, said: dict[str, Any]) -> str:
    shares = [f"{said[way]['right'][0] / said[way]['right'][1]:.4f}" if said[way]["right"][1] else "-" for way in WAYS]
    wrong = "; ".join(f"{way}: {said[way]['wrong']}" for way in WAYS if said[way]["wrong"])
    general = said["general"]
    return f"| {case.name} | {general['state']} | {' | '.join(shares)} | {wrong} | {general['seconds']} |"


def _summed(tallies: Sequence[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.planted += tally.planted
        total.found += tally.found
        total.false += tally.false
        total.late += tally.late
        total.off += tally.off
    return total


def _share(counts: Sequence[int]) -> str:
    return f"{counts[0] / counts[1]:.4f} of {counts[1]}" if counts[1] else "-"


def _found(tally: Tally) -> str:
    late = f"; moment off by {max(tally.late):.2f} s at most, value by {max(tally.off):.2f} s" if tally.late else ""
    return f"{tally.found} / {tally.planted}, {tally.false} false{late}"


def keep(part: str, lines: Sequence[str]) -> None:
    """Write the part's section of the results; the other part's stays as it was measured."""
    sections: dict[str, str] = {}
    if RESULTS.is_file():
        for text in RESULTS.read_text(encoding="utf-8").split("\n## ")[1:]:
            name, body = text.split("\n", 1)
            sections[name] = body.strip()
    sections[part] = "\n".join(lines)
    head = "# Burned-in clocks\n\n" + "\n".join((__doc__ or "").strip().split("\n")[2:5]) + "\n\n" + NOTES
    parts = [f"## {name}\n\n{sections[name]}\n" for name in PARTS if name in sections]
    RESULTS.write_text("\n".join([head, *parts]), encoding="utf-8")


def main() -> None:
    """Measure all parts, one part, or one clip of it, and write the results of what is whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="folder for clips, profiles and what was measured on each; all kept")
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--case", type=int, help="number of one clip")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for part in (chosen.part,) if chosen.part else PARTS:
            lines = measure(part, chosen.work or Path(scratch), chosen.case)
            if chosen.case is None:
                keep(part, lines)
                print("\n".join(lines[-5:]))


if __name__ == "__main__":
    main()
