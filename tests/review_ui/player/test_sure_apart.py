"""A bar of its own for each kind of finding: what it hides, worked out and looked at."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from review_ui.server import assets
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser

KINDS = ("shouted_command", "raised_voice", "muted_audio", "__proto__")
STORAGE = """
const kept = new Map(Object.entries(given.kept ?? {}));
const storage = () => {
  if (given.broken) throw new Error("nothing is kept here");
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
};
"""


@pytest.fixture(scope="module")
def run(browser: Any) -> Iterator[Callable[[str, Any], Any]]:
    """Runs the body of a function in a page of no server: `module` is sure_bars.js, `storage` one of its own."""
    content = base64.b64encode((assets.FOLDER / "sure_bars.js").read_bytes()).decode()
    page = browser.new_page()

    def evaluate(body: str, argument: Any) -> Any:
        load = f"const module = await import('data:text/javascript;base64,{content}');"
        return page.evaluate(f"async (given) => {{ {load} {STORAGE} {body} }}", argument)

    yield evaluate
    page.close()


def made(chance: random.Random) -> dict[str, Any]:
    """Findings and bars by chance."""
    count = chance.randrange(40)
    scores = [chance.choice([None, 0.0, 0.29, 0.3, 0.55, 0.95, 1.0, round(chance.random(), 3)]) for _ in range(count)]
    return {
        "found": {
            "id": [str(n) for n in range(count)],
            "kind": [chance.choice(KINDS) for _ in range(count)],
            "score": scores,
            "verdict": [chance.choice([None, "confirmed", "dismissed", "unsure"]) for _ in range(count)],
        },
        "all": chance.randrange(0, 100, 5),
        "own": {kind: chance.randrange(0, 100, 5) for kind in KINDS if chance.random() < 0.4},
        "joined": [kind for kind in KINDS if chance.random() < 0.2],
        "asked": [str(n) for n in range(count) if chance.random() < 0.1],
    }


def hidden(case: dict[str, Any]) -> list[int]:
    """The same as the bars are to tell it, one finding after the other."""
    found, own = case["found"], {k: least for k, least in case["own"].items() if k not in case["joined"]}

    def stays(number: int) -> bool:
        least = own.get(found["kind"][number], case["all"])
        score = found["score"][number]
        kept = found["verdict"][number] == "confirmed" or found["id"][number] in case["asked"]
        return kept or score is None or round(score * 1000) >= least * 10

    return [number for number in range(len(found["id"])) if not stays(number)]


def test_what_is_hidden_is_what_a_plain_look_hides(run: Callable[[str, Any], Any]) -> None:
    chance = random.Random(4)
    cases = [made(chance) for _ in range(300)]
    said = run(
        """return given.cases.map(({ found, all, own, joined, asked }, number) => {
          const bars = new module.Bars(`lee ${number}`, storage);
          bars.set(all);
          for (const [kind, least] of own) bars.set(least, kind);
          bars.join(joined);
          const { flags, count, kinds } = bars.weigh(found, new Set(asked));
          const again = new module.Bars(`lee ${number}`, storage).weigh(found, new Set(asked));
          return { hidden: [...flags.keys()].filter((i) => flags[i]), count, again: again.count,
            kinds: [...kinds].map(([kind, { found: of, hidden }]) => [kind, of, hidden]) };
        });""",
        {"cases": [case | {"own": list(case["own"].items())} for case in cases]},
    )
    for case, told in zip(cases, said, strict=True):
        wanted, kinds = hidden(case), case["found"]["kind"]
        assert told["hidden"] == wanted
        assert sorted(told["kinds"]) == [
            [k, kinds.count(k), sum(kinds[n] == k for n in wanted)] for k in sorted({*kinds})
        ]
        assert told["count"] == len(wanted) == told["again"], "kept and read again it hides the same"


@pytest.mark.parametrize("text", ["", "null", "7", "[80]", "not json", '{"raised_voice": "x"}'])
def test_what_is_kept_but_cannot_be_read_is_no_bar(run: Callable[[str, Any], Any], text: str) -> None:
    kept = {"bwc.least-sure.lee": "nonsense", "bwc.least-sure-of.lee": text}
    said = run(
        "const b = new module.Bars('lee', storage); return [b.all, b.own.size, b.of('raised_voice')];", {"kept": kept}
    )
    assert said == [0, 0, 0]


def test_kept_values_are_brought_within_the_slider_and_others_keep_their_own(run: Callable[[str, Any], Any]) -> None:
    kept = {"bwc.least-sure.lee": "80", "bwc.least-sure-of.lee": json.dumps({"raised_voice": 63, "muted_audio": 999})}
    ask = "const b = new module.Bars(given.who, storage); return [b.all, b.of('raised_voice'), b.of('muted_audio')];"
    assert run(ask, {"kept": kept, "who": "lee"}) == [80, 65, 95]
    assert run(ask, {"kept": kept, "who": "anna"}) == [0, 0, 0]


def test_a_browser_that_keeps_nothing_still_hides(run: Callable[[str, Any], Any]) -> None:
    said = run(
        "const b = new module.Bars('lee', storage); b.set(40); b.set(90, 'x'); return [b.all, b.of('x'), b.of('y')];",
        {"broken": True},
    )
    assert said == [40, 90, 40]


def test_a_kind_is_set_apart_from_its_lane_and_from_the_list_by_keys(desk: Desk) -> None:
    page = desk.page
    desk.open()
    before = desk.asked_of_python()
    lane = page.locator(".label", has_text="Spoken commands")
    lane.get_by_role("button").click()
    box = page.get_by_role("dialog", name="How sure: Spoken commands")
    box.get_by_label("Spoken commands: at least").fill("80")
    # of 0.78, 0.9 and 0.55 one stays; the others follow the slider for all
    box.locator("output", has_text="2 of 3 hidden").wait_for()
    lane.locator(".count", has_text="1 of 3").wait_for()
    page.locator(".leastsure output", has_text="2 hidden").wait_for()
    page.locator(".setapart", has_text="Set apart: Spoken commands from 80").wait_for()
    page.keyboard.press("Escape")
    box.wait_for(state="hidden")

    page.get_by_label("How sure at least").fill("85")
    page.locator(".leastsure output", has_text="6 hidden").wait_for()
    page.get_by_role("button", name="Each kind apart").focus()
    page.keyboard.press("Enter")
    every = page.get_by_role("dialog", name="How sure, each kind apart")
    every.wait_for()
    talking = every.locator(".kind", has_text="Talking at once")
    talking.locator("output", has_text="2 of 2 hidden").wait_for()
    talking.get_by_role("slider").focus()
    page.keyboard.press("Home")  # the page's own keys do not work in here
    talking.locator("output", has_text="all 2").wait_for()
    page.locator(".leastsure output", has_text="4 hidden").wait_for()
    page.keyboard.press("Escape")
    every.wait_for(state="hidden")
    page.wait_for_function(
        "host => host.getRootNode().activeElement?.matches('.each')", arg=page.locator(".findings").element_handle()
    )
    assert desk.asked_of_python() == before

    desk.open()  # the browser kept it
    page.locator(".leastsure output", has_text="4 hidden").wait_for()
    page.get_by_role("button", name="Each kind apart").click()
    every.get_by_role("button", name="None apart").click()
    page.locator(".setapart").wait_for(state="hidden")
    every.locator(".kind", has_text="Spoken commands").locator("output", has_text="from 85").wait_for()
