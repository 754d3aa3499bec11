"""For all tests: rules that hypothesis checks have no time limit of their own, machines are busy."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from pipeline.cli.commands import main

SAMPLES = Path(__file__).parents[1] / "sample_media"

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the demonstration, made once by `bwc demo` with the embedded backends; whoever writes, copies it."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BWC_MODELS", str(folder / "no models"))
        arguments = ["demo", "--no-serve", "--samples", str(SAMPLES), "--folder", str(folder)]
        done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return folder / "demo.db"
