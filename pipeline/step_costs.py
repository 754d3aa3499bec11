"""How an analysis of one file is shared out among its steps: for progress bars and times left."""

from __future__ import annotations

from collections.abc import Mapping

STEP_COSTS: Mapping[str, float] = {
    "probe": 0.01,
    "scan": 0.05,
    "clock": 0.01,
    "band_flux": 0.009,
    "tones": 0.001,
    "speech": 0.02,
    "transcribe": 0.57,
    "diarize": 0.05,
    "overlaps": 0.02,
    "vocal_effort": 0.02,
    "voice_sounds": 0.01,
    "turns": 0.01,
    "line_labels": 0.01,
    "review_copy": 0.20,
    "detectors": 0.01,
}
"""Each step's usual share of a file's time with the embedded backends, in order: how progress bars are divided."""
