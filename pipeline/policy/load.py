"""Read a policy pack from TOML. Everything that cannot be meant is a problem that names its file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

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
from pipeline.policy.source import SHIPPED, Pack, Problem, nearest, read_pack
from pipeline.policy.values import Table, check_known, list_at, switch_at, table_at, text_at

_TOP = ("name", "version", "title", "extends", "parts", "hotwords", "clauses", "words", "commands", "addressee",
        "names", "roles", "actions", "clashes", "techniques", "thresholds", "camera", "camera_words", "review_form",
        "windows", "zone", "force_reports", "roster", "dispatch", "goals")  # fmt: skip
_CLAUSE = tuple(f.name for f in fields(Clause) if f.name != "id")
_COMMAND = ("clause", "phrases", "imperatives", "alone", "vague", "wide", "bare", "about")
_ADDRESSEE = ("peers", "medical", "person", "idioms")
_NAMES = ("clause", "officer_gives", "asks", "asks_alone", "person_gives", "answers", "third_person")
_ROLES = ("officer", "civilian", "radio")
_TECHNIQUE_SETS = ("phrases", "starts", "alone", "answers", "after", "unless", "unless_line")
_CAMERA_OFF = "camera_off_announced"
_CAMERA_WORDS = ("announce", "own", "unmuted", "closing", "unless")
_NEEDED_WORDS = ("openers", "vocatives", "titles", "not_names", "agencies")
Words = Mapping[str, tuple[str, ...]]


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
    return examined(path)[1]


def examined(path: Path) -> tuple[Policy | None, list[Problem]]:
    """A pack, and everything in it that cannot be meant; None where there is anything."""
    try:
        policy, problems = _load(path)
    except ConfigError as error:
        return None, [Problem(error.path, error.line, error.reason)]
    ordered = sorted(problems, key=lambda p: (p.path != path, str(p.path), p.line or 0))
    return (None if ordered else policy), ordered


def pack_stamp(path: Path) -> dict[str, str]:
    """Name, version and hash of a pack as its findings are stamped, its patterns unread. Raises ConfigError."""
    data = read_pack(path).data
    return {"name": str(data.get("name", "")), "version": str(data.get("version", "")), "sha256": _sha256(data)}


def _sha256(data: Table) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def _load(path: Path) -> tuple[Policy, list[Problem]]:
    pack = read_pack(path)
    data = pack.data
    for file in pack.files:
        check_known(file.data, _TOP, pack, where="at the top")
    for key in ("name", "version"):  # never inherited: a finding must say which pack it is from
        text_at(pack.own.data, key, pack)
    words = _words(table_at(data, pack, "words"), pack)
    techniques = _techniques(table_at(data, pack, "techniques"), words, pack)
    camera_words = _camera_words(data, words, pack)
    actions = table_at(data, pack, "actions")
    clauses = _clauses(table_at(data, pack, "clauses"), [*techniques, *DETECTOR_LABELS], pack)
    policy = Policy(
        name=str(data.get("name", "")),
        version=str(data.get("version", "")),
        title=str(data.get("title", "")),
        sha256=_sha256(data),
        clauses=clauses,
        commands=_commands(table_at(data, pack, "commands"), words, pack, clauses),
        addressee=AddresseeRules(**_sets(table_at(data, pack, "addressee"), ("addressee",), _ADDRESSEE, words, pack)),
        names=_names(table_at(data, pack, "names"), words, pack, clauses),
        roles=RoleRules(**_sets(table_at(data, pack, "roles"), ("roles",), _ROLES, words, pack)),
        words=words,
        actions=_sets(actions, ("actions",), tuple(actions), words, pack),
        clashes=_clashes(table_at(data, pack, "clashes"), tuple(actions), pack),
        techniques=_with_camera_words(techniques, camera_words),
        camera_words=camera_words,
        bars=_bars(table_at(data, pack, "thresholds"), [*techniques, *DETECTOR_LABELS], pack),
        goals=_goals(table_at(data, pack, "goals"), [*techniques, *DETECTOR_LABELS], pack),
        camera=read_camera_rules(data, pack),
        dispatch=read_dispatch_rules(data, pack),
        review_form=_form(data.get("review_form", []), pack, clauses),
        windows=_windows(table_at(data, pack, "windows"), pack),
        records=read_record_rules(data, pack),
        hotwords=tuple(list_at(data, pack, "hotwords")),
        source=str(path),
    )
    return policy, pack.problems


def _words(data: Table, pack: Pack) -> dict[str, tuple[str, ...]]:
    for key in data:
        if not re.fullmatch(r"[a-z_]+", key):
            pack.wrong(f"a list is named in small letters: {key!r}", "words", key)
    out = {key: tuple(" ".join(w.lower().split()) for w in list_at(data, pack, "words", key)) for key in data}
    missing = [w for w in _NEEDED_WORDS if not out.get(w)]
    if missing:
        pack.wrong(f"[words] lacks {', '.join(missing)}; extend a shipped pack to have them", "words")
    return out | dict.fromkeys(missing, ("",))


def _patterns(data: Table, at: tuple[str, ...], words: Words, pack: Pack) -> PatternSet:
    out = []
    for source in list_at(data, pack, *at):
        try:
            out.append(compile_pattern(source, words))
        except PatternError as error:
            pack.wrong(f"[{'.'.join(at[:-1])}] {at[-1]}: {error}", *at, item=source)
    return PatternSet(out)


def _sets(
    table: Table, at: tuple[str, ...], keys: Sequence[str], words: Words, pack: Pack, others: Sequence[str] = ()
) -> dict[str, PatternSet]:
    check_known(table, (*others, *keys), pack, *at)
    return {key: _patterns(table, (*at, key), words, pack) for key in keys}


# tables


def _clauses(data: Table, labels: Sequence[str], pack: Pack) -> dict[str, Clause]:
    out: dict[str, Clause] = {}
    for name in data:
        table, at = table_at(data, pack, "clauses", name), ("clauses", name)
        check_known(table, _CLAUSE, pack, *at, where=f"in [clauses.{name!r}]")
        found = list_at(table, pack, *at, "labels")
        for label in found:
            if label not in labels:
                hint = nearest(label, labels) or "; it needs a table [techniques." + label + "]"
                pack.wrong(f"unknown label {label!r}{hint}", *at, "labels", item=label)
        shown_by = text_at(table, "shown_by", pack, *at, needed=False) or "speech"
        if shown_by not in SHOWN_BY:
            pack.wrong(f"shown_by is one of: {', '.join(SHOWN_BY)}", *at, "shown_by")
        out[name] = Clause(
            id=name,
            title=text_at(table, "title", pack, *at),
            text=text_at(table, "text", pack, *at),
            source=text_at(table, "source", pack, *at, needed=False),
            labels=tuple(found),
            shown_by=shown_by,
            note=text_at(table, "note", pack, *at, needed=False),
            enabled=switch_at(table, "enabled", True, pack, *at),
        )
    return out


def _clause_of(table: Table, clauses: Mapping[str, Clause], pack: Pack, *at: str | int) -> str:
    clause = text_at(table, "clause", pack, *at, needed=False)
    if clause and clause not in clauses:
        pack.wrong(f"no clause {clause!r}{nearest(clause, clauses)}", *at, "clause")
    return clause


def _commands(data: Table, words: Words, pack: Pack, clauses: Mapping[str, Clause]) -> dict[str, CommandRules]:
    check_known(data, COMMAND_CATEGORIES, pack, "commands")
    out = {}
    for category in data:
        table, at = table_at(data, pack, "commands", category), ("commands", category)
        sets = _sets(table, at, _COMMAND[1:], words, pack, _COMMAND[:1])
        out[category] = CommandRules(category, _clause_of(table, clauses, pack, *at), **sets)
    return out


def _clashes(data: Table, actions: Sequence[str], pack: Pack) -> dict[str, tuple[str, ...]]:
    out = {}
    for action in data:
        found = list_at(data, pack, "clashes", action)
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
        table, at = table_at(data, pack, "techniques", label), ("techniques", label)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", label):
            pack.wrong(f"a label is written in small letters and underscores: {label!r}", *at)
        sets = _sets(
            table,
            at,
            _TECHNIQUE_SETS,
            words,
            pack,
            ("title", "said_by", "in_questions", "to_peers", "reported", "said_now"),
        )
        said_by = list_at(table, pack, *at, "said_by") or ["officer"]
        for speaker in said_by:
            if speaker not in SPEAKERS:
                pack.wrong(f"said_by names {', '.join(SPEAKERS)}, not {speaker!r}", *at, "said_by", item=speaker)
        out[label] = TechniqueRules(
            label=label,
            title=text_at(table, "title", pack, *at, needed=False) or label.replace("_", " "),
            said_by=tuple(said_by),
            in_questions=switch_at(table, "in_questions", True, pack, *at),
            to_peers=switch_at(table, "to_peers", True, pack, *at),
            reported=switch_at(table, "reported", False, pack, *at),
            said_now=switch_at(table, "said_now", False, pack, *at),
            **sets,
        )
    return out


def _camera_words(data: Table, words: Words, pack: Pack) -> CameraWords:
    table = table_at(data, pack, "camera_words")
    reasons = table_at(table, pack, "camera_words", "reasons")
    sets = _sets(table, ("camera_words",), _CAMERA_WORDS, words, pack, ("reasons",))
    at = ("camera_words", "reasons")
    return CameraWords(**sets, reasons={name: _patterns(reasons, (*at, name), words, pack) for name in reasons})


def _with_camera_words(techniques: Mapping[str, TechniqueRules], said: CameraWords) -> dict[str, TechniqueRules]:
    """The label of words about the camera is earned by the words that are bound to a mute or an end, too."""
    out = dict(techniques)
    if (rules := out.get(_CAMERA_OFF)) is not None:
        phrases = PatternSet((*rules.phrases.patterns, *said.announce.patterns))
        unless = PatternSet((*rules.unless.patterns, *said.unless.patterns))
        out[_CAMERA_OFF] = replace(rules, phrases=phrases, unless=unless)
    return out


def _bars(data: Table, labels: Sequence[str], pack: Pack) -> dict[str, Bar]:
    out = {}
    for label in data:
        table, at = table_at(data, pack, "thresholds", label), ("thresholds", label)
        if label not in labels:
            pack.wrong(f"unknown label {label!r} in [thresholds]{nearest(label, labels)}", *at)
        check_known(table, ("threshold", "veto"), pack, *at)
        for key, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                pack.wrong(f"{key} must be a probability, 0 to 1", *at, key)
        out[label] = Bar(**{k: float(v) for k, v in table.items() if isinstance(v, int | float) and k in _BAR})
    return out


def _goals(data: Table, labels: Sequence[str], pack: Pack) -> dict[str, float]:
    out = {}
    for label, value in data.items():
        if label not in labels:
            pack.wrong(f"unknown label {label!r} in [goals]{nearest(label, labels)}", "goals", label)
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            pack.wrong(f"{label} must be a share of the reviewed contacts, 0 to 1", "goals", label)
        else:
            out[label] = float(value)
    return out


_BAR = frozenset(f.name for f in fields(Bar))


def _form(data: object, pack: Pack, clauses: Mapping[str, Clause]) -> tuple[FormQuestion, ...]:
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        pack.wrong("review_form is a list of tables: [[review_form]]", "review_form")
        return ()
    out = []
    for number, row in enumerate(data):
        at = ("review_form", number)
        check_known(row, [f.name for f in fields(FormQuestion)], pack, *at, where="in [[review_form]]")
        out.append(
            FormQuestion(
                id=text_at(row, "id", pack, *at),
                question=text_at(row, "question", pack, *at),
                answers=tuple(list_at(row, pack, *at, "answers")),
                clause=_clause_of(row, clauses, pack, *at),
            )
        )
    return tuple(out)


def _windows(data: Table, pack: Pack) -> Windows:
    known = {f.name: f.type for f in fields(Windows)}
    check_known(data, tuple(known), pack, "windows")
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
