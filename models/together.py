"""Two classifiers of utterances as one: what the words say and what the sentence means, averaged as logits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from models.contract import BackendInfo, LineClassifier, LineContext
from models.sentence_classifier import SentenceClassifier

LEAST = 1e-6
"""A probability nearer to 0 or 1 than this is taken for it: its logit stays finite."""


class Together:
    """Implements `models.contract.LineClassifier`.

    The share of the sentences, and the scale and shift after which the same bars serve as for the words alone, stand in
    the trained head. A label that only one of the two knows keeps that one's probability.
    """

    def __init__(self, words: LineClassifier, sentences: SentenceClassifier) -> None:
        self._words, self._sentences = words, sentences
        head = sentences.head
        self._scales = {
            label: (float(a), float(b)) for label, a, b in zip(head.labels, head.scale, head.shift, strict=True)
        }
        one, other = words.info, sentences.info
        self.info = BackendInfo(
            f"{one.name} and {other.name}",
            f"{one.version} and {other.version}",
            weights={**one.weights, **other.weights},
            settings={**one.settings, **other.settings, "sentences_share": head.share},
            draft=one.draft or other.draft,
            remarks=(*one.remarks, *other.remarks),
        )

    def label_probabilities(self, lines: Sequence[LineContext]) -> list[Mapping[str, float]]:
        """See `LineClassifier.label_probabilities`."""
        words = self._words.label_probabilities(lines)
        sentences = self._sentences.label_probabilities(lines)
        return [self._joined(w, s) for w, s in zip(words, sentences, strict=True)]

    def _joined(self, words: Mapping[str, float], sentences: Mapping[str, float]) -> Mapping[str, float]:
        both = [label for label in words if label in sentences]
        a, b = np.array([(words[k], sentences[k]) for k in both], np.float64).reshape(-1, 2).T
        scale, shift = np.array([self._scales[k] for k in both], np.float64).reshape(-1, 2).T
        found = expit(scale * averaged(logits(a), logits(b), self._sentences.head.share) + shift)
        return {**words, **sentences, **dict(zip(both, found.tolist(), strict=True))}


def logits(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of any shape, finite."""
    return np.asarray(logit(np.clip(probabilities, LEAST, 1 - LEAST)))


def averaged(words: NDArray[np.float64], sentences: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Logits of both, `share` of them the sentences'."""
    return (1 - share) * words + share * sentences
