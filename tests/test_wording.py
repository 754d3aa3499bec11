"""No output of the program judges a person: the words of every template, in English and Spanish."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("pipeline", "review_ui")
FORBIDDEN = re.compile(
    r"\b("
    r"guilt\w*|culpab\w+|culpable|culpa|"
    r"lied|lies?(?!\s*$|\s+(in|within|before|after|outside|between|beside|near|behind|on|at|over|under)\b)|liar|lying|"
    r"mentiros\w+|mintió|miente|mentira\w*|"
    r"violat\w+|violó|violación|infracción|"
    r"misconduct of|unlawful|illegal|"
    r"bad officer|good officer|problem officer|mal oficial|"
    r"(officer|person|individual|employee)('s)? (score|rating|grade|rank)|"
    r"(score|rating|grade|ranking) (of|for) (the |an? |each |every )?(officer|person|individual|employee|staff)s?|"
    r"(puntuación|calificación) (de|del) (la |el )?(oficial|agente|persona)"
    r")\b",
    re.IGNORECASE,
)
PATTERN_KEYS = ("phrases", "starts", "alone", "answers", "after", "unless", "unless_line", "imperatives", "vague")
"""Lists of a pack that say what to listen for, not what is said to a user."""


def templates(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module that can reach a user: string constants and pieces of f-strings, but no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    quiet: set[int] = set()
    for node in ast.walk(tree):
        for body in (getattr(node, "body", None),):
            if isinstance(body, list) and isinstance(node, documented):
                quiet |= {id(s.value) for s in body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            yield node.lineno, node.value


SHOWN = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
VOCABULARY = {"pipeline/policy/language.py", "pipeline/policy/grammar.py"}
"""Word lists of what people say; no user reads them."""


def test_every_template_of_the_program() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {FORBIDDEN.search(text).group()!r} in {text[:60]!r}"  # type: ignore[union-attr]
        for path in SHOWN
        if str(path.relative_to(ROOT)) not in VOCABULARY
        for line, text in templates(path)
        if FORBIDDEN.search(text) and " " in text.strip()
    ]
    assert not wrong, "\n".join(wrong)


def spoken_by_the_pack(value: object, key: str = "") -> Iterator[str]:
    """The texts of a pack that are shown: titles, clauses, notes, questions."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from spoken_by_the_pack(inner, name)
    elif isinstance(value, list) and key not in PATTERN_KEYS:
        for inner in value:
            yield from spoken_by_the_pack(inner, key)
    elif isinstance(value, str) and key in ("title", "text", "note", "question", "answers", "source"):
        yield value


@pytest.mark.parametrize("path", sorted((ROOT / "pipeline" / "policy").glob("*.toml")), ids=lambda p: p.name)
def test_every_text_of_the_shipped_packs(path: Path) -> None:
    shown = list(spoken_by_the_pack(tomllib.loads(path.read_text("utf-8"))))
    assert not [text for text in shown if FORBIDDEN.search(text)]


@pytest.mark.parametrize("path", sorted((ROOT / "review_ui").rglob("*.js")), ids=lambda p: p.name)
def test_every_text_of_the_screens_scripts(path: Path) -> None:
    said = re.findall(r"""(["'`])((?:\\.|(?!\1).)* (?:\\.|(?!\1).)*)\1""", path.read_text("utf-8"))
    assert not [text for _, text in said if FORBIDDEN.search(text)]


@pytest.mark.parametrize("path", sorted((ROOT / "pipeline").rglob("*.html")), ids=lambda p: p.name)
def test_every_page_template(path: Path) -> None:
    assert not FORBIDDEN.search(re.sub(r"<style.*?</style>", "", path.read_text("utf-8"), flags=re.DOTALL))


@pytest.mark.parametrize(
    "text",
    ["The officer is guilty", "He lied", "she lies to him", "a violation of 1.2", "officer score 7",
     "score of the officer", "El agente miente", "es culpable", "calificación del oficial", "ranking of officers"],
)  # fmt: skip
def test_the_rule_can_fail(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("text", ["believed", "the score says how sure", "it lies between", "relied on", "client"])
def test_ordinary_words_pass(text: str) -> None:
    assert not FORBIDDEN.search(text)
