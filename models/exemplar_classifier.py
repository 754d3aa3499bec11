"""Labels utterances by example: a linear classifier over words, letters and context, trained on the exemplar bank.

Ships with the program, needs no torch, and says the same on every machine. How it was trained, and how well it does on
situations that it never saw: `data/exemplar_classifier.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from models.contract import BackendInfo, LineContext
from models.line_features import LineFeatures
from models.sha256 import sha256_once

DATA = Path(__file__).with_name("data") / "exemplar_classifier.npz"
VERSION = "1"
AT_A_TIME = 2_000
"""lines described at once: 2,000 rows take about 10 MB"""


class ExemplarClassifier:
    """Implements `models.contract.LineClassifier`."""

    def __init__(self, path: Path = DATA) -> None:
        self.info = BackendInfo("exemplar-classifier", VERSION, weights={path.name: sha256_once(path)})
        self._labels, self._weights, self._bias, self._features = _loaded(path)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it knows."""
        return self._labels

    def label_probabilities(self, lines: Sequence[LineContext]) -> list[Mapping[str, float]]:
        """See `LineClassifier.label_probabilities`."""
        out: list[Mapping[str, float]] = []
        for at in range(0, len(lines), AT_A_TIME):
            rows = self.probabilities(lines[at : at + AT_A_TIME])
            out += [dict(zip(self._labels, row, strict=True)) for row in rows.tolist()]
        return out

    def probabilities(self, lines: Sequence[LineContext]) -> NDArray[np.float32]:
        """Shape (lines, labels), 0 to 1, each label on its own."""
        scores = self._features(lines) @ self._weights + self._bias
        return np.asarray(expit(scores), dtype=np.float32)


@lru_cache(maxsize=2)
def _loaded(path: Path) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32], LineFeatures]:
    with np.load(path, allow_pickle=False) as kept:
        labels = tuple(str(label) for label in kept["labels"])
        weights = kept["weights"].astype(np.float32) * kept["scale"]
        vocabulary = str(kept["vocabulary"]).split("\n")
        rarity = kept["rarity"].astype(np.float32)
        return labels, weights, kept["bias"].astype(np.float32), LineFeatures(vocabulary, rarity)
