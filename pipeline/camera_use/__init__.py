"""Camera use: was a camera on, seeing and hearing when it had to be? Observations, with what speaks for them."""

from pipeline.camera_use.assess import assess, unused, worn
from pipeline.camera_use.clock_by_calls import assess_set_right
from pipeline.camera_use.rules import UseRules
from pipeline.camera_use.types import (
    Call,
    CallUse,
    IncidentFacts,
    Marked,
    RecordingFacts,
    State,
    UseEvidence,
    UseFinding,
    UseInputs,
    UseKind,
    UseState,
    UtcSpan,
)

__all__ = [
    "Call",
    "CallUse",
    "IncidentFacts",
    "Marked",
    "RecordingFacts",
    "State",
    "UseEvidence",
    "UseFinding",
    "UseInputs",
    "UseKind",
    "UseRules",
    "UseState",
    "UtcSpan",
    "assess",
    "assess_set_right",
    "unused",
    "worn",
]
