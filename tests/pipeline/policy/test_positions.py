from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.positions import lines_of
from pipeline.policy.source import SHIPPED

TEXT = '''# a comment with [brackets] = "and more"
name = "x"   # said here

[a."b.c"]
list = [
  "one, [two]", # not an end ]
  "three",
  ['deep', { k = 1 }],
]
plain.dotted = { inner = "v", other = [1,
 2] }
text = """
[not.a.table]
key = 1
"""
[[rows]]
id = 1
[[rows]]
id = 2
'''


def test_every_key_and_item_has_its_line() -> None:
    lines = lines_of(TEXT)
    assert lines[("name",)] == 2
    assert lines[("a", "b.c")] == 4
    assert lines[("a", "b.c", "list")] == 5
    assert [lines[("a", "b.c", "list", n)] for n in range(3)] == [6, 7, 8]
    assert lines[("a", "b.c", "plain", "dotted", "inner")] == 10
    assert lines[("a", "b.c", "plain", "dotted", "other", 1)] == 11
    assert lines[("a", "b.c", "text")] == 12
    assert ("not", "a", "table") not in lines
    assert (lines[("rows", 0, "id")], lines[("rows", 1, "id")]) == (17, 19)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda p: p.name)
def test_shipped_files_have_a_line_for_everything(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    lines = lines_of(text)

    def look(value: object, at: tuple[str | int, ...]) -> None:
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, child in children:
            assert (*at, key) in lines or isinstance(child, dict | list)
            look(child, (*at, key))

    look(tomllib.loads(text), ())


KEYS = st.text("abcdefghij-_", min_size=1, max_size=6)
VALUES = st.recursive(
    st.text("ab\"'\\#[]{}=\n ", max_size=8).map(
        lambda s: '"' + s.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "\n]"),
    max_leaves=5,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_file(said: dict[str, str]) -> None:
    text = "\n".join(f"{key} = {value}" for key, value in said.items())
    tomllib.loads(text)
    lines = lines_of(text)
    at = 1
    for key, value in said.items():
        assert lines[(key,)] == at
        at += value.count("\n") + 1
