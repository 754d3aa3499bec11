"""Read a policy pack from TOML. Everything that cannot be meant is a problem that names its file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.policy.camera_rules import read_camera_rules
from pipeline.policy.dispatch_rules import read_dispatch_rules
from pipeline.policy.pack import (
    COMMAND_CATEGORIES,
    DETECTOR_LABELS,
    SHOWN_BY,
    SPEAKERS,
    AddresseeRules,
    Bar,
    CameraWords,
    Clause,
    CommandRules,
    FormQuestion,
    NameRules,
    PatternSet,
    Policy,
    RoleRules,
    TechniqueRules,
    Windows,
)
from pipeline.policy.patterns import PatternError, compile_pattern
from pipeline.policy.records import read_record_rules
from pipeline.policy.source import INHERITED, SHIPPED, Pack, Problem, nearest, read_pack

_TOP = ("name", "version", "title", "extends", "parts", "hotwords", "clauses", "words", "commands", "addressee",
        "names", "roles", "actions", "clashes", "techniques", "thresholds", "camera", "camera_words", "review_form",
        "windows", "zone", "force_reports", "roster", "dispatch")  # fmt: skip
_COMMAND = ("clause", "phrases", "imperatives", "alone", "vague", "wide", "bare", "about")
_ADDRESSEE = ("peers", "medical", "person", "idioms")
_NAMES = ("clause", "officer_gives", "asks", "asks_alone", "person_gives", "answers", "third_person")
_ROLES = ("officer", "civilian", "radio")
_TECHNIQUE_SETS = ("phrases", "starts", "alone", "answers", "after", "unless", "unless_line")
_CAMERA_WORDS = ("announce", "unmuted", "closing", "unless")
_NEEDED_WORDS = ("openers", "vocatives", "titles", "not_names", "agencies")
Words = Mapping[str, tuple[str, ...]]
Table = Mapping[str, Any]


def load_policy(path: Path | None = None) -> Policy:
    """Read a pack; None is the shipped model policy.

    Raises ConfigError (file, line where known) for a file that cannot be read, an unknown key, a wrong type or a
    pattern that does not follow the syntax: the first of the problems that `check_policy` lists.
    """
    policy, problems = _load(path or SHIPPED / "model_policy.toml")
    if problems:
        raise problems[0].error
    return policy


def check_policy(path: Path) -> list[Problem]:
    """Everything in a pack that cannot be meant, in order of file and line; [] where it is sound."""
    try:
        _, problems = _load(path)
    except ConfigError as error:
        return [Problem(error.path, error.line, error.reason)]
    return sorted(problems, key=lambda p: (p.path != path, str(p.path), p.line or 0))


@lru_cache(maxsize=1)
def shipped_policy() -> Policy:
    """The model policy, read once: for parts that were given no pack."""
    return load_policy(None)


def _load(path: Path) -> tuple[Policy, list[Problem]]:
    pack = read_pack(path)
    data = pack.data
    for file in pack.files:
        _known(file.data, _TOP, pack, "at the top")
    for key in ("name", "version"):  # never inherited: a finding must say which pack it is from
        _text(pack.own.data, key, pack)
    words = _words(_table(data, "words", pack), pack)
    techniques = _techniques(_table(data, "techniques", pack), words, pack)
    actions = _table(data, "actions", pack)
    clauses = _clauses(_table(data, "clauses", pack), [*techniques, *DETECTOR_LABELS], pack)
    policy = Policy(
        name=str(data.get("name", "")),
        version=str(data.get("version", "")),
        title=str(data.get("title", "")),
        sha256=hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest(),
        clauses=clauses,
        commands=_commands(_table(data, "commands", pack), words, pack, clauses),
        addressee=AddresseeRules(**_sets(_table(data, "addressee", pack), ("addressee",), _ADDRESSEE, words, pack)),
        names=_names(_table(data, "names", pack), words, pack, clauses),
        roles=RoleRules(**_sets(_table(data, "roles", pack), ("roles",), _ROLES, words, pack)),
        words=words,
        actions=_sets(actions, ("actions",), tuple(actions), words, pack),
        clashes=_clashes(_table(data, "clashes", pack), tuple(actions), pack),
        techniques=techniques,
        camera_words=_camera_words(data, words, pack),
        bars=_bars(_table(data, "thresholds", pack), [*techniques, *DETECTOR_LABELS], pack),
        camera=read_camera_rules(data, pack),
        dispatch=read_dispatch_rules(data, pack),
        review_form=_form(data.get("review_form", []), pack, clauses),
        windows=_windows(_table(data, "windows", pack), pack),
        records=read_record_rules(data, pack),
        hotwords=tuple(_list(data, ("hotwords",), pack)),
        source=str(path),
    )
    return policy, pack.problems


# values


def _known(table: Table, known: Sequence[str], pack: Pack, where: str, *at: str | int) -> None:
    for key in table:
        if key not in known:
            hint = nearest(key, known)
            pack.wrong(f"unknown key {key!r} {where}{hint or '; known: ' + ', '.join(known)}", *at, key)


def _table(data: Table, name: str, pack: Pack, *at: str) -> dict[str, Any]:
    value = data.get(name, {})
    if isinstance(value, dict):
        return value
    pack.wrong(f"{'.'.join((*at, name))} is a table: [{'.'.join((*at, name))}]", *at, name)
    return {}


def _text(data: Table, key: str, pack: Pack, *at: str | int, needed: bool = True) -> str:
    value = data.get(key, "")
    if not isinstance(value, str) or (needed and not value):
        pack.wrong(f'{key} must be a text such as {key} = "..."', *at, *([key] if key in data else []))
        return ""
    return value


def _switch(data: Table, key: str, default: bool, pack: Pack, *at: str) -> bool:
    value = data.get(key, default)
    if not isinstance(value, bool):
        pack.wrong(f"{key} must be true or false", *at, key)
        return default
    return value


def _list(data: Table, at: tuple[str | int, ...], pack: Pack) -> list[str]:
    key = str(at[-1])
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        pack.wrong(f'{key} is a list of texts: {key} = ["..."]', *at)
        return []
    if value[:1] == [INHERITED]:
        pack.wrong(f'{key} starts with "..." but there is nothing to inherit', *at)
        return value[1:]
    return value


def _words(data: Table, pack: Pack) -> dict[str, tuple[str, ...]]:
    for key in data:
        if not re.fullmatch(r"[a-z_]+", key):
            pack.wrong(f"a list is named in small letters: {key!r}", "words", key)
    out = {key: tuple(" ".join(w.lower().split()) for w in _list(data, ("words", key), pack)) for key in data}
    missing = [w for w in _NEEDED_WORDS if not out.get(w)]
    if missing:
        pack.wrong(f"[words] lacks {', '.join(missing)}; extend a shipped pack to have them", "words")
    return out | dict.fromkeys(missing, ("",))


def _patterns(data: Table, at: tuple[str, ...], words: Words, pack: Pack) -> PatternSet:
    out = []
    for source in _list(data, at, pack):
        try:
            out.append(compile_pattern(source, words))
        except PatternError as error:
            pack.wrong(f"[{'.'.join(at[:-1])}] {at[-1]}: {error}", *at, item=source)
    return PatternSet(out)


def _sets(
    table: Table, at: tuple[str, ...], keys: Sequence[str], words: Words, pack: Pack, others: Sequence[str] = ()
) -> dict[str, PatternSet]:
    _known(table, (*others, *keys), pack, f"in [{'.'.join(at)}]", *at)
    return {key: _patterns(table, (*at, key), words, pack) for key in keys}


# tables


def _clauses(data: Table, labels: Sequence[str], pack: Pack) -> dict[str, Clause]:
    out: dict[str, Clause] = {}
    for name in data:
        table, at = _table(data, name, pack, "clauses"), ("clauses", name)
        _known(table, [f.name for f in fields(Clause) if f.name != "id"], pack, f"in [clauses.{name!r}]", *at)
        found = _list(table, (*at, "labels"), pack)
        for label in found:
            if label not in labels:
                hint = nearest(label, labels) or "; it needs a table [techniques." + label + "]"
                pack.wrong(f"unknown label {label!r}{hint}", *at, "labels", item=label)
        shown_by = _text(table, "shown_by", pack, *at, needed=False) or "speech"
        if shown_by not in SHOWN_BY:
            pack.wrong(f"shown_by is one of: {', '.join(SHOWN_BY)}", *at, "shown_by")
        out[name] = Clause(
            id=name,
            title=_text(table, "title", pack, *at),
            text=_text(table, "text", pack, *at),
            source=_text(table, "source", pack, *at, needed=False),
            labels=tuple(found),
            shown_by=shown_by,
            note=_text(table, "note", pack, *at, needed=False),
            enabled=_switch(table, "enabled", True, pack, *at),
        )
    return out


def _clause_of(table: Table, clauses: Mapping[str, Clause], pack: Pack, *at: str | int) -> str:
    clause = _text(table, "clause", pack, *at, needed=False)
    if clause and clause not in clauses:
        pack.wrong(f"no clause {clause!r}{nearest(clause, clauses)}", *at, "clause")
    return clause


def _commands(data: Table, words: Words, pack: Pack, clauses: Mapping[str, Clause]) -> dict[str, CommandRules]:
    _known(data, COMMAND_CATEGORIES, pack, "in [commands]", "commands")
    out = {}
    for category in data:
        table, at = _table(data, category, pack, "commands"), ("commands", category)
        sets = _sets(table, at, _COMMAND[1:], words, pack, _COMMAND[:1])
        out[category] = CommandRules(category, _clause_of(table, clauses, pack, *at), **sets)
    return out


def _clashes(data: Table, actions: Sequence[str], pack: Pack) -> dict[str, tuple[str, ...]]:
    out = {}
    for action in data:
        found = _list(data, ("clashes", action), pack)
        for name in (action, *found):
            if name not in actions:
                pack.wrong(f"no action {name!r}{nearest(name, actions)}", "clashes", action)
        out[action] = tuple(found)
    return out


def _names(table: Table, words: Words, pack: Pack, clauses: Mapping[str, Clause]) -> NameRules:
    return NameRules(
        clause=_clause_of(table, clauses, pack, "names"),
        titles=frozenset(words["titles"]),
        not_names=frozenset(words["not_names"]),
        agencies=frozenset(words["agencies"]),
        **_sets(table, ("names",), _NAMES[1:], words, pack, _NAMES[:1]),
    )


def _techniques(data: Table, words: Words, pack: Pack) -> dict[str, TechniqueRules]:
    out = {}
    for label in data:
        table, at = _table(data, label, pack, "techniques"), ("techniques", label)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", label):
            pack.wrong(f"a label is written in small letters and underscores: {label!r}", *at)
        sets = _sets(
            table, at, _TECHNIQUE_SETS, words, pack, ("title", "said_by", "in_questions", "to_peers", "reported")
        )
        said_by = _list(table, (*at, "said_by"), pack) or ["officer"]
        for speaker in said_by:
            if speaker not in SPEAKERS:
                pack.wrong(f"said_by names {', '.join(SPEAKERS)}, not {speaker!r}", *at, "said_by", item=speaker)
        out[label] = TechniqueRules(
            label=label,
            title=_text(table, "title", pack, *at, needed=False) or label.replace("_", " "),
            said_by=tuple(said_by),
            in_questions=_switch(table, "in_questions", True, pack, *at),
            to_peers=_switch(table, "to_peers", True, pack, *at),
            reported=_switch(table, "reported", False, pack, *at),
            **sets,
        )
    return out


def _camera_words(data: Table, words: Words, pack: Pack) -> CameraWords:
    table = _table(data, "camera_words", pack)
    reasons = _table(table, "reasons", pack, "camera_words")
    sets = _sets(table, ("camera_words",), _CAMERA_WORDS, words, pack, ("reasons",))
    at = ("camera_words", "reasons")
    return CameraWords(**sets, reasons={name: _patterns(reasons, (*at, name), words, pack) for name in reasons})


def _bars(data: Table, labels: Sequence[str], pack: Pack) -> dict[str, Bar]:
    out = {}
    for label in data:
        table, at = _table(data, label, pack, "thresholds"), ("thresholds", label)
        if label not in labels:
            pack.wrong(f"unknown label {label!r} in [thresholds]{nearest(label, labels)}", *at)
        _known(table, ("threshold", "veto"), pack, f"in [thresholds.{label}]", *at)
        for key, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                pack.wrong(f"{key} must be a probability, 0 to 1", *at, key)
        out[label] = Bar(**{k: float(v) for k, v in table.items() if isinstance(v, int | float) and k in _BAR})
    return out


_BAR = frozenset(f.name for f in fields(Bar))


def _form(data: object, pack: Pack, clauses: Mapping[str, Clause]) -> tuple[FormQuestion, ...]:
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        pack.wrong("review_form is a list of tables: [[review_form]]", "review_form")
        return ()
    out = []
    for number, row in enumerate(data):
        at = ("review_form", number)
        _known(row, [f.name for f in fields(FormQuestion)], pack, "in [[review_form]]", *at)
        out.append(
            FormQuestion(
                id=_text(row, "id", pack, *at),
                question=_text(row, "question", pack, *at),
                answers=tuple(_list(row, (*at, "answers"), pack)),
                clause=_clause_of(row, clauses, pack, *at),
            )
        )
    return tuple(out)


def _windows(data: Table, pack: Pack) -> Windows:
    known = {f.name: f.type for f in fields(Windows)}
    _known(data, tuple(known), pack, "in [windows]", "windows")
    said = {}
    for key, value in data.items():
        if key not in known:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or value < 0 or (known[key] == "int" and (not isinstance(value, int) or value < 2)):
            kind = "times, 2 or more" if known[key] == "int" else "seconds"
            pack.wrong(f"{key} must be a number of {kind}", "windows", key)
        else:
            said[key] = value
    return Windows(**said)
