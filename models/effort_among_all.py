"""How probable a raised voice is where voices were only roughly told apart.

A diarizer that compares how voices sound takes a person's shouting for somebody else, so that a "voice" may consist of
shouting alone and has no calm speech to be compared with. Here each moment is judged twice by the rule of
`models.effort_rule`: against the voice that it was given to, and against all speech of the recording, as if one person
spoke. How much either counts goes by how well that voice's usual is known: whether it was heard calm in the second
view, or both calm and raised in the first. The coefficients and their source stand in `data/effort_among_all.toml`
(card beside it).
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from models.contract import BackendInfo
from models.effort_rule import EffortRule, load_rule
from models.usual_effort import Matrix
from models.vocal_effort import WINDOW_RATE_HZ, Array, Windows

FEATURES = ("against all", "against all, known", "against the voice", "against the voice, known", "known")
"""log odds of a raised voice against all speech and against the voice's own, each for a voice whose usual is not known
and for one where it is: times 1 - `known` and times `known` (see `_known`)"""
MOST_ODDS = 6.0
"""log odds count no further than this"""
CALM_SECONDS = 4.0
"""of a voice's speech that is not raised against all, at which its usual is half known: as long as one stretch of
`models.usual_effort`"""
BOTH_SECONDS = 1.0
"""of a voice's calm and of its raised speech, against itself, at which its usual is half known: one who was heard both
ways is no shout that was taken for another voice"""


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
        return BackendInfo("vocal effort rule, voices roughly told apart", "2", weights, {"source": self.source})

    def probability(self, windows: Windows) -> Array:
        """Probability of a raised voice per window, NaN where it could not be measured."""
        odds = features(windows, self.rule) @ np.asarray(self.weight) + self.bias
        return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def features(windows: Windows, rule: EffortRule) -> NDArray[np.float64]:
    """Shape (n, 5), in the order of FEATURES; rows of windows that could not be measured are NaN."""
    own = np.clip(rule.log_odds(windows), -MOST_ODDS, MOST_ODDS)
    among = np.clip(rule.log_odds(as_one_voice(windows)), -MOST_ODDS, MOST_ODDS)
    known = _known(windows, own, among)
    return np.column_stack([(1 - known) * among, known * among, (1 - known) * own, known * own, known])


def as_one_voice(windows: Windows) -> Windows:
    """The same windows as if one person spoke all along."""
    voice = np.where(windows.voice >= 0, 0, -1).astype(np.int32)
    return replace(windows, voice=voice, voices=("all",) if windows.voices else ())


def _known(windows: Windows, own: Matrix, among: Matrix) -> NDArray[np.float64]:
    """For each window how surely the usual of its voice is known, 0 to 1: heard calm, or heard both ways."""
    calm = _seconds(windows, -among)
    both = np.minimum(_seconds(windows, -own), _seconds(windows, own))
    of_voice = 1 - CALM_SECONDS / (calm + CALM_SECONDS) * BOTH_SECONDS / (both + BOTH_SECONDS)
    out = np.zeros(len(windows.voice))
    spoken = windows.voice >= 0
    out[spoken] = of_voice[windows.voice[spoken]]
    return out


def _seconds(windows: Windows, odds: Matrix) -> NDArray[np.float64]:
    """Expected seconds of each voice for which something of these log odds holds."""
    likely = np.nan_to_num(1 / (1 + np.exp(-odds)))
    spoken = windows.voice >= 0
    return np.bincount(windows.voice[spoken], likely[spoken], len(windows.voices)) / WINDOW_RATE_HZ


def load_among_all(rule: EffortRule | None = None) -> AmongAllRule:
    """The coefficients that come with the project, on top of `rule` (the one that comes with it, if none is given)."""
    text = (resources.files("models") / "data" / "effort_among_all.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return AmongAllRule(
        rule=rule or load_rule(),
        weight=tuple(data["weight"][name] for name in FEATURES),
        bias=data["bias"],
        source=data["source"],
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
