"""The manifest of an export as bytes: canonical JSON, so that one changed byte is a changed manifest.

Keys in order, UTF-8, indented by one space, one newline at the end; `text_of` is the only writer. Three things cover
each other:

- `body_sha256` covers everything but the log, the page and what follows from them; the log's row holds it,
- `log` names the row and its hash, so the manifest holds the head of the log's chain,
- `sha256` covers all of that and the page, `signature` all but itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.custody.export import Export, Source
from pipeline.errors import CustodyError
from pipeline.types import ms

SCHEMA = "bwc-manifest-1"
ENDING = ".manifest.json"
PAGE_ENDING = ".manifest.html"
PART_ENDING = ".part"
LARGEST_BYTES = 64 << 20
"""A manifest of more bytes than this is none of ours: a reel of a thousand clips takes 1 MB."""
_LATER = ("log", "page", "sha256", "signature")


@dataclass(frozen=True)
class FileFacts:
    """A file of an export."""

    name: str
    sha256: str
    size_bytes: int

    def row(self) -> dict[str, Any]:
        return {"name": self.name, "sha256": self.sha256, "size_bytes": self.size_bytes}


def part_name(target: Path) -> Path:
    """Where an export is written until it is finished: "clip.mp4.part", which nothing takes for a finished file."""
    return target.with_name(target.name + PART_ENDING)


def manifest_path(target: Path) -> Path:
    """Where the manifest of an export lies."""
    return target.with_name(target.name + ENDING)


def page_path(target: Path) -> Path:
    """Where the page for people lies."""
    return target.with_name(target.name + PAGE_ENDING)


def text_of(document: Mapping[str, Any]) -> str:
    """The one way in which a manifest is written."""
    return json.dumps(readable(document), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def readable(value: Any) -> Any:
    """The same with halves of letters (from names that are no UTF-8) written out, so that it can be stored."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {readable(str(key)): readable(item) for key, item in value.items()}
    return [readable(item) for item in value] if isinstance(value, list | tuple) else value


def digest_of(document: Mapping[str, Any], *without: str) -> str:
    """sha256 of a manifest as it would be written without these keys."""
    left = {key: value for key, value in document.items() if key not in without}
    return hashlib.sha256(text_of(left).encode()).hexdigest()


def body_sha256(document: Mapping[str, Any]) -> str:
    """What the row of the log holds of the manifest."""
    return digest_of(document, *_LATER)


def own_sha256(document: Mapping[str, Any]) -> str:
    """What the manifest holds of itself."""
    return digest_of(document, "sha256", "signature")


def signed_bytes(document: Mapping[str, Any]) -> bytes:
    """What a signature covers."""
    return text_of({key: value for key, value in document.items() if key != "signature"}).encode()


def body_of(export: Export, file: FileFacts, beside: Sequence[FileFacts], at_utc: str) -> dict[str, Any]:
    """What a manifest says before it has its place in the log."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "bwc-review", "version": __version__},
        "kind": export.kind,
        "file": file.row(),
        "beside": [one.row() for one in beside],
        "sources": [_source(source) for source in export.sources],
        "how": dict(export.how),
        "redactions": list(export.redactions),
        "captions": export.captions,
        "watermark": export.watermark,
        "remarks": list(export.remarks),
        "policy": dict(export.policy),
        "models": list(export.models),
        "who": export.who,
        "why": export.why,
        "at_utc": at_utc,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "name": source.path.name,
        "recording": source.recording,
        "camera": source.camera,
        "transcript": source.transcript,
        "sha256_in": source.sha256_in,
        "sha256_now": source.sha256_now,
        "asked": {"start": _time(source.start), "end": _time(source.end)},
        "true": {"start": _time(source.true_start), "end": _time(source.true_end)},
    }


def _time(seconds: float | None) -> float | None:
    return None if seconds is None else ms(float(seconds))


def read_manifest(path: Path) -> tuple[dict[str, Any], bytes]:
    """A manifest and its bytes. Raises CustodyError where it cannot be read as one."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CustodyError(f"{path}: no manifest of this program (too large)")
        content = path.read_bytes()
        document = json.loads(content)
    except FileNotFoundError as error:
        raise CustodyError(f"{path}: no manifest here") from error
    except OSError as error:
        raise CustodyError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise CustodyError(f"{path}: damaged, it is no longer JSON") from error
    if not isinstance(document, dict) or not str(document.get("schema", "")).startswith("bwc-manifest-"):
        raise CustodyError(f"{path}: no manifest of this program")
    if document["schema"] != SCHEMA:
        raise CustodyError(f"{path}: a manifest of another version ({document['schema']}); update the program")
    if not _has_its_shape(document):
        raise CustodyError(f"{path}: was changed after it was written; parts of it are gone or are of another kind")
    return document, content


def _has_its_shape(document: Mapping[str, Any]) -> bool:
    """Whether a manifest, which anybody may have written, has all that a verification asks of it."""
    file, page, log, sources = (document.get(key) for key in ("file", "page", "log", "sources"))
    beside = document.get("beside")
    return (
        isinstance(document.get("sha256"), str)
        and isinstance(sources, list)
        and isinstance(beside, list)
        and all(_texts(one, "name", "sha256") for one in (file, page, *beside))
        and all(_texts(one, "name", "sha256_now") and _texts_or_none(one) for one in sources)
        and (log is None or (_texts(log, "hash") and isinstance(log.get("row"), int)))
    )


def _texts(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in keys)


def _texts_or_none(source: Mapping[str, Any]) -> bool:
    return all(source.get(key) is None or isinstance(source[key], str) for key in ("recording", "sha256_in"))
