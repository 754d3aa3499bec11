from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.clips.order import of_finding, of_recording
from pipeline.errors import BwcError, ClipError, StoreError
from pipeline.store import Store
from pipeline.types import Finding, Incident, Run, StepState


def test_a_recording_by_id_letters_name_path_or_link(kept) -> None:
    with Store(kept.path) as store:
        for wanted in (kept.recording.id, kept.recording.id[:6], str(kept.recording.path), kept.recording.path.name):
            assert of_recording(store, wanted) == (kept.recording.path, kept.recording)
        Path("link.mp4").symlink_to(kept.recording.path)
        assert of_recording(store, "link.mp4")[1] == kept.recording
        with pytest.raises(StoreError, match="no such recording"):
            of_recording(store, "nothing")
    assert of_recording(None, os.path.relpath(kept.recording.path))[1] is None
    with pytest.raises(ClipError, match="no such file"):
        of_recording(None, "gone.mp4")


def test_a_finding_with_a_little_before_and_after(kept) -> None:
    with Store(kept.path) as store:
        order = of_finding(store, kept.finding.id[:8], pad=1.5)
        assert (order.start, order.end, order.finding) == (0.5, 4.9, kept.finding.id)
        assert order.recording == kept.recording and "command" in order.why
        wide = of_finding(store, kept.finding.id, pad=100)
        assert (wide.start, wide.end) == (0.0, kept.recording.duration)
        for pad in (-1.0, 1e6):
            with pytest.raises(ClipError, match="before and after"):
                of_finding(store, kept.finding.id, pad)
        with pytest.raises(StoreError, match="no such finding"):
            of_finding(store, "0000")


def test_a_finding_of_an_incident_is_shown_by_the_camera_that_has_it(kept) -> None:
    other = replace(kept.recording, id="f" * 64, path=Path("other.mp4"))
    incident = Incident("i1", "stop", None, ((kept.recording.id, 0.0, "clock"), (other.id, 6.0, "sound")), "clock")
    late = Finding("i1", "overlap", "multi_officer_commands", 9.0, 12.0, 0.8, "Two officers.")
    now = kept.recording.start_utc
    run = Run("i1", "overlap", "1", "a", StepState.DONE, "", {}, None, now, 0.1)
    with Store(kept.path) as store:
        store.add_recording(other)
        store.save_incidents([incident])
        store.replace_findings(run, [late], of_incident=True)
        order = of_finding(store, late.id, pad=1.0)
        assert (order.path.name, order.start, order.end) == (other.path.name, 2.0, 7.0)
        with pytest.raises(BwcError, match="no camera of that name"):
            of_finding(store, late.id, camera=kept.recording.id)
