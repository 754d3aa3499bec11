"""Measurements to bytes and back: what a stage measured, as the store keeps it.

Rows are JSON lists, curves float32 little-endian after a JSON header line; both compressed with zlib.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from pipeline.types import (
    BandFlux,
    ClockPiece,
    ClockReading,
    Curve,
    Diarization,
    LineLabels,
    PictureState,
    ScoredSpan,
    Tone,
    VoiceSound,
    VoiceTurn,
    Word,
)


def encode(value: Any) -> bytes:
    """Bytes of a measurement: a Curve, a Diarization, or a tuple of rows."""
    if isinstance(value, Curve):
        header = {"rate_hz": value.rate_hz, "start": value.start, "unit": value.unit}
        body = np.asarray(value.values, dtype="<f4").tobytes()
        return zlib.compress(json.dumps(header).encode() + b"\n" + body, 6)
    if isinstance(value, BandFlux):
        header = {"rate_hz": value.rate_hz, "start": value.start, "bands": value.values.shape[1]}
        return zlib.compress(json.dumps(header).encode() + b"\n" + value.values.tobytes(), 6)
    rows = asdict(value) if isinstance(value, Diarization | ClockReading) else [asdict(row) for row in value]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 6)


def decode(name: str, payload: bytes) -> Any:
    """The measurement called `name` (a field of Evidence) from its bytes. Raises KeyError for an unknown name."""
    return _DECODERS[name](zlib.decompress(payload))


def _curve(body: bytes) -> Curve:
    header, _, values = body.partition(b"\n")
    facts = json.loads(header)
    return Curve(facts["rate_hz"], facts["start"], np.frombuffer(values, dtype="<f4"), facts["unit"])


def _band_flux(body: bytes) -> BandFlux:
    header, _, values = body.partition(b"\n")
    facts = json.loads(header)
    return BandFlux(facts["rate_hz"], facts["start"], np.frombuffer(values, dtype=np.uint8).reshape(-1, facts["bands"]))


def _rows(row_type: Callable[..., Any]) -> Callable[[bytes], Any]:
    return lambda body: tuple(row_type(**row) for row in json.loads(body))


def _diarization(body: bytes) -> Diarization:
    said = json.loads(body)
    overlaps = said["overlaps"]
    return Diarization(
        turns=tuple(VoiceTurn(**row) for row in said["turns"]),
        exclusive=tuple(VoiceTurn(**row) for row in said["exclusive"]),
        overlaps=None if overlaps is None else tuple(ScoredSpan(**row) for row in overlaps),
    )


def _clock(body: bytes) -> ClockReading:
    said = json.loads(body)
    said["pieces"] = tuple(ClockPiece(**row) for row in said["pieces"])
    said["lines"] = tuple(said["lines"])
    said["box_px"] = tuple(said["box_px"]) if said["box_px"] else None
    return ClockReading(**said)


_DECODERS: Mapping[str, Callable[[bytes], Any]] = {
    "level": _curve,
    "peak": _curve,
    "sound_repeats": _curve,
    "brightness": _curve,
    "motion": _curve,
    "alpha_ratio": _curve,
    "pitch": _curve,
    "vocal_effort": _curve,
    "band_flux": _band_flux,
    "tones": _rows(Tone),
    "picture": _rows(PictureState),
    "speech": _rows(ScoredSpan),
    "overlaps": _rows(ScoredSpan),
    "words": _rows(Word),
    "voices": _diarization,
    "voice_sounds": _rows(VoiceSound),
    "line_labels": _rows(LineLabels),
    "clock": _clock,
}
