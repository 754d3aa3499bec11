"""Fingerprints change when, and only when, something that matters changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from models.contract import BackendInfo
from pipeline.provenance import backend_of, fingerprint, settings_of
from pipeline.types import Evidence, Finding


@dataclass(frozen=True)
class Model:
    info: BackendInfo


@dataclass(frozen=True)
class Step:
    model: Model
    threshold: float = 0.5
    words: tuple[str, ...] = ("a",)

    name: ClassVar[str] = "step"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ()

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        yield from ()


STEP = Step(Model(BackendInfo("net", "1.0", {"model.bin": "00"}, {"beam": 5})))


def test_the_same_step_has_the_same_fingerprint_whatever_the_order_of_its_inputs() -> None:
    assert fingerprint(STEP, ["a", "b"]) == fingerprint(replace(STEP), ["b", "a"])


def test_settings_weights_and_inputs_each_change_it() -> None:
    heavier = Model(replace(STEP.model.info, weights={"model.bin": "01"}))
    changed = [
        fingerprint(STEP, []),
        fingerprint(STEP, ["a"]),
        fingerprint(replace(STEP, threshold=0.6), []),
        fingerprint(replace(STEP, words=("b",)), []),
        fingerprint(replace(STEP, model=heavier), []),
        fingerprint(replace(STEP, model=Model(replace(STEP.model.info, settings={"beam": 6}))), []),
    ]
    assert len(set(changed)) == len(changed)


def test_what_is_stored_says_which_model_and_settings() -> None:
    said = settings_of(STEP)
    assert said["threshold"] == 0.5
    assert said["model"]["weights"] == {"model.bin": "00"}
    assert backend_of(STEP) == STEP.model.info
