"""The policy pack in use, read again only where one of its files changed: reading it compiles its patterns, 0.4 s."""

from __future__ import annotations

import threading
from pathlib import Path

from pipeline.config import load_settings
from pipeline.policy import Policy, load_policy
from pipeline.policy.source import SHIPPED, read_pack

_State = tuple[tuple[Path, int, int, int], ...]
_KEPT: dict[Path, tuple[_State, Policy]] = {}
_LOCK = threading.Lock()


def in_use() -> Policy:
    """The pack that the settings name. Raises ConfigError for one that cannot be used."""
    path = (load_settings().policy or SHIPPED / "model_policy.toml").absolute()
    with _LOCK:
        kept = _KEPT.get(path)
        if kept is not None and _state([file for file, *_ in kept[0]]) == kept[0]:
            return kept[1]
        _KEPT.clear()
        # the files' state first: what changes while they are read is read again the next time
        state = _state([file.path for file in read_pack(path).files])
        policy = load_policy(path)
        if state is not None:
            _KEPT[path] = (state, policy)
    return policy


def written(path: Path | None) -> tuple[int, ...]:
    """When the files that a pack can be made of were written last."""
    if path is None:
        return ()
    return tuple(sorted(one.stat().st_mtime_ns for one in path.resolve().parent.glob("*.toml")))


def _state(files: list[Path]) -> _State | None:
    """Each file with its number, time and size; None where one is gone."""
    try:
        facts = [(file, file.stat()) for file in files]
    except OSError:
        return None
    return tuple((file, one.st_ino, one.st_mtime_ns, one.st_size) for file, one in facts)
