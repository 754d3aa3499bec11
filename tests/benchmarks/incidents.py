"""Whole incidents from the sound alone: five scripts that nothing was tuned on, heard by two to four cameras each.

Each camera has its own place, room, gain, noise, start and clock error; the program lays them on one clock, joins the
voices and finds who commands. The first row is the program as it is; the others take words, then voices and roles too
from the truth, which tells the causes apart. Needs flite. Takes about five minutes of processor time.

    python -m tests.benchmarks.incidents [--only parking_garage] [--whisper FOLDER]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
from scipy.signal import butter, oaconvolve, sosfilt

from models.contract import SAMPLE_RATE_HZ, Samples, no_progress
from pipeline import incidents as laid
from pipeline.assemble import Plan, assemble
from pipeline.batch import Request, analyse, finish
from pipeline.config import Analysis, Settings
from pipeline.config import Speech as SpeechSettings
from pipeline.detectors.raised_voice import RaisedVoice
from pipeline.store import Store
from pipeline.types import (
    Diarization,
    Evidence,
    Finding,
    Incident,
    IncidentEvidence,
    Role,
    Span,
    VoiceTurn,
    Word,
    merged,
)
from sample_media.making.scenario import Scenario, Take, read_scenario
from sample_media.making.sound import CALM_DB, RADIO_LEAD, Spoken, impulse_response, over_the_radio, speak, street_noise
from sample_media.making.truth import heard_turn, speech_events
from tests.benchmarks.metrics import Said, diarization_error, spoken_words, word_errors

SCRIPTS = Path(__file__).parent / "incident_scripts"
RESULTS = Path(__file__).parent / "results" / "incidents.md"
NEXT_TO = 1.0
"""seconds that a finding and an episode must share, to be the same"""
COVERED = 0.3
"""share of a shouted turn that findings cover, or of a finding that shouted turns cover, to count"""


@dataclass(frozen=True, eq=False)
class Heard:
    """One camera's file: `start` is the true time of its first sample, `clock_error` how far its clock is off."""

    take: Take
    start: float
    clock_error: float
    samples: Samples


def heard(scenario: Scenario, spoken: Sequence[Spoken], seed: int) -> Iterator[Heard]:
    """What each camera records: everybody in its own room, gain and noise."""
    for number, take in enumerate(scenario.takes):
        random = np.random.default_rng(100 * seed + number)
        start = take.start + (float(random.uniform(0.05, 0.95)) if number else 0.0)
        room = impulse_response(random, metres=random.uniform(2.0, 6.0), rt60=random.uniform(0.2, 0.5))
        size = round((take.end - start) * SAMPLE_RATE_HZ)
        track = street_noise(size, random) * 10 ** ((CALM_DB - take.snr_db) / 20)
        for item in spoken:
            _add(track, *_through_air(item, take, room, random, start))
        gain_db = random.uniform(-6.0, 3.0)
        shaped = sosfilt(butter(1, random.uniform(60.0, 140.0), "high", fs=SAMPLE_RATE_HZ, output="sos"), track)
        yield Heard(take, start, float(random.uniform(-3, 3)), _limited(shaped * 10 ** (gain_db / 20)))


def _through_air(
    item: Spoken, take: Take, room: Samples, random: np.random.Generator, start: float
) -> tuple[Samples, int]:
    level_db, sound, lead = take.level_db(item.speaker), item.samples, 0
    if item.speaker.role == "radio":
        sound, lead = over_the_radio(sound, random), RADIO_LEAD
    elif level_db < 0.0:
        sound = np.asarray(oaconvolve(sound, room), np.float32)
    gain = 10 ** ((level_db + 4.0) / 20)
    return np.asarray(sound * gain, np.float32), round((item.at - start) * SAMPLE_RATE_HZ) - lead


def _add(track: Samples, sound: Samples, at: int) -> None:
    first, last = max(0, at), min(len(track), at + len(sound))
    if first < last:
        track[first:last] += sound[first - at : last - at]


def _limited(track: Any) -> Samples:
    return np.asarray(np.tanh(track / 0.7) * 0.7, np.float32)


def write(path: Path, one: Heard, scenario: Scenario) -> None:
    """AAC in MP4 with the camera's name and its (wrong) clock."""
    began = scenario.start_utc + timedelta(seconds=round(one.start + one.clock_error))
    steps = np.round(one.samples * 32767).astype(np.int16)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart+use_metadata_tags"}) as out:
        out.metadata.update({"creation_time": f"{began:%Y-%m-%dT%H:%M:%SZ}", "title": one.take.device})
        stream = out.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
        stream.bit_rate = 48_000
        for at in range(0, len(steps), 1024):
            frame = av.AudioFrame.from_ndarray(steps[None, at : at + 1024], format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@dataclass(frozen=True)
class Truth:
    """What is on a scenario's clock: turns as rows of the truth, and the episodes of several officers commanding."""

    rows: Sequence[dict[str, Any]]
    episodes: Sequence[Span]

    @classmethod
    def of(cls, spoken: Sequence[Spoken]) -> Truth:
        whole = Take("", "", "", "", "", 0.0, 1e6)
        rows = [row for item in spoken if (row := heard_turn(whole, item))]
        found = [e for e in speech_events(rows) if e["detector"] == "multi_officer_commands"]
        return cls(rows, [Span(e["start"], e["end"]) for e in found])

    def on(self, one: Heard) -> Iterator[dict[str, Any]]:
        """The turns on one camera's own clock, by whole words."""
        last = len(one.samples) / SAMPLE_RATE_HZ
        for row in self.rows:
            words = [(t, a - one.start, b - one.start) for t, a, b in row["words"]]
            words = [w for w in words if w[1] >= 0 and w[2] <= last]
            if words:
                yield {**row, "words": words, "start": words[0][1], "end": words[-1][2]}


@dataclass
class Counts:
    """What a row of the table adds up."""

    found: int = 0
    said: int = 0
    right: int = 0
    true: int = 0
    shouts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    """found, true, said, right"""
    errors: list[float] = field(default_factory=list)
    words: list[int] = field(default_factory=lambda: [0, 0])
    roles: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """seconds right, wrong, not told"""
    notes: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        """The row of the table."""
        found, true, said, right = self.shouts
        told = sum(self.roles) or 1.0
        shares = " / ".join(f"{x / told:.2f}" for x in self.roles)
        wrong_words = self.words[0] / max(1, self.words[1])
        return (
            f"| {name} | {_share(self.right, self.said)} | {_share(self.found, self.true)} | {_share(right, said)} | "
            f"{_share(found, true)} | {np.mean(self.errors):.2f} | {wrong_words:.2f} | {shares} |"
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "none"


def add(counts: Counts, name: str, truth: Truth, files: Sequence[Heard], scene: IncidentEvidence, plan: Plan) -> None:
    """Score one incident. Its clock begins with the recording whose offset is zero."""
    by_name = {one.take.file: one for one in files}
    own = {m.evidence.recording.id: by_name[m.evidence.recording.path.name] for m in scene.members}
    zero = next(own[m.evidence.recording.id].start for m in scene.members if m.offset == 0)
    _episodes(counts, name, truth, [_moved(f.span, zero) for f in _commanded(scene, plan)])
    for member in scene.members:
        camera = own[member.evidence.recording.id]
        rows = list(truth.on(camera))
        voices = member.evidence.voices
        said = [Said(t.voice, t.start, t.end) for t in voices.turns] if voices else []
        counts.errors.append(diarization_error([Said(r["speaker"], r["start"], r["end"]) for r in rows], said).rate)
        _shouts(counts, camera, rows, list(RaisedVoice()(member.evidence)))
    turns = sorted(scene.turns or (), key=lambda t: t.start)
    wanted = [w for row in sorted(truth.rows, key=lambda r: r["start"]) for w in spoken_words(row["text"])]
    counts.words[0] += word_errors(wanted, [w for turn in turns for w in spoken_words(turn.text)])
    counts.words[1] += len(wanted)
    for row in truth.rows:
        for turn in turns:
            shared = _moved(turn.span, zero).overlap(Span(row["start"], row["end"]))
            kind = 2 if turn.role is None else int(turn.role != row["role"])
            counts.roles[kind] += shared


def _moved(span: Span, by: float) -> Span:
    return Span(span.start + by, span.end + by)


def _commanded(scene: IncidentEvidence, plan: Plan) -> list[Finding]:
    detector = next(d for d in plan.incident_detectors if d.name == "multi_officer_commands")
    return list(detector(scene))


def _episodes(counts: Counts, name: str, truth: Truth, found: Sequence[Span]) -> None:
    """Each episode and each finding counts once: right where they share a second."""
    hit = [any(f.overlap(e) >= NEXT_TO for f in found) for e in truth.episodes]
    right = [any(f.overlap(e) >= NEXT_TO for e in truth.episodes) for f in found]
    counts.found, counts.true = counts.found + sum(hit), counts.true + len(hit)
    counts.right, counts.said = counts.right + sum(right), counts.said + len(right)
    counts.notes += [f"{name}: missed at {e.start:.0f} s" for e, ok in zip(truth.episodes, hit, strict=True) if not ok]
    counts.notes += [f"{name}: false at {f.start:.0f} s" for f, ok in zip(found, right, strict=True) if not ok]


def _shouts(counts: Counts, camera: Heard, rows: Sequence[dict[str, Any]], found: Sequence[Finding]) -> None:
    """Shouts are looked for on the shouter's own camera, those of people without one on every camera."""
    wearers = {row["speaker"] for row in rows if row["role"] == "officer"} - {camera.take.wearer}
    raised = [r for r in rows if r["raised"] and r["speaker"] not in wearers]
    said = merged([f.span for f in found])
    anybody = merged([Span(r["start"], r["end"]) for r in rows if r["raised"]])
    counts.shouts[0] += sum(_covered(Span(r["start"], r["end"]), said) >= COVERED for r in raised)
    counts.shouts[1] += len(raised)
    counts.shouts[2] += len(found)
    counts.shouts[3] += sum(_covered(f.span, anybody) >= COVERED for f in found)


def _covered(span: Span, by: Sequence[Span]) -> float:
    return sum(span.overlap(b) for b in by) / max(1e-9, span.duration)


Given = Callable[[Evidence, Sequence[dict[str, Any]]], Evidence]
"""Puts part of the truth in place of what was measured."""


def true_words(evidence: Evidence, rows: Sequence[dict[str, Any]]) -> Evidence:
    """Every word as it was said, at its true time."""
    words = sorted((Word(t, a, b, 1.0) for row in rows for t, a, b in _marked(row)), key=lambda w: w.start)
    return replace(evidence, words=tuple(words), turns=None)


def _marked(row: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """The words with the marks of the script, where as many words are written as were timed."""
    written = row["text"].split()
    timed = row["words"]
    if len(written) != len(timed):
        yield from timed
        return
    for text, (_, start, end) in zip(written, timed, strict=True):
        yield text, start, end


def true_voices(evidence: Evidence, rows: Sequence[dict[str, Any]]) -> Evidence:
    """Words and voices as they were; names of voices are the program's ("v1"), so that roles are told, not read."""
    names = {speaker: f"v{n + 1}" for n, speaker in enumerate(dict.fromkeys(r["speaker"] for r in rows))}
    turns = tuple(VoiceTurn(names[r["speaker"]], r["start"], r["end"]) for r in rows)
    exclusive, at = [], 0.0
    for turn in turns:
        if turn.end > at:
            exclusive.append(VoiceTurn(turn.voice, max(at, turn.start), turn.end))
            at = turn.end
    voices = Diarization(turns, tuple(exclusive), None)
    return replace(true_words(evidence, rows), voices=voices, voice_sounds=None)  # those are of the found voices


def true_roles(evidence: Evidence, rows: Sequence[dict[str, Any]]) -> Evidence:
    """Words, voices and roles as they were."""
    return true_voices(evidence, rows)


def again(evidence: Evidence, plan: Plan, rows: Sequence[dict[str, Any]], roles: bool) -> Evidence:
    """The stages that work on words and voices, once more."""
    for stage in plan.stages:
        if stage.name in ("turns", "line_labels"):
            evidence = stage(evidence, no_progress)
            if roles and stage.name == "turns":
                names = {f"v{n + 1}": s for n, s in enumerate(dict.fromkeys((r["speaker"], r["role"]) for r in rows))}
                told = [
                    replace(t, role=Role(names[t.voice][1])) if t.voice in names else t for t in evidence.turns or ()
                ]
                evidence = replace(evidence, turns=tuple(told))
    return evidence


ROWS: Sequence[tuple[str, Given | None]] = (
    ("everything from the sound", None),
    ("true words", true_words),
    ("true words and voices", true_voices),
    ("true words, voices and roles", true_roles),
)


def analysed(folder: Path, name: str, settings: Settings) -> tuple[Incident, list[Evidence]]:
    """The program on a folder of files, as `bwc analyze --incident` runs it."""
    request = Request([folder], folder / "store.db", settings, incident=name)
    report = finish(request, list(analyse(request, lambda files: None, lambda path, step, share: None)))
    for outcome in report.failures:
        raise RuntimeError(f"{outcome.path.name}: {outcome.problem}")
    with Store(request.store) as store:
        incident = next(i for i in store.incidents() if i.name == name)
        return incident, [store.evidence(store.recording(r)) for r, _, _ in incident.recordings]


def _spent() -> float:
    """Processor seconds of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def measure(paths: Sequence[Path], settings: Settings) -> Iterator[str]:
    """The tables, line by line."""
    plan = assemble(settings)
    counts = [Counts() for _ in ROWS]
    clocks, backends = [], {}
    seconds = sound = 0.0
    for number, path in enumerate(paths):
        scenario = read_scenario(path)
        spoken = speak(scenario)
        truth, files = Truth.of(spoken), list(heard(scenario, spoken, number))
        with tempfile.TemporaryDirectory() as folder:
            for one in files:
                write(Path(folder) / one.take.file, one, scenario)
            before = _spent()
            incident, evidence = analysed(Path(folder), scenario.name, settings)
            seconds += _spent() - before
        sound += sum(len(one.samples) / SAMPLE_RATE_HZ for one in files)
        clocks.append(f"{scenario.name} {clock_errors(incident, evidence, files)}")
        backends.update({step: info.name for e in evidence for step, info in e.backends.items()})
        by_name = {one.take.file: list(truth.on(one)) for one in files}
        for (_, given), each in zip(ROWS, counts, strict=True):
            known = [
                again(given(e, rows), plan, rows, given is true_roles) if given else e
                for e in evidence
                for rows in [by_name[e.recording.path.name]]
            ]
            add(each, scenario.name, truth, files, laid.incident_evidence(incident, known), plan)
    yield from table(counts)
    yield ""
    yield "Backends: " + ", ".join(f"{step} {name}" for step, name in sorted(backends.items())) + "."
    yield f"Cameras against the truth: {'; '.join(clocks)}."
    yield f"Cost: {seconds:.0f} s of processor time for {sound:.0f} s of sound, all stages."


def clock_errors(incident: Incident, evidence: Sequence[Evidence], files: Sequence[Heard]) -> str:
    """The largest error of a camera's place on the incident's clock."""
    starts = {one.take.file: one.start for one in files}
    names = {e.recording.id: e.recording.path.name for e in evidence}
    placed = [(starts[names[r]], offset, source) for r, offset, source in incident.recordings]
    zero = next(start for start, offset, _ in placed if offset == 0)
    worst = max(abs(start - zero - offset) for start, offset, _ in placed)
    return f"{worst * 1000:.0f} ms"


def table(counts: Sequence[Counts]) -> Iterator[str]:
    """One row for each way, then what was missed."""
    yield (
        "| taken from the truth | several officers: precision | recall | raised voice: precision | recall | DER | "
        "WER | roles by time: right / wrong / not told |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for (name, _), each in zip(ROWS, counts, strict=True):
        yield each.row(name)
    yield ""
    for (name, _), each in zip(ROWS, counts, strict=True):
        yield f"- {name}: {'; '.join(each.notes) or 'no episode missed, none false'}"


HEAD = """# Incidents from end to end

Five scripts with synthetic voices (flite), two to four cameras each, that nothing was tuned on: `incident_scripts/`.
A row takes more and more from the truth, from nothing (the program as it is) to words, voices and roles."""


def main() -> None:
    """Measure, print and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--whisper", default="")
    arguments = parser.parse_args()
    speech = (
        SpeechSettings(asr="faster-whisper", whisper_model=arguments.whisper) if arguments.whisper else SpeechSettings()
    )
    settings = Settings(speech=speech, analysis=Analysis(review_copies=False))
    paths = [p for p in sorted(SCRIPTS.glob("*.toml")) if not arguments.only or p.stem in arguments.only]
    text = HEAD + "\n\n" + "\n".join(measure(paths, settings)) + "\n"
    print(text)
    if not arguments.only and not arguments.whisper:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
