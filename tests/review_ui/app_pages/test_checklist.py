from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from pipeline.assemble import assemble
from pipeline.config import Settings
from pipeline.run import analyse_transcript
from pipeline.store import Store
from pipeline.transcripts import read_transcript
from pipeline.types import Recording
from review_ui import plain, stores, who
from review_ui.app_pages import checklist
from review_ui.server.sessions import Identity
from tests.review_ui.app_pages.test_pages import said
from tests.review_ui.large_store import ID, fill

SCRIPT = Path(stores.__file__).with_name("ui.py")
LINES = """{"t_start": 0, "t_end": 3, "speaker": "o", "role": "officer", "text": "I'm Officer Dunn. What's your name?"}
{"t_start": 4, "t_end": 5, "speaker": "c", "role": "civilian", "text": "Ruth <b>X</b>."}
{"t_start": 6, "t_end": 9, "speaker": "o", "role": "officer", "text": "Take your time."}
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    monkeypatch.setattr(who, "signed_in", lambda: Identity("R. Ortiz"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "said.jsonl"
    path.write_text(LINES, encoding="utf-8")
    with Store(tmp_path / "bwc.db") as store:
        plan = assemble(Settings(), read_transcript(path), media=False)
        assert analyse_transcript(Recording("f" * 64, path, 20.0), store, plan).problem is None
    stores.use(tmp_path / "bwc.db")

    def run(subject: str) -> AppTest:
        test = AppTest.from_file(str(SCRIPT), default_timeout=240)
        test.query_params["c"] = subject
        return test.run()

    return run


def keep(test: AppTest) -> Button:
    return next(button for button in test.button if button.label == "Keep this answer")


def test_sequence_and_checklist(page: Callable[..., AppTest]) -> None:
    test = page("f" * 64)
    assert not test.exception
    assert test.title[0].value == plain.as_text("said.jsonl")
    assert "First contact at 0:00." in test.text[0].value
    labels = [e.label for e in test.expander]
    assert any("1.2-pace" in label and "green-badge[found]" in label for label in labels)
    assert any("1.2-distance" in label and "needs a person" in label for label in labels)


def test_an_answer_is_kept(page: Callable[..., AppTest]) -> None:
    test = page("f" * 64)
    test.radio[0].set_value("in part")
    test.text_input[1].set_value("one officer mostly")
    keep(test).click().run()
    assert not test.exception
    with Store(stores.path()) as store:
        (answer,) = store.answers("f" * 64)
    assert (answer.answer, answer.comment, answer.reviewer) == ("in part", "one officer mostly", "R. Ortiz")
    assert "answered: in part" in test.expander[0].label


def test_no_answer_chosen(page: Callable[..., AppTest]) -> None:
    test = page("f" * 64)
    keep(test).click().run()
    assert "Choose an answer" in test.warning[0].value


def test_nothing_there(page: Callable[..., AppTest]) -> None:
    assert "not in the store" in said(page("0" * 64))


def test_the_chart_is_drawn_and_a_recording_alone_has_no_joined_transcript(page: Callable[..., AppTest]) -> None:
    test = page("f" * 64)
    assert not test.exception
    assert not any("Transcript of all cameras" in expander.label for expander in test.expander)
    kinds = [element.type for element in test.main]
    assert kinds.count("image") == 1


def test_what_was_found_stands_beside_its_clause_as_text(page: Callable[..., AppTest]) -> None:
    labels = [expander.label for expander in page("f" * 64).expander]
    names = next(label for label in labels if "1.2-names" in label)
    assert "officer's name given 1" in names and "<b>" not in names


def test_a_long_transcript_comes_in_parts_and_a_clause_with_its_first_findings(
    page: Callable[..., AppTest], tmp_path: Path
) -> None:
    fill(tmp_path / "large.db", findings=1000, turns=1000)
    stores.use(tmp_path / "large.db")
    test = page(ID)
    assert not test.exception
    (part,) = test.selectbox
    assert len(part.options) > 1 and part.options[0].endswith(", turn 1")
    first = spoken(test)
    assert first.count("<br>") == checklist.LINES_AT_ONCE - 1
    part.select_index(len(part.options) - 1).run()
    assert spoken(test) != first and spoken(test).count("<br>") < checklist.LINES_AT_ONCE
    lists = [html.value for html in test.get("html") if html.value.startswith("<a ") and "<b>" not in html.value]
    assert lists and all(one.count("<a ") == checklist.SHOWN for one in lists)


def spoken(test: AppTest) -> str:
    """The part of the transcript that stands in the page."""
    return next(str(html.value) for html in test.get("html") if html.value.startswith("<a ") and "<b>" in html.value)
