"""A camera's own profile is taken before backgrounds that hide much of it; another font, size or place is not taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.stamp_text import StampText, normalised
from pipeline.clock.cut import Cut, cut_profile
from pipeline.clock.fit import FITS, clearness, fit_of, fits, stands_there
from pipeline.clock.layout import Layout, Slot
from pipeline.clock.measure import read_clock
from pipeline.clock.patches import Sample, templates
from pipeline.clock.place import Place
from pipeline.clock.profile import Profile
from pipeline.media.recording_file import open_media
from tests.pipeline.clock.conftest import MakeClip
from tests.pipeline.clock.made import NOON, Clip, Piece

WIDTH, HEIGHT = 320, 160
SIZE_PX = (WIDTH, HEIGHT)
PLACE = Place(14.0, 10, 190, 1.0)
PLAIN, SCRIPT = cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX
LAYOUT = Layout(
    "MDY",
    tuple(
        Slot(field, worth, 8.0 + 7.0 * n) for n, (field, worth) in enumerate([(f, w) for f in "DMY" for w in (10, 1)])
    ),
    "00/00/0000",
    None,
)


def picture(shown: str, font: int, busy: float, seed: int, place: Place = PLACE) -> NDArray[np.uint8]:
    """White digits with a dark rim at the place's columns, before streaks of light of this strength."""
    rng = np.random.default_rng(seed)
    plane = rng.normal(110, 4, (HEIGHT, WIDTH)) + cv2.resize(rng.normal(0, busy, (HEIGHT // 5, WIDTH // 5)), SIZE_PX)
    plane = np.clip(plane, 0, 255).astype(np.uint8)
    for slot, digit in zip(LAYOUT.slots, shown, strict=True):
        at = (round(place.column_px(slot.column)) - 5, round(place.middle_px) + 6)
        for value, thick in ((10, 3), (240, 1)):
            cv2.putText(plane, digit, at, font, 0.55, value, thick, cv2.LINE_AA)
    return np.asarray(plane, np.uint8)


def profile_of(font: int) -> Profile:
    """Cut from calm pictures, every digit at every slot once."""
    samples = []
    for n in range(10):
        shown = "".join(str((n + k) % 10) for k in range(6))
        strip = normalised(PLACE.cut(picture(shown, font, 0.0, n)))
        samples.append(Sample(float(n), strip, LAYOUT, tuple(map(int, shown))))
    return Profile("made", templates(samples, 12)[0], SIZE_PX, PLACE, LAYOUT, {})


def pictures(font: int, busy: float, place: Place = PLACE) -> list[NDArray[np.uint8]]:
    return [picture(shown, font, busy, seed, place) for seed, shown in enumerate(("170526", "170529", "083047"), 50)]


@pytest.mark.parametrize("busy", [0.0, 30.0, 60.0])
def test_the_own_profile_fits_before_any_background_and_another_font_does_not(busy: float) -> None:
    planes = pictures(PLAIN, busy)
    own, other = (fit_of(profile_of(font), planes, PLACE, [LAYOUT] * 3) for font in (PLAIN, SCRIPT))
    assert fits(profile_of(PLAIN), own, SIZE_PX)
    assert not fits(profile_of(SCRIPT), other, SIZE_PX)


def test_likeness_alone_would_have_refused_it() -> None:
    fit = fit_of(profile_of(PLAIN), pictures(PLAIN, 60.0), PLACE, [LAYOUT] * 3)
    assert fit.alike < FITS
    assert stands_there(profile_of(PLAIN), fit.place, fit.layout, SIZE_PX)


@pytest.mark.parametrize("moved", [replace(PLACE, middle_px=24.0), replace(PLACE, left_px=60, right_px=240)])
def test_the_same_digits_at_another_place_must_be_plain(moved: Place) -> None:
    profile = profile_of(PLAIN)
    faint, plain = (fit_of(profile, pictures(PLAIN, busy, moved), moved, [LAYOUT] * 3) for busy in (60.0, 0.0))
    assert not stands_there(profile, faint.place, faint.layout, SIZE_PX)
    assert not fits(profile, faint, SIZE_PX)
    assert fits(profile, plain, SIZE_PX)


def test_another_order_of_the_date_is_another_stamp() -> None:
    profile = profile_of(PLAIN)
    assert stands_there(profile, PLACE, LAYOUT, SIZE_PX)
    assert not stands_there(profile, PLACE, replace(LAYOUT, order="YMD"), SIZE_PX)
    assert not stands_there(profile, PLACE, replace(LAYOUT, half_day=True), SIZE_PX)
    assert not stands_there(profile, replace(PLACE, above=PLACE), LAYOUT, SIZE_PX)
    assert not stands_there(profile, PLACE.moved(1.1), LAYOUT, SIZE_PX)


def test_where_digits_stand_may_differ_from_picture_to_picture() -> None:
    """As in a proportional font, where a 1 is narrow: each picture's own columns count."""
    profile = profile_of(PLAIN)
    aside = [replace(PLACE, left_px=PLACE.left_px + 8 * n, right_px=PLACE.right_px + 8 * n) for n in range(3)]
    planes = [picture("170526", PLAIN, 0.0, 60 + n, place) for n, place in enumerate(aside)]
    layouts = [
        replace(LAYOUT, slots=tuple(replace(slot, column=slot.column + 4.0 * n) for slot in LAYOUT.slots))
        for n in range(3)
    ]
    assert fit_of(profile, planes, PLACE, layouts).alike > fit_of(profile, planes, PLACE, [LAYOUT] * 3).alike + 0.2


@given(st.floats(0.05, 1.0), st.integers(0, 9))
def test_clearness_is_one_for_the_own_digits_and_falls_with_what_hides_them(hidden: float, digit: int) -> None:
    digits = profile_of_plain()
    known = digits[:, 2:-2].reshape(10, -1)
    known = known - known.mean(axis=1, keepdims=True)
    known = known / np.linalg.norm(known, axis=1, keepdims=True)
    alike = (known @ known.T)[[digit]]
    assert clearness(alike, digits) == pytest.approx(1.0, abs=1e-4)
    assert clearness(alike * hidden, digits) == pytest.approx(hidden, abs=1e-4)
    assert clearness(np.full((1, 10), hidden), digits) == 0.0


def profile_of_plain(kept: list[NDArray[np.float32]] = []) -> NDArray[np.float32]:  # noqa: B006 - cut once
    if not kept:
        kept.append(profile_of(PLAIN).digits)
    return kept[0]


# with real recordings

OUTLINED = Clip(
    24.0,
    (Piece(0.0, NOON + 0.3),),
    width_px=480,
    height_px=270,
    rate_hz=8.0,
    digit_share=0.045,
    look="outline",
    corner="top left",
)


@pytest.fixture(scope="module")
def cut(clips: MakeClip, reader: StampText, tmp_path_factory: pytest.TempPathFactory) -> Cut:
    with open_media(clips(OUTLINED), tmp_path_factory.mktemp("scratch")) as media:
        return cut_profile(media, media.probe(), reader, "outlined")


@pytest.mark.parametrize(
    ("font", "taken"), [("dejavu/DejaVuSansMono.ttf", "outlined"), ("liberation/LiberationMono-Regular.ttf", "")]
)
def test_before_a_busy_street_the_own_profile_is_taken_and_another_font_is_read_without(
    font: str, taken: str, cut: Cut, clips: MakeClip, reader: StampText, tmp_path: Path
) -> None:
    clip = replace(OUTLINED, duration=10.0, pieces=(Piece(0.0, NOON + 7000.6),), scene="busy", seed=7, font=font)
    with open_media(clips(clip), tmp_path) as media:
        clock = read_clock(media, media.probe(), reader, profiles=[cut.profile]).clock
    assert clock.profile == taken
    assert clock.pieces[0].at(0.0) == pytest.approx(NOON + 7000.6, abs=0.3)


def test_the_profile_of_a_stamp_with_am_and_pm_is_not_refused_for_its_letters(
    cut: Cut, clips: MakeClip, reader: StampText, tmp_path: Path
) -> None:
    clip = replace(OUTLINED, duration=10.0, pieces=(Piece(0.0, NOON + 6 * 3600.6),), text="%m/%d/%Y %I:%M:%S %p")
    profile = replace(cut.profile, layout=replace(cut.profile.layout, order="MDY", half_day=True))
    with open_media(clips(clip), tmp_path) as media:
        clock = read_clock(media, media.probe(), reader, profiles=[profile]).clock
    assert (clock.profile, clock.layout) == ("outlined", "MDY422222A")
    assert clock.pieces[0].at(0.0) == pytest.approx(NOON + 6 * 3600.6, abs=0.3)
