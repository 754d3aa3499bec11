from __future__ import annotations

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from pipeline.store import Store
from pipeline.types import Verdict
from review_ui.server.kept import Kept, as_json
from tests.review_ui.conftest import Made


def test_what_is_asked_for_at_once_is_made_once() -> None:
    kept, made, may = Kept(10_000), [], threading.Event()

    def make() -> dict[str, object]:
        made.append(1)
        assert may.wait(120)
        return {"page": {"n": 1}, "why": {"n": 2}}

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(kept.body, name, "state", "page", make) for name in ("page", "why", "page", "why")]
        may.set()
        bodies = [gzip.decompress(one.result()) for one in asked]
    assert bodies == [b'{"n":1}', b'{"n":2}'] * 2
    assert len(made) == 1


def test_another_state_is_made_anew_and_the_oldest_give_way() -> None:
    kept = Kept(most_bytes=300)
    seen = []
    for state in ("a", "b", "c", "a"):
        kept.body(
            "page", state, "page", lambda state=state: seen.append(state) or {"page": [state] * 5 + list(range(60))}
        )
    assert seen == ["a", "b", "c", "a"], "three do not fit"


def test_who_fails_leaves_the_next_one_to_try() -> None:
    kept = Kept(1000)
    with pytest.raises(ValueError, match="not now"):
        kept.body("page", "state", "page", _fails)
    assert gzip.decompress(kept.body("page", "state", "page", lambda: {"page": 1})) == b"1"


def _fails() -> dict[str, object]:
    raise ValueError("not now")


def test_halves_of_letters_stay_readable() -> None:
    assert as_json({"a": "\udc80"}) == b'{"a":"\\udc80"}'


def test_it_goes_out_packed_and_to_an_old_client_as_it_is(client: TestClient, made: Made) -> None:
    packed = client.get(f"/bwc/events/{made.first}", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"/bwc/events/{made.first}", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


def test_a_verdict_makes_a_new_document(client: TestClient, made: Made) -> None:
    before = client.get(f"/bwc/events/{made.first}").json()["findings"]
    with Store(made.path) as store:
        store.add_review(before["id"][1], Verdict.UNSURE, "anna")
    assert client.get(f"/bwc/events/{made.first}").json()["findings"]["verdict"][1] == "unsure"
