from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from starlette.testclient import TestClient

from pipeline.store import Store
from pipeline.types import Curve, Evidence, Span, StepState
from review_ui import curves, timeline
from tests.review_ui import made_store
from tests.review_ui.conftest import Made


def unpacked(body: bytes) -> dict[str, Any]:
    """Name -> the values as the browser reads them, NaN where nothing was measured."""
    (length,) = struct.unpack_from("<I", body)
    at, read = 4 + length, {}
    for one in json.loads(body[4:at]):
        steps = np.frombuffer(body, np.uint8, one["count"], at).astype(float)
        at += one["count"]
        values = one["low"] + (steps - 1) / 254 * (one["high"] - one["low"])
        read[one["name"]] = np.where(steps == 0, np.nan, values)
    assert at == len(body)
    return read


def curve(values: object, rate_hz: float = 10.0) -> Curve:
    return Curve(rate_hz, 0.0, np.asarray(values, np.float32))


measured = st.floats(-200, 50, width=32) | st.just(float("nan"))


@given(arrays.arrays(np.float32, st.integers(0, 80), elements=measured))
def test_every_value_comes_back_within_half_a_step_and_what_was_not_measured_as_such(values: Any) -> None:
    read = unpacked(curves.packed([curves.Packed("loudness", curve(values), -70.0, 0.0)]))["loudness"]
    assert np.array_equal(np.isnan(read), np.isnan(values))
    assert np.nanmax(np.abs(read - np.clip(values, -70.0, 0.0)), initial=0.0) <= 70 / 254 / 2 + 1e-4


def test_several_curves_follow_each_other() -> None:
    both = [curves.Packed("a", curve([0.0, 1.0]), 0.0, 1.0), curves.Packed("b", curve([4.0]), 0.0, 8.0)]
    read = unpacked(curves.packed(both))
    assert read["a"].tolist() == [0.0, 1.0]
    assert read["b"] == pytest.approx([4.0], abs=8 / 254)
    assert unpacked(curves.packed([])) == {}


def test_orders_a_minute_are_counted_over_thirty_seconds() -> None:
    orders = [Span(at, at + 1.0) for at in (60.0, 65.0, 70.0)]
    rate = unpacked(curves.packed([curves.of_orders(orders, Span(0.0, 200.0))]))["rate"]
    assert rate[65] == pytest.approx(6.0)
    assert rate[120] == 0.0


def test_effort_is_averaged_over_what_was_measured_around() -> None:
    one_high = curves.smoothed(curve([0.0, 0.0, 0.9, 0.0, 0.0, np.nan, np.nan, np.nan, 0.6]), 0.5)
    assert one_high.values == pytest.approx([0.3, 0.225, 0.18, 0.225, 0.3, *[np.nan] * 3, 0.6], nan_ok=True, abs=1e-6)


def measure(made: Made) -> None:
    first = made.recordings["first"]
    heard = Evidence(first, level=curve([-20.0, float("nan"), -60.0], 20.0), vocal_effort=curve([0.9, float("nan")]))
    with Store(made.path) as store:
        store.save_step(made_store.run(first.id, "scan"), heard, ("level",), [])
        store.save_step(made_store.run(first.id, "vocal_effort"), heard, ("vocal_effort",), [])


def test_a_recordings_curves_over_the_route(made: Made, client: TestClient) -> None:
    measure(made)
    answer = client.get(f"/bwc/curves/{made.recordings['first'].id}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
    read = unpacked(answer.content)
    assert read["loudness"] == pytest.approx([-20.0, np.nan, -60.0], abs=0.2, nan_ok=True)
    assert read["effort"] == pytest.approx([0.9, np.nan], abs=0.003, nan_ok=True)
    assert read["rate"][39] == pytest.approx(6.0), "three orders between 36.5 and 39.1 s"
    assert client.get("/bwc/curves/no-such-recording").status_code == 404


def test_what_was_not_measured_is_not_there_and_its_lane_says_why(made: Made, client: TestClient) -> None:
    text = made.recordings["text"]
    assert unpacked(client.get(f"/bwc/curves/{text.id}").content) == {}
    with Store(made.path) as store:
        failed = made_store.run(made.recordings["first"].id, "vocal_effort", StepState.FAILED, "out of memory")
        store.save_step(failed, Evidence(made.recordings["first"]), (), [])
        first = timeline.document(store, made.recordings["first"], [])
        plain = timeline.document(store, text, [])
    assert first["effort"] == {"state": "not analysed", "reason": "out of memory", "raised": 0.45}
    lanes = {one["key"]: one["reason"] for one in plain["lanes"] if one["group"] == "curves"}
    assert lanes == {"curve:rate": "this was not measured yet"}, "a transcript without sound has no loudness"


def test_orders_of_all_cameras_of_an_incident_are_counted_once(made: Made, client: TestClient) -> None:
    rate = unpacked(client.get("/bwc/incident/incident0001/curves").content)["rate"]
    # three on the first camera, and one at 9 s of the other, which began 30 s later
    found = client.get("/bwc/incident/incident0001").json()["findings"]["kind"].count("spoken_command")
    assert rate[39] == pytest.approx(2.0 * found, abs=0.05)
    assert len(rate) == 230
