"""A store with one source that came in, and an export of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.custody import Export, Manifest, SigningKey, finish_export, part_name, source_of
from pipeline.custody.keys import make_key
from pipeline.store import Store
from pipeline.types import Finding, Recording, Run, StepState, StreamFacts, Verdict
from tests.pipeline.store.test_store import run_of

SOURCE = bytes(range(256)) * 400
CLIP = b"clip " * 1000


@pytest.fixture(autouse=True)
def no_key_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "settings" / "signing.key"
    monkeypatch.setenv("BWC_SIGNING_KEY", str(place))
    return place


@pytest.fixture
def key(no_key_of_this_machine: Path) -> SigningKey:
    return make_key(no_key_of_this_machine)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    path = tmp_path / "cards" / "cam a.mp4"
    path.parent.mkdir()
    path.write_bytes(SOURCE)
    facts = StreamFacts("video", "h264", 0.0, 60.0)
    return Recording(
        hashlib.sha256(SOURCE).hexdigest(), path, 60.0, device="X1", streams=(facts,), size_bytes=len(SOURCE)
    )


@pytest.fixture
def store(tmp_path: Path, recording: Recording):
    with Store(tmp_path / "bwc.db") as opened:
        opened.add_recording(recording)
        found = Finding(recording.id, "muted_audio", "muted", 1, 2, 0.5, "No sound for 1 s")
        run: Run = run_of("muted_audio", subject=recording.id)
        assert run.state is StepState.DONE
        opened.replace_findings(run, [found])
        opened.add_review(found.id, Verdict.CONFIRMED, "A. Reviewer", "heard it")
        opened.log("B. Reviewer", "recording.viewed", recording.id)
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "clip.mp4"


Exported = Callable[..., Manifest]


@pytest.fixture
def exported(store: Store, recording: Recording, target: Path) -> Exported:
    """Finishes an export of the recording under the name that is given."""

    def finish(name: str = target.name, **said: object) -> Manifest:
        goal = target.with_name(name)
        part_name(goal).write_bytes(CLIP)
        source = source_of(recording, 4.2, 9.8)
        facts = {"kind": "clip", "sources": (source,), "who": "A. Trainer", "why": "debrief"} | said
        return finish_export(store, part_name(goal), goal, Export(**facts))  # type: ignore[arg-type]

    return finish
