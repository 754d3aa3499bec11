"""What a speech model takes and returns, whatever library stands behind it.

Times in `Raw...` rows are seconds from the start of the array that the model was given. They become times of the
recording only when a stage shifts them (`pipeline.types.Word`, `VoiceTurn`); the types differ so that an unshifted time
cannot be stored by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
"""Every speech model here takes mono audio at this rate; `pipeline.media` resamples once."""

Samples = NDArray[np.float32]
"""Mono audio, shape (n,), 16 kHz, full scale = 1.0."""

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1, now and then during long work."""

Setting = str | int | float | bool


def no_progress(share: float) -> None:
    """A `Progress` for callers that show nothing."""


class ModelError(Exception):
    """A model cannot be used; the message is one line that says what to do."""


class BackendUnavailable(ModelError):
    """A backend that was asked for by name cannot run on this machine."""


class Availability(NamedTuple):
    """Whether a backend can run here, and why (not), in words for a person."""

    available: bool
    reason: str


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """Which model measured something: stored with every run, shown on screen and in every export."""

    name: str
    version: str
    weights: Mapping[str, str] = field(default_factory=dict)
    """file name -> sha256 of each weight file that was loaded"""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    draft: bool = False
    """True: low accuracy, marked "draft" wherever its output is shown"""
    remarks: tuple[str, ...] = ()
    """what a reviewer or an engineer should know about this run, e.g. "torchaudio: python-only" """


@dataclass(frozen=True, slots=True)
class RawSpan:
    """A stretch in which something was detected. `score` is the model's certainty, 0 to 1."""

    start: float
    end: float
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class RawWord:
    """A recognised word; `confidence` 0 to 1, or None where the model gives none."""

    text: str
    start: float
    end: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class RawVoiceTurn:
    """A stretch in which one voice speaks. `voice` is a label of this call only ("v1", "v2"...)."""

    voice: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class RawDiarization:
    """Who speaks when, twice: with overlaps, and with exactly one voice at a time (for giving words to voices)."""

    turns: tuple[RawVoiceTurn, ...]
    exclusive: tuple[RawVoiceTurn, ...]
    overlaps: tuple[RawSpan, ...] | None
    """stretches with two or more voices; None: this backend cannot tell"""


class SpeechDetector(Protocol):
    """Finds speech of any kind."""

    @property
    def info(self) -> BackendInfo: ...
    def detect(self, samples: Samples) -> tuple[RawSpan, ...]: ...


class Transcriber(Protocol):
    """Writes down what is said in a stretch of sound."""

    @property
    def info(self) -> BackendInfo: ...
    @property
    def longest(self) -> float:
        """Seconds of sound that one call should get at most; the stage cuts at pauses."""

    def transcribe(self, samples: Samples, hotwords: Sequence[str] = ()) -> tuple[RawWord, ...]: ...


class Diarizer(Protocol):
    """Tells voices apart over a whole recording."""

    @property
    def info(self) -> BackendInfo: ...
    def diarize(
        self, samples: Samples, speech: Sequence[RawSpan], progress: Progress = no_progress
    ) -> RawDiarization: ...


class OverlapDetector(Protocol):
    """Finds stretches in which two or more people speak at once, without telling who."""

    @property
    def info(self) -> BackendInfo: ...
    def detect(self, samples: Samples) -> tuple[RawSpan, ...]: ...


@dataclass(frozen=True, slots=True)
class LineContext:
    """One utterance to be labelled, with what was said just before it. Roles: "officer", "civilian", "radio", None."""

    text: str
    role: str | None = None
    """whose line it is; None: not known"""
    previous_text: str = ""
    """the utterance before it on the same clock, "" where there is none"""
    previous_role: str | None = None


class LineClassifier(Protocol):
    """Labels utterances by example rather than by rule."""

    @property
    def info(self) -> BackendInfo: ...
    def label_probabilities(self, lines: Sequence[LineContext]) -> list[Mapping[str, float]]:
        """For each line, in order: label -> probability, 0 to 1, each label on its own (they need not sum to 1).

        A label that the classifier does not know is missing from the mapping.
        """
