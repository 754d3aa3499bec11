"""A camera profile: what each digit of one camera's stamp looks like, and where the stamp stands.

One small .npz file per camera model, cut from the camera's own picture (`pipeline.clock.cut`). It carries no code and
is read without pickle.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from models.sha256 import sha256_once
from models.stamp_text import HEIGHT_PX
from pipeline.clock.cells import digits_in, settled
from pipeline.clock.layout import Layout, Slot
from pipeline.clock.patches import Patches, likelihoods, likeness
from pipeline.clock.place import Place
from pipeline.errors import ConfigError

SHIPPED = Path(__file__).parent / "profiles"
SUFFIX = ".npz"
KNOWN, STRANGE = 0.75, 0.45
"""correlation of the best digit from which on it is believed, and under which it is not at all"""
BELOW = 0.15
"""correlation by which a digit may be less like its picture than the line's middle one is before the profile's word
counts less; twice that, and it counts nothing: what the encoder did to that digit alone is no matter of the font"""
DOUBT = 0.02
"""probability that either reader leaves to each digit when the two are weighed together"""
CONTRADICTS = 0.04
"""share of the digits read surely in general, and otherwise by the profile: from there on it is another font"""


@dataclass(frozen=True, eq=False)
class Profile:
    """`digits`: float32, shape (10, 24, width), mean of normalised strips round the middle of each digit."""

    name: str
    digits: Patches
    size_px: tuple[int, int]
    """width and height of the picture that it was cut from"""
    place: Place
    layout: Layout
    about: Mapping[str, Any]
    """what it was cut from: pictures, digits cut, share of digits that it reads right there"""
    sha256: str = ""

    version: ClassVar[str] = "1"

    def digits_of(
        self, strip: NDArray[np.float32], row: NDArray[np.float32], layout: Layout
    ) -> tuple[NDArray[np.float32], float]:
        """See `pipeline.clock.watch.DigitReader`."""
        alike = self.alike(strip, layout.slots)
        best = alike.max(axis=1, keepdims=True)
        share = likelihoods(alike)
        half = np.array([slot.field == "half" for slot in layout.slots])
        lower = np.median(best[~half]) - best
        weight = np.clip((best - STRANGE) / (KNOWN - STRANGE), 0, 1) * np.clip(2 - lower / BELOW, 0, 1)
        own = share / share.sum(axis=1, keepdims=True) * weight
        own[half] = 0.0
        general = np.exp(digits_in(row, layout.slots)[0]).astype(np.float64)
        # two readers with different weaknesses: where one sees nothing, the other's word stands
        both = (own + DOUBT) * (general + DOUBT)
        seen = np.maximum(own.sum(axis=1, keepdims=True), general.max(axis=1, keepdims=True))
        return settled(both / both.sum(axis=1, keepdims=True) * np.minimum(seen, 1.0))

    def alike(self, strip: NDArray[np.float32], slots: Sequence[Slot]) -> NDArray[np.float64]:
        """Correlation of each slot with each digit, at the best of small moves, shape (slots, 10)."""
        return likeness(strip, slots, self.digits)

    def expected(self, size_px: tuple[int, int]) -> Place:
        """Where the stamp should be in pictures of this size, keeping to the edges that it stands at."""
        return self._scaled(self.place, size_px)

    def _scaled(self, place: Place, size_px: tuple[int, int]) -> Place:
        grown = size_px[1] / self.size_px[1]
        width, height = self.size_px
        middle = (
            place.middle_px * grown if place.middle_px < height / 2 else size_px[1] - (height - place.middle_px) * grown
        )
        right_side = place.left_px + place.right_px > width
        shift = size_px[0] - width * grown if right_side else 0.0
        left, right = round(place.left_px * grown + shift), round(place.right_px * grown + shift)
        above = self._scaled(place.above, size_px) if place.above else None
        return Place(middle, max(0, left), min(size_px[0], right), place.scale / grown, above)


# files


def save_profile(profile: Profile, path: Path) -> None:
    """Write the profile; nothing half-written stays."""
    facts = {
        "clock_profile": profile.version,
        "name": profile.name,
        "size_px": profile.size_px,
        "place": asdict(profile.place),
        "layout": asdict(profile.layout),
        "about": dict(profile.about),
    }
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez_compressed(file, digits=profile.digits.astype(np.float16), facts=np.array(json.dumps(facts)))
    part.replace(path)


def load_profile(path: Path) -> Profile:
    """Raises ConfigError with one line for a file that is no profile."""
    try:
        with np.load(path, allow_pickle=False) as held:
            digits, facts = np.asarray(held["digits"], np.float32), json.loads(str(held["facts"]))
        if facts["clock_profile"] != Profile.version:
            raise ConfigError(path, f"is a clock profile of version {facts['clock_profile']}: make it again")
        if digits.ndim != 3 or digits.shape[:2] != (10, HEIGHT_PX) or not np.isfinite(digits).all():
            raise ConfigError(path, "is not a clock profile: its digits have the wrong shape")
        layout = facts["layout"]
        slots = tuple(Slot(**slot) for slot in layout.pop("slots"))
        size = (int(facts["size_px"][0]), int(facts["size_px"][1]))
        place = _place(facts["place"])
        return Profile(
            facts["name"], digits, size, place, Layout(slots=slots, **layout), facts["about"], sha256_once(path)
        )
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror or 'not a file of arrays'})") from error
    except (KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ConfigError(path, "is not a clock profile; make one with bwc clock-profile make") from error


def _place(facts: dict[str, Any]) -> Place:
    above = facts.pop("above", None)
    return Place(**facts, above=_place(above) if above else None)


def load_profiles(folders: Iterable[Path]) -> list[Profile]:
    """All profiles of these folders, then those that ship. Raises ConfigError: a folder or file that cannot be used,
    two profiles of one name in the user's folders."""
    own = [load_profile(path) for folder in folders for path in _files(folder)]
    names: dict[str, int] = {}
    for profile in own:
        names[profile.name] = names.get(profile.name, 0) + 1
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise ConfigError(
            next(iter(folders), SHIPPED), f"two clock profiles are called {twice[0]!r}: remove or rename one"
        )
    return own + [p for path in _files(SHIPPED) if (p := load_profile(path)).name not in names]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ConfigError(folder, "no such folder of clock profiles")
    return sorted(folder.glob(f"*{SUFFIX}"))
