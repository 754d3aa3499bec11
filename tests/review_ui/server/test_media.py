from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from pipeline.artifacts import recording_folder
from pipeline.media import review_copy
from review_ui.server.media import VARIANTS, available
from tests.review_ui.conftest import Made

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def with_copy(made: Made) -> Made:
    folder = recording_folder(made.path, made.first)
    folder.mkdir(parents=True)
    (folder / "review.mp4").write_bytes(CONTENT)
    (folder / "secret.txt").write_text("not for the browser")
    (made.path.parent / "outside.mp4").write_bytes(b"outside")
    return made


def test_the_names_are_those_that_the_pipeline_writes() -> None:
    served = {name for files in VARIANTS.values() for name, _ in files}
    written = {review_copy.REVIEW, review_copy.REVIEW_SOUND, review_copy.SILENT, review_copy.PEAKS}
    assert served == written | {review_copy.THUMBNAILS, review_copy.THUMBNAIL_INDEX}


@pytest.mark.parametrize(
    ("wanted", "status", "expected"),
    [
        ("bytes=0-0", 206, CONTENT[:1]),
        ("bytes=1000-1999", 206, CONTENT[1000:2000]),
        ("bytes=-500", 206, CONTENT[-500:]),
        ("bytes=10000-", 206, CONTENT[10000:]),
        ("bytes=99999-", 416, None),
    ],
)
def test_ranges(client: TestClient, with_copy: Made, wanted: str, status: int, expected: bytes | None) -> None:
    answer = client.get(f"/bwc/media/{with_copy.first}/review", headers={"range": wanted})
    assert answer.status_code == status
    if expected is not None:
        assert answer.content == expected
        assert answer.headers["content-type"] == "video/mp4"
        assert answer.headers["cache-control"] == "private, no-store"


def test_sound_only(client: TestClient, made: Made) -> None:
    folder = recording_folder(made.path, made.first)
    folder.mkdir(parents=True)
    (folder / "review.m4a").write_bytes(b"sound")
    answer = client.get(f"/bwc/media/{made.first}/review")
    assert (answer.content, answer.headers["content-type"]) == (b"sound", "audio/mp4")
    assert available(made.first) == {"review": "audio/mp4"}


@pytest.mark.parametrize(
    "path",
    [
        "{id}/silent",
        "{id}/secret.txt",
        "{id}/review.mp4",
        "{id}/..%2foutside.mp4",
        "..%2f..%2foutside.mp4/review",
        "scratch/review",
        "%00/review",
        "{short}/review",
        "AX1041%20first%20part.mp4/review",
    ],
)
def test_nothing_but_the_known_files_of_known_recordings(client: TestClient, with_copy: Made, path: str) -> None:
    wanted = path.format(id=with_copy.first, short=with_copy.first[:12])
    assert client.get(f"/bwc/media/{wanted}").status_code == 404


def test_a_recording_that_is_not_in_the_store_has_no_media(client: TestClient, made: Made) -> None:
    stranger = "f" * 64
    folder = recording_folder(made.path, stranger)
    folder.mkdir(parents=True)
    (folder / "review.mp4").write_bytes(CONTENT)
    assert client.get(f"/bwc/media/{stranger}/review").status_code == 404
