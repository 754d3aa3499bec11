"""Transcription with faster-whisper from a local folder of weights. Nothing is ever fetched.

Whisper writes fluent text for sounds that hold no speech, so its guards stay on: voice activity goes before it, text
that is too repetitive or too unlikely is decoded again at higher temperatures, and a window that is silent by the
model's own reckoning gives no words. One guard is ours: what Silero found faint and Whisper calls silent is silent. The
fast path for long sound decodes many windows at once and has no such guards; every window of it that the guards would
have stopped is done again on the careful path.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np

from models.contract import SAMPLE_RATE_HZ, Availability, BackendInfo, BackendUnavailable, RawSpan, RawWord, Samples
from models.sha256 import sha256_once
from models.silero import Silero

NEEDED = ("model.bin", "config.json", "tokenizer.json")
"""Without `tokenizer.json` the library would ask a hub for one."""
HASHED = (*NEEDED, "preprocessor_config.json", "vocabulary.json", "vocabulary.txt")
LONGEST_WINDOW = 28.0
"""seconds; Whisper hears 30 s at once"""
SMALLEST_REAL_MODEL = 30_000_000
"""bytes; the smallest published model, "tiny", has 39 million weights of at least one byte each"""
MOST_REPETITIVE = 2.4
LEAST_LIKELY = -1.0
SURELY_SILENT = 0.6
"""Whisper's own thresholds: ratio of gzip compression, mean log probability, probability of no speech (Radford et al.,
2022, section 4.5)."""
TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""tried in this order while the guards reject the text (same source)"""
FAINT = 0.3
"""mean certainty of Silero under which a window needs Whisper's word for it that somebody speaks (measured: stretches
that Silero finds in white noise reach .15 to .25)"""
SEED = 1
LONGEST_EMPTY = 2.0
"""seconds; unlikely words beside a longer stretch without words are dropped as invented"""


def probe(model_dir: Path | None) -> Availability:
    """Whether faster-whisper can run with this folder, without importing it."""
    for package in ("faster_whisper", "ctranslate2"):
        if util.find_spec(package) is None:
            return Availability(False, f"the package {package.replace('_', '-')} is not installed")
    if model_dir is None:
        return Availability(False, "no Whisper model is set: give its folder in the settings or in BWC_WHISPER_MODEL")
    if not model_dir.is_dir():
        return Availability(False, f"the Whisper folder {model_dir} does not exist")
    missing = [name for name in NEEDED if not (model_dir / name).is_file()]
    if not any(model_dir.glob("vocabulary.*")):
        missing.append("vocabulary.json")
    if missing:
        return Availability(False, f"the Whisper folder {model_dir} lacks {', '.join(missing)}")
    return Availability(True, f"faster-whisper with the model in {model_dir}")


@dataclass(frozen=True)
class _Loaded:
    """A model in memory and where it runs."""

    model: Any
    device: str
    compute_type: str
    remarks: tuple[str, ...]


@cache
def _load(model_dir: Path, changed_ns: int, device: str, threads: int) -> _Loaded:
    """One copy of a model per process; `changed_ns` makes replaced weights load again."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import ctranslate2
    from faster_whisper import WhisperModel

    def on(where: str, kind: str, *remarks: str) -> _Loaded:
        model = WhisperModel(
            str(model_dir), device=where, compute_type=kind, cpu_threads=threads, local_files_only=True
        )
        return _Loaded(model, where, kind, remarks)

    if device == "cuda":
        return on("cuda", "float16")
    if device == "auto" and ctranslate2.get_cuda_device_count() > 0:
        try:
            return on("cuda", "float16")
        except (RuntimeError, ValueError) as error:
            return on("cpu", "int8", f"the graphics card could not be used: {_first_line(error)}")
    return on("cpu", "int8")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def windows(speech: Sequence[RawSpan], joined_gap: float, longest: float = LONGEST_WINDOW) -> tuple[RawSpan, ...]:
    """Stretches to decode at once: speech with its short pauses, none longer than `longest` seconds."""
    out: list[RawSpan] = []
    for span in speech:
        for part in _cut(span, longest):
            if out and part.start - out[-1].end <= joined_gap and part.end - out[-1].start <= longest:
                out[-1] = RawSpan(out[-1].start, part.end, max(out[-1].score, part.score))
            else:
                out.append(part)
    return tuple(out)


def _cut(span: RawSpan, longest: float) -> Iterator[RawSpan]:
    """Equal parts of a span, each at most `longest` seconds."""
    count = max(1, int(np.ceil((span.end - span.start) / longest - 1e-9)))
    edges = np.linspace(span.start, span.end, count + 1)
    for start, end in itertools.pairwise(edges):
        yield RawSpan(float(start), float(end), span.score)


class FasterWhisper:
    """A Whisper model of a local folder, int8 on a processor, float16 on a graphics card.

    `language`: a code such as "en", or None to let a multilingual model decide per call. `threads` 0: as many as the
    library likes. `joined_gap`: seconds of pause that are heard together with the speech round them.
    Raises BackendUnavailable with a reason where the folder or a package is missing or damaged.
    """

    def __init__(
        self,
        model_dir: Path,
        *,
        language: str | None = "en",
        beam_size: int = 5,
        batch_size: int = 8,
        device: str = "auto",
        threads: int = 0,
        joined_gap: float = 1.0,
        longest: float = 600.0,
        speech: Silero | None = None,
    ) -> None:
        available = probe(model_dir)
        if not available.available:
            raise BackendUnavailable(available.reason)
        self._dir = model_dir
        self._language, self._beam_size, self._batch_size = language, beam_size, batch_size
        self._joined_gap, self._longest = joined_gap, longest
        self._speech = speech if speech is not None else Silero()
        try:
            changed_ns = (model_dir / "model.bin").stat().st_mtime_ns
            self._loaded = _load(model_dir.resolve(), changed_ns, device, threads)
        except (RuntimeError, ValueError, OSError, ImportError) as error:
            raise BackendUnavailable(
                f"the Whisper model in {model_dir} cannot be loaded: {_first_line(error)}"
            ) from error

    @property
    def longest(self) -> float:
        """Ten minutes: bounds memory (about 1 MB per window of 30 s) and lets progress be seen."""
        return self._longest

    @property
    def info(self) -> BackendInfo:
        """The model with its hashes. Weights smaller than any published Whisper are marked as a draft."""
        files = [self._dir / name for name in HASHED if (self._dir / name).is_file()]
        small = (self._dir / "model.bin").stat().st_size < SMALLEST_REAL_MODEL
        remarks = self._loaded.remarks
        if small:
            remarks += ("the weights are smaller than any published Whisper: a model for tests",)
        return BackendInfo(
            name="faster-whisper",
            version=f"{metadata.version('faster-whisper')} (ctranslate2 {metadata.version('ctranslate2')})",
            weights={path.name: sha256_once(path) for path in files},
            settings={
                "language": self._language or "detected",
                "beam_size": self._beam_size,
                "device": self._loaded.device,
                "compute_type": self._loaded.compute_type,
                "speech_threshold": self._speech.threshold,
                "joined_gap": self._joined_gap,
                "most_repetitive": MOST_REPETITIVE,
                "least_likely": LEAST_LIKELY,
                "surely_silent": SURELY_SILENT,
                "faint": FAINT,
            },
            draft=small,
            remarks=remarks,
        )

    def transcribe(self, samples: Samples, hotwords: Sequence[str] = ()) -> tuple[RawWord, ...]:
        """Words in order, each inside the sound. `hotwords` make names and phrases likelier to be written."""
        duration = len(samples) / SAMPLE_RATE_HZ
        wanted = windows(self._speech.detect(samples), self._joined_gap) if len(samples) else ()
        hints = " ".join(hotwords) or None
        if len(wanted) <= 1:
            words = [word for window in wanted for word in self._carefully(samples, window, hints)]
        else:
            words = self._many(samples, wanted, hints)
        return tuple(_ordered(words, duration))

    def _options(self, hints: str | None) -> dict[str, Any]:
        return {
            "language": self._language,
            "beam_size": self._beam_size,
            "word_timestamps": True,
            "without_timestamps": True,
            "condition_on_previous_text": False,
            "hotwords": hints,
        }

    def _carefully(self, samples: Samples, window: RawSpan, hints: str | None) -> list[RawWord]:
        """One window, with all guards. The seed makes the higher temperatures give the same words every time."""
        import ctranslate2

        ctranslate2.set_random_seed(SEED)
        first, last = round(window.start * SAMPLE_RATE_HZ), round(window.end * SAMPLE_RATE_HZ)
        found, _ = self._loaded.model.transcribe(
            samples[first:last],
            temperature=TEMPERATURES,
            compression_ratio_threshold=MOST_REPETITIVE,
            log_prob_threshold=LEAST_LIKELY,
            no_speech_threshold=SURELY_SILENT,
            hallucination_silence_threshold=LONGEST_EMPTY,
            vad_filter=False,
            **self._options(hints),
        )
        return [word for part in found for word in _words(part, window.start, window)]

    def _many(self, samples: Samples, wanted: Sequence[RawSpan], hints: str | None) -> list[RawWord]:
        """Many windows at once; those that a guard stops are done again with care."""
        from faster_whisper import BatchedInferencePipeline

        clips = [{"start": window.start, "end": window.end} for window in wanted]
        found, _ = BatchedInferencePipeline(self._loaded.model).transcribe(
            samples,
            batch_size=self._batch_size,
            temperature=0.0,
            vad_filter=False,
            clip_timestamps=clips,
            **self._options(hints),
        )
        by_window = {_seek(window): window for window in wanted}
        words: list[RawWord] = []
        for part in found:
            window = by_window[part.seek]
            words += self._carefully(samples, window, hints) if _doubtful(part) else _words(part, 0.0, window)
        return words


def _seek(window: RawSpan) -> int:
    """The number by which faster-whisper names a window: its start in hundredths of a second, cut off."""
    return int(int(window.start * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ * 100)


def _doubtful(part: Any) -> bool:
    """Whether Whisper's own rule would have decoded this text again."""
    return bool(part.compression_ratio > MOST_REPETITIVE or part.avg_logprob < LEAST_LIKELY)


def _words(part: Any, shift: float, window: RawSpan) -> Iterator[RawWord]:
    """The words of a decoded piece, held inside its window; none where Silero and Whisper both doubt the speech."""
    if window.score < FAINT and part.no_speech_prob > SURELY_SILENT:
        return
    for word in part.words or ():
        text = word.word.strip()
        if text:
            start = min(max(word.start + shift, window.start), window.end)
            end = min(max(word.end + shift, start), window.end)
            yield RawWord(text, float(start), float(end), float(min(max(word.probability, 0.0), 1.0)))


def _ordered(words: Sequence[RawWord], duration: float) -> Iterator[RawWord]:
    for word in sorted(words, key=lambda w: (w.start, w.end)):
        end = min(word.end, duration)
        yield RawWord(word.text, min(word.start, end), end, word.confidence)
