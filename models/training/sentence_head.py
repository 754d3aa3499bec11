"""Trains the head over sentence embeddings on the exemplar bank, and measures it on situations that it never saw.

Held-apart situations as in `models.training.exemplar_classifier`. The share of the sentences beside the words, and the
bars of every column of the table, are chosen for each fifth of the situations on the other four.

    python -m models.training.sentence_head MODEL_FOLDER [--keep FOLDER]      ten minutes on one core

`--keep`: a folder for the embeddings, `vectors.pkl`, and for the words' scores on held-apart lines: `words.pkl`, where
`python -m tests.benchmarks.technique_layers --scores FOLDER/words.pkl` wrote it; without, they are computed again. Run
this after `models.training.exemplar_classifier`: the map of the two together belongs to those words.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from models.sentence_classifier import HEAD, WEIGHTS, Encoder, LocalModel, Vectors, described
from models.sha256 import sha256_once
from models.together import averaged, logits
from models.training.exemplar_bank import LABELS, Exemplar, fold_of, plain, read_bank
from models.training.exemplar_classifier import (
    FOLDS,
    best_threshold,
    context_of,
    f1,
    held_apart,
    may_earn,
    truth_of,
)

CARD = HEAD.with_suffix(".md")
STRENGTH = 20.0
"""C of the logistic regressions"""
STEPS = 100
"""of the optimiser"""
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
LEAST = 1e-6
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Weights:
    """A fitted head: shape (columns, labels) and (labels,)."""

    weights: Vectors
    bias: Vectors

    def logits(self, rows: Vectors) -> Floats:
        """Shape (rows, labels)."""
        return np.asarray(rows @ self.weights + self.bias, np.float64)


def fit(rows: Vectors, truth: Bools, strength: float = STRENGTH) -> Weights:
    """One logistic regression for each label, all of them at once."""
    columns, labels = rows.shape[1], truth.shape[1]
    target = truth.astype(np.float32)

    def loss(flat: Floats) -> tuple[float, Floats]:
        w = flat.reshape(columns + 1, labels).astype(np.float32)
        scores = rows @ w[:-1] + w[-1]
        error = expit(scores) - target
        value = float((np.logaddexp(0, scores) - target * scores).sum(dtype=np.float64)) * strength
        slope = np.vstack([rows.T @ error * strength + w[:-1], error.sum(axis=0, keepdims=True) * strength])
        return value + 0.5 * float((w[:-1] ** 2).sum(dtype=np.float64)), slope.astype(np.float64).ravel()

    start = np.zeros((columns + 1, labels))
    start[-1] = logit(np.clip(truth.mean(axis=0), 1e-4, 1 - 1e-4))
    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 20})
    w = found.x.reshape(columns + 1, labels).astype(np.float32)
    return Weights(w[:-1], w[-1])


def apart(bank: Sequence[Exemplar], encode: Encoder) -> tuple[list[Exemplar], Floats]:
    """As `held_apart` of the words, in the same order: lines and logits; what no such speaker can earn is never."""
    lines: list[Exemplar] = []
    out = []
    for fold in range(FOLDS):
        here = [e for e in bank if fold_of(e.situation, FOLDS) == fold]
        known = {plain(e.text) for e in here}
        model = fitted([e for e in bank if fold_of(e.situation, FOLDS) != fold and plain(e.text) not in known], encode)
        lines += here
        out.append(model.logits(described([context_of(e) for e in here], encode)))
        print(f"sentences, fold {fold + 1} of {FOLDS}: {len(here)} lines", flush=True)
    return lines, np.where(may_earn(lines), np.vstack(out), logits(np.zeros(1)))


def fitted(bank: Sequence[Exemplar], encode: Encoder) -> Weights:
    """A head for every line. Capitals and punctuation do not reach it, so each line stands once."""
    return fit(described([context_of(e) for e in bank], encode), truth_of(bank))


def remembering(encode: Encoder, path: Path | None) -> tuple[Encoder, Callable[[], None]]:
    """An encoder that keeps every vector, and how to write them down."""
    known: dict[str, Vectors] = pickle.loads(path.read_bytes()) if path and path.is_file() else {}

    def encoded(texts: Sequence[str]) -> Vectors:
        new = [text for text in texts if text not in known]
        if new:
            print(f"embedding {len(new)} texts", flush=True)
            known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    def keep() -> None:
        if path:
            path.write_bytes(pickle.dumps(known))

    return encoded, keep


def same_certainty(words: Floats, both: Floats, truth: Bools, possible: Bools) -> tuple[Floats, Floats]:
    """Scale and shift of each label, shape (labels,), after which a logit of the two means what one of the words means.

    Both are fitted to the truth (Platt scaling); the map goes from the one through the truth to the other, so that
    bars that were chosen for the words serve.
    """
    out = []
    for i in range(truth.shape[1]):
        can = possible[:, i]
        (a, b), (c, d) = _platt(words[can, i], truth[can, i]), _platt(both[can, i], truth[can, i])
        out.append((c / a, (d - b) / a))
    scale, shift = np.array(out).T
    return scale, shift


def _platt(scores: Floats, truth: Bools) -> tuple[float, float]:
    """Slope and intercept with which these logits are probabilities."""
    one = LogisticRegression(C=1e6).fit(scores[:, None], truth)
    return float(one.coef_[0, 0]), float(one.intercept_[0])


def best_share(words: Floats, sentences: Floats, truth: Bools) -> float:
    """The share of the sentences with the best mean F1, each label at its own best bar."""

    def mean_f1(share: float) -> float:
        both = expit(averaged(words, sentences, share))
        each = (f1(truth[:, i], both[:, i] >= best_threshold(truth[:, i], both[:, i])) for i in range(truth.shape[1]))
        return float(np.mean(list(each)))

    return max(SHARES, key=mean_f1)


@dataclass(frozen=True)
class Scores:
    """Lines of situations held apart, and logits of both classifiers: shape (lines, labels)."""

    lines: list[Exemplar]
    words: Floats
    sentences: Floats

    @property
    def truth(self) -> Bools:
        return truth_of(self.lines)


COLUMNS = ("words", "sentences", "both", "both, bars of the words")


def compared(s: Scores) -> tuple[dict[str, list[Bools]], list[float]]:
    """What each column of the table finds, with shares, maps and bars of each fold chosen on the others; the shares."""
    truth, possible = s.truth, may_earn(s.lines)
    folds = np.array([fold_of(e.situation, FOLDS) for e in s.lines])
    found = {name: np.zeros(truth.shape, bool) for name in COLUMNS}
    shares = []
    for fold in range(FOLDS):
        here, there = folds == fold, folds != fold
        share = best_share(s.words[there], s.sentences[there], truth[there])
        both = averaged(s.words, s.sentences, share)
        scale, shift = same_certainty(s.words[there], both[there], truth[there], possible[there])
        even = expit(scale * both + shift)
        shown = {"words": expit(s.words), "sentences": expit(s.sentences), "both": expit(both)}
        for i in range(truth.shape[1]):
            bars = {name: best_threshold(truth[there, i], p[there, i]) for name, p in shown.items()}
            for name, p in shown.items():
                found[name][here, i] = p[here, i] >= bars[name]
            found[COLUMNS[3]][here, i] = even[here, i] >= bars["words"]
        shares.append(share)
    return {name: [each[:, i] & possible[:, i] for i in range(truth.shape[1])] for name, each in found.items()}, shares


def words_apart(bank: Sequence[Exemplar], kept: Path | None) -> tuple[list[Exemplar], Floats]:
    """`held_apart` of the words as written, or what `tests.benchmarks.technique_layers --scores` kept of it."""
    if kept is None or not kept.is_file():
        return held_apart(bank)[:2]
    lines, written = pickle.loads(kept.read_bytes())
    now = {_place(e): e for e in bank}  # labels may have been corrected since, and lines taken out
    there = [k for k, e in enumerate(lines) if _place(e) in now]
    return [now[_place(lines[k])] for k in there], written[there]


def _place(exemplar: Exemplar) -> tuple[str, str, str, str]:
    return exemplar.situation, exemplar.role, exemplar.text, exemplar.previous_text


def scores_of(bank: Sequence[Exemplar], encode: Encoder, kept: Path | None) -> Scores:
    """Both classifiers on the same held-apart lines, the sentences fitted without situations new to the words."""
    lines, words = words_apart(bank, kept)
    then = {e.situation for e in lines}
    known = [e for e in bank if e.situation in then or fold_of(e.situation, FOLDS) is None]
    scored, sentences = apart(known, encode)
    at = {_place(e): k for k, e in enumerate(scored)}
    return Scores(lines, logits(words), sentences[[at[_place(e)] for e in lines]])


def save(model: Weights, share: float, scale: Floats, shift: Floats, folder: Path) -> None:
    """The head, and the sha256 of the files of the model that it belongs to."""
    np.savez_compressed(
        HEAD,
        labels=np.array(LABELS),
        weights=model.weights.astype(np.float16),
        bias=model.bias.astype(np.float32),
        share=np.float32(share),
        scale=scale.astype(np.float32),
        shift=shift.astype(np.float32),
        files=np.array(WEIGHTS),
        sha256=np.array([sha256_once(folder / name) for name in WEIGHTS]),
    )


_CARD = """# The head over sentence embeddings

A logistic regression for each of {labels} labels over the embedding of a line (all-MiniLM-L6-v2, Apache-2.0, not part
of this program), that of the line before, and both roles, trained by `python -m models.training.sentence_head` on the
project's own exemplar bank: {lines} invented lines. The head belongs to the files of the model whose sha256 stand in
it, and refuses others. Where the model is at hand its logits are averaged with those of the classifier of words
(`exemplar_classifier.md`), share of the sentences {share:.1f}, and mapped label by label so that the same probability
means the same certainty as for the words alone: the bars of the policy packs then serve both.

F1 on situations that neither saw: {apart} lines of the bank; shares (by fold: {shares}),
maps and bars chosen on other situations. The sentences are read without capitals and punctuation, so that they hear the
same from every recogniser.
"Both, bars of the words": with the bars that are best for the words alone, as the program does it.

| label | lines | {columns} |
|---|---|{rule}
{rows}

{bytes} bytes; {minutes:.0f} minutes on one core{given}.
"""


def write_card(s: Scores, share: float, lines: int, minutes: float, given: bool) -> None:
    """The figures of `compared`."""
    found, shares = compared(s)
    truth = s.truth
    each = [[f1(truth[:, i], found[name][i]) for name in COLUMNS] for i in range(len(LABELS))]
    table = [[label, str(int(truth[:, i].sum())), *(f"{x:.2f}" for x in each[i])] for i, label in enumerate(LABELS)]
    table.append(["mean", "", *(f"{x:.3f}" for x in np.mean(each, axis=0))])
    CARD.write_text(
        _CARD.format(
            labels=len(LABELS),
            lines=f"{lines:,}",
            share=share,
            apart=f"{len(s.lines):,}",
            shares=", ".join(f"{x:.1f}" for x in shares),
            columns=" | ".join(COLUMNS),
            rule="---|" * len(COLUMNS),
            rows="\n".join("| " + " | ".join(row) + " |" for row in table),
            bytes=f"{HEAD.stat().st_size:,}",
            minutes=minutes,
            given=", the words' scores given" if given else "",
        ),
        encoding="utf-8",
    )


def main() -> None:
    """Measures on situations held apart, then fits on all and writes head and card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--keep", type=Path, help="folder for the embeddings")
    said = parser.parse_args()
    began = time.perf_counter()
    bank = read_bank()
    encode, keep = remembering(LocalModel(said.model), said.keep and said.keep / "vectors.pkl")
    described([context_of(e) for e in bank], encode)
    keep()
    words = said.keep and said.keep / "words.pkl"
    s = scores_of(bank, encode, words)
    share = best_share(s.words, s.sentences, s.truth)
    scale, shift = same_certainty(s.words, averaged(s.words, s.sentences, share), s.truth, may_earn(s.lines))
    save(fitted(bank, encode), share, scale, shift, said.model)
    write_card(s, share, len(bank), (time.perf_counter() - began) / 60, bool(words and words.is_file()))
    print(CARD.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
