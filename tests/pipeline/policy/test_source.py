from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.policy import load_policy
from pipeline.policy.load import check_policy
from pipeline.policy.pack import DETECTOR_LABELS
from pipeline.policy.source import SHIPPED, nearest, shipped_packs
from pipeline.policy.stamp import stamped
from pipeline.types import Finding

HEAD = 'name = "city"\nversion = "1"\nextends = "model_policy"\n'


def pack(folder: Path, text: str, name: str = "city.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_packs_are_sound_and_parts_are_none() -> None:
    assert shipped_packs() == ["example_city", "model_policy"]
    for name in shipped_packs():
        assert check_policy(SHIPPED / f"{name}.toml") == []


def test_every_label_is_looked_for_by_a_clause() -> None:
    policy = load_policy()
    asked = {label for clause in policy.clauses.values() for label in clause.labels}
    assert set(policy.techniques) <= asked
    assert asked <= set(policy.techniques) | set(DETECTOR_LABELS)


def test_all_problems_at_once_with_their_lines(tmp_path: Path) -> None:
    path = pack(tmp_path, HEAD + '[windws]\npair_within = 2\n\n[camera]\ngrase = 3\non_from = "moon"\n')
    problems = [str(p) for p in check_policy(path)]
    assert [p.split(": ", 1)[0] for p in problems] == [f"{path}:{n}" for n in (4, 8, 9)]
    assert "did you mean 'windows'" in problems[0]
    assert "did you mean 'grace'" in problems[1]


def test_a_problem_of_a_part_names_the_part(tmp_path: Path) -> None:
    pack(tmp_path, '[techniques.waved]\nphrases = ["a wave"]\nphrase = []\n', "more.toml")
    path = pack(tmp_path, HEAD + 'parts = ["more.toml"]\n[clauses.c]\ntitle = "C"\ntext = "T"\nlabels = ["waved"]\n')
    (problem,) = check_policy(path)
    assert (problem.path.name, problem.line) == ("more.toml", 3)


def test_two_files_that_say_the_same_thing(tmp_path: Path) -> None:
    pack(tmp_path, "[windows]\npair_within = 3\n", "more.toml")
    path = pack(tmp_path, HEAD + 'parts = ["more.toml"]\n[windows]\npair_within = 4\n')
    with pytest.raises(ConfigError, match="stands twice"):
        load_policy(path)


def test_nearest() -> None:
    assert nearest("phrazes", ("phrases", "clause")) == "; did you mean 'phrases'?"
    assert nearest("xyz", ("phrases",)) == ""


def _finding(label: str, clause: str = "") -> Finding:
    return Finding("r", "d", label, 0, 1, 0.5, "s", evidence={"clause": clause} if clause else {})


def test_a_pack_with_every_clause_switched_off_says_nothing(tmp_path: Path) -> None:
    off = "".join(f'[clauses."{clause}"]\nenabled = false\n' for clause in load_policy().clauses)
    policy = load_policy(pack(tmp_path, HEAD + off))
    labels = [*policy.techniques, *DETECTOR_LABELS, "a label that nobody names"]
    assert not list(stamped([_finding(label) for label in labels], policy))


def test_a_label_of_two_clauses_needs_one_that_is_on(tmp_path: Path) -> None:
    policy = load_policy(pack(tmp_path, HEAD + '[clauses."1.2-weapons"]\nenabled = false\n'))
    assert [f.label for f in stamped([_finding("force_threatened"), _finding("force_announced")], policy)] == [
        "force_threatened"
    ]


def test_without_a_policy_findings_pass_as_they_are() -> None:
    finding = _finding("anything")
    assert list(stamped([finding], None)) == [finding]
