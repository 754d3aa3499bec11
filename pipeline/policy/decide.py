"""From what each layer says of an utterance to whether a label counts: the one place where layers meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.policy.pack import Bar

RULE_SCORE = 0.85
"""Starting point of the score of a rule without a classifier beside it."""


ORDER_LIKELY = 0.5
SAID_WITH_ORDERS = frozenset(("command", "warning_given", "force_threatened", "disrespect"))
"""Where the classifier hears an order to the public (at least ORDER_LIKELY), it alone adds nothing but these: of all
else that it added there, 9 of 60 were right on situations held apart (tests/benchmarks/technique_layers).
"""


@dataclass(frozen=True)
class Decision:
    """A label that counts: which layers said so, and how sure they are together, 0 to 1."""

    layer: str
    """"rule", "classifier" or "rule and classifier" """
    score: float


def decide(rule: bool, probability: float | None, bar: Bar) -> Decision | None:
    """A label counts by rule, or by a probability at the bar; a rule that the classifier finds unlikely is dropped.

    `probability` None: no classifier looked. The two together are surer than either: 1 - (1 - a)(1 - b).
    """
    likely = probability is not None and probability >= bar.threshold
    if rule and probability is not None and probability < bar.veto:
        return None
    sure = _sure(probability, bar) if probability is not None and likely else 0.0
    if rule:
        return Decision("rule and classifier" if likely else "rule", round(1 - (1 - RULE_SCORE) * (1 - sure), 3))
    return Decision("classifier", round(sure, 3)) if likely else None


def without_echoes(likely: Mapping[str, float]) -> Mapping[str, float]:
    """The probabilities, less those that an order to the public brings along ("hands", "knees": no medical aid)."""
    if likely.get("command", 0.0) < ORDER_LIKELY:
        return likely
    return {label: p for label, p in likely.items() if label in SAID_WITH_ORDERS}


def _sure(probability: float, bar: Bar) -> float:
    """0.5 at the bar to 0.9 at certainty: a bar may lie low, where rare labels are rightly told."""
    return 0.5 + 0.4 * (probability - bar.threshold) / max(1e-9, 1 - bar.threshold)
