"""Measurements survive being stored, exactly."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.codec import decode, encode
from pipeline.types import (
    BandFlux,
    ClockPiece,
    ClockReading,
    Curve,
    Diarization,
    Evidence,
    LineLabels,
    PictureState,
    ScoredSpan,
    Tone,
    VoiceSound,
    VoiceTurn,
    Word,
)

TURNS = (VoiceTurn("v1", 0.5, 2.0), VoiceTurn("v2", 1.5, 3.0))
VALUES = {
    "tones": (Tone(30.4, 30.6, 2703),),
    "picture": (PictureState(1.0, 2.0, "black", {"luma": 3.5}),),
    "speech": (ScoredSpan(0.1, 0.9, 0.8),),
    "overlaps": (),
    "line_labels": (LineLabels(3, {"listening": 0.41}),),
    "clock": ClockReading("read", (ClockPiece(0.0, 2.5, 1.7e9 + 0.125),), "Z", box_px=(1, 2, 3, 4), lines=("MAKE 1",)),
    "words": (Word("stop", 0.1, 0.4, 0.7), Word("ça", 0.4, 0.9, None)),
    "voice_sounds": (VoiceSound("v1", 4.2, -33.0, 2.5, 8.1, 26.4),),
    "voices": Diarization(TURNS, TURNS[:1], None),
}


@pytest.mark.parametrize(("name", "value"), VALUES.items())
def test_rows_come_back_as_they_were(name: str, value: object) -> None:
    assert decode(name, encode(value)) == value


def test_overlaps_of_a_diarization_come_back() -> None:
    value = Diarization(TURNS, TURNS, (ScoredSpan(1.5, 2.0),))
    assert decode("voices", encode(value)) == value


def test_curves_come_back_with_their_gaps() -> None:
    values = np.array([1.5, np.nan, -120.0, b"\n"[0]], dtype=np.float32)
    curve = decode("level", encode(Curve(20.0, 0.25, values, "dBFS")))
    np.testing.assert_array_equal(curve.values, values)
    assert (curve.rate_hz, curve.start, curve.unit) == (20.0, 0.25, "dBFS")


def test_every_measurement_but_the_turns_can_be_stored() -> None:
    curve = encode(Curve(1.0, 0.0, np.zeros(1, np.float32)))
    for name in set(Evidence.measurements()) - {"turns", "band_flux"} - VALUES.keys():
        assert isinstance(decode(name, curve), Curve), name


def test_band_flux_comes_back() -> None:
    values = np.arange(24, dtype=np.uint8).reshape(3, 8) + b"\n"[0]
    back = decode("band_flux", encode(BandFlux(100.0, 0.016, values)))
    np.testing.assert_array_equal(back.values, values)
    assert (back.rate_hz, back.start, back.duration) == (100.0, 0.016, 0.03)
