from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.techniques import Techniques
from pipeline.policy import Policy, load_policy
from pipeline.policy.stamp import stamped
from pipeline.types import Evidence, Finding, LineLabels, Recording, Role, Turn, Word

POLICY = load_policy()
OFFICER, CIVILIAN, RADIO = Role.OFFICER, Role.CIVILIAN, Role.RADIO


def turn(start: float, role: Role | None, text: str) -> Turn:
    return Turn(start, start + 2, str(role), role, text)


def findings(*turns: Turn, likely: tuple[LineLabels, ...] | None = None, policy: Policy = POLICY) -> list[Finding]:
    evidence = Evidence(Recording("r", Path("r.mp4"), 1000.0), turns=turns, line_labels=likely)
    return list(Techniques(policy)(evidence))


def labels(*turns: Turn, likely: tuple[LineLabels, ...] | None = None) -> list[str]:
    return [f.label for f in findings(*turns, likely=likely)]


def test_one_finding_for_each_label_and_line() -> None:
    found = findings(turn(3, OFFICER, "Take your time. Breathe with me. You're free to go."))
    assert [f.label for f in found] == ["rights_advised", "slow_down"]
    assert (found[1].start, found[1].end, found[1].role, found[1].text) == (3, 5, OFFICER, "Take your time.")
    assert found[1].evidence["layer"] == "rule"
    assert found[1].evidence["clause"] == "1.2-pace"
    assert found[1].summary == 'Officer, slowing down: "Take your time."'


def test_roles() -> None:
    assert labels(turn(0, CIVILIAN, "Take your time.")) == []
    assert labels(turn(0, RADIO, "Caller says he is deaf.")) == ["noncompliance_cue"]
    (unknown,) = findings(turn(0, None, "Take your time."))
    assert unknown.score < 0.6
    assert "role is not known" in unknown.summary


def test_word_times_and_certainty() -> None:
    said = ["okay", "take", "your", "time"]
    words = tuple(Word(w, k * 1.0, k + 0.5, 0.5) for k, w in enumerate(said))
    (found,) = findings(Turn(0, 4, "v", OFFICER, " ".join(said), words))
    assert (found.start, found.end) == (1, 3.5)
    assert found.evidence["certainty"] == 0.5
    assert found.score < 0.85


def test_a_loop_of_the_recogniser_counts_once() -> None:
    (found,) = findings(*(turn(k * 2, OFFICER, "take your time") for k in range(8)))
    assert found.score < 0.5


def test_a_classifier_adds_and_supports() -> None:
    heard = turn(0, OFFICER, "the kettle is on and I am not leaving")
    assert labels(heard) == []
    likely = (LineLabels(0, {"slow_down": 0.9, "listening": 0.03}),)
    (found,) = findings(heard, likely=likely)
    assert (found.label, found.evidence["layer"], found.text) == ("slow_down", "classifier", heard.text)
    assert found.evidence["probability"] == 0.9
    assert labels(turn(0, CIVILIAN, heard.text), likely=likely) == []


def test_what_an_order_brings_along_is_left_out() -> None:
    heard = turn(0, OFFICER, "palms flat on the roof of the vehicle")
    assert labels(heard, likely=(LineLabels(0, {"medical_aid": 0.6, "command": 0.2}),)) == ["medical_aid"]
    assert labels(heard, likely=(LineLabels(0, {"medical_aid": 0.6, "command": 0.9}),)) == []
    assert labels(heard, likely=(LineLabels(0, {"warning_given": 0.6, "command": 0.9}),)) == ["warning_given"]


def test_orders_and_names_are_left_to_their_detectors() -> None:
    likely = (LineLabels(0, {"command": 1.0, "name_asked": 1.0}),)
    assert labels(turn(0, OFFICER, "sit down and tell me your name"), likely=likely) == []


def pack(folder: Path, text: str) -> Policy:
    path = folder / "city.toml"
    path.write_text('name = "city"\nversion = "7"\nextends = "model_policy"\n' + text, encoding="utf-8")
    return load_policy(path)


def test_a_label_that_only_a_pack_knows(tmp_path: Path) -> None:
    policy = pack(
        tmp_path,
        '[clauses.city-4]\ntitle = "Shelter"\ntext = "Officers offer a bed."\nlabels = ["shelter_offered"]\n'
        '[techniques.shelter_offered]\nphrases = ["bed for the night", "open shelter", "warming (center|room)"]\n',
    )
    found = findings(turn(0, OFFICER, "There's a bed for the night on Fourth."), policy=policy)
    (stored,) = stamped(found, policy)
    assert stored.label == "shelter_offered"
    assert stored.evidence["clause"] == "city-4"
    assert stored.evidence["policy"] == {"name": "city", "version": "7", "sha256": policy.sha256}


def test_a_clause_that_is_off_takes_its_labels_with_it(tmp_path: Path) -> None:
    policy = pack(tmp_path, '[clauses."1.2-pace"]\nenabled = false\n')
    found = findings(turn(0, OFFICER, "Take your time, you're free to go."), policy=policy)
    assert [f.label for f in found] == ["rights_advised"]


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from([*Role, None])), max_size=6))
def test_any_turns(said: list[tuple[str, Role | None]]) -> None:
    found = findings(*(turn(0, role, text) for text, role in said))
    assert len({f.id for f in found}) == len(found)
    assert all(0 <= f.score <= 1 for f in found)
