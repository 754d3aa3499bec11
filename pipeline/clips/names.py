"""Names of clips: safe on every system, readable, and never from another folder than the one asked for."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.clips.order import ClipOrder
from pipeline.errors import ClipError
from pipeline.media.cut.kind import CutKind

LONGEST_NAME = 80
"""Letters of a name: room for the endings of manifest and captions in the 255 bytes that a file system allows"""
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Names that Windows keeps for devices"""
EXACT_ENDINGS = {False: ".mp4", True: ".m4a"}
"""with picture, sound alone"""


def default_name(order: ClipOrder) -> str:
    """ "unit 12 patrol" from 1:23.4 to 2:03 -> "unit_12_patrol_0h01m23.400_to_0h02m03.000_exact.mp4"."""
    kind = "sound" if order.audio_only else order.kind.value
    stem = safe(order.path.stem)[: LONGEST_NAME - 40]
    return f"{stem}_{mark(order.start)}_to_{mark(order.end)}_{kind}{ending(order)}"


def ending(order: ClipOrder) -> str:
    """The ending of the file's name that its container asks for. Raises MediaError for a source that cannot be read."""
    if order.kind is CutKind.ORIGINAL:
        from pipeline.media.cut.original import container_of  # loads the decoders

        return container_of(order.path, order.audio_only)[1]
    return EXACT_ENDINGS[order.audio_only or not _has_picture(order.path)]


def safe(text: str) -> str:
    """Letters, digits, dots, hyphens and underscores; nothing that a shell, a system or a spreadsheet would act on."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", text).strip("._-")
    plain = re.sub(r"\.{2,}", ".", plain) or "clip"
    return f"{plain}_" if plain.lower().split(".")[0] in RESERVED else plain


def mark(seconds: float) -> str:
    """83.4 -> "0h01m23.400"."""
    total = round(seconds * 1000)
    hours, rest = divmod(total, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours}h{minutes:02}m{rest // 1000:02}.{rest % 1000:03}"


def checked_target(order: ClipOrder, out: Path | None, folder: Path = Path()) -> Path:
    """Where a clip goes: `out` as given, or the default name in `folder`. Raises ClipError for an ending that lies."""
    target = out if out is not None else folder / default_name(order)
    due = ending(order)
    if target.suffix.lower() != due:
        kind = "of the source's own packets" if order.kind is CutKind.ORIGINAL else "that is cut exactly"
        raise ClipError(f"{target}: a clip {kind} is a {due} file here; call it {target.with_suffix(due).name}")
    return target


def inside(folder: Path, name: str) -> Path:
    """A file of `folder` by its bare name, as a list may give it. Raises ClipError for a path of any kind."""
    bare = name.strip()
    if not bare or bare in (".", "..") or re.search(r"[/\\:\x00-\x1f]", bare) or bare.startswith(("~", "-", ".")):
        raise ClipError(f"{name!r}: a list names files of the folder given with --folder, not paths")
    return folder / bare


def _has_picture(path: Path) -> bool:
    from pipeline.media.cut.window import opened

    with opened(path) as source:
        return source.video is not None
