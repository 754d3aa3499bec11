"""A change of the agency's pack: tried out beside it, refused with its lines where it cannot be meant, else kept."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import BwcError, ConfigError
from pipeline.packs.own import PackText, main_file, pack_texts, replaced
from pipeline.policy import Policy
from pipeline.policy.load import examined, pack_stamp
from pipeline.policy.source import Problem, nearest, read_pack
from pipeline.store import PolicyVersion, Store

MOST_FILES = 200
"""TOML files beside a pack that are taken along when a change is tried out"""
LARGEST_FILE = 2 << 20
"""bytes of one"""
_ONE_AT_A_TIME = threading.Lock()


class PackRefused(BwcError):
    """A change that cannot be kept; `problems` say why, with their lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        first = problems[0]
        where = f"line {first.line}: " if first.line else ""
        super().__init__(f"{where}{first.message}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""))


class PackMoved(BwcError):
    """Somebody changed the file since it was opened."""


@dataclass(frozen=True)
class Change:
    """The text that a file of the pack is to have."""

    file: str
    """as `PackText.name` has it"""
    text: str


@dataclass(frozen=True)
class Checked:
    """What a changed pack is like. `problems` name the files of the pack, not the places where it was tried out."""

    problems: Sequence[Problem]
    policy: Policy | None
    """None where it cannot be meant"""
    notes: Sequence[str] = ()
    """what may be a slip: a label that no clause asks for"""


def checked(path: Path | None, change: Change) -> Checked:
    """The pack as it would be with this change. Raises ConfigError for a file that the pack does not have."""
    _own_file(path, change.file)
    with _tried_out(path, change) as (main, places):
        policy, found = examined(main)
    problems = [replace(p, path=places.get(p.path.resolve(), p.path)) for p in found]
    if policy is None:
        return Checked(problems, None)
    policy = replace(policy, source=str(main_file(path)))
    before = stamp_of(path)
    if policy.sha256 != before["sha256"] and (policy.name, policy.version) == (before["name"], before["version"]):
        return Checked([_same_version(path, change, policy)], None)
    return Checked((), policy, _slips(policy))


def keep(store: Store, path: Path | None, change: Change, base: str, who: str, note: str = "") -> PolicyVersion:
    """Puts a changed file of the pack in place, and keeps it and what stood there before in the store.

    `base`: sha256 of the text that the change began from. Raises PackRefused, PackMoved, ConfigError, StoreError.
    """
    with _ONE_AT_A_TIME:
        own = _own_file(path, change.file)
        if own.sha256 != base:
            raise PackMoved(f"{own.name} was changed by somebody else since you opened it: open it again")
        found = checked(path, change)
        if found.policy is None:
            raise PackRefused(found.problems)
        store.keep_policy_version(own.name, own.text, stamp_of(path), who, "as it stood before")
        replaced(own.path, change.text)
        try:
            return store.keep_policy_version(own.name, change.text, found.policy.stamp, who, note)
        except BwcError:
            replaced(own.path, own.text)
            raise


def stamp_of(path: Path | None) -> dict[str, str]:
    """Name, version and hash of a pack; empty ones where it cannot be meant as it stands."""
    try:
        return pack_stamp(main_file(path))
    except ConfigError:
        return {"name": "", "version": "", "sha256": ""}


def _own_file(path: Path | None, name: str) -> PackText:
    own = {file.name: file for file in pack_texts(path) if not file.shipped}
    if name not in own:
        known = ", ".join(own) or "none: begin a pack of your own first"
        raise ConfigError(main_file(path), f"the pack has no file {name!r} that can be changed (those are: {known})")
    return own[name]


@contextmanager
def _tried_out(path: Path | None, change: Change) -> Iterator[tuple[Path, dict[Path, Path]]]:
    """A copy of the pack with the change: its own file there, and the places of the copies -> those of the originals.

    Whatever TOML lies beside the pack's files comes along, since the change may name it as a part.
    """
    main = main_file(path).resolve()
    own = [file for file in pack_texts(path) if not file.shipped]
    root = _common_folder([file.path.resolve() for file in own])
    with TemporaryDirectory() as made:
        copy, places = Path(made).resolve(), {}
        for file in sorted({p for f in own for p in f.path.resolve().parent.glob("*.toml")})[:MOST_FILES]:
            if file.stat().st_size <= LARGEST_FILE:
                target = copy / file.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
                places[target] = next((f.path for f in own if f.path.resolve() == file), file)
        changed = next(f.path.resolve() for f in own if f.name == change.file)
        (copy / changed.relative_to(root)).write_text(change.text, encoding="utf-8", newline="")
        yield copy / main.relative_to(root), places


def _common_folder(paths: Sequence[Path]) -> Path:
    return next(f for f in paths[0].parents if all(p.is_relative_to(f) for p in paths))


def _same_version(path: Path | None, change: Change, policy: Policy) -> Problem:
    """Two packs of one name and version that say different things could not be told apart in what they found."""
    said = f'version "{policy.version}" of {policy.name} says something else already: give the changed pack another'
    with _tried_out(path, change) as (main, _):
        line = read_pack(main).own.lines.get(("version",))
    return Problem(main_file(path), line, said)


def _slips(policy: Policy) -> list[str]:
    asked = {label for clause in policy.clauses.values() for label in clause.labels}
    return [
        f"no clause asks for the label {label!r}{nearest(label, asked)}"
        for label in sorted(set(policy.techniques) - asked)
    ]
