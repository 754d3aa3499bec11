"""Lists of clips: CSV, one row each, or TOML with a [[clip]] each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.clips.names import inside
from pipeline.clips.order import PAD, CaptionOrder, ClipOrder, of_finding, of_recording
from pipeline.errors import BwcError, ClipError
from pipeline.media.cut.kind import CutKind
from pipeline.redaction.times import seconds_of
from pipeline.store import Store
from pipeline.table_file import TableFile
from pipeline.toml_file import check_entries, rows_at, toml_of

FIELDS = ("recording", "start", "end", "finding", "pad", "out", "kind", "audio_only", "captions", "names", "why")
LARGEST_BYTES, MOST_CLIPS = 1 << 20, 1000
YES = frozenset({"yes", "true", "1", "x"})


@dataclass(frozen=True)
class Listed:
    """A clip of a list, with where it goes; None: a default name."""

    order: ClipOrder
    out: Path | None


def read_list(path: Path, store: Store | None, folder: Path) -> list[Listed]:
    """The clips of a list. Every one is checked before any is cut. Raises ClipError, TableError or StoreError.

    Recordings are meant as everywhere, paths of media from the list's own folder; `out` is the name of a file of
    `folder`, never a path.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ClipError(f"{path}: cannot be read ({error.strerror})") from error
    if size > LARGEST_BYTES:
        raise ClipError(f"{path}: too large for a list of clips ({size} bytes; {LARGEST_BYTES} are allowed)")
    rows = list(_toml(path) if path.suffix.lower() == ".toml" else _csv(path))
    if not rows:
        raise ClipError(f"{path}: names no clip")
    if len(rows) > MOST_CLIPS:
        raise ClipError(f"{path}: names {len(rows)} clips; at most {MOST_CLIPS} at a time")
    return [_listed(path, where, row, store, folder) for where, row in rows]


def _csv(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    table = TableFile(path, {field: (field, field.replace("_", " ")) for field in FIELDS})
    for row in table.rows():
        yield f"row {row.number}", {field: row[field] for field in FIELDS if row[field]}


def _toml(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    document = toml_of(path, ClipError)
    check_entries(document, ("clip",), str(path), ClipError)
    for number, row in enumerate(rows_at(document, "clip", str(path), ClipError), 1):
        check_entries(row, FIELDS, f"{path}, clip {number}", ClipError)
        yield f"clip {number}", row


def _listed(path: Path, where: str, row: Mapping[str, Any], store: Store | None, folder: Path) -> Listed:
    try:
        out = inside(folder, str(row["out"])) if row.get("out") else None
        return Listed(_order(row, store, path.parent), out)
    except BwcError as error:
        raise ClipError(f"{path}, {where}: {error}") from error
    except (TypeError, ValueError) as error:
        raise ClipError(f"{path}, {where}: {error}") from error


def _order(row: Mapping[str, Any], store: Store | None, base: Path) -> ClipOrder:
    if row.get("finding"):
        if store is None:
            raise ClipError("a finding is looked up in a store, and there is none")
        pad = seconds_of(row["pad"]) if row.get("pad") not in (None, "") else PAD
        order = of_finding(store, str(row["finding"]), pad, str(row["recording"]) if row.get("recording") else None)
    else:
        missing = [field for field in ("recording", "start", "end") if row.get(field) in (None, "")]
        if missing:
            raise ClipError(f"{', '.join(missing)} is missing: give recording, start and end, or a finding")
        media, recording = of_recording(store, str(row["recording"]), base)
        order = ClipOrder(media, seconds_of(row["start"]), seconds_of(row["end"]), recording)
    forms = row.get("captions", "")
    forms = (
        tuple(str(form) for form in forms) if isinstance(forms, list) else tuple(str(forms).replace(",", " ").split())
    )
    return replace(
        order,
        kind=CutKind(str(row.get("kind") or CutKind.EXACT)),
        audio_only=_is_yes(row.get("audio_only")),
        captions=CaptionOrder(caption_forms(forms), _is_yes(row.get("names"))),
        why=str(row.get("why") or order.why),
    )


def caption_forms(forms: Sequence[str]) -> tuple[str, ...]:
    """Known forms of captions, each once. Raises ClipError."""
    from pipeline.exports.captions import FORMS

    wrong = [form for form in forms if form not in FORMS]
    if wrong:
        raise ClipError(f"no captions of the form {wrong[0]!r}; there are: {', '.join(FORMS)}")
    return tuple(dict.fromkeys(forms))


def _is_yes(value: Any) -> bool:
    return value is True or str(value or "").strip().lower() in YES
