from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from models.contract import BackendInfo
from pipeline.file_hash import sha256_of
from pipeline.media.probe import probe
from pipeline.store import Store
from pipeline.types import Evidence, Finding, Recording, Role, Run, StepState, Turn, Word
from tests.pipeline.media.cut.counted import KINDS, make


@dataclass(frozen=True)
class Kept:
    """A store with one analysed recording."""

    path: Path
    recording: Recording
    finding: Finding


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("film") / "unit 12; patrol.mp4", replace(KINDS["plain"], duration=8.0))


@pytest.fixture
def kept(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """A store in the present folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BWC_SIGNING_KEY", str(tmp_path / "no.key"))
    recording = probe(film, sha256_of(film)).recording
    words = tuple(Word(w, 2 + n * 0.3, 2.2 + n * 0.3) for n, w in enumerate(["show", "me", "your", "hands", "now"]))
    turns = (
        Turn(2.0, 3.4, "v1", Role.OFFICER, "show me your hands now", words),
        Turn(5, 6, "v2", Role.CIVILIAN, "why?"),
    )
    finding = Finding(recording.id, "spoken_command", "command", 2.0, 3.4, 0.9, "A command.")
    backend = BackendInfo("pocketsphinx", "5", draft=True)
    now = recording.start_utc
    assert now is not None
    with Store(tmp_path / "bwc.db") as store:
        store.add_recording(recording)
        run = Run(recording.id, "transcribe", "1", "a", StepState.DONE, "", {}, backend, now, 0.1)
        store.save_step(run, Evidence(recording, turns=turns), ("turns",), [])
        store.replace_findings(replace(run, step="spoken_command", backend=None), [finding])
    return Kept(tmp_path / "bwc.db", recording, finding)
