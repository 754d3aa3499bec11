"""Tones bound to what the sound then does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.detectors.camera_tones import CameraTones
from pipeline.types import Evidence, Finding, Tone
from tests.pipeline.made_sound import evidence


def found(*tones: tuple[float, int], silent: list[tuple[float, float]] = []) -> list[Finding]:  # noqa: B006
    given = evidence(300, silent)
    return list(CameraTones()(replace(given, tones=tuple(Tone(at, at + 0.2, hz) for at, hz in tones))))


def test_two_beeps_after_the_buffer() -> None:
    (one,) = found((30.4, 2700), (30.8, 2700), silent=[(0, 30)])
    assert (one.label, one.start, one.end, one.score) == ("camera_tone", 30.4, 31.0, 0.8)
    assert one.summary == "2 steady tones (2.7 kHz), 0.4 s after the sound begins"
    assert [t["hz"] for t in one.evidence["tones"]] == [2700, 2700]


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (0.5, "the sound begins"),
        (98.5, "the sound goes off"),
        (141.0, "the sound comes back"),
        (298.0, "the recording ends"),
    ],
)
def test_each_moment(at: float, kind: str) -> None:
    (one,) = found((at, 3000), silent=[(100, 140)])
    assert one.evidence["bound_to"] == kind and one.score == 0.6
    assert one.summary.startswith("A steady tone (3.0 kHz)")


@pytest.mark.parametrize("at", [20.0, 95.0, 146.0, 290.0])
def test_a_tone_elsewhere_is_bound_to_nothing(at: float) -> None:
    assert found((at, 3000), silent=[(100, 140)]) == []


def test_sound_that_ends_early_is_the_end() -> None:
    (one,) = found((248.0, 3000), silent=[(250, 300)])
    assert one.evidence["bound_to"] == "the recording ends"


def test_a_tone_counts_once() -> None:
    assert len(found((101.5, 3000), silent=[(97, 100), (103, 140)])) == 1


def test_never_measured() -> None:
    assert list(CameraTones()(Evidence(evidence(10).recording))) == []


def test_what_goes_on_beeping_or_rings_is_less_sure() -> None:
    (backing,) = found(*((at, 1200) for at in (93.0, 94.0, 95.0, 98.0, 99.0)), silent=[(100, 140)])
    assert backing.score == 0.3 and "3 more of this pitch are heard apart from it" in backing.summary
    (ring,) = found(*((141.0 + 0.25 * n, 800 + 100 * n) for n in range(8)), silent=[(100, 140)])
    assert ring.score == 0.3
    (own, back) = found((98.0, 2700), (98.5, 2700), (141.0, 2700), silent=[(100, 140)])
    assert (own.score, back.score) == (0.8, 0.6)
