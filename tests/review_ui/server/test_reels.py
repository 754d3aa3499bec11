"""Debrief reels through the screen: lists are begun, filled, saved and made, and only by whoever may."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipeline.redaction.plan import Key, Plan, Region
from pipeline.redaction.versions import save
from pipeline.reels.reel import read_reel
from pipeline.store import Store
from pipeline.types import Recording, Span
from review_ui import reel_lists, stores
from tests.pipeline.reels import made
from tests.review_ui.server.test_api import OWN


@pytest.fixture
def cameras(tmp_path: Path, client: TestClient) -> tuple[Recording, Recording, str]:
    path, one, two, finding = made.fill(tmp_path)
    stores.use(path)
    return one, two, finding


def post(client: TestClient, address: str, **body: object) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/bwc/reel/{address}", content=json.dumps(body).encode(), headers=OWN)
    return answer.status_code, answer.json()


def lists_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("*.toml"))


def test_a_list_is_begun_with_what_was_confirmed_and_used_again(
    client: TestClient, cameras: tuple[Recording, Recording, str]
) -> None:
    said = client.get("/bwc/reel").json()
    assert [(c["label"], c["count"]) for c in said["confirmed"]] == [("listening", 1)] and said["lists"] == []
    status, said = post(client, "begin", name="../../spring day", label="listening", beside=True)
    assert (status, said["name"]) == (200, "spring day")
    (clip,) = said["reel"]["clip"]
    assert (clip["recording"], clip["beside"], clip["name"]) == (cameras[0].id, "", "cam one.mp4")  # two began later
    assert [(o["recording"], o["offset"]) for o in clip["others"]] == [(cameras[1].id, -made.OFFSET)]
    assert post(client, "begin", name="spring day")[0] == 412
    status, said = post(client, "begin", name="autumn", like="spring day")
    assert said["reel"]["clip"][0]["finding"] == cameras[2]
    assert client.get("/bwc/reel").json()["lists"] == ["autumn", "spring day"]
    with Store(stores.path()) as store:
        assert {row["action"] for row in store.activity(2)} == {"reel.list"}


def test_clips_are_added_ordered_given_words_and_saved(
    client: TestClient, cameras: tuple[Recording, Recording, str]
) -> None:
    one, _, finding = cameras
    assert post(client, "add", name="day", finding=finding, start=2.5, end=4.5, recording=one.id)[0] == 200
    status, said = post(client, "add", name="day", recording=one.id, start=0.5, end=2)
    assert status == 200
    first, second = said["reel"]["clip"]
    assert (first["start"], first["end"], first["label"], first["look_for"]) == (
        2.5, 4.5, "listening", "Listens: asks and waits",
    )  # fmt: skip
    reel = said["reel"] | {"clip": [second | {"title": "<b>Hands</b>", "questions": ["Who?", "When?"]}, first]}
    status, saved = post(client, "save", name="day", sha256=said["sha256"], reel=reel)
    assert status == 200
    kept = read_reel(reel_lists.folder(Store(stores.path())) / "day.toml")
    assert [c.title for c in kept.clips] == ["<b>Hands</b>", first["title"]] and kept.clips[0].questions[1] == "When?"
    assert post(client, "save", name="day", sha256=said["sha256"], reel=reel)[0] == 412, "it was saved in between"
    assert client.get("/bwc/reel/list/day").json()["sha256"] == saved["sha256"]


def test_a_clip_is_covered_by_the_plan_as_it_is_now(
    client: TestClient, cameras: tuple[Recording, Recording, str]
) -> None:
    one, _, _ = cameras
    said = post(client, "add", name="day", recording=one.id, start=0.5, end=2)[1]
    covered = said["reel"] | {"clip": [said["reel"]["clip"][0] | {"redaction": reel_lists.AS_PLANNED}]}
    status, problem = post(client, "save", name="day", sha256=said["sha256"], reel=covered)
    assert status == 409 and "nothing is to be covered" in problem["problem"]
    with Store(stores.path()) as store:
        save(store, one.id, Plan("", (Region(Span(0, 6), (Key(0, 0.2, 0.2, 0.4, 0.4),)),)), "kim", 0)
        folder = reel_lists.folder(store)
    assert client.get("/bwc/reel/list/day").json()["reel"]["clip"][0]["planned"] == 1
    status, said = post(client, "save", name="day", sha256=said["sha256"], reel=covered)
    plan = f"plan of {one.id[:16]} version 1.toml"
    assert said["reel"]["clip"][0]["redaction"] == plan and lists_in(folder) == ["day.toml", plan]
    assert client.get("/bwc/reel").json()["lists"] == ["day"], "a plan is no list"


def test_film_and_page_are_made_and_handed_out(client: TestClient, cameras: tuple[Recording, Recording, str]) -> None:
    said = post(client, "add", name="day", finding=cameras[2])[1]
    assert post(client, "begin", name="empty")[0] == 200
    assert "no clip" in post(client, "make", name="empty")[1]["problem"]
    small = said["reel"] | {"width_px": 96, "height_px": 96, "rate_hz": 5, "card": 0.5}
    said = post(client, "save", name="day", sha256=said["sha256"], reel=small)[1]
    status, said = post(client, "make", name="day", why="--overwrite")
    assert status == 200 and said["jobs"][0]["state"] in ("waiting", "cutting")
    for _ in range(3000):
        said = client.get("/bwc/reel/list/day").json()
        if not any(job["state"] in ("waiting", "cutting") for job in said["jobs"]):
            break
        time.sleep(0.1)
    assert said["jobs"] == []
    assert [film["kind"] for film in said["films"]] == ["debrief", "reel"]
    film = client.get(f"/bwc/exports/{said['films'][1]['number']}/file")
    assert film.status_code == 200 and film.content[4:8] == b"ftyp"
    with Store(stores.path()) as store:
        assert "export.download" in {row["action"] for row in store.activity(3)}


def test_an_earlier_version_is_taken_up_again_and_nothing_is_lost(
    client: TestClient, cameras: tuple[Recording, Recording, str]
) -> None:
    one, two, _ = cameras
    post(client, "add", name="day", recording=one.id, start=0.5, end=2)
    said = post(client, "add", name="day", recording=two.id, start=1, end=2)[1]
    status, said = post(client, "save", name="day", sha256=said["sha256"], reel=said["reel"] | {"clip": []})
    assert status == 200
    told = [(v["version"], v["said"]) for v in said["versions"]]
    assert told == [(3, "2 clips left out"), (2, "1 clip added"), (1, "begun, 1 clip")]
    assert post(client, "earlier", name="day", sha256="0" * 64, version=2)[0] == 412
    status, said = post(client, "earlier", name="day", sha256=said["sha256"], version=2)
    assert status == 200 and [c["recording"] for c in said["reel"]["clip"]] == [one.id, two.id]
    assert said["versions"][0]["said"] == "version 2 taken up again" and len(said["versions"]) == 4
    assert post(client, "earlier", name="day", sha256=said["sha256"], version=9)[0] == 409
    assert post(client, "earlier", name="day", sha256=said["sha256"], version="x")[0] == 400
    assert post(client, "earlier", name="night", sha256="", version=1)[0] == 409


def test_a_list_that_was_changed_by_hand_is_kept_before_it_is_saved_over(
    client: TestClient, cameras: tuple[Recording, Recording, str]
) -> None:
    said = post(client, "add", name="day", recording=cameras[0].id, start=0.5, end=2)[1]
    path = Path(said["file"])
    path.write_text(path.read_text().replace('title = "day"', 'title = "by hand"', 1))
    said = client.get("/bwc/reel/list/day").json()
    said = post(client, "save", name="day", sha256=said["sha256"], reel=said["reel"] | {"title": "day two"})[1]
    assert [(v["who"], v["said"]) for v in said["versions"]][:2] == [
        ("R. Ortiz", "title or form changed"), (reel_lists.BY_FILE, "found in the folder of lists"),
    ]  # fmt: skip
    said = post(client, "earlier", name="day", sha256=said["sha256"], version=2)[1]
    assert said["reel"]["title"] == "by hand"


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("begin", {"name": "//"}, 409),
        ("begin", {"name": "day", "label": "nothing so called"}, 409),
        ("begin", {"name": "day", "like": "../bwc"}, 409),
        ("begin", {}, 400),
        ("add", {"name": "day", "recording": "x", "start": 3, "end": 2}, 409),
        ("add", {"name": "day", "finding": "0" * 20}, 409),
        ("save", {"name": "day", "sha256": "", "reel": {"clip": [{"redaction": "/etc/passwd"}]}}, 409),
        ("save", {"name": "day", "sha256": "", "reel": {"shell": "x"}}, 409),
        ("save", {"name": "day", "sha256": "", "reel": 3}, 400),
        ("make", {"name": "day"}, 409),
        ("stop", {"name": "day", "job": "x"}, 409),
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: TestClient, cameras: tuple[Recording, Recording, str], address: str, body: dict[str, object], status: int
) -> None:
    answer = post(client, address, **body)
    assert answer[0] == status and "\n" not in answer[1]["problem"]
    assert client.get("/bwc/reel").json()["lists"] == []
    assert client.get("/bwc/reel/list/..%2fbwc").status_code == 404
