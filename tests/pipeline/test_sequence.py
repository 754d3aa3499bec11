from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy import load_policy
from pipeline.scene import SAME_WORDS, Heard, Scene, once_for_all_cameras
from pipeline.sequence import TECHNIQUES, Course, sequence_of
from pipeline.types import Role, Span

POLICY = load_policy()


def heard(label: str, start: float, text: str = "", source: str = "r1", length: float = 2.0) -> Heard:
    ids = (f"{label}{start}{source}",)
    return Heard(ids, label, start, start + length, "v", Role.OFFICER, text, source, start, source=source)


def scene(*said: Heard, **other: object) -> Scene:
    known = Scene("i", "Incident", Span(0, 100), tuple(said), Span(5, 90), (Span(0, 100),), {})
    return replace(known, **other)  # type: ignore[arg-type]


def course(*said: Heard, **other: object) -> Course:
    return sequence_of(scene(*said, **other), POLICY)


def test_the_whole_sequence() -> None:
    made = course(
        heard("officer_name_given", 6),
        heard("reason_explained", 9),
        heard("command", 20),
        heard("command", 24),
        heard("warning_given", 30),
        heard("force_threatened", 40, "I will tase you"),
        heard("force_announced", 50, "Taser, taser!"),
        heard("listening", 60),
        heard("force_announced", 70, "Dog on him!"),
        heard("force_eased", 80),
    )
    first, higher = made.before_force
    assert (first.at, first.level) == (40, 2)
    assert set(first.techniques) == {"officer_name_given", "reason_explained", "warning_given"}
    assert "listening" in first.missing
    assert (higher.at, higher.level) == (70, 3)
    assert "listening" in higher.techniques
    assert made.times["contact_to_first_order"] == 15
    assert made.times["last_warning_to_force"] == 18
    assert made.times["force_to_eased"] == 30
    assert made.times["orders_followed_by_another_too_soon"] == 1
    assert (
        "Before the first force mention at 0:40: officer's name given, reason explained, warning given; not found: name"
        in " ".join(made.sentences)
    )
    assert {m.lane for m in made.marks} == {"technique", "order", "force", "eased"}


def test_what_was_not_analysed_is_told_apart_from_what_was_not_found() -> None:
    made = course(
        heard("force_threatened", 50, "I will tase you"),
        analysed=(Span(20, 100),),
        unlooked={"raised_voice": "no sound", "name_sharing": "no words"},
    )
    states = {m.key: (m.state, m.reason) for m in made.milestones}
    assert states["first_raised_voice"] == ("not analysed", "no sound")
    assert states["first_warning"] == ("not found", "")
    (before,) = made.before_force
    assert before.not_analysed == 20
    assert "name_asked" not in before.missing
    assert any("20 s before it were not analysed" in s for s in made.sentences)


def test_nothing_heard() -> None:
    made = course(contact=None, analysed=(), unlooked={"techniques": "no sound"})
    assert made.milestones[0].state == "not analysed"
    assert "Mentions of force were not analysed." in made.sentences
    assert made.times["longest_calm_stretch"] is None
    assert "No force was heard mentioned." in course().sentences


def test_a_warning_in_the_same_breath_as_the_threat() -> None:
    made = course(heard("warning_given", 40), heard("force_threatened", 40, "I will tase you"))
    (before,) = made.before_force
    assert (before.techniques, before.together) == ({}, ["warning_given"])
    assert "warning_given" not in before.missing
    assert any("with it: warning given" in s for s in made.sentences)


def test_a_calm_stretch() -> None:
    assert course(heard("command", 20), heard("raised_voice", 60)).times["longest_calm_stretch"] == 38


def test_questions() -> None:
    made = course(questions=((10.0, "Why?", 2.0), (30.0, "Why?", None)))
    assert "After 1 of 2 questions of the person no officer spoke within 10 s." in made.sentences


def test_the_same_words_on_two_cameras_count_once() -> None:
    first, second = heard("command", 10, "drop the knife"), heard("command", 10.8, "drop that knife now", "r2")
    other, again = heard("command", 10.8, "sit down", "r2"), heard("command", 11, "drop the knife")
    (one,) = once_for_all_cameras([second, first])
    assert one.ids == (*first.ids, *second.ids)
    assert len(once_for_all_cameras([first, other])) == 2
    assert len(once_for_all_cameras([first, again])) == 2


SAID = st.tuples(
    st.sampled_from(["command", "raised_voice"]),
    st.integers(0, 80).map(lambda tenths: tenths / 10),
    st.sampled_from(["", "drop the knife", "drop that knife", "sit down", "the"]),
    st.sampled_from(["r1", "r2", "r3"]),
)


@given(st.lists(SAID, max_size=30))
def test_every_observation_stays_and_only_its_own_label_takes_it_in(said: list[tuple[str, float, str, str]]) -> None:
    every = [replace(heard(*one), ids=(str(n),)) for n, one in enumerate(said)]
    by_id = {one.ids[0]: one for one in every}
    kept = once_for_all_cameras(every)
    assert sorted(id for one in kept for id in one.ids) == sorted(by_id)
    assert [one.start for one in kept] == sorted(one.start for one in kept)
    for one in kept:
        for other in (by_id[id] for id in one.ids[1:]):
            assert other.label == one.label and other.source != one.source
            assert 0 <= other.start - one.start <= SAME_WORDS
    for n, one in enumerate(kept):  # nothing stands beside what it is the same as: each came first of its kind
        for earlier in kept[:n]:
            near = one.label == earlier.label and one.start - earlier.start <= SAME_WORDS
            assert not (near and one.source != earlier.source and one.text == earlier.text)


LABELS = st.sampled_from([*TECHNIQUES, "command", "force_threatened", "force_announced", "force_eased", "raised_voice"])


@given(st.lists(st.tuples(LABELS, st.floats(0, 98)), max_size=12))
def test_order_holds_for_any_incident(said: list[tuple[str, float]]) -> None:
    made = course(*sorted((heard(label, round(start, 1)) for label, start in said), key=lambda h: h.start))
    for before in made.before_force:
        earlier = {label for label, start in said if round(start, 1) < before.at}
        assert set(before.techniques) == earlier & set(TECHNIQUES)
        assert not set(before.missing) & set(before.techniques)
    assert all(seconds is None or seconds >= 0 for seconds in made.times.values())
    assert len(made.marks) == len(said)
