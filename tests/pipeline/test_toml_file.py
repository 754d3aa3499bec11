"""TOML files that people write: what cannot be read or would not be read is refused in one line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BwcError, ClipError, ConfigError
from pipeline.toml_file import check_entries, quoted, read_toml, rows_at, toml_of


def test_the_mark_before_the_text_that_some_editors_write(tmp_path: Path):
    path = tmp_path / "list.toml"
    path.write_text('title = "a"\n', encoding="utf-8-sig")
    assert read_toml(path) == {"title": "a"}


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"a = 1\nb =\n", 2, "is not valid TOML"),
        (b'a = "x', None, "is not valid TOML"),
        ("a = 'é'".encode("latin-1"), None, "is no text in UTF-8"),
        ('a = "x"'.encode("utf-16"), None, "is no text in UTF-8"),
        (b"a = 1\na = 2\n", 2, "is not valid TOML"),
    ],
)
def test_what_is_no_toml(data: bytes, line: int | None, says: str, tmp_path: Path):
    path = tmp_path / "list.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=says) as raised:
        read_toml(path)
    assert raised.value.line == line
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("there", [False, True], ids=["no such file", "a folder"])
def test_what_cannot_be_opened(there: bool, tmp_path: Path):
    path = tmp_path / "list.toml"
    if there:
        path.mkdir()
    with pytest.raises(ClipError, match=r"list\.toml: cannot be read \("):
        toml_of(path, ClipError)


def test_an_entry_that_nobody_reads():
    check_entries({"clip": []}, ("clip",), "a.toml", ClipError)
    with pytest.raises(ClipError, match=r"^a.toml, clip 2: no entry is called 'fromm'; there are: from, to$"):
        check_entries({"to": 1, "fromm": 2}, ("from", "to"), "a.toml, clip 2", ClipError)


@pytest.mark.parametrize("wrong", [1, "x", {"a": 1}, [1], [{"a": 1}, "x"]])
def test_rows_that_are_none(wrong: object):
    with pytest.raises(BwcError, match=r"^a.toml: clip is written as \[\[clip\]\]$"):
        rows_at({"clip": wrong}, "clip", "a.toml", BwcError)


def test_rows():
    assert rows_at({}, "clip", "a.toml", BwcError) == []
    assert rows_at({"clip": [{"a": 1}]}, "clip", "a.toml", BwcError) == [{"a": 1}]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_comes_back_as_it_was(text: str):
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}
