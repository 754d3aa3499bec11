"""One file of a model, fetched so that it is whole and right or not there at all.

Bytes go to `NAME.part`; beside it `NAME.part.json` notes what they are part of. A file gets its final name only after
its length and hash were checked on the disk, in one step. An interrupted transfer goes on where it stopped: the server
is asked for the rest under the condition that the file is still the same (`If-Range`), and where the file's hash is
known that is the last word. What turns out wrong is deleted, never kept under any name.
"""

from __future__ import annotations

import errno
import http.client
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models.manifest import NoSpace, ServerTrouble, WeightsError, WrongBytes
from models.pulled import AGAINST_GIT, FIRST_SIGHT, PulledFile, git_id_of, put_in_place, sha256_of
from models.web import Interrupted, RangeRefused, Web

BLOCK = 1 << 18
WORTH_ANOTHER_TRY = 1 << 20
"""a try that brought at least this many bytes does not count against the number of tries"""
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Wanted:
    """A file to fetch and what is known about it beforehand."""

    url: str
    path: str
    """where it goes, relative to the model's folder"""
    size: int | None = None
    sha256: str | None = None
    checked: str = FIRST_SIGHT
    """who said that this is its sha256"""
    git_id: str | None = None

    @property
    def identity(self) -> str:
        """What makes two beginnings of this file parts of the same file."""
        return self.sha256 or self.git_id or self.url


class Part:
    """The beginning of a file on the disk, with its note."""

    def __init__(self, final: Path, wanted: Wanted) -> None:
        self.final = final
        self.path = final.with_name(final.name + ".part")
        self._note = final.with_name(final.name + ".part.json")
        self._wanted = wanted
        self._etag: str | None = None
        if not self._belongs():
            self.drop()
        self.continued = self.size > 0
        """whether these are bytes of more than one answer"""

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def etag(self) -> str | None:
        """A strong ETag of the server that sent the beginning."""
        return self._etag

    def may_continue(self) -> bool:
        """Whether a rest can be fitted on safely: under a condition, or because the hash will tell."""
        return self.size > 0 and (self._etag is not None or self._wanted.identity != self._wanted.url)

    def start(self, etag: str | None) -> None:
        """Note what is about to arrive, before its first byte."""
        self._etag = etag if etag and etag.startswith('"') else None
        note = {"identity": self._wanted.identity, "url": self._wanted.url, "etag": self._etag}
        put_in_place(self._note, json.dumps(note).encode())

    def drop(self) -> None:
        """Delete what arrived."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        self._etag = None
        self.continued = False

    def finish(self) -> None:
        """Give the file its final name, in one step."""
        with self.path.open("rb+") as stream:
            os.fsync(stream.fileno())
        self.path.replace(self.final)
        self._note.unlink(missing_ok=True)

    def _belongs(self) -> bool:
        if not self.path.exists():
            return False
        try:
            note = json.loads(self._note.read_text("utf-8"))
            self._etag = note["etag"] if note["url"] == self._wanted.url else None
            return bool(note["identity"] == self._wanted.identity)
        except (OSError, ValueError, KeyError, TypeError):
            return False


def fetch(web: Web, wanted: Wanted, folder: Path, arrived: Callable[[int], None]) -> PulledFile:
    """Fetch one file into `folder`. `arrived` is told how many bytes of it are there, now and then.

    Raises a WeightsError; then the final name does not exist, or holds what it held before.
    """
    final = folder / wanted.path
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        part = Part(final, wanted)
        pulled = _obtain(web, wanted, part, arrived)
        part.finish()
    except OSError as error:
        raise disk_trouble(error, folder) from error
    return pulled


def _obtain(web: Web, wanted: Wanted, part: Part, arrived: Callable[[int], None]) -> PulledFile:
    """Complete the part and check it. Pieces that do not make the right whole are fetched once more in one go."""
    _complete(web, wanted, part, arrived)
    pieced = part.continued
    try:
        return _accept(wanted, part)
    except WrongBytes:
        if not pieced:
            raise
    _complete(web, wanted, part, arrived)
    return _accept(wanted, part)


def disk_trouble(error: OSError, folder: Path) -> WeightsError:
    """A failure to write, in one line."""
    if error.errno in _FULL:
        return NoSpace(
            f"no space left in {folder}: free some, or set BWC_MODELS to a folder on another disk; then pull again"
        )
    return WeightsError(f"cannot write to {folder}: {error.strerror or error}")


def _complete(web: Web, wanted: Wanted, part: Part, arrived: Callable[[int], None]) -> None:
    attempt = 1
    if wanted.size == 0:
        part.path.touch()
    while wanted.size is None or part.size != wanted.size:
        before = part.size
        try:
            _transfer(web, wanted, part, arrived)
            return
        except Interrupted as broken:
            attempt = 1 if part.size - before >= WORTH_ANOTHER_TRY else attempt + 1
            web.pause(attempt - 1, broken)


def _transfer(web: Web, wanted: Wanted, part: Part, arrived: Callable[[int], None]) -> None:
    """One request. Returns when the file is complete, raises Interrupted when it is not."""
    if part.size and not (part.may_continue() and (wanted.size is None or part.size < wanted.size)):
        part.drop()
    offset = part.size
    headers = {"Range": f"bytes={offset}-"} if offset else {}
    if offset and part.etag:
        headers["If-Range"] = part.etag
    try:
        answer = web.get(wanted.url, headers)
    except RangeRefused:
        part.drop()
        raise Interrupted("the server does not know the place to go on from; starting over") from None
    with answer:
        offset, goal = _agree(answer, wanted, part)
        with part.path.open("ab" if offset else "wb") as out:
            _copy(answer, out, offset, goal, arrived)
    if part.size > goal:
        part.drop()
        raise Interrupted(f"{wanted.path}: more bytes than the {goal} announced")
    if part.size < goal:
        raise Interrupted(f"{wanted.path}: the connection broke after {part.size} of {goal} bytes")


def _agree(answer: http.client.HTTPResponse, wanted: Wanted, part: Part) -> tuple[int, int]:
    """(bytes already here that count, bytes of the whole file), after checking what the server announces."""
    etag = answer.headers.get("ETag")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise Interrupted(f"{wanted.path}: the server or a proxy repacks the file")
    offset, total = 0, answer.length
    if answer.status == http.HTTPStatus.PARTIAL_CONTENT:
        offset, total = _range(answer, part, etag)
    elif answer.status != http.HTTPStatus.OK:
        raise ServerTrouble(f"{wanted.path}: the server answers {answer.status} instead of the file")
    if wanted.size is not None and total is not None and total != wanted.size:
        part.drop()
        raise Interrupted(f"{wanted.path}: the server announces {total} bytes, {wanted.size} are expected")
    goal = wanted.size if wanted.size is not None else total
    if goal is None:
        raise ServerTrouble(f"{wanted.path}: the server does not say how long the file is: nothing was kept")
    if not offset:
        part.drop()
        part.start(etag)
    part.continued = offset > 0
    return offset, goal


def _range(answer: http.client.HTTPResponse, part: Part, etag: str | None) -> tuple[int, int | None]:
    """(offset, total) of a partial answer. A rest that does not fit on what is here means starting over."""
    found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != part.size or (part.etag and etag and etag != part.etag):
        part.drop()
        raise Interrupted("the server sent another part of the file than the one asked for; starting over")
    total = None if found[3] == "*" else int(found[3])
    return part.size, total


def _copy(
    answer: http.client.HTTPResponse, out: IO[bytes], here: int, goal: int, arrived: Callable[[int], None]
) -> None:
    """Copy until the goal, the end of the answer, or one byte too many (which the caller notices)."""
    while here <= goal:
        try:
            block = answer.read(min(BLOCK, goal - here + 1))
        except (OSError, http.client.HTTPException) as error:
            raise Interrupted(f"the connection broke ({error})") from error
        if not block:
            return
        out.write(block)
        here += len(block)
        arrived(min(here, goal))


def _accept(wanted: Wanted, part: Part) -> PulledFile:
    """Check what lies on the disk. Raises WrongBytes after deleting it."""
    sha256, checked = sha256_of(part.path), wanted.checked
    expected, found = wanted.sha256, sha256
    if expected is None and wanted.git_id is not None:
        expected, found, checked = wanted.git_id, git_id_of(part.path), AGAINST_GIT
    if expected is not None and found != expected:
        part.drop()
        raise WrongBytes(
            f"{wanted.path}: wrong content (hash {found[:12]}..., expected {expected[:12]}...); what arrived was "
            "deleted. Pull again; if it stays wrong, a proxy or mirror changes the file, or the file was "
            "replaced at its source"
        )
    return PulledFile(wanted.path, sha256, part.path.stat().st_size, checked)
