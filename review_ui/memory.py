"""Less memory for a server of many threads."""

from __future__ import annotations

import contextlib
import ctypes
import sys

MOST_ARENAS = 2
"""Heaps that threads share. By default the C library gives each thread one of its own, up to eight for each processor,
and what is freed in one is not used by another: 20 MB with four viewers (measured: tests/benchmarks/screen.py)."""
_M_ARENA_MAX = -8


def share_heaps() -> None:
    """Lets all threads of this process share a few heaps, where the C library can (glibc); elsewhere does nothing."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, MOST_ARENAS)


def give_back() -> None:
    """Memory that nothing uses any more goes back to the system; the C library would keep it for the next time."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library has no such call
            ctypes.CDLL(None).malloc_trim(0)
