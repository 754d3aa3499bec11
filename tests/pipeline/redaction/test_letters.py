from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import UnwritableText
from pipeline.redaction import letters
from pipeline.redaction.letters import Ink, font_file, runs_right_to_left, shaped, unwritable
from pipeline.redaction.marks import Row, text_stamp, width_of, wrapped
from pipeline.redaction.plain_text import plain

SIZE = 40
HEBREW, ARABIC = "שלום 12", "سلام"
SEEN = {HEBREW: "12 םולש", ARABIC: "\ufee1\ufefc\ufeb3"}
"""What stands from left to right: Hebrew turned around, its number not; Arabic in its joined forms (UAX 9; the code
charts' presentation forms: meem alone, lam with alef at the end, seen at the beginning)"""


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """What is known of this machine is looked up anew, before and after."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    letters.lays_out.cache_clear()
    letters.installed_fonts.cache_clear()
    font_file.cache_clear()


def letter_by_letter(text: str, font: Path) -> Ink:
    """Drawn from left to right as it is written, nothing turned and nothing joined."""
    image = Image.new("L", (400, 80))
    drawn = ImageFont.truetype(str(font), SIZE, layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(image).text((10, 50), text, 255, drawn, anchor="ls")
    return np.asarray(image)


def ours(text: str) -> Ink:
    ink = np.zeros((80, 400), np.uint8)
    letters.draw(ink, text, 10, 50, SIZE, right_to_left=runs_right_to_left(text))
    return ink


@pytest.mark.parametrize("text", [HEBREW, ARABIC])
def test_scripts_from_the_right_are_drawn_as_they_are_read_or_refused(text: str) -> None:
    if unwritable(text):
        with pytest.raises(UnwritableText, match="install"):
            text_stamp(text, SIZE, 400)
        return
    font = font_file(frozenset(text.replace(" ", "")) | frozenset(SEEN[text].replace(" ", "")))
    assert font is not None
    apart = np.abs(ours(text).astype(int) - letter_by_letter(SEEN[text], font)).mean()
    as_stored = np.abs(ours(text).astype(int) - letter_by_letter(text, font)).mean()
    assert apart < as_stored / 5
    assert as_stored > 2


def test_a_line_of_two_directions_keeps_the_order_of_its_paragraph() -> None:
    said = "officer: " + HEBREW
    if unwritable(said):
        pytest.skip("nothing here draws Hebrew")
    font = font_file(frozenset(said.replace(" ", "")))
    assert font is not None
    assert np.abs(ours(said).astype(int) - letter_by_letter("officer: 12 םולש", font)).mean() < 1


def test_lines_that_begin_at_the_right_stand_at_the_right() -> None:
    if unwritable(HEBREW):
        pytest.skip("nothing here draws Hebrew")
    ink = text_stamp(f"{HEBREW} {HEBREW}\n{HEBREW}\nofficer", SIZE, 400)[:, :, 0] > 128
    lines = np.array_split(ink[: round(3 * SIZE * 1.3)], 3)
    wide, turned, plainly = (np.flatnonzero(line.any(axis=0)) for line in lines)
    assert abs(turned[-1] - wide[-1]) <= 4
    assert turned[0] > wide[0] + SIZE
    assert abs(plainly[0] - wide[0]) <= 6


def test_what_the_built_in_font_holds_is_left_to_it() -> None:
    assert not any(
        shaped(text) for text in ("Officer 7", "Straße, ș", "Жук", "Ωμ", "警察", "こんにちは", "한국", "✓ 😀 → “…”")
    )
    assert all(shaped(text) for text in (HEBREW, "٣", "สวัสดี", "नमस्ते", "ქართული", "Unit א"))
    assert not unwritable("Officer 7: 警察 😀")


def test_without_a_font_the_letters_are_named_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "lays_out", lambda: True)
    monkeypatch.setattr(letters, "_font_folders", lambda: iter(()))
    letters.installed_fonts.cache_clear()
    font_file.cache_clear()
    assert unwritable("Officer\nสวัสดี") == (
        "no font that is installed here holds all Thai letters of it: install one, as Noto Sans"
    )
    with pytest.raises(UnwritableText, match="Hebrew"):
        text_stamp("unit א", 20, 300)
    assert text_stamp("unit 7", 20, 300).any()


def test_without_the_library_of_directions_nothing_is_drawn_in_the_wrong_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters.features, "check", lambda feature: False)
    letters.lays_out.cache_clear()
    assert "FriBiDi" in unwritable("unit א ب")
    assert unwritable("unit א ب").startswith("Arabic and Hebrew letters")
    with pytest.raises(UnwritableText):
        width_of(Row("א", True), 20)


def test_a_damaged_font_file_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.ttf").write_bytes(b"\0\1\0\0nothing")
    monkeypatch.setattr(letters, "lays_out", lambda: True)
    monkeypatch.setattr(letters, "_font_folders", lambda: iter((tmp_path,)))
    letters.installed_fonts.cache_clear()
    font_file.cache_clear()
    assert "Hebrew" in unwritable("א")


def test_a_word_that_is_cut_keeps_its_marks() -> None:
    decomposed = "x\u0327\u0331" * 40
    rows = wrapped(decomposed, 20, 120)
    assert len(rows) > 1
    assert not any(row.text[0] in "\u0327\u0331" for row in rows)
    assert "".join(row.text for row in rows) == decomposed


def test_joiners_stay_where_they_spell_and_steering_marks_never() -> None:
    assert plain("می\u200cخواهم") == "می\u200cخواهم"
    assert plain("क\u094d\u200dष") == "क\u094d\u200dष"
    assert plain("a\u200db\u200c \u202eevil\u202c\u2066x\u2069\x07") == "ab evilx"


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab 1אבسلका์ท\u0301\u200c\u202e\n😀€", max_size=30))
def test_any_text_is_drawn_or_refused(text: str) -> None:
    if unwritable(plain(text.replace("\n", " "))):
        return
    stamp = text_stamp(text, 16, 200)
    assert stamp.shape[0] % 2 == stamp.shape[1] % 2 == 0
    assert stamp.shape[1] <= 200 + 16
