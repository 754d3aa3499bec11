"""Counted recordings for the tests of cutting, each made once per run and only where a test asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.media.cut.window import opened
from tests.pipeline.media.cut.counted import KINDS, OTHERS, Seen, decode, make

DURATION = 9.0


@dataclass(frozen=True)
class Source:
    """A counted recording with all that a full decode says of it."""

    path: Path
    seen: Seen
    origin: float


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Source]:
    """A made recording by the name of its kind."""
    folder, made = tmp_path_factory.mktemp("counted"), dict[str, Source]()

    def get(name: str) -> Source:
        if name not in made:
            kind = replace((KINDS | OTHERS)[name], duration=DURATION)
            if name == "variable_rate":
                kind = replace(kind, filters="select='not(between(n,50,75))*mod(n,7)*gt(mod(n,11),1)'")
            if name == "late_sound":
                kind = replace(kind, sound_starts=2.94)
            path = make(folder / f"{name}{kind.ending}", kind)
            with opened(path) as file:
                made[name] = Source(path, decode(path), file.origin)
        return made[name]

    return get
