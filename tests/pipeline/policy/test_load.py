from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.policy import find_commands, load_policy
from pipeline.policy.load import check_policy

split = str.split

HEAD = 'name = "our_city"\nversion = "2"\nextends = "model_policy"\n'


def pack(folder: Path, text: str, name: str = "ours.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_pack() -> None:
    policy = load_policy()
    assert policy.name == "model_policy"
    assert len(policy.sha256) == 64
    assert all(rules.clause in policy.clauses for rules in policy.commands.values())
    assert policy.names.clause in policy.clauses
    assert policy.hotwords
    assert policy.sha256 == load_policy(None).sha256


def test_an_agency_adds_phrases(tmp_path: Path) -> None:
    words = split("moonwalk to the fountain")
    assert not find_commands(load_policy(), words)
    path = pack(tmp_path, HEAD + '[commands.back]\nphrases = ["...", "moonwalk to the (fountain|bench)"]\n')
    policy = load_policy(path)
    assert find_commands(policy, words)[0].category == "back"
    assert find_commands(policy, ["Back", "up!"])
    assert (policy.name, policy.version) == ("our_city", "2")
    assert policy.sha256 != load_policy().sha256


def test_an_agency_replaces_a_list_and_a_window(tmp_path: Path) -> None:
    path = pack(tmp_path, HEAD + "[commands.quiet]\nphrases = []\n[windows]\npair_within = 3\n")
    policy = load_policy(path)
    assert not policy.commands["quiet"].phrases.patterns
    assert policy.windows.pair_within == 3
    assert policy.windows.reply_within == load_policy().windows.reply_within


def test_a_pack_extends_a_file_beside_it(tmp_path: Path) -> None:
    pack(tmp_path, HEAD + "[windows]\npair_within = 4\n", "region.toml")
    path = pack(tmp_path, 'name = "town"\nversion = "1"\nextends = "region.toml"\n')
    assert load_policy(path).windows.pair_within == 4


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEAD + "colour = 1\n", 4, "unknown key 'colour' at the top; known: name, version"),
        (
            HEAD + '[commands.hands]\nphrase = ["hands"]\n',
            5,
            "unknown key 'phrase' in .commands.hands.; did you mean 'phrases'",
        ),
        (HEAD + '[commands.feet]\nphrases = ["feet"]\n', 4, "unknown key 'feet'.*known: hands, ground"),
        (HEAD + "[windows]\n\npair_within = true\n", 6, "pair_within must be a number"),
        (HEAD + "[windows]\npair_within = -1\n", 5, "pair_within must be a number"),
        (HEAD + "[windows]\nloop_repeats = 2.5\n", 5, "loop_repeats must be a number of times"),
        (HEAD + '[commands.hands]\nphrases = [\n  "hands (up",\n]\n', 6, "not closed"),
        (HEAD + '[commands.hands]\nphrases = "hands up"\n', 5, "list of texts"),
        (HEAD + '[words]\nBad = ["x"]\n', 5, "small letters"),
        ('name = "x"\nversion = 3\nextends = "model_policy"\n', 2, "version must be a text"),
        ('version = "1"\nextends = "model_policy"\n', None, "name must be a text"),
        ('name = "x"\nversion = "1"\nextends = "nothing"\n', 3, "no pack 'nothing'"),
        ('name = "x"\nversion = "1"\nextends = "ours.toml"\n', 3, "circle"),
        ('name = "x\n', 1, "not valid TOML"),
        ('name = "x"\nversion = "1"\n', None, "lacks openers"),
        (HEAD + "commands = 3\n", 4, "is a table"),
        (
            HEAD + '[clauses.x]\ntitle = "X"\ntext = "Y"\nlabels = [\n "listening",\n "lisening",\n]\n',
            9,
            "mean 'listening'",
        ),
        (HEAD + '[clauses.x]\ntitle = "X"\ntext = "Y"\nlabels = ["waved"]\n', 7, "needs a table .techniques.waved."),
        (HEAD + '[clauses.x]\ntext = "Y"\n', 4, "title must be a text"),
        (
            HEAD + '[commands.stop]\nclause = "1.2-onevoice"\n',
            5,
            "no clause '1.2-onevoice'; did you mean '1.2-one-voice'",
        ),
        (HEAD + '[techniques.listening]\nphrases = ["...", "* me"]\n', 5, "not with a wildcard"),
        (HEAD + '[techniques.listening]\nsaid_by = ["police"]\n', 5, "said_by names officer"),
        (HEAD + "[thresholds.listening]\nthreshold = 2\n", 5, "a probability"),
        (HEAD + "[camera]\ngrace = -1\n", 5, "grace must be a number"),
        (HEAD + '[camera]\non_from = "always"\n', 5, "on_from is one of"),
        (HEAD + '[[review_form]]\nid = "a"\nquestion = 3\n', 6, "question must be a text"),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    path = pack(tmp_path, text)
    with pytest.raises(ConfigError, match=message) as raised:
        load_policy(path)
    assert raised.value.path == path
    assert raised.value.line == line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_policy(tmp_path / "none.toml")
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_policy(path)


def test_goals_are_shares_of_labels_that_there_are(tmp_path: Path) -> None:
    file = tmp_path / "pack.toml"
    file.write_text('name = "x"\nversion = "1"\nextends = "model_policy"\n[goals]\nlistening = 0.5\nname_asked = 1\n')
    assert load_policy(file).goals == {"listening": 0.5, "name_asked": 1.0}
    assert load_policy().goals == {}, "how often is for an agency to say"
    file.write_text('name = "x"\nversion = "1"\nextends = "model_policy"\n[goals]\nlistening = 50\nlisten = 0.1\n')
    assert [(p.line, p.message.split(";")[0]) for p in check_policy(file)] == [
        (5, "listening must be a share of the reviewed contacts, 0 to 1"), (6, "unknown label 'listen' in [goals]"),
    ]  # fmt: skip
