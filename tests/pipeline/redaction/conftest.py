"""The made recording, once per run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.redaction import made


@pytest.fixture(scope="session")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.source(tmp_path_factory.mktemp("hidden") / "hidden.mp4")
