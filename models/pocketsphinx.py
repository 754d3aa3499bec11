"""The embedded transcriber: pocketsphinx with its general language model and a small one of policing speech.

Low accuracy, and marked as a draft wherever it is shown: it exists so that a fresh machine without Whisper weights
finds spoken commands and names at all. Words that are in neither dictionary can never appear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np

from models.contract import SAMPLE_RATE_HZ, Availability, BackendInfo, RawWord, Samples
from models.sha256 import sha256_once

DATA = Path(__file__).parent / "data"
DOMAIN_MODEL = DATA / "policing.lm.bin"
EXTRA_WORDS = DATA / "policing.dict"
GENERAL, DOMAIN = "general", "policing"
SHORTEST = 0.1
"""seconds; nothing shorter holds a word"""
FRAME = 0.01
"""seconds per frame of the decoder"""
MOST_STATES, MOST_WORDS = 6000, 20
"""what the decoder keeps per frame: against its own 30000 and no limit, the same errors on the six files of
tests/benchmarks/results/speech_accuracy.md for two thirds of the time (noise: under a half)"""
VARIANT = re.compile(r"\(\d+\)$")
"""the number of an alternative pronunciation: "the(2)" """


def probe() -> Availability:
    """Whether pocketsphinx can run here."""
    if util.find_spec("pocketsphinx") is None:
        return Availability(False, "pocketsphinx is not installed")
    missing = [path.name for path in (DOMAIN_MODEL, EXTRA_WORDS) if not path.is_file()]
    if missing:
        return Availability(False, f"missing in models/data: {', '.join(missing)}")
    return Availability(True, "pocketsphinx with its own English model: a draft of low accuracy")


def extra_words() -> Iterator[tuple[str, str]]:
    """(word, phones) of words that the general dictionary lacks."""
    for line in EXTRA_WORDS.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            word, phones = line.split(maxsplit=1)
            yield word, phones


@cache
def _decoder() -> Any:
    """One decoder with both language models, loaded once per process (about 60 MB)."""
    from pocketsphinx import Decoder, NGramModel

    decoder = Decoder(samprate=SAMPLE_RATE_HZ, loglevel="FATAL", maxhmmpf=MOST_STATES, maxwpf=MOST_WORDS)
    for word, phones in extra_words():
        if decoder.lookup_word(word) is None:
            decoder.add_word(word, phones, False)
    decoder.add_lm(GENERAL, decoder.get_lm())
    decoder.add_lm(DOMAIN, NGramModel(decoder.config, decoder.logmath, str(DOMAIN_MODEL)))
    return decoder


@cache
def _start_mean() -> str:
    """The cepstral mean that a fresh decoder starts with."""
    return str(_decoder().get_cmn(False))


@cache
def _weights() -> dict[str, str]:
    from pocketsphinx import get_model_path

    folder = Path(get_model_path("en-us"))
    files = [*sorted((folder / "en-us").iterdir()), folder / "en-us.lm.bin", folder / "cmudict-en-us.dict"]
    files += [DOMAIN_MODEL, EXTRA_WORDS]
    return {path.name: sha256_once(path) for path in files if path.is_file()}


@dataclass(frozen=True)
class PocketSphinx:
    """Decodes each stretch with both language models and keeps the one that explains it better."""

    domain_bias: float = 0.0
    """added to the policing model's log score per second of sound before the two are compared"""
    target_db: float = -20.0
    """dBFS; the louder half of a stretch is raised or lowered to this level"""
    greatest_gain_db: float = 40.0
    longest_call: float = 20.0
    """seconds"""

    @property
    def info(self) -> BackendInfo:
        return BackendInfo(
            name="pocketsphinx",
            version=metadata.version("pocketsphinx"),
            weights=_weights(),
            settings={
                "domain_bias": self.domain_bias,
                "target_db": self.target_db,
                "greatest_gain_db": self.greatest_gain_db,
            },
            draft=True,
            remarks=("draft, low accuracy", "hotwords are not used"),
        )

    @property
    def longest(self) -> float:
        return self.longest_call

    def transcribe(self, samples: Samples, hotwords: Sequence[str] = ()) -> tuple[RawWord, ...]:
        """Words in order. The same samples give the same words, whatever was decoded before."""
        if len(samples) < SHORTEST * SAMPLE_RATE_HZ or not np.any(samples):
            return ()
        pcm = _pcm(samples, self.target_db, self.greatest_gain_db)
        _decoder().set_cmn(_start_mean())
        _decoded(DOMAIN, pcm)  # learns the channel of this stretch alone, so that no earlier stretch changes the words
        general = _decoded(GENERAL, pcm)
        domain = _decoded(DOMAIN, pcm)
        bias = self.domain_bias * len(samples) / SAMPLE_RATE_HZ
        return domain.words if domain.log_score + bias >= general.log_score else general.words


@dataclass(frozen=True)
class _Decoded:
    log_score: float
    words: tuple[RawWord, ...]


def _pcm(samples: Samples, target_db: float, greatest_gain_db: float) -> bytes:
    """16-bit samples with the louder half of the frames at the target level."""
    hop = SAMPLE_RATE_HZ // 50
    clean = np.nan_to_num(samples.astype(np.float64), posinf=1.0, neginf=-1.0)
    power = np.square(clean[: len(clean) // hop * hop]).reshape(-1, hop).mean(axis=1)
    loud_db = 10 * np.log10(max(float(power[power >= np.median(power)].mean()), 1e-12))
    gain_db = float(np.clip(target_db - loud_db, -greatest_gain_db, greatest_gain_db))
    return bytes((np.clip(clean * 10 ** (gain_db / 20), -1.0, 1.0) * 32767).astype("<i2").tobytes())


def _decoded(search: str, pcm: bytes) -> _Decoded:
    decoder = _decoder()
    decoder.activate_search(search)
    decoder.start_utt()
    decoder.process_raw(pcm, False, True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    if hypothesis is None:
        return _Decoded(-np.inf, ())
    score = float(np.log(max(hypothesis.best_score, 1e-300)))
    return _Decoded(score, tuple(_words(decoder.seg() or ())))


def _words(found: Sequence[Any]) -> Iterator[RawWord]:
    for row in found:
        if row.word[0] in "<[+":
            continue
        confidence = float(np.clip(row.prob, 0.0, 1.0))
        yield RawWord(VARIANT.sub("", row.word), row.start_frame * FRAME, (row.end_frame + 1) * FRAME, confidence)
