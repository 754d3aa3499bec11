"""The steps on a plan, asked of the module itself in a browser: nothing that was covered is uncovered by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from review_ui.server.assets import FOLDER

pytestmark = pytest.mark.browser
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(browser: Any) -> Iterator[Ask]:
    """What an expression over the module `m` gives; its further arguments are `a`, `b`."""
    page = browser.new_page()
    source = (FOLDER / "covering_plan.js").read_text(encoding="utf-8")
    page.evaluate(
        "async (text) => { window.m = await import('data:text/javascript,' + encodeURIComponent(text)); }", source
    )
    yield lambda script, *given: page.evaluate(f"([a, b]) => {{ return {script}; }}", [*given, None, None][:2])
    page.close()


def key(at: float, x: float = 0.2, width: float = 0.2) -> dict[str, float]:
    return {"at": at, "x": x, "y": 0.3, "width": width, "height": 0.2}


def region(start: float, end: float, *keys: dict[str, float], **more: Any) -> dict[str, Any]:
    return {"from": start, "to": end, "keys": list(keys) or [key(start)], "shape": "box", "cover": "fill",
            "by": "by hand", "what": "", **more}  # fmt: skip


def followed(start: float, end: float, x: float = 0.2, **more: Any) -> dict[str, Any]:
    keys = [key(round(start + n / 10, 3), x + n / 1000) for n in range(round((end - start) * 10) + 1)]
    return region(start, end, *keys, by="a network", what="face", **more)


def test_between_keys_a_place_moves_evenly_and_beyond_them_it_stays(ask: Ask) -> None:
    one = region(0, 10, key(2, 0.1), key(4, 0.3))
    assert [round(ask("m.place(a, b).x", one, at), 3) for at in (0, 2, 3, 4, 9)] == [0.1, 0.1, 0.2, 0.3, 0.3]


def test_a_move_at_one_moment_leaves_the_others_and_takes_its_neighbours_along(ask: Ask) -> None:
    one = followed(0, 4)
    new = ask("m.moved(a, 2, b, false)", one, {"x": 0.6, "y": 0.3, "width": 0.2, "height": 0.2})
    assert new["by"] == "a network, gone over by hand"
    near = [k["at"] for k in new["keys"] if abs(k["at"] - 2) < 0.26]
    assert near == [2] and new["keys"][0] == one["keys"][0] and new["keys"][-1] == one["keys"][-1]
    whole = ask("m.moved(a, 2, b, true)", one, {"x": 0.6, "y": 0.3, "width": 0.4, "height": 0.2})
    assert len(whole["keys"]) == len(one["keys"])
    assert [k["width"] for k in whole["keys"]] == pytest.approx([0.4] * len(whole["keys"]))


def test_a_place_stays_inside_of_the_picture(ask: Ask) -> None:
    new = ask("m.moved(a, 0, b, false)", region(0, 3), {"x": 0.95, "y": -0.5, "width": 0.3, "height": 2})["keys"][0]
    assert (new["x"], new["y"], new["width"], new["height"]) == (0.7, 0, 0.3, 1)


def test_halves_of_a_split_cover_what_the_whole_did(ask: Ask) -> None:
    one = followed(1, 5, lost=[[1, 1.5], [2.8, 3.2], [4.5, 5]])
    left, right = ask("m.split(a, 3)", one)
    assert (left["from"], left["to"], right["from"], right["to"]) == (1, 3, 3, 5)
    assert left["lost"] == [[1, 1.5], [2.8, 3]] and right["lost"] == [[3, 3.2], [4.5, 5]]
    for at in (1.0, 2.45, 2.99, 3.0, 3.3, 4.9):
        half = left if at < 3 else right
        assert ask("m.place(a, b).x", half, at) == pytest.approx(ask("m.place(a, b).x", one, at))
    assert ask("m.split(a, 1.01)", one) is None and ask("m.retimed(a, 4, 2)", one) is None


def test_what_wants_to_be_looked_at(ask: Ask) -> None:
    first = followed(2, 6, lost=[[2, 2.5], [5.5, 6]])
    near, far = followed(8, 9, 0.25, lost=[]), followed(9, 10, 0.7, lost=[])
    told = ask("m.doubts(a, 12).map(({from, to, kind}) => [kind, from, to])", [first, near, far])
    assert told == [
        ["bare", 0, 2], ["unsure", 2, 2.5], ["unsure", 5.5, 6], ["open", 6, 8], ["bare", 6, 8], ["bare", 10, 12],
    ]  # fmt: skip
    off = {**first, "off": True}
    assert ["bare", 0, 8] in ask("m.doubts(a, 12).map(({from, to, kind}) => [kind, from, to])", [off, near, far])
    joined = ask("m.carriedOn(a, b)", first, near)
    assert joined["to"] == 8 and joined["keys"][-1]["x"] == near["keys"][0]["x"] and joined["lost"][-1] == [6, 8]
    told = ask("m.doubts(a, 12).map(({kind}) => kind)", [joined, near, far])
    assert "open" not in told and told.count("unsure") == 2, "what is covered by guess wants to be looked at"


def test_steps_back_and_forth_and_what_goes_to_the_program(ask: Ask) -> None:
    script = """(() => {
        const plan = new m.Editing();
        plan.take({ picture: a.map((one, n) => ({ ...one, sha: "h" + n })), sound: [], remarks: [] }, 3);
        plan.replace(plan.picture[1], m.changed(plan.picture[1], { off: true }));
        const sent = plan.body();
        plan.undo();
        const back = plan.body();
        plan.redo();
        plan.join({ picture: [{ ...a[0], sha: "h0" }, { ...a[0], from: 0.5, sha: "new" }], sound: [], remarks: [] }, 4);
        return [sent, back, plan.picture.length, plan.version];
    })()"""
    sent, back, joined, version = ask(script, [region(0, 3), region(1, 2)])
    assert sent["picture"][0] == "h0" and sent["picture"][1]["off"] is True and "uid" not in sent["picture"][1]
    assert back["picture"] == ["h0", "h1"]
    assert (joined, version) == (3, 4), "what somebody else added is there as well"
