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
        "\n \r\nReport No,Note\n1,Müller".encode(),
        "id|note\r1|Müller\r".encode("cp1252"),
        "id,note\n1,Müller\n".encode("utf-16-le"),
        "id,note\n1,Müller\n".encode("utf-16-be"),
        "id,note\n1,Müller\n".encode("utf-32"),
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
        (b"id,note\n1,a\0b\n", "row 2: holds a NUL"),
        (b"id,no\0te\n1,a\n", "row 1: holds a NUL"),
        (b"id,note,more\n1,a,\0\n", "row 2: holds a NUL"),
        (b"\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"Calls of May\nid,note\n1,a\n", "row 1: no column for 'number'"),
        (b"Calls of May\nid,note\n1,a\n", "delete what stands above the names of the columns"),
        (b"\nid,id\n1,2\n", "row 2, column 'id': 2 columns"),
        (b'id,note\n1,"a\nb"\n2,a"b\n3,"a"b\n', "row 4: not a CSV table"),
        (b'id,note\n1,a\n2,"' + b"x" * 200_000 + b'"\n', "row 3, column 'note': a cell of more than 131,072 ch"),
        (b'id,note\n1,a\n2,"' + b"x" * 10_000_000 + b'"\n', "row 3, column 'note': a cell of more than 131,072 char"),
        (b'id,note\n1,"a\n' + b"x" * 10_000_000 + b'"\n', "row 2: more than 1,048,576 characters in one line"),
        (b'id,note\n1,"a\n' + b"x" * 200_000 + b'"\n', "row 2: a cell of more than 131,072 characters"),
        (b"id,note\n" + b'"1,1",' * 200_000, "row 2: more than 1,048,576 characters in one line"),
        (b"x" * 10_000_000, "row 1: more than 1,048,576 characters in one line"),
        (b"id,note\n1,a\n2", "row 3: the file ends after 1 of 2 cells: is it cut off?"),
        ("id,note\n1,ü\n2,".encode() + b"\xfc\n", "is UTF-8 up to line 3 and something else, or cut off, there"),
        (b"PK\x03\x04\x14\0\x06\0", "is an Excel workbook or another archive; save the table as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an Excel workbook"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\x1f\x8b\x08\0", "is a compressed file"),
        (b"\xef\xbb\xbf\r\n <html><table>", "is a web page"),
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


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("=1+1", "row 2, column 'note': '=1+1' is a formula; save the table with values in its place"),
        ('"=HYPERLINK(""http://a"",""b"")"', "is a formula"),
        ('"=""0101""&A1"', "is a formula"),
        ("2.025E+11", "row 2, column 'note': '2.025E+11' is a number that a spreadsheet has cut short"),
        ("2,02512E+11", None),
        ("x" * 2001, "row 2, column 'note': 2001 characters in one cell"),
    ],
)
def test_a_text_that_is_not_in_the_file_names_row_and_column(tmp_path: Path, cell: str, says: str | None) -> None:
    (row,) = table(tmp_path / "t.csv", f"id;note\n007;{cell}\n".encode()).rows()
    with pytest.raises(TableError) as error:
        row.text("note")
    assert (says or "cut short") in str(error.value)


@pytest.mark.parametrize(
    ("cell", "text"), [('"=""0101"""', "0101"), ("+1", "+1"), ("@home", "@home"), ("1E5", "1E5"), ("-", "-"), ("", "")]
)
def test_a_text_as_a_spreadsheet_keeps_it(tmp_path: Path, cell: str, text: str) -> None:
    (row,) = table(tmp_path / "t.csv", f"id,note\n007,{cell}\n".encode()).rows()
    assert row.text("note") == text


def test_rows_that_leave_out_their_last_cells_are_no_cut(tmp_path: Path) -> None:
    rows = list(table(tmp_path / "t.csv", b"id,note\n1\n2\n3,a\n4").rows())
    assert [(r["number"], r["note"]) for r in rows] == [("1", ""), ("2", ""), ("3", "a"), ("4", "")]


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    rows = table(tmp_path / "t.csv", b'\nid,note\n\n1,"a\n\nb"\n,\n2,c\n').rows()
    assert [(r.number, r["number"]) for r in rows] == [(4, "1"), (6, "2")]


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


def test_the_separator_is_the_one_under_which_columns_are_known(tmp_path: Path) -> None:
    content = b"id;note;place (street, no, city, zip);x\n1;a;b, c;3,5\n"
    (row,) = table(tmp_path / "t.csv", content).rows()
    assert (row["number"], row["note"]) == ("1", "a")


@pytest.mark.parametrize("above", ["Northfield,\nMay,\n", "Northfield\n\n", "Northfield, calls, May\n"])
@pytest.mark.parametrize("separator", ",;\t")
def test_what_stands_above_the_names_of_the_columns_is_told_with_their_row(
    tmp_path: Path, above: str, separator: str
) -> None:
    rows = "id,note\n1,a\n".replace(",", separator)
    with pytest.raises(TableError) as error:
        list(table(tmp_path / "t.csv", (above + rows).encode()).rows())
    where = above.count("\n") + 1
    assert f"row 1: no column for 'number'; row {where} has it: delete what stands above" in str(error.value)
