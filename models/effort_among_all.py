"""How probable a raised voice is where voices were only roughly told apart.

A diarizer that compares how voices sound takes a person's shouting for somebody else, so that a "voice" may consist of
shouting alone and has no calm speech to be compared with. Here each moment is judged twice by the rule of
`models.effort_rule`: against the voice that it was given to, and against all speech of the recording, as if one person
spoke. How much either counts goes by how much calm speech that voice has in the second view. Five coefficients, which
with their source stand in `data/effort_among_all.toml` (card beside it).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from models.contract import BackendInfo
from models.effort_rule import EffortRule, load_rule
from models.usual_effort import Matrix
from models.vocal_effort import WINDOW_RATE_HZ, Array, Windows

FEATURES = ("against all", "against all, calm", "against the voice", "against the voice, calm", "calm")
"""log odds of a raised voice against all speech and against the voice's own, each for a voice that was not heard calm
and for one that was: times 1 - `calm` and times `calm`, how surely the voice was heard calm (seconds of it that are not
raised against all, over those and CALM_SECONDS)"""
MOST_ODDS = 6.0
"""log odds count no further than this"""
CALM_SECONDS = 4.0
"""of calm speech at which a voice's own usual is half trusted: as long as one stretch of `models.usual_effort`"""


@dataclass(frozen=True, eq=False)
class AmongAllRule:
    """The rule for voices that are known, and the weight of each of FEATURES."""

    rule: EffortRule
    weight: tuple[float, ...]
    bias: float
    source: str
    sha256: str = ""
    """of the file that it was read from"""

    @property
    def info(self) -> BackendInfo:
        """Both files by their hashes."""
        weights = {**self.rule.info.weights, "effort_among_all.toml": self.sha256}
        return BackendInfo("vocal effort rule, voices roughly told apart", "1", weights, {"source": self.source})

    def probability(self, windows: Windows) -> Array:
        """Probability of a raised voice per window, NaN where it could not be measured."""
        odds = features(windows, self.rule) @ np.asarray(self.weight) + self.bias
        return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def features(windows: Windows, rule: EffortRule) -> NDArray[np.float64]:
    """Shape (n, 5), in the order of FEATURES; rows of windows that could not be measured are NaN."""
    own = np.clip(rule.log_odds(windows), -MOST_ODDS, MOST_ODDS)
    among = np.clip(rule.log_odds(as_one_voice(windows)), -MOST_ODDS, MOST_ODDS)
    calm = _heard_calm(windows, among)
    return np.column_stack([(1 - calm) * among, calm * among, (1 - calm) * own, calm * own, calm])


def as_one_voice(windows: Windows) -> Windows:
    """The same windows as if one person spoke all along."""
    voice = np.where(windows.voice >= 0, 0, -1).astype(np.int32)
    return replace(windows, voice=voice, voices=("all",) if windows.voices else ())


def _heard_calm(windows: Windows, among: Matrix) -> NDArray[np.float64]:
    """For each window how surely its voice was heard calm, 0 to 1."""
    calm = np.nan_to_num(1 / (1 + np.exp(among)))
    known = windows.voice >= 0
    seconds = np.bincount(windows.voice[known], calm[known], len(windows.voices)) / WINDOW_RATE_HZ
    out = np.zeros(len(calm))
    out[known] = (seconds / (seconds + CALM_SECONDS))[windows.voice[known]]
    return out


def load_among_all(rule: EffortRule | None = None) -> AmongAllRule:
    """The coefficients that come with the project, on top of `rule` (the one that comes with it, if none is given)."""
    text = (resources.files("models") / "data" / "effort_among_all.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return AmongAllRule(
        rule=rule or load_rule(),
        weight=_in_order(data["weight"]),
        bias=data["bias"],
        source=data["source"],
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _in_order(weights: dict[str, float], names: Sequence[str] = FEATURES) -> tuple[float, ...]:
    return tuple(weights[name] for name in names)
