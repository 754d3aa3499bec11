"""Made recordings shared by the media tests; each is made once per run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.media.made import Encode, Scene, make, sound


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of walking with sound, 320x180, index in front."""
    path = tmp_path_factory.mktemp("made") / "plain.mp4"
    return make(path, Scene(6.0), sound(6.0), Encode(more=("-movflags", "+faststart")))


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder far from the source, not made yet."""
    return tmp_path_factory.mktemp("work") / "scratch"
