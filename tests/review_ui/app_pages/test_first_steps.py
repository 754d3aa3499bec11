"""The first page: no store, an empty one, a folder that is looked over, and an analysis that is started and stopped."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipeline import running
from pipeline.accounts import Account, Duty
from pipeline.errors import StoreError
from pipeline.store import Store
from review_ui import analysis_jobs, stores, who
from review_ui.server.sessions import Identity
from tests.review_ui.app_pages.test_pages import SCRIPT

Page = Callable[..., AppTest]
ALONE = Identity("R. Ortiz")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    def opened(person: Identity = ALONE) -> AppTest:
        monkeypatch.setattr(who, "signed_in", lambda: person)
        test = AppTest.from_file(str(SCRIPT), default_timeout=240).run()
        assert not test.exception
        return test

    return opened


@pytest.fixture(params=["no store", "an empty store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "bwc.db"
    if request.param == "an empty store":
        Store(path).close()
        stores.use(path)
    else:
        with pytest.raises(StoreError):
            stores.use(path)
    yield path


def sound(path: Path, seconds: float) -> None:
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(seconds * 16000)))


def look(test: AppTest, folder: str) -> AppTest:
    test.text_input(key="folder to analyse").set_value(folder)
    (button,) = [b for b in test.button if b.label == "See what is in it"]
    return button.click().run()


def test_it_says_what_to_type_and_where_the_samples_are(page: Page, store: Path) -> None:
    typed = [block.value for block in page().code]
    assert typed[0] == "bwc analyze FOLDER --store bwc.db"
    assert typed[1].startswith("bwc demo --port ")


def test_whoever_has_an_account_names_no_folder(page: Page, store: Path) -> None:
    test = page(Identity("admin", Account("admin", Duty.ADMIN)))
    assert len(test.text_input) == 0 and test.code[0].value.startswith("bwc analyze")


@pytest.mark.parametrize(
    ("folder", "says"),
    [("no such folder", "There is nothing at"), ("empty", "no recordings in"), ("", "Say which folder")],
)
def test_a_folder_that_holds_nothing_is_said(page: Page, store: Path, folder: str, says: str) -> None:
    (store.parent / "empty").mkdir()
    test = look(page(), str(store.parent / folder) if folder else "")
    assert says in test.warning[0].value
    assert "start" not in [b.key for b in test.button]


def test_a_folder_is_looked_over_then_analysed_in_a_process_of_its_own(
    page: Page, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = store.parent / "cards"
    sound(cards / "one <b>.wav", 90.0)
    sound(cards / "two.wav", 45.0)
    (cards / "text.mp4").write_text("this is a text")
    monkeypatch.setattr(analysis_jobs, "_JOBS", [])
    monkeypatch.setattr(
        analysis_jobs, "_command", lambda paths, store: ["sleep", "60"]
    )  # the analysis itself has its own tests
    test = look(page(), f"'{cards}'")
    said = "\n".join(one.value for one in test.text)
    assert "3 recordings, 2 min 15 s" in said and "text.mp4" in said
    (start,) = [b for b in test.button if b.key == "start"]
    assert start.label == "Analyse these 3 files"
    test = start.click().run()
    assert analysis_jobs.starting()
    assert any("The first analysis is running" in one.value for one in test.markdown)
    (job,) = analysis_jobs._JOBS
    job.process.kill()
    job.process.wait()


def test_the_analysis_that_is_started_is_the_one_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_jobs, "_JOBS", [])
    (tmp_path / "-odd name.mp4").write_text("this is a text")
    store = tmp_path / "bwc.db"
    analysis_jobs.start([str(tmp_path)], store)
    for _ in range(3000):
        if not analysis_jobs.starting():
            break
        time.sleep(0.1)
    with Store(store, create=False) as opened:
        (file,) = opened.files(failed_only=True)
    assert "is text" in str(file.problem)
    (ended,) = analysis_jobs.ended()
    assert ended.code == 1 and "is text" in ended.line
    analysis_jobs.told(ended.number)
    assert analysis_jobs.ended() == [] and running.analyses(store) == []
