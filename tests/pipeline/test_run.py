"""Running steps: what is up to date is not run again, and a step that cannot measure says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import pytest

from models.contract import BackendInfo
from pipeline.assemble import Plan
from pipeline.config import Settings
from pipeline.errors import NotMeasurable, StoreFull
from pipeline.run import analyse_transcript
from pipeline.store import Store
from pipeline.types import Evidence, Finding, NotAnalysed, Progress, Recording, ScoredSpan, StepState, Word

RECORDING = Recording("c" * 64, Path("/cards/x.mp4"), 10.0)


@dataclass(frozen=True)
class Hear:
    """A stage that counts how often it ran, and may fail."""

    calls: list[str] = field(default_factory=list, compare=False)
    loudness: float = 1.0
    error: Exception | None = field(default=None, compare=False)

    name: ClassVar[str] = "hear"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ()
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("speech",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        self.calls.append(self.name)
        if self.error and str(self.error):
            raise self.error
        gap = NotAnalysed(8.0, 10.0, "speech", "the sound track ends at 8.0 s")
        return replace(evidence, speech=(ScoredSpan(1, 2),), not_analysed=(*evidence.not_analysed, gap))


@dataclass(frozen=True)
class Write:
    """A stage that reads what another wrote."""

    calls: list[str] = field(default_factory=list, compare=False)

    name: ClassVar[str] = "write"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("speech",)
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("words",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        self.calls.append(self.name)
        assert evidence.speech is not None
        return replace(evidence, words=tuple(Word("stop", s.start, s.end) for s in evidence.speech))


@dataclass(frozen=True)
class Count:
    """A detector with one threshold."""

    least: float = 0.5
    calls: list[str] = field(default_factory=list, compare=False)

    name: ClassVar[str] = "count"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("words",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        self.calls.append(self.name)
        assert evidence.media is None, "a detector opens nothing"
        for word in evidence.words or ():
            yield Finding(evidence.recording.id, self.name, "word", word.start, word.end, 0.9, f"{word.text}")


@dataclass
class Bench:
    """A store and the plan run on it."""

    store: Store
    hear: Hear
    write: Write
    count: Count

    def run(self) -> str | None:
        for step in (self.hear, self.write, self.count):
            step.calls.clear()
        plan = Plan(Settings(), [self.hear, self.write], [self.count], [], False)
        return analyse_transcript(RECORDING, self.store, plan).problem

    @property
    def ran(self) -> list[str]:
        return [*self.hear.calls, *self.write.calls, *self.count.calls]

    def states(self) -> dict[str, StepState]:
        return {step: run.state for step, run in self.store.latest_runs(RECORDING.id).items()}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    # the lists that count calls would be settings: keep them out of the fingerprints
    quiet = type("Calls", (list,), {"sha256": "", "name": "", "version": ""})
    return Bench(Store(tmp_path / "bwc.db"), Hear(quiet()), Write(quiet()), Count(calls=quiet()))


def test_everything_runs_once_and_then_not_again(bench: Bench) -> None:
    assert bench.run() is None
    assert bench.ran == ["hear", "write", "count"]
    assert [f.finding.summary for f in bench.store.findings()] == ["stop"]
    assert bench.run() is None
    assert bench.ran == []
    assert len(bench.store.findings()) == 1


def test_a_changed_threshold_reruns_one_detector(bench: Bench) -> None:
    bench.run()
    bench.count = replace(bench.count, least=0.7)
    bench.run()
    assert bench.ran == ["count"]


@dataclass(frozen=True)
class HearRoughly(Hear):
    """Names the model that it chose."""

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        return replace(super().__call__(evidence, progress), backends={"hear": BackendInfo("ears", "1", draft=True)})


@dataclass(frozen=True)
class WriteByEar(Write):
    """Goes by what heard."""

    version: ClassVar[str] = "2"

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        self.calls.append(evidence.backends["hear"].name)
        return super().__call__(evidence, progress)


def test_a_stage_knows_which_model_measured_what_was_up_to_date(bench: Bench) -> None:
    bench.hear = HearRoughly(bench.hear.calls)
    bench.run()
    assert bench.store.latest_runs(RECORDING.id)["hear"].backend == BackendInfo("ears", "1", draft=True)
    bench.write = WriteByEar(bench.write.calls)
    assert bench.run() is None
    assert bench.ran[:2] == ["ears", "write"]


def test_a_changed_stage_makes_what_reads_it_stale(bench: Bench) -> None:
    bench.run()
    bench.hear = replace(bench.hear, loudness=2.0)
    bench.run()
    assert bench.ran == ["hear", "write", "count"]


def test_what_cannot_be_measured_is_said_down_the_chain(bench: Bench) -> None:
    bench.hear = replace(bench.hear, error=NotMeasurable("no sound track"))
    assert bench.run() is None
    runs = bench.store.latest_runs(RECORDING.id)
    assert {step: run.state for step, run in runs.items()} == dict.fromkeys(
        ("hear", "write", "count"), StepState.NOT_MEASURED
    )
    assert {run.reason for run in runs.values()} == {"no sound track"}
    gaps = bench.store.not_analysed(RECORDING.id)
    assert {(g.what, g.start, g.end, g.reason) for g in gaps} == {
        ("speech", 0.0, 10.0, "no sound track"),
        ("words", 0.0, 10.0, "no sound track"),
    }
    assert bench.store.evidence(RECORDING).speech is None


def test_parts_that_were_not_analysed_are_kept(bench: Bench) -> None:
    bench.run()
    assert bench.store.evidence(RECORDING).not_analysed[0].reason == "the sound track ends at 8.0 s"


def test_a_step_that_fails_is_named_and_tried_again(bench: Bench) -> None:
    bench.hear = replace(bench.hear, error=RuntimeError("boom\nwith lines"))
    problem = bench.run()
    assert problem is not None and "hear failed: RuntimeError: boom with lines" in problem
    assert bench.states()["hear"] is StepState.FAILED
    bench.hear = replace(bench.hear, error=None)
    assert bench.run() is None
    assert bench.ran == ["hear", "write", "count"]
    assert bench.states()["count"] is StepState.DONE


def test_what_could_not_be_looked_at_is_looked_at_once_it_can_be(bench: Bench) -> None:
    quiet = type("Same", (RuntimeError,), {"sha256": "", "name": "", "version": ""})  # the same settings both times
    failing = replace(bench.hear, error=quiet("boom"))
    working = replace(bench.hear, error=quiet(""))
    bench.hear = failing
    bench.run()
    assert bench.states()["count"] is StepState.NOT_MEASURED
    bench.hear = working
    assert bench.run() is None
    assert bench.ran == ["hear", "write", "count"]
    assert len(bench.store.findings()) == 1


def test_a_measurement_that_fails_later_does_not_keep_the_old_findings(bench: Bench) -> None:
    bench.run()
    bench.hear = replace(bench.hear, loudness=2.0, error=NotMeasurable("no sound track"))
    bench.run()
    assert bench.store.findings() == []
    assert len(bench.store.findings(retired=True)) == 1


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), StoreFull("bwc.db: no space left on the disk")]
)
def test_a_full_disk_is_one_line(bench: Bench, error: Exception) -> None:
    bench.hear = replace(bench.hear, error=error)
    problem = bench.run()
    assert problem is not None and "no space left on the disk" in problem
