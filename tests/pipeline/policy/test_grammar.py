from __future__ import annotations

import pytest

from pipeline.policy.grammar import Blocked, Grammar, Lead
from pipeline.policy.language import sentences

split = str.split

GRAMMAR = Grammar(frozenset(("sir", "hey", "okay", "please", "everybody")))


def lead(before: str, order: str = "drop it") -> Lead | Blocked:
    (sentence,) = sentences(split(f"{before} {order}"))
    return GRAMMAR.lead(sentence, len(sentence.words) - len(order.split()), None)


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ("", "start"),
        ("Sir,", "start"),
        ("hey sir please", "start"),
        ("I need you to", "need"),
        ("we're gonna need everybody to", "need"),
        ("you need to", "need"),
        ("you're gonna", "need"),
        ("can you", "request"),
        ("why don't you just", "request"),
        ("if you could please", "request"),
        ("go ahead and", "start"),
        ("don't", "not"),
        ("I told you to", "told"),
        ("I said", "told"),
        ("you", "you"),
        ("so", "start"),
    ],
)
def test_introductions(before: str, kind: str) -> None:
    found = lead(before)
    assert isinstance(found, Lead), found
    assert found.kind == kind


@pytest.mark.parametrize(
    "before",
    [
        "he told me to",
        "they said",
        "did you",
        "if you",
        "when you",
        "when I said",
        "he",
        "she will",
        "you don't have to",
        "you can",
        "you're free to",
        "I didn't",
        "trying to",
        "he was like",
        "why did you",
        "tell him to",
        "the",
        "he came in and",
        "do you want to",
    ],
)
def test_what_is_no_order(before: str) -> None:
    assert isinstance(lead(before), Blocked)
