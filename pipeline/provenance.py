"""Fingerprints: the same step, version, settings, weights and inputs give the same one, and need not run again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, Protocol

from models.contract import BackendInfo


class Step(Protocol):
    """A stage, a detector, or what lays an incident's cameras on one clock. Its dataclass fields are its settings."""

    name: ClassVar[str]
    version: ClassVar[str]


def settings_of(step: Step) -> dict[str, Any]:
    """The settings of a step, as JSON: its dataclass fields, models and policies by what identifies them."""
    assert is_dataclass(step)
    return {f.name: _said(getattr(step, f.name)) for f in fields(step)}


def backend_of(step: Step) -> BackendInfo | None:
    """The model that a step runs, None where it runs none."""
    assert is_dataclass(step)
    infos = (getattr(getattr(step, f.name), "info", None) for f in fields(step))
    return next((info for info in infos if isinstance(info, BackendInfo)), None)


def fingerprint(step: Step, inputs: Iterable[str]) -> str:
    """sha256 of what the step is and of the fingerprints of what it reads."""
    said = [step.name, step.version, settings_of(step), sorted(inputs)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _said(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(info := getattr(value, "info", None), BackendInfo):
        weights, settings = dict(info.weights), dict(info.settings)
        return {"model": info.name, "version": info.version, "weights": weights, "settings": settings}
    if isinstance(sha256 := getattr(value, "sha256", None), str):  # a policy pack
        return {"name": value.name, "version": value.version, "sha256": sha256}
    if isinstance(value, Mapping):
        return {str(key): _said(item) for key, item in value.items()}
    return [_said(item) for item in value] if isinstance(value, Iterable) else repr(value)
