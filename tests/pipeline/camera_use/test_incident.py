"""Incidents that no dispatch record speaks of: only what other officers' cameras show."""

from __future__ import annotations

from dataclasses import replace

from pipeline.camera_use import IncidentFacts, UseKind
from tests.pipeline.camera_use.made import at, call, film, mark, rules, told, uses

K = UseKind
A, B1, B2 = film(0, 1800), film(20, 600, "2"), film(700, 1790, "2")
SCENE = [IncidentFacts("i1", "a street", (A.id, B1.id, B2.id))]


def test_a_gap_that_another_camera_recorded_is_told() -> None:
    second, first = uses([], [A, B1, B2], incidents=SCENE)  # by when others began to record
    assert (first.call, first.incident, first.officer, first.unit) == (None, "i1", "1", "U1")
    assert first.findings == () and told([second]) == [(K.GAP, "2", 600, 100)]
    (gap,) = second.findings
    assert gap.call == "i1" and [e.recording for e in gap.evidence if e.kind == "other camera"] == [A.id]
    assert "No dispatch record" in gap.evidence[0].text


def test_a_gap_that_nobody_saw_says_nothing() -> None:
    films = [film(0, 500), film(20, 500, "2"), film(700, 1790, "2"), film(900, 1800)]
    scene = [IncidentFacts("i1", "a street", tuple(f.id for f in films))]
    found = uses([], films, incidents=scene)
    assert told(found) == [(K.GAP, "1", 500, 400)]
    assert 0.4 < found[1].findings[0].sure <= 0.5  # half of it was recorded by the other camera


def test_coming_later_or_leaving_sooner_is_told_from_a_while_on_and_never_surely() -> None:
    films = [film(0, 1800), film(250, 1550, "2"), film(310, 1490, "3")]
    scene = [IncidentFacts("i1", "a street", tuple(f.id for f in films))]
    found = uses([], films, incidents=scene)
    assert told(found) == [(K.LATE_START, "3", 0, 310), (K.EARLY_STOP, "3", 1490, 310)]
    assert all(f.sure <= 0.4 for use in found for f in use.findings)


def test_where_a_call_speaks_of_the_officer_the_incident_does_not() -> None:
    found = uses([call(officer="2", end=1790)], [A, B1, B2], incidents=SCENE)
    assert [(u.key, u.officer) for u in found] == [("25-1", "2"), ("i1", "1")]
    assert told(found) == [(K.GAP, "2", 600, 100)]
    (gap,) = found[0].findings
    assert [e.recording for e in gap.evidence if e.kind == "other camera"] == [A.id]  # of the incident, not of the call


def test_a_call_that_the_policy_leaves_out_is_no_incident_without_a_record() -> None:
    training = call(officer="2", end=1790, call_type="TRAINING")
    found = uses([training], [A, B1, B2], rules(call_types_left_out=("training",)), incidents=SCENE)
    assert [(u.key, u.officer, bool(u.left_out)) for u in found] == [("25-1", "2", True), ("i1", "1", False)]
    assert told(found) == []


def test_one_officer_alone_or_unknown_ones_make_no_evidence() -> None:
    alone = [IncidentFacts("i1", "a street", (B1.id, B2.id))]
    assert uses([], [B1, B2], incidents=alone) == ()
    stranger = film(0, 1800, "77")
    assert uses([], [stranger, B1, B2], incidents=[IncidentFacts("i1", "x", (stranger.id, B1.id, B2.id))]) == ()


def test_mutes_and_covers_count_while_others_record() -> None:
    films = [A, film(0, 1800, "2", muted=(mark(100, 400),), unseen=(mark(500, 530, "frozen"),))]
    scene = [IncidentFacts("i1", "a street", tuple(f.id for f in films))]
    assert told(uses([], films, rules(), incidents=scene)) == [(K.MUTED, "2", 100, 300), (K.NOT_SEEING, "2", 500, 30)]


def test_a_camera_whose_clock_is_minutes_off_lies_where_the_sound_puts_it() -> None:
    films = [film(0, 1800), film(420, 2220, "2")]  # both ran together: the second clock is seven minutes ahead
    places = {films[0].id: at(0), films[1].id: at(0)}
    apart = IncidentFacts("i1", "a street", tuple(f.id for f in films))
    assert [t[0] for t in told(uses([], films, incidents=[apart]))] == [K.LATE_START, K.EARLY_STOP]
    assert told(uses([], films, incidents=[IncidentFacts("i1", "a street", apart.recordings, places)])) == []


def test_evidence_of_a_placed_camera_points_to_the_right_second() -> None:
    films = [film(0, 1800), film(420, 1020, "2"), film(1120, 2220, "2")]
    places = {films[0].id: at(0), films[1].id: at(0), films[2].id: at(700)}
    scene = [IncidentFacts("i1", "a street", tuple(f.id for f in films), places)]
    found = uses([], films, incidents=scene)
    assert told(found) == [(K.GAP, "2", 600, 100)]
    (gap,) = [f for use in found for f in use.findings]
    (other,) = [e for e in gap.evidence if e.kind == "other camera"]
    assert (other.recording, other.at, other.until) == (films[0].id, 600, 700)


def test_sound_that_contradicts_a_clock_makes_a_late_start_at_a_call_less_sure() -> None:
    films = [film(-30, 1800), film(420, 1800, "2")]
    calls = [call(), call(officer="2")]
    alone = uses(calls, films)[1].findings[0].sure
    two = IncidentFacts("i1", "a street", tuple(f.id for f in films), {films[0].id: at(-30), films[1].id: at(-20)})
    (late,) = uses(calls, films, incidents=[two])[1].findings
    assert late.sure < alone and late.seconds == 420
    assert any("the clocks of the two cameras differ by 7 min 20 s" in e.text for e in late.evidence)
    third = film(-25, 1800, "3")
    of_three = IncidentFacts("i1", "a street", (*two.recordings, third.id), {**two.places, third.id: at(-25)})
    late_first = uses([*calls, call(officer="3")], [film(300, 1800, name=films[0].id), *films[1:], third],
                      incidents=[replace(of_three, places={**of_three.places, films[0].id: at(300)})])  # fmt: skip
    doubts = {
        use.officer: [e.text for f in use.findings for e in f.evidence if "heard together" in e.text]
        for use in late_first
    }
    assert doubts["1"] == [] and "this clock and those of the others differ" in doubts["2"][0]
