"""The browser's own arithmetic, run in the browser: search among marks, waveform, figures."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from pipeline.types import Curve
from review_ui import curves
from review_ui.server import assets
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def run(desk: Desk) -> Any:
    """Runs the body of an asynchronous function in which `module` is one of the player's modules."""
    desk.page.goto(desk.served.address)
    desk.page.wait_for_selector("a.row")

    def evaluate(name: str, body: str, argument: object = None) -> Any:
        script = f"async (given) => {{ const module = await import('{assets.address(name)}'); {body} }}"
        return desk.page.evaluate(script, argument)

    return evaluate


def test_the_search_among_marks_finds_what_a_plain_look_finds(run: Any) -> None:
    wrong = run(
        "lanes.js",
        """
        let seed = 5; const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
        let wrong = 0;
        for (let round = 0; round < 200; round += 1) {
          const spans = Array.from({ length: Math.floor(random() * 60) }, (_, ref) => {
            const start = random() * 100; return { start, end: start + random() ** 4 * 60, ref };
          });
          const marks = new module.Marks(spans, 3);
          const from = random() * 110 - 5, to = from + random() * 20;
          const [first, last] = marks.between(from, to);
          const found = new Set();
          for (let i = first; i < last; i += 1) if (marks.end[i] > from) found.add(marks.ref[i]);
          const plain = new Set(spans.filter((s) => s.end > from && s.start <= to).map((s) => s.ref));
          if (found.size !== plain.size || [...plain].some((ref) => !found.has(ref))) wrong += 1;
        }
        return wrong;
        """,
    )
    assert wrong == 0


def test_marks_of_one_row_overlap_only_when_there_is_no_row_left(run: Any) -> None:
    rows = run(
        "lanes.js",
        "const m = new module.Marks(given, 3); return { rows: m.rows, row: [...m.row], ref: [...m.ref] };",
        [
            {"start": 0, "end": 10, "ref": 0},
            {"start": 2, "end": 4, "ref": 1},
            {"start": 3, "end": 5, "ref": 2},
            {"start": 4, "end": 6, "ref": 3},
            {"start": 11, "end": 12, "ref": 4},
        ],
    )
    assert rows == {"rows": 3, "row": [0, 1, 2, 1, 0], "ref": [0, 1, 2, 3, 4]}


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("eight_bit", [True, False])
def test_waveforms_of_either_version(run: Any, version: int, eight_bit: bool) -> None:
    values = [-3, 5, -7, 9]
    head = struct.pack("<iIiiI", version, int(eight_bit), 16000, 320, 2) + (
        struct.pack("<i", 1) if version == 2 else b""
    )
    body = struct.pack("<4b" if eight_bit else "<4h", *values)
    read = run(
        "peaks.js",
        "const p = module.readPeaks(new Uint8Array(given).buffer); return [p.rate, p.length, [...p.values]];",
        list(head + body),
    )
    assert read == [50, 2, values]


def test_figures_in_words(run: Any) -> None:
    said = run(
        "format.js",
        """const said = given.map(([name, value]) => module.figure(name, value).join(" "));
        return [...said, module.clock(3725.25, 1), module.clock(-4)];""",
        [
            ["level_db", -41.256],
            ["start", 65.25],
            ["seconds_overlapped", None],
            ["pitch_semitones_over_usual", 5.6],
            ["voices", ["v1", "v12"]],
            ["clear", True],
            ["orders", [{"words": "stop", "voice": "v2", "start": 38.2, "end": 39.0, "clear": True}]],
        ],
    )
    assert said == [
        "Level -41.26 dB",
        "From 1:05.2",
        "Seconds overlapped not known",
        "Pitch over usual 5.6 semitones",
        "Voices Voice 1, Voice 12",
        "Clear yes",
        "Orders 0:38.2 “stop” Voice 2, clear yes",
        "1:02:05.2",
        "−0:04",
    ]


def test_coarser_levels_tell_what_a_plain_look_tells(run: Any) -> None:
    wrong = run(
        "mips.js",
        """
        let seed = 9; const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
        const count = 3000, low = new Int8Array(count), high = new Int8Array(count);
        for (let i = 0; i < count; i += 1) {
          if (random() < 0.3) [low[i], high[i]] = [1, 0];
          else [low[i], high[i]] = [-random() * 100, random() * 100];
        }
        const mips = new module.Mips(low, high);
        const plain = (first, last) => {
          let found = null;
          for (let i = Math.max(0, first); i < Math.min(count, last); i += 1) {
            if (low[i] > high[i]) continue;
            found = found ? [Math.min(found[0], low[i]), Math.max(found[1], high[i])] : [low[i], high[i]];
          }
          return found;
        };
        let wrong = 0;
        for (let round = 0; round < 3000; round += 1) {
          const first = Math.floor(random() * count), last = first + 1 + Math.floor(random() ** 3 * count);
          const room = Math.ceil((last - first) / 8); // the edges may take in this much more
          const [found, own, wide] = [mips.over(first, last), plain(first, last), plain(first - room, last + room)];
          if (own && !(found && found[0] <= own[0] && found[1] >= own[1])) wrong += 1;
          if (found && !(wide && found[0] >= wide[0] && found[1] <= wide[1])) wrong += 1;
        }
        return wrong;
        """,
    )
    assert wrong == 0


def test_curves_are_read_as_they_were_packed(run: Any) -> None:
    loud = Curve(20.0, 1.0, np.asarray([-70.0, -35.0, np.nan, 0.0], np.float32))
    read = run(
        "curves.js",
        """const c = module.readCurves(new Uint8Array(given).buffer).get("loudness");
        const two = [c.between(1, 1.05), c.between(1.05, 1.1)];
        return [...two, c.between(1.1, 1.15), c.between(1, 1.2), c.between(9, 10), c.most()];""",
        list(curves.packed([curves.Packed("loudness", loud, -70.0, 0.0)])),
    )
    assert read[0] == [-70, -70]
    assert read[1] == pytest.approx([-35, -35], abs=0.15)
    assert read[2] is None and read[4] is None
    assert (read[3], read[5]) == ([-70, 0], 0)


def test_lanes_that_say_the_same_share_a_row_that_opens(run: Any) -> None:
    def lane(
        name: str, state: str = "done", reason: str = "", parts: tuple[dict[str, Any], ...] = ()
    ) -> dict[str, Any]:
        shown = {"key": f"kind:{name}", "title": name, "group": "findings", "role": None, "about": "", "reads": []}
        return shown | {"state": state, "reason": reason, "parts": parts}

    groups = (
        {"title": "Force", "labels": ["threat"], "key": True},
        {"title": "Calm", "labels": ["slow"]},
        {"title": "Rest", "labels": []},
    )
    lost = ("not analysed", "no picture")
    events = {
        "recording": {"duration": 100, "device": "", "name": "x"},
        "lanes": [*map(lane, "ab"), lane("blur", *lost), lane("frozen", *lost), lane("words"), lane("f", parts=groups)],
        "findings": {"id": ["1", "2"], "kind": ["f", "f"], "label": ["threat", "new"], "start": [1, 5], "end": [2, 6]},
        "speech": {"lane": [], "start": [], "end": []},
        "not_analysed": [{"start": 3, "end": 9, "reason": "wind", "lanes": ["kind:words"]}],
        "cameras": [],
    }  # fmt: skip
    shut, opened = run(
        "lanes.js",
        """const say = (opened) => module.buildLanes(given, opened).lanes.map((one) => one.title);
        const key = module.buildLanes(given).lanes.find((one) => one.title === "3 not found").key;
        return [say(new Set()), say(new Set([key]))];""",
        events,
    )
    # what is hatched stays in sight, also where only a part of it is
    assert shut == ["Force", "Rest", "2 not analysed", "words", "3 not found"]
    assert opened == [*shut, "a", "b", "Calm"]


def test_every_mark_of_the_lanes_is_a_row_of_a_list(desk: Desk) -> None:
    desk.open()
    rows = desk.page.locator(".rows li")
    rows.first.wait_for()
    marks = desk.page.locator(".labels .count:not([title])").all_inner_texts()
    expect(rows.first).to_have_attribute("aria-setsize", str(sum(int(mark) for mark in marks)))
    assert desk.page.locator('.bwc [aria-live="polite"]').count() >= 1
