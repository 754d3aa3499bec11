from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from review_ui.server import assets


def test_modules_are_served_under_the_hash_of_their_content(client: TestClient) -> None:
    answer = client.get(assets.address("player.js"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == (assets.FOLDER / "player.js").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/bwc/assets/0000/player.js",
        "/bwc/assets/{digest}/nothing.js",
        "/bwc/assets/{digest}/..%2f__init__.py",
        "/bwc/assets/{digest}/player.css",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path.format(digest=assets.DIGEST)).status_code == 404


def test_modules_import_only_each_other() -> None:
    for module in assets.FOLDER.glob("*.js"):
        text = module.read_text(encoding="utf-8")
        for wanted in re.findall(r'from "([^"]+)"', text):
            assert (assets.FOLDER / wanted).is_file(), (module.name, wanted)


def test_what_a_module_imports_is_exported_there() -> None:
    # a browser refuses the whole page over one name that moved to another module
    declared = r"export\s+(?:async\s+)?(?:function\*?|const|let|class)\s+(\w+)"
    texts = {module.name: module.read_text(encoding="utf-8") for module in assets.FOLDER.glob("*.js")}
    exported = {name: set(re.findall(declared, text)) for name, text in texts.items()}
    for name, text in texts.items():
        for names, wanted in re.findall(r'import\s*\{([^}]*)\}\s*from "\./([^"]+)"', text):
            asked = {one.split(" as ")[0].strip() for one in names.split(",") if one.strip()}
            assert asked <= exported[wanted], (name, wanted, asked - exported[wanted])


def test_no_module_reads_mark_up_or_reaches_out() -> None:
    for module in assets.FOLDER.glob("*.js"):
        text = module.read_text(encoding="utf-8")
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
            assert forbidden not in text, (module.name, forbidden)
        assert re.findall(r"https?://(?!www\.w3\.org)", text) == [], module.name
