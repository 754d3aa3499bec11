"""Small made clips, each written once per run of the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models.stamp_text import StampText
from tests.pipeline.clock.made import FONTS, Clip, make_clip

MakeClip = Callable[[Clip], Path]


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> MakeClip:
    """Writes a clip, or gives the one written before."""
    if not (FONTS / Clip().font).is_file():
        pytest.skip("needs Debian's fonts-dejavu to draw stamps")
    folder, made = tmp_path_factory.mktemp("clips"), {}

    def make(clip: Clip) -> Path:
        if clip not in made:
            made[clip] = make_clip(clip, folder / f"{len(made)}.mp4")
        return made[clip]

    return make


@pytest.fixture(scope="session")
def reader() -> StampText:
    return StampText()
