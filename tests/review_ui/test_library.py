from __future__ import annotations

from pipeline.store import Store
from pipeline.types import Verdict
from review_ui import library
from tests.review_ui.conftest import Made
from tests.review_ui.made_content import findings_of


def test_incidents_singles_and_failures(made: Made) -> None:
    with Store(made.path) as store:
        said = library.document(store)
    (incident,) = said["incidents"]
    assert [(row["name"], row["offset"]) for row in incident["recordings"]] == [
        ("AX1041 first part.mp4", 0.0),
        ("AX2210.mp4", 30.0),
        ("AX1041 second part.mp4", 150.0),
    ]
    assert incident["length"] == 230.0
    assert incident["findings"] == [{"kind": "camera_off_gap", "title": "Camera off in between", "count": 1}]
    assert [row["name"] for row in said["recordings"]] == ["vendor.vtt"]
    assert [row["path"] for row in said["failed"]] == ["evidence/empty.mp4"]


def test_what_is_left_to_review_shrinks_with_every_answer(made: Made) -> None:
    def left() -> int:
        with Store(made.path) as store:
            return library.document(store)["incidents"][0]["recordings"][0]["to_review"]

    before = left()
    with Store(made.path) as store:
        store.add_review(findings_of(made.first)[1].id, Verdict.UNSURE, "anna")
    assert left() == before - 1


def test_not_analysed_is_not_nothing_found(made: Made) -> None:
    with Store(made.path) as store:
        said = library.document(store)
    looked = {row["name"]: row["looked"] for row in said["incidents"][0]["recordings"] + said["recordings"]}
    assert looked == {
        "AX1041 first part.mp4": True,
        "AX2210.mp4": True,
        "AX1041 second part.mp4": False,
        "vendor.vtt": False,
    }
