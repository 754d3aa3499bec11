"""Fit the coefficients of `models/data/effort_among_all.toml`: raised voices where voices were only roughly told apart.

    python -m models.training.effort_among_all --data ../shared/data --out models/data/effort_among_all.toml

The conversations are made as in `models.training.vocal_effort`, of the same actors and readers; speech and voices are
those that the program finds in them without the larger models, with all their mistakes. The rule for known voices is
taken as it is. `fitted(..., without=...)` leaves out every conversation in which one of some actors speaks: what is
reported on an actor comes from such a fit (tests/benchmarks/raised_voice.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.contract import RawVoiceTurn, Samples
from models.effort_among_all import FEATURES, AmongAllRule, features
from models.effort_rule import EffortRule, load_rule
from models.embedded_diarizer import EmbeddedDiarizer
from models.silero import Silero
from models.training.vocal_effort import TRAINING_ACTORS, Bounds, Conversation, Line, logistic, made_of, measured_in
from models.vocal_effort import FRAME_RATE_HZ, Run

CONVERSATIONS = 150
RIDGE = 2e-3
RISING = FEATURES[:-1]
"""what may not speak against a raised voice; without that, long calm voices got a minus on what is against all"""
SOURCE = (
    "logistic regression on made conversations from RAVDESS (Livingstone and Russo 2018, CC BY-NC-SA 4.0; "
    "actors 01 to 12), LibriSpeech (CC BY 4.0; read speech, never raised) and ESC-50 noise, "
    "voices as the embedded diarizer found them"
)


@dataclass(frozen=True, eq=False)
class Heard:
    """One made conversation: who truly speaks in it, and its windows by found voices with the truth of each."""

    speakers: frozenset[str]
    conversation: Conversation


def found_runs(samples: Samples) -> Iterator[Run]:
    """Who speaks when, as it is found without the larger models."""
    turns: Sequence[RawVoiceTurn] = EmbeddedDiarizer().diarize(samples, Silero().detect(samples)).exclusive
    for turn in turns:
        first, last = (max(0, round(at * FRAME_RATE_HZ - 1)) for at in (turn.start, turn.end))
        yield Run(first, last, turn.voice)


def heard(data: Path, count: int = CONVERSATIONS, seed: int = 1) -> list[Heard]:
    """`count` conversations with the voices that are found in them; about a second of processor time each."""
    making, out = made_of(TRAINING_ACTORS, data, seed), []
    for _ in range(count):
        samples, lines = making.make()
        out.append(Heard(_speakers(lines), measured_in(list(found_runs(samples)), samples, lines)))
    return out


def _speakers(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(line.speaker for line in lines)


def fitted(conversations: Sequence[Heard], rule: EffortRule, without: Collection[str] = ()) -> AmongAllRule:
    """Logistic regression with a small ridge on the conversations in which none of the actors `without` speaks."""
    left_out = {f"R{actor}" for actor in without}
    kept = [each.conversation for each in conversations if not each.speakers & left_out]
    rows = np.concatenate([features(windows, rule) for windows, _ in kept])
    truth = np.concatenate([up for _, up in kept])
    known = np.isfinite(rows).all(axis=1) & np.isfinite(truth)
    bounds: list[Bounds] = [(0, None) if name in RISING else (None, None) for name in FEATURES]
    weight, bias = logistic(rows[known], truth[known], bounds, RIDGE)  # log odds already: they need no scaling
    return AmongAllRule(rule, tuple(round(float(w), 3) for w in weight), round(bias, 3), SOURCE)


def as_toml(rule: AmongAllRule) -> str:
    """The rule as the file that ships."""
    return "\n".join(
        [
            "# Written by models/training/effort_among_all.py; not to be edited by hand",
            f'source = "{rule.source}"',
            f"bias = {rule.bias}",
            "",
            "[weight]",
            *(f'"{name}" = {weight}' for name, weight in zip(FEATURES, rule.weight, strict=True)),
            "",
        ]
    )


def main() -> None:
    """Fit and write the coefficients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("models/data/effort_among_all.toml"))
    arguments = parser.parse_args()
    arguments.out.write_text(as_toml(fitted(heard(arguments.data), load_rule())), encoding="utf-8")


if __name__ == "__main__":
    main()
