"""The fitted rule: how probable a raised voice is, from figures against what is usual for that voice.

A logistic regression whose coefficients and their source stand in `data/vocal_effort.toml`.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from models.contract import BackendInfo
from models.usual_effort import Matrix, UsualModel
from models.vocal_effort import FIGURES, Array, Windows

HIGH_PITCH = 27.0
"""semitones over 55 Hz (262 Hz): ordinary speech, of women too, stays mostly below"""
FEATURES = (*(f"{name} over usual" for name in FIGURES), "pitch over 27", "stretch")
"""Each figure against the voice's own usual; semitones over HIGH_PITCH, zero below it; log odds that the stretch of
about two seconds around is raised (`models.usual_effort`), zero where that is unknown."""
LIMITS = np.array(
    [
        [-9.0, -9.0, -3.0, -6.0, -9.0, -9.0, -9.0, 0.0, -4.0],
        [3.0, 3.0, 9.0, 12.0, 9.0, 9.0, 9.0, 9.0, 4.0],
    ]
)
"""each feature counts no further than this: twice the effort is not twice as sure"""


@dataclass(frozen=True, eq=False)
class EffortRule:
    """Mean, scale and weight of each of FEATURES, and the model of what is usual (`vocal_effort.toml`)."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float
    usual: UsualModel
    source: str
    sha256: str = ""
    """of the file that it was read from"""

    @property
    def info(self) -> BackendInfo:
        return BackendInfo("vocal effort rule", "6", {"vocal_effort.toml": self.sha256}, {"source": self.source})

    def probability(self, windows: Windows) -> Array:
        """Probability of a raised voice per window, NaN where it could not be measured."""
        return np.asarray(1 / (1 + np.exp(-self.log_odds(windows))), np.float32)

    def log_odds(self, windows: Windows) -> NDArray[np.float64]:
        """The same as log odds, float64."""
        scaled = (features(windows, self.usual) - self.mean) / self.scale
        return np.asarray(scaled @ np.asarray(self.weight) + self.bias, np.float64)


def features(windows: Windows, model: UsualModel) -> NDArray[np.float64]:
    """Shape (n, 9), in the order of FEATURES; rows of windows that could not be measured are NaN."""
    out = np.full((len(windows.voice), len(FEATURES)), np.nan)
    usual, likely = model.usual(windows)
    rows = np.flatnonzero(windows.measured & (windows.voice >= 0))
    figures = windows.figures[rows].astype(np.float64)
    odds = np.log((likely[rows] + 0.01) / (1.01 - likely[rows]))
    high = windows.pitch[rows] - HIGH_PITCH
    over = figures - usual[windows.voice[rows]] if len(rows) else figures
    columns = np.column_stack([over, high, np.nan_to_num(odds)])
    out[rows] = np.clip(columns, *LIMITS)
    return out


def load_rule() -> EffortRule:
    """The coefficients that come with the project."""
    text = (resources.files("models") / "data" / "vocal_effort.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    by_name = {row["name"]: row for row in data["feature"]}
    rows = [by_name[name] for name in FEATURES]
    return EffortRule(
        mean=tuple(r["mean"] for r in rows),
        scale=tuple(r["scale"] for r in rows),
        weight=tuple(r["weight"] for r in rows),
        bias=data["bias"],
        usual=UsualModel(**{name: _matrix(values) for name, values in data["usual"].items()}),
        source=data["source"],
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _matrix(values: list[float] | list[list[float]]) -> Matrix:
    return np.asarray(values, np.float64)
