"""Which detectors there are and what they read, as the pipeline lists them: the source of lanes and their hatching."""

from __future__ import annotations

from functools import cache

import pipeline.detectors as listed


@cache
def detectors() -> dict[str, str]:
    """Detector -> "recording" or "incident", in the pipeline's order; one that looks at both is "recording"."""
    of_recording = {detector.name: "recording" for detector in getattr(listed, "DETECTORS", ())}
    of_incident = {detector.name: "incident" for detector in getattr(listed, "INCIDENT_DETECTORS", ())}
    return of_recording | {name: kind for name, kind in of_incident.items() if name not in of_recording}


@cache
def reads_of(name: str) -> tuple[str, ...]:
    """The measurements that a detector reads."""
    every = (*getattr(listed, "DETECTORS", ()), *getattr(listed, "INCIDENT_DETECTORS", ()))
    return next((tuple(detector.reads) for detector in every if detector.name == name), ())
