"""Every noun of the pipeline, on one page.

Times are float seconds on the recording's own clock: zero is the earliest presentation timestamp of the file, and
frame numbers are never time. `None` in a measurement means "never measured", which is not the same as "nothing there".
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from models.contract import BackendInfo, Samples

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""


def ms(seconds: float) -> float:
    """Round to the millisecond, the resolution of every stored time."""
    return round(seconds, 3)


@dataclass(frozen=True, order=True)
class Span:
    """A half-open stretch [start, end) of a recording, in seconds, rounded to 1 ms.

    Raises ValueError for a time that is not finite or an end before the start.
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise ValueError(f"times must be finite: {self.start}, {self.end}")
        object.__setattr__(self, "start", ms(self.start))
        object.__setattr__(self, "end", ms(self.end))
        if self.end < self.start:
            raise ValueError(f"a span cannot end before it starts: {self.start}, {self.end}")

    @property
    def duration(self) -> float:
        return ms(self.end - self.start)

    def overlap(self, other: Span) -> float:
        """Seconds that both spans cover."""
        return max(0.0, ms(min(self.end, other.end) - max(self.start, other.start)))

    def touches(self, other: Span, within: float = 0.0) -> bool:
        """Whether the spans overlap, or lie no more than `within` seconds apart."""
        return self.start <= other.end + within and other.start <= self.end + within


def merged(spans: Sequence[Span], gap: float = 0.0) -> tuple[Span, ...]:
    """The union of spans in order; spans no more than `gap` seconds apart become one."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if out and span.start <= out[-1].end + gap:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(Span(span.start, span.end))
    return tuple(out)


def complement(spans: Sequence[Span], whole: Span) -> tuple[Span, ...]:
    """The parts of `whole` that no span covers."""
    out, at = [], whole.start
    for span in merged(spans):
        if span.start > at:
            out.append(Span(at, min(span.start, whole.end)))
        at = max(at, span.end)
    if at < whole.end:
        out.append(Span(at, whole.end))
    return tuple(s for s in out if s.duration > 0)


class Role(StrEnum):
    """Who a voice belongs to, as far as can be told. Not told: None."""

    OFFICER = "officer"
    CIVILIAN = "civilian"
    RADIO = "radio"


class ClockSource(StrEnum):
    """Which clock said when a recording started."""

    CONTAINER = "container"
    STAMP = "stamp"
    FILE_NAME = "file name"
    BY_HAND = "by hand"
    PART_BEFORE = "earlier part's"
    """a later part of one export: it begins where the part before ends"""


@dataclass(frozen=True)
class StreamFacts:
    """One stream of a container. `start` and `duration` are on the recording's clock."""

    kind: str
    codec: str
    start: float
    duration: float | None
    rate_hz: float | None = None
    """sampling rate (sound), mean frame rate (picture)"""
    channels: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    rotation_deg: int = 0
    variable_frame_rate: bool = False


@dataclass(frozen=True)
class Recording:
    """One file of one camera (or one transcript without media). `id` is the sha256 of the file."""

    id: str
    path: Path
    duration: float
    start_utc: datetime | None = None
    clock_source: ClockSource | None = None
    device: str | None = None
    """the camera's serial or title from the container, where it says one"""
    container: str = ""
    streams: tuple[StreamFacts, ...] = ()
    size_bytes: int = 0
    claimed_duration: float | None = None
    """what the header says, where that differs from what the file holds"""
    problems: tuple[str, ...] = ()
    """what is wrong with the file, in words: "cut off at 5.6 s of 12.0 s" """

    @property
    def span(self) -> Span:
        return Span(0.0, self.duration)

    def stream(self, kind: str) -> StreamFacts | None:
        return next((s for s in self.streams if s.kind == kind), None)


@dataclass(frozen=True, eq=False)
class Curve:
    """A quantity sampled evenly over time. `values` float32, shape (n,); NaN where it could not be measured."""

    rate_hz: float
    start: float
    values: NDArray[np.float32]
    unit: str = ""

    def at(self, span: Span) -> NDArray[np.float32]:
        """The values whose sample times lie in `span` (may be empty)."""
        first = max(0, math.ceil((span.start - self.start) * self.rate_hz - 1e-6))
        last = max(first, math.ceil((span.end - self.start) * self.rate_hz - 1e-6))
        return self.values[first:last]

    def times(self) -> NDArray[np.float64]:
        return self.start + np.arange(len(self.values)) / self.rate_hz


@dataclass(frozen=True, eq=False)
class BandFlux:
    """How much each band of the sound grew louder, sampled evenly: what cameras are laid on one clock by.

    `values` uint8, shape (n, bands), in steps of `pipeline.sync.flux`; `start` is the time of the first.
    """

    rate_hz: float
    start: float
    values: NDArray[np.uint8]

    @property
    def duration(self) -> float:
        return len(self.values) / self.rate_hz


@dataclass(frozen=True, slots=True)
class Tone:
    """A steady electronic tone."""

    start: float
    end: float
    hz: int


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised or imported word, timed from the start of the recording."""

    text: str
    start: float
    end: float
    confidence: float | None = None


@dataclass(frozen=True)
class ScoredSpan:
    """A stretch with the certainty of the model that marked it."""

    start: float
    end: float
    score: float = 1.0

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class VoiceTurn:
    """A stretch in which one voice speaks."""

    voice: str
    start: float
    end: float

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class VoiceSound:
    """How one voice comes to the microphone (`models.voice_sound`); dB but for the first two."""

    voice: str
    seconds: float
    level_db: float
    low_db: float
    high_db: float
    fall_db: float


@dataclass(frozen=True)
class Diarization:
    """Who speaks when: with overlaps, and with one voice at a time."""

    turns: tuple[VoiceTurn, ...]
    exclusive: tuple[VoiceTurn, ...]
    overlaps: tuple[ScoredSpan, ...] | None = None
    """two or more voices at once, as the diarizer heard it; None: it cannot tell"""


@dataclass(frozen=True)
class Turn:
    """One voice, one stretch, what was said and by whom as far as can be told. The unit of the transcript."""

    start: float
    end: float
    voice: str | None
    role: Role | None
    text: str
    words: tuple[Word, ...] = ()
    """empty where the source gave no word times"""
    role_reason: str = ""
    """why this role, in words a reviewer can check"""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def confidence(self) -> float | None:
        """Mean certainty of the words, None where the source gave none."""
        given = [w.confidence for w in self.words if w.confidence is not None]
        return sum(given) / len(given) if given else None


@dataclass(frozen=True)
class HeardTurn(Turn):
    """A turn of an incident, on the incident's clock (its words too), as the camera that heard it best wrote it down.

    `voice` is the speaker of the incident ("officer 2"), joined across its cameras, so that what works on the turns of
    one recording works on these. An utterance that several cameras heard stands once.
    """

    recording: str = ""
    """the recording that it was taken from"""
    heard_as: str | None = None
    """what that recording calls the voice ("v1")"""
    also_heard_by: tuple[str, ...] = ()
    """other recordings with the same utterance"""

    @property
    def speaker(self) -> str | None:
        return self.voice


@dataclass(frozen=True)
class IncidentSpeaker:
    """One person of an incident, or a radio, as several cameras heard them. Never matched outside the incident."""

    name: str
    """"officer 1", "civilian 2", "radio", "voice 5"; numbered by first word within the incident"""
    role: Role | None
    voices: tuple[tuple[str, str], ...]
    """(recording, its name for the voice)"""
    loudest_on: str | None = None
    """the recording whose camera heard this speaker clearly louder than every other: evidence for its wearer"""
    wears: str | None = None
    """the camera (device, else file name) that this speaker is taken to wear, None: not told"""
    reason: str = ""
    """why these voices are one speaker, and why this role, in words a reviewer can check"""


@dataclass(frozen=True)
class PictureState:
    """A stretch of picture of one kind, as measured: its figures, before anything is decided."""

    start: float
    end: float
    kind: str
    """"black", "dark_textured", "still", "still_noisy", "blurred", "corrupt", "gap", "obstructed", "in_motion" """
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True)
class ClockPiece:
    """A stretch in which the burned-in clock ran evenly, or stood still."""

    start: float
    end: float
    shows: float
    """what the stamp shows at `start`: seconds of its own calendar from 1970 (its local time taken as if it were UTC);
    of the day where it has no date"""
    rate: float = 1.0
    """seconds of the stamp for a second of the recording; 0: it stands still"""
    error: float = 0.5
    """seconds by which `shows` may be off"""
    agreeing: float = 1.0
    """share of the pictures whose own digits say the same"""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def runs(self) -> bool:
        return self.rate != 0.0

    def at(self, time: float) -> float:
        """What the stamp shows at a time of the recording, if it went on as in this piece."""
        return self.shows + self.rate * (time - self.start)


@dataclass(frozen=True)
class ClockReading:
    """The burned-in stamp of a recording, as read: see `pipeline.clock`."""

    state: str
    """"read", "absent" (no stamp is seen), "not_set" (it says that its clock is not set), "unreadable" """
    pieces: tuple[ClockPiece, ...] = ()
    zone: str | None = None
    """"Z" or "+02:00" where the stamp says so"""
    layout: str = ""
    """the order of its digits; "YMD422222" """
    dated: bool = True
    date_order_sure: bool = True
    """False: day and month could be the other way round"""
    box_px: tuple[int, int, int, int] | None = None
    """left, top, right, bottom of the line in the frame"""
    lines: tuple[str, ...] = ()
    """what else the stamp says, as read: make, model, serial"""
    profile: str = ""
    """the camera profile it was read with; "": the general reader"""
    digits_read: float = 0.0
    """share of the digits that were read surely"""
    pictures: int = 0
    container_utc: str | None = None
    """ISO 8601: when the container says the recording began"""


@dataclass(frozen=True, slots=True)
class LineLabels:
    """What a classifier makes of one turn: label -> probability, 0 to 1, each on its own; unlikely ones left out."""

    turn: int
    """its number in `Evidence.turns`"""
    probabilities: Mapping[str, float]


@dataclass(frozen=True)
class NotAnalysed:
    """A stretch in which something could not be looked for, and why. Drawn hatched, never as "nothing found"."""

    start: float
    end: float
    what: str
    """"sound", "picture", "speech", "words", "voices" or "overlaps" """
    reason: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class AudioTrack(Protocol):
    """The sound of a recording as mono 16 kHz samples, on disk, read in pieces."""

    @property
    def start(self) -> float:
        """Time of the first sample on the recording's clock (sound may start late)."""

    @property
    def duration(self) -> float: ...
    def read(self, span: Span) -> Samples:
        """Samples of `span` (recording's clock), zero where the track has none."""

    def blocks(self, seconds: float) -> Iterator[tuple[float, Samples]]:
        """(start, samples) pieces of at most `seconds`, in order."""


class Media(Protocol):
    """An open recording. Opened by `pipeline.media` alone; stages ask it for sound and picture."""

    @property
    def path(self) -> Path: ...
    @property
    def audio(self) -> AudioTrack | None:
        """None: the file has no sound track."""


@dataclass(frozen=True)
class Evidence:
    """A recording and everything measured on it. A field is None until its stage has run.

    `media` is a handle for stages, not a measurement: it is never stored, and detectors never touch it.
    """

    recording: Recording
    media: Media | None = None
    level: Curve | None = None
    """dBFS, RMS per 50 ms; digital silence = -120"""
    peak: Curve | None = None
    """largest |sample| per 50 ms, full scale 1.0: tells digital silence from quiet"""
    sound_repeats: Curve | None = None
    """1 where the sound packets are byte for byte ones that came just before, as only made silence does, 0 where they
    are new, 0.5 where that tells nothing, NaN where the file holds none; per 50 ms"""
    band_flux: BandFlux | None = None
    """onsets of the sound per band, 100 a second: small, and enough to find the same moment on another camera"""
    tones: tuple[Tone, ...] | None = None
    """steady tones beside the start and end of the sound and of its silences; elsewhere none are looked for"""
    picture: tuple[PictureState, ...] | None = None
    brightness: Curve | None = None
    """mean luma of the keyframes, 0 to 255"""
    motion: Curve | None = None
    """mean absolute difference between keyframes (8-bit steps)"""
    speech: tuple[ScoredSpan, ...] | None = None
    words: tuple[Word, ...] | None = None
    voices: Diarization | None = None
    overlaps: tuple[ScoredSpan, ...] | None = None
    alpha_ratio: Curve | None = None
    """dB, 50-1000 Hz against 1-5 kHz, voiced frames (NaN elsewhere); falls in absolute value as effort rises"""
    pitch: Curve | None = None
    """semitones over 55 Hz, voiced frames (NaN elsewhere)"""
    vocal_effort: Curve | None = None
    """probability of a raised voice, 0 to 1, per 100 ms of speech (NaN elsewhere)"""
    voice_sounds: tuple[VoiceSound, ...] | None = None
    """one for each voice of which enough was heard alone and calm"""
    turns: tuple[Turn, ...] | None = None
    line_labels: tuple[LineLabels, ...] | None = None
    """one for each turn with text, in their order"""
    clock: ClockReading | None = None
    """the burned-in date and time; a stamp that is absent is a reading too"""
    not_analysed: tuple[NotAnalysed, ...] = ()
    backends: Mapping[str, BackendInfo] = field(default_factory=dict)
    """stage name -> the model that measured it"""

    @classmethod
    def measurements(cls) -> tuple[str, ...]:
        """Names of the fields that stages write and detectors read."""
        return tuple(f.name for f in fields(cls) if f.name not in ("recording", "media", "not_analysed", "backends"))


@dataclass(frozen=True)
class Finding:
    """An observation on a recording: never a conclusion about a person.

    `score` is how sure the detector is (0 to 1), never how bad it is. `evidence` holds the figures and the rule that
    led here, so that a reviewer sees why. `subject` is a recording id or, for incident detectors, an incident id.
    """

    subject: str
    detector: str
    label: str
    start: float
    end: float
    score: float
    summary: str
    speaker: str | None = None
    role: Role | None = None
    text: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        span = Span(self.start, self.end)
        object.__setattr__(self, "start", span.start)
        object.__setattr__(self, "end", span.end)
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a score is between 0 and 1: {self.score}")

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def id(self) -> str:
        """A hash of what the finding says, so that a verdict survives a re-run."""
        said = json.dumps([self.subject, self.detector, self.label, f"{self.start:.3f}", f"{self.end:.3f}"])
        return hashlib.sha256(said.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Member:
    """A recording of an incident; its time t is `offset + t * (1 + drift_ppm / 1e6)` on the incident's clock."""

    evidence: Evidence
    offset: float
    offset_source: str
    """which clock, or which measurement, says so"""
    drift_ppm: float = 0.0
    """by how much a second of this camera is longer than a second of the incident's clock, in millionths"""

    @property
    def span(self) -> Span:
        return Span(self.offset, self.on_incident(self.evidence.recording.duration))

    def on_incident(self, time: float) -> float:
        """A time of this recording on the incident's clock."""
        return self.offset + time * (1 + self.drift_ppm * 1e-6)

    def on_recording(self, time: float) -> float:
        """A time of the incident on this recording's clock (may lie outside it)."""
        return (time - self.offset) / (1 + self.drift_ppm * 1e-6)


@dataclass(frozen=True)
class SoundFit:
    """What the sound says about a recording's place on the incident's clock."""

    recording: str
    drift_ppm: float = 0.0
    score: float | None = None
    """how clearly the sounds match (see `pipeline.sync`); None: no match, or nothing to compare"""
    error: float | None = None
    """seconds: one standard error of the offset; distances between people and cameras (3 ms a metre) come on top"""
    remark: str = ""
    """what disagreed or could not be compared: "container clock and sound differ by 3.2 s" """


@dataclass(frozen=True)
class Incident:
    """Recordings of one event, on one clock whose zero is the earliest start."""

    id: str
    name: str
    start_utc: datetime | None
    recordings: tuple[tuple[str, float, str], ...]
    """(recording id, offset in seconds, source of the offset)"""
    grouped_by: str
    """"clock", "by hand" or "single" """
    fits: tuple[SoundFit, ...] = ()
    """one for every recording whose sound was compared with another's"""

    def drift_ppm(self, recording: str) -> float:
        return next((fit.drift_ppm for fit in self.fits if fit.recording == recording), 0.0)


@dataclass(frozen=True)
class IncidentEvidence:
    """All cameras of one incident with their measurements, and what they heard together.

    `turns` is to an incident what `Evidence.turns` is to a recording: None where no member has a transcript.
    """

    incident: Incident
    members: tuple[Member, ...]
    turns: tuple[HeardTurn, ...] | None = None
    """by start, on the incident's clock, each utterance once"""
    speakers: tuple[IncidentSpeaker, ...] = ()

    def member(self, recording: str) -> Member:
        """Raises KeyError for a recording that is not part of the incident."""
        for member in self.members:
            if member.evidence.recording.id == recording:
                return member
        raise KeyError(recording)

    def values(self, name: str, turn: HeardTurn, span: Span | None = None) -> NDArray[np.float32]:
        """A curve ("vocal_effort", "level"...) over a turn, or over `span` of the incident, as the camera that the turn
        was taken from measured it. Empty where it was not measured."""
        member = self.member(turn.recording)
        curve = getattr(member.evidence, name)
        over = span or turn.span
        if curve is None:
            return np.empty(0, np.float32)
        own = Span(max(0.0, member.on_recording(over.start)), max(0.0, member.on_recording(over.end)))
        return np.asarray(curve.at(own), np.float32)

    def overlaps(self) -> tuple[Span, ...] | None:
        """Stretches of the incident in which some camera measured two voices at once; None: none could tell."""
        known = [m for m in self.members if m.evidence.overlaps is not None]
        found = [
            Span(max(0.0, m.on_incident(o.start)), max(0.0, m.on_incident(o.end)))
            for m in known
            for o in m.evidence.overlaps or ()
        ]
        return merged(found) if known else None


class Verdict(StrEnum):
    """What a person said of a finding."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Review:
    """A verdict of a person on a finding. Append-only: the newest counts, the older ones stay."""

    finding: str
    verdict: Verdict
    reviewer: str
    note: str
    at_utc: datetime


@dataclass(frozen=True)
class ChecklistAnswer:
    """What a person answers to a clause of the policy. Append-only: the newest counts, the older ones stay."""

    subject: str
    """an incident, or a recording alone"""
    clause: str
    answer: str
    """"yes", "in part", "no", "cannot tell", "does not apply" """
    exception: bool
    """the person says that waiting would have endangered somebody (1.3E); `reason` says how"""
    reason: str
    comment: str
    reviewer: str
    at_utc: datetime


class StepState(StrEnum):
    """How a step of an analysis ended."""

    DONE = "done"
    FAILED = "failed"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Run:
    """Provenance of one step on one recording or incident: what ran, with what, and how it ended."""

    subject: str
    step: str
    version: str
    fingerprint: str
    state: StepState
    reason: str
    settings: Mapping[str, Any]
    backend: BackendInfo | None
    started_utc: datetime
    seconds: float


class Stage(Protocol):
    """Measures: slow, may decode media or run a model. Its dataclass fields are its settings.

    It cannot do without what it `reads`; what it `also_reads` is used where it was measured.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    also_reads: ClassVar[tuple[str, ...]]
    writes: ClassVar[tuple[str, ...]]

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable with a reason where there is nothing to measure."""


class Detector(Protocol):
    """Decides: a pure function of the evidence of one recording; milliseconds; opens nothing."""

    name: ClassVar[str]
    version: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]

    def __call__(self, evidence: Evidence) -> Iterator[Finding]: ...


class IncidentDetector(Protocol):
    """Decides: a pure function of all cameras of one incident. `reads` names fields of `IncidentEvidence` ("turns")."""

    name: ClassVar[str]
    version: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]

    def __call__(self, incident: IncidentEvidence) -> Iterator[Finding]: ...
