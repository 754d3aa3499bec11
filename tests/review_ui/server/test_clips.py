"""Clips through the screen: ordered under the session's name, cut in a process of their own, handed out and logged."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.file_hash import sha256_of
from pipeline.media.probe import probe
from pipeline.store import Store
from pipeline.types import Recording
from review_ui import clip_jobs
from review_ui.server import clips
from tests.pipeline.media.cut.counted import KINDS, decode, make
from tests.review_ui.conftest import Made
from tests.review_ui.server.test_api import OWN


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    path = make(tmp_path_factory.mktemp("film") / "night watch.mp4", replace(KINDS["plain"], duration=6.0))
    return probe(path, sha256_of(path)).recording


@pytest.fixture
def known(made: Made, film: Recording, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The made film in the store that is shown; its id."""
    monkeypatch.setenv("BWC_SIGNING_KEY", str(tmp_path / "no.key"))
    with Store(made.path) as store:
        store.add_recording(film)
    return film.id


def order(client: TestClient, headers: dict[str, str] = OWN, **body: object) -> tuple[int, dict]:
    answer = client.post("/bwc/clip", content=json.dumps(body).encode(), headers=headers)
    return answer.status_code, answer.json()


def finished(client: TestClient, recording: str) -> list[dict]:
    """The clips, when nothing is on its way any more."""
    for _ in range(3600):
        said = client.get(f"/bwc/clips/{recording}").json()
        if not any(job["state"] in ("waiting", "cutting") for job in said["jobs"]):
            return said["clips"]
        time.sleep(0.05)
    raise AssertionError(said)


def test_a_clip_is_cut_listed_and_handed_out(client: TestClient, made: Made, known: str) -> None:
    status, job = order(client, recording=known, start=1.5, end=4.2, why="=debrief; --out=/tmp/x", kind="exact")
    assert status == 200 and job["state"] in ("waiting", "cutting") and job["who"] == "R. Ortiz"
    (clip,) = finished(client, known)
    assert (clip["start"], clip["end"], clip["kind"], clip["who"]) == (1.5, 4.2, "exact", "R. Ortiz")
    assert clip["why"] == "=debrief; --out=/tmp/x" and any("encoded anew" in remark for remark in clip["remarks"])
    answer = client.get(f"/bwc/clips/{known}/{clip['number']}/{clip['name']}")
    assert answer.status_code == 200 and answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"] == f'attachment; filename="{clip["name"]}"'
    assert "no-store" in answer.headers["cache-control"]
    got = made.path.parent / "got.mp4"
    got.write_bytes(answer.content)
    assert [n for _, n in decode(got).pictures] == list(range(22, 63))
    for name in clip["beside"]:
        assert client.get(f"/bwc/clips/{known}/{clip['number']}/{name}").status_code == 200
    with Store(made.path) as store:
        said = [(row["action"], row["who"], row["subject"]) for row in store.activity(20)]
    assert ("export.clip", "R. Ortiz", known) in said and ("export.download", "R. Ortiz", known) in said
    assert clips.folder() == made.path.with_suffix(".media") / "clips"


def test_the_same_stretch_twice_takes_another_name(client: TestClient, known: str) -> None:
    for _ in range(2):
        assert order(client, recording=known, start=1, end=2.5, audio_only=True)[0] == 200
    names = {clip["name"] for clip in finished(client, known)}
    assert names == {f"night_watch_0h00m01.000_to_0h00m02.500_sound{n}.m4a" for n in ("", "_2")}


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"start": 3, "end": 2}, 409, "an end after its start"),
        ({"start": 0, "end": 1e9}, 409, "no longer than four hours"),
        ({"start": 50, "end": 60}, 409, "the recording ends at 6.0 s"),
        ({"start": "soon", "end": 2}, 400, "cannot be read"),
        ({"start": 1}, 400, "cannot be read"),
        ({"start": float("nan"), "end": 2}, 409, "an end after its start"),
        ({"start": 1, "end": 2, "kind": "best"}, 400, "cannot be read"),
        ({"start": 1, "end": 2, "captions": ["../x"]}, 400, "cannot be read"),
        ({"start": 1, "end": 2, "why": "x" * 501}, 409, "at most 500 letters"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: TestClient, known: str, body: dict[str, object], status: int, says: str
) -> None:
    answered, said = order(client, recording=known, **body)
    assert (answered, says in said["problem"]) == (status, True), said
    assert client.get(f"/bwc/clips/{known}").json() == {"jobs": [], "clips": [], "lists": []}


def test_only_the_screens_own_pages_may_order(client: TestClient, anonymous: TestClient, known: str) -> None:
    body = json.dumps({"recording": known, "start": 1, "end": 2}).encode()
    for headers in ({"origin": "http://elsewhere.example", "x-bwc-write": "1"}, {"origin": OWN["origin"]}):
        assert client.post("/bwc/clip", content=body, headers=headers).status_code == 403
    assert order(client, recording=known[:12], start=1, end=2)[0] == 404
    client.cookies.clear()
    for address in (f"/bwc/clips/{known}", f"/bwc/clips/{known}/1/x.mp4"):
        assert anonymous.get(address).status_code == 401


def test_a_missing_source_is_told_and_what_fails_is_named(client: TestClient, made: Made, known: str) -> None:
    assert "bring it back" in order(client, recording=made.first, start=1, end=2)[1]["problem"]
    assert order(client, recording=known, start=1, end=2, captions=["vtt"])[0] == 200
    assert finished(client, known) == []
    (job,) = client.get(f"/bwc/clips/{known}").json()["jobs"]
    assert job["state"] == "failed" and "never transcribed" in job["problem"]
    assert [p.name for p in clips.folder().iterdir()] == []


def test_nothing_but_clips_of_the_screen_is_handed_out(client: TestClient, made: Made, known: str) -> None:
    order(client, recording=known, start=1, end=2.5)
    (clip,) = finished(client, known)
    place = f"/bwc/clips/{known}/{clip['number']}"
    for name in ("..%2f..%2fbwc.db", "bwc.db", "%2e%2e", f"{clip['name']}.part"):
        assert client.get(f"{place}/{name}").status_code == 404
    assert client.get(f"/bwc/clips/{made.first}/{clip['number']}/{clip['name']}").status_code == 404
    assert client.get(f"/bwc/clips/{known}/999/{clip['name']}").status_code == 404


def test_a_clip_can_be_stopped_and_leaves_nothing(client: TestClient, known: str) -> None:
    _, job = order(client, recording=known, start=0, end=6)
    client.post("/bwc/clip/stop", content=json.dumps({"recording": known, "job": job["job"]}).encode(), headers=OWN)
    for _ in range(3600):
        process = clips.JOBS.of(known)[0].process
        if process is None or process.poll() is not None:
            break
        time.sleep(0.05)
    assert clips.JOBS.of(known)[0].state == "stopped"
    assert not [p for p in clips.folder().rglob("*") if p.suffix in (".mp4", ".json", ".html")]


def test_a_persons_words_can_be_no_option() -> None:
    made = clip_jobs.command(
        Path("s.db"), "a" * 64, 1, 2, Path("x.mp4"), "--store=/etc/passwd", kind="exact", why="--overwrite"
    )
    assert "--overwrite" not in made and "--who=--store=/etc/passwd" in made and "--why=--overwrite" in made
