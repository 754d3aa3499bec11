"""The made store, once per run; tests write their own files elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.types import Recording
from tests.pipeline.reels import made


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recording, Recording, str]:
    return made.fill(tmp_path_factory.mktemp("reels"))
