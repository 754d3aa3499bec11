"""A step at work: when it began, what it is, and how it ended, for its provenance."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from models.contract import ModelError
from pipeline.provenance import Step, backend_of, settings_of
from pipeline.types import Run, StepState


@dataclass(frozen=True)
class Started:
    """A step at work: becomes a Run when it ends."""

    step: Step
    subject: str
    fingerprint: str
    at_utc: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.perf_counter)

    def ended(self, state: StepState = StepState.DONE, reason: str = "") -> Run:
        return Run(
            subject=self.subject,
            step=self.step.name,
            version=self.step.version,
            fingerprint=self.fingerprint,
            state=state,
            reason=reason,
            settings=settings_of(self.step),
            backend=backend_of(self.step),
            started_utc=self.at_utc,
            seconds=round(time.perf_counter() - self.clock, 3),
        )


def up_to_date(run: Run | None, print_: str) -> bool:
    """Whether a step ran before on the same, and did not fail."""
    return run is not None and run.fingerprint == print_ and run.state is not StepState.FAILED


def one_line(error: Exception) -> str:
    """What went wrong, as a run keeps it."""
    text = " ".join(str(error).split())
    return text if isinstance(error, ModelError) else f"{type(error).__name__}: {text}"[:300]
