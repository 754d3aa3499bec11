"""CSV files as other systems write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import TableError
from pipeline.table_file import TableFile, plain_name

ACCEPTED = {"number": ("Report No", "id"), "note": ("note",)}


def table(path: Path, content: bytes) -> TableFile:
    path.write_bytes(content)
    return TableFile(path, ACCEPTED, ("number",), section="here")


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffReport No,Note\n1,Müller\n".encode(),
        "REPORT_NO;note\r\n1;Müller\r\n".encode("latin-1"),
        "report no.\tNote\n\n1\tMüller\n\t\n".encode("utf-16"),
        "sep=;\nid;Note\n1;Müller\n".encode("cp1252"),
        '"Report ""No""",Note\n1,"Müller"\n'.encode(),
    ],
)
def test_encodings_separators_and_names_do_not_matter(tmp_path: Path, content: bytes) -> None:
    (row,) = table(tmp_path / "t.csv", content).rows()
    assert (row["number"], row["note"]) == ("1", "Müller")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"a,b\n1,2\n", "no column for 'number'; looked for 'Report No', 'id'; name yours in [here]; the file has 'a'"),
        (b"id,note\n1,a,b\n", "row 2: 3 cells under 2 columns"),
        (b"id,note\n,x\n", "row 2, column 'id': is empty"),
        (b'id,note\n1,"open\n', "not a CSV table"),
        (b"id,id,note\n1,2,3\n", "row 1, column 'id': 2 columns have this name"),
        (b"id,note\n1,a\0b\n", "NUL"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(TableError) as error:
        list(table(tmp_path / "t.csv", content).rows())
    assert says in str(error.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        list(TableFile(tmp_path / "none.csv", ACCEPTED).rows())


def test_cells_stay_text_formulas_too(tmp_path: Path) -> None:
    (row,) = table(tmp_path / "t.csv", b"id,note\n007,=1+1\n").rows()
    assert (row["number"], row["note"]) == ("007", "=1+1")


def test_a_second_reading_starts_from_the_top(tmp_path: Path) -> None:
    one = table(tmp_path / "t.csv", b"id,note\n1,a\n2,b\n")
    assert [r.number for r in one.rows()] == [r.number for r in one.rows()] == [2, 3]


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=99).map(lambda b: b"\xff\xfe" + b)))
def test_any_bytes_give_rows_or_one_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    try:
        rows = list(table(tmp_path_factory.getbasetemp() / "any.csv", content).rows())
    except TableError as error:
        assert "\n" not in str(error)[:60]
    else:
        assert all(row["number"] for row in rows)


def test_names_are_compared_plain() -> None:
    assert plain_name(" Force_Type(s): ") == plain_name("force types") == "force types"
