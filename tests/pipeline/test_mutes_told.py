"""A mute is shown with the words that were said of it, and with no others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.mutes_told import beside, said_of, sentences_of
from pipeline.rows import StoredFinding
from pipeline.types import Finding, Review, Role, Verdict


def stored(id: str, finding: Finding, verdict: Verdict | None = None) -> StoredFinding:
    review = Review(id, verdict, "A. Reviewer", "", datetime.now(UTC)) if verdict else None
    return StoredFinding(finding, id, finding.subject, None, review, False)


def mute(start: float = 58.0, end: float = 98.0, label: str = "muted", recording: str = "r") -> Finding:
    return Finding(recording, "muted_audio", label, start, end, 0.99, "No sound for 40.0 s")


def words(
    side: str = "before", start: float = 57.95, end: float = 98.05, reason: str | None = "battery", **more: object
) -> Finding:
    facts = {"bound_to": "mute", "bound_start": start, "bound_end": end, "side": side, "seconds_apart": 3.2} | more
    text = "muting, my battery is dying"
    return Finding(
        "r", "mute_reason_spoken", "mute_reason_spoken" if reason else "mute_announced", 50.0, 54.8, 0.85, "...",
        role=Role.OFFICER, text=text, evidence=facts | {"reason": reason},
    )  # fmt: skip


def test_a_mute_and_its_words_find_each_other() -> None:
    found = [stored("m", mute()), stored("w", words())]
    assert said_of(found) == {"m": "w"} and beside(found) == {"m": ["w"], "w": ["m"]}
    assert sentences_of(found) == {"m": '3 s before, officer says a reason (battery): "muting, my battery is dying"'}


def test_words_after_it_and_words_without_a_reason() -> None:
    (after,) = sentences_of([stored("m", mute()), stored("w", words("after", reason_said_in="supervisor"))]).values()
    assert after.startswith("3 s after, officer says a reason") and after.endswith('"supervisor"')
    (plain,) = sentences_of([stored("m", mute()), stored("w", words(reason=None))]).values()
    assert "no reason that is known" in plain


@pytest.mark.parametrize(
    "found",
    [
        [stored("m", mute()), stored("w", words(start=120.0, end=130.0))],
        [stored("m", mute()), stored("w", words(), Verdict.DISMISSED)],
        [stored("m", mute(recording="other")), stored("w", words())],
        [stored("m", mute(label="no_sound")), stored("w", words())],
        [stored("w", words())],
    ],
)
def test_words_of_something_else_are_not_its_words(found: list[StoredFinding]) -> None:
    assert said_of(found) == {} and beside(found) == {}


def test_a_person_who_confirms_the_words_does_not_confirm_the_reason() -> None:
    found = [stored("m", mute()), stored("w", words(), Verdict.CONFIRMED)]
    (sentence,) = sentences_of(found).values()
    assert "confirm" not in sentence and "says a reason" in sentence
