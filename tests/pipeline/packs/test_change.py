"""A change of a pack is tried out beside it: nothing that cannot be meant is kept, and what was kept stays readable."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.packs.change import Change, PackMoved, PackRefused, checked, keep
from pipeline.packs.own import OWN_NAME, begin, pack_texts
from pipeline.policy import load_policy
from pipeline.store import Store

PHRASE = '\n[techniques.slow_down]\nphrases = ["...", "let us breathe"]\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return begin("city", folder=tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "s.db")


def text_of(own: Path, more: str = "", version: str = "2") -> str:
    return own.read_text().replace('version = "1"', f'version = "{version}"') + more


def base(own: Path) -> str:
    return pack_texts(own)[0].sha256


def test_a_sound_change_is_kept_with_what_stood_before(own: Path, store: Store) -> None:
    before, text = own.read_text(), text_of(own, PHRASE)
    kept = keep(store, own, Change(OWN_NAME, text), base(own), "kim", "a phrase of the academy")
    assert own.read_text() == text and kept.pack == load_policy(own).stamp and kept.note == "a phrase of the academy"
    newest, oldest = store.policy_versions()
    assert store.policy_text(oldest.number) == before and oldest.pack["version"] == "1"
    assert store.policy_text(newest.number) == text
    assert [row["action"] for row in store.activity()] == ["policy.keep", "policy.keep"]
    again = keep(store, own, Change(OWN_NAME, text_of(own, "\n# third\n", "3").replace('"2"', '"3"')), base(own), "lee")
    assert again.number == newest.number + 1, "what stands there is a version already"


def test_what_cannot_be_meant_is_refused_with_its_lines_and_nothing_changes(own: Path, store: Store) -> None:
    before = own.read_text()
    wrong = text_of(
        own, '\n[techniques.slow_down]\nphrases = ["(unclosed"]\nphrase = []\n[windows]\ncalm_stretch = -3\n'
    )
    found = checked(own, Change(OWN_NAME, wrong))
    assert found.policy is None and {(p.path, p.line) for p in found.problems} == {(own, 9), (own, 10), (own, 12)}
    with pytest.raises(PackRefused, match="and 2 more"):
        keep(store, own, Change(OWN_NAME, wrong), base(own), "kim")
    broken = checked(own, Change(OWN_NAME, 'name = "city"\nversion = \n'))
    assert [(p.path, p.line) for p in broken.problems] == [(own, 2)]
    assert own.read_text() == before and store.policy_versions() == [] and not list(own.parent.glob(".*.part"))


def test_another_pack_under_the_same_version_is_refused(own: Path, store: Store) -> None:
    found = checked(own, Change(OWN_NAME, text_of(own, PHRASE, version="1")))
    (problem,) = found.problems
    assert problem.line == 4 and "give the changed pack another" in problem.message
    remark = checked(own, Change(OWN_NAME, own.read_text() + "# a remark\n"))
    assert remark.policy is not None, "a remark changes nothing of what the pack says"


def test_two_people_at_once(own: Path, store: Store) -> None:
    opened = base(own)
    keep(store, own, Change(OWN_NAME, text_of(own, PHRASE)), opened, "kim")
    with pytest.raises(PackMoved, match="changed by somebody else"):
        keep(store, own, Change(OWN_NAME, text_of(own, version="9")), opened, "lee")
    assert "let us breathe" in own.read_text()


def test_a_part_beside_it_is_a_file_of_the_pack_and_a_new_one_is_found(own: Path, store: Store) -> None:
    (own.parent / "ours.toml").write_text('[techniques.slow_down]\nphrases = ["...", "take your time"]\n')
    text = text_of(own).replace("extends", 'parts = ["ours.toml"]\nextends')
    keep(store, own, Change(OWN_NAME, text), base(own), "kim")
    assert [file.name for file in pack_texts(own) if not file.shipped] == [OWN_NAME, "ours.toml"]
    found = checked(own, Change("ours.toml", "[techniques.slow_down]\nphrases = [3]\n"))
    assert [(p.path, p.line) for p in found.problems] == [(own.parent / "ours.toml", 2)]
    missing = checked(own, Change(OWN_NAME, text.replace("ours.toml", "theirs.toml")))
    assert missing.policy is None and "theirs.toml" in str(missing.problems[0].path)


def test_shipped_files_and_strangers_are_not_changed(own: Path, tmp_path: Path) -> None:
    for name in ("model_policy.toml", "orders.toml", "../bwc.toml", "bwc.toml", "/etc/hostname"):
        with pytest.raises(ConfigError, match="has no file"):
            checked(own, Change(name, ""))
    with pytest.raises(ConfigError, match="begin a pack of your own"):
        checked(None, Change("model_policy.toml", ""))


def test_a_pack_that_was_broken_by_hand_is_put_right(own: Path, store: Store) -> None:
    right = own.read_text()
    own.write_text("name = \n")
    keep(store, own, Change(OWN_NAME, right), base(own), "kim", "put right")
    assert load_policy(own).name == "city" and store.policy_versions()[1].pack["name"] == ""


def test_a_label_that_nobody_asks_for_is_pointed_out(own: Path) -> None:
    found = checked(own, Change(OWN_NAME, text_of(own, '\n[techniques.slow_dwn]\nphrases = ["easy now"]\n')))
    assert found.policy is not None and found.notes == [
        "no clause asks for the label 'slow_dwn'; did you mean 'slow_down'?"
    ]
