"""The tuple of detectors is the folder, and every detector says what the rest of the project derives from it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import pipeline.detectors
from pipeline.detectors import DETECTORS, INCIDENT_DETECTORS
from pipeline.types import Evidence

EVERY = tuple(dict.fromkeys((*DETECTORS, *INCIDENT_DETECTORS)))


def test_no_module_is_an_orphan() -> None:
    folder = Path(pipeline.detectors.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert sorted(modules) == sorted(detector.name for detector in EVERY)


@pytest.mark.parametrize("detector", EVERY, ids=lambda d: d.name)
def test_a_detector_is_named_as_its_module_and_has_a_test(detector: type) -> None:
    assert detector.__module__ == f"pipeline.detectors.{detector.name}"
    assert Path(__file__).with_name(f"test_{detector.name}.py").exists()


@pytest.mark.parametrize("detector", EVERY, ids=lambda d: d.name)
def test_a_detector_reads_measurements_and_its_fields_are_settings(detector: type) -> None:
    assert is_dataclass(detector)
    assert set(detector.reads) <= set(Evidence.measurements())
    assert all(f.name == "policy" or isinstance(f.default, bool | int | float | str) for f in fields(detector))
    assert detector.version and detector.__doc__
