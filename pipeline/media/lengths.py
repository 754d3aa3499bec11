"""How much there is to analyse in a folder, by the headers of its files: enough to say what is to come."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import av

from pipeline.errors import MediaError
from pipeline.media.triage import check_readable, open_container

LONGEST_LOOK = 6.0
"""Seconds after which the rest of the files is counted, and their length is not read."""


@dataclass(frozen=True)
class LookedOver:
    """Media files before their analysis. `seconds`: together, as the headers of `read` of them claim."""

    files: int
    size_bytes: int
    seconds: float
    read: int
    unreadable: tuple[Path, ...]
    """of those that were read: what no decoder opens"""


def claimed_length(path: Path) -> float:
    """Seconds that a file's header claims, 0 where it claims none. Raises MediaError for what cannot be opened."""
    check_readable(path)
    with open_container(path) as container:
        return max(0.0, container.duration / av.time_base) if container.duration else 0.0


def look_over(files: Iterable[Path], longest: float = LONGEST_LOOK) -> LookedOver:
    """What the files hold together; reading of headers ends after `longest` seconds."""
    every = list(files)
    size, seconds, read = 0, 0.0, 0
    unreadable = []
    began = time.monotonic()
    for path in every:
        try:
            size += path.stat().st_size
            if time.monotonic() - began < longest:
                read += 1
                seconds += claimed_length(path)
        except MediaError:
            unreadable.append(path)
        except OSError:
            continue  # gone since it was listed
    return LookedOver(len(every), size, seconds, read, tuple(unreadable))
