"""From what each layer says of an utterance to whether a label counts: the one place where layers meet."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.policy.pack import Bar

RULE_SCORE = 0.85
"""Starting point of the score of a rule without a classifier beside it."""


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
    if rule and likely and probability is not None:
        return Decision("rule and classifier", round(1 - (1 - RULE_SCORE) * (1 - probability), 3))
    if rule:
        return Decision("rule", RULE_SCORE)
    if likely and probability is not None:
        return Decision("classifier", round(probability, 3))
    return None
