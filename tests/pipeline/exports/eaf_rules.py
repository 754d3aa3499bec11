"""What the ELAN format (EAF 2.8, and 3.0, which only adds to it) asks of a document, as its documentation says.

Its schema cannot be had as a package, nor under a licence that lets it be kept here; these are its rules for the
elements that an export writes, and ELAN's own for tiers that hold time-aligned annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree as ET

NCNAME = re.compile(r"[A-Za-z_][\w.\-]*")
"""what an xsd:ID may be, as far as letters of English go"""
SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"


@dataclass(frozen=True)
class Rule:
    """An element: attributes that it has to have and may have, children in their order, those that come just once."""

    needed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    text: bool = False


RULES: Mapping[str, Rule] = {
    "ANNOTATION_DOCUMENT": Rule(
        ("DATE", "AUTHOR", "VERSION"),
        ("FORMAT", SCHEMA),
        ("LICENSE", "HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE", "CONSTRAINT"),
        ("HEADER", "TIME_ORDER"),
    ),
    "HEADER": Rule((), ("MEDIA_FILE", "TIME_UNITS"), ("MEDIA_DESCRIPTOR", "LINKED_FILE_DESCRIPTOR", "PROPERTY")),
    "MEDIA_DESCRIPTOR": Rule(("MEDIA_URL", "MIME_TYPE"), ("RELATIVE_MEDIA_URL", "TIME_ORIGIN", "EXTRACTED_FROM")),
    "PROPERTY": Rule((), ("NAME",), text=True),
    "TIME_ORDER": Rule(children=("TIME_SLOT",)),
    "TIME_SLOT": Rule(("TIME_SLOT_ID",), ("TIME_VALUE",)),
    "TIER": Rule(
        ("TIER_ID", "LINGUISTIC_TYPE_REF"),
        ("PARTICIPANT", "ANNOTATOR", "DEFAULT_LOCALE", "PARENT_REF", "EXT_REF", "LANG_REF"),
        ("ANNOTATION",),
    ),
    "ANNOTATION": Rule(children=("ALIGNABLE_ANNOTATION",), once=("ALIGNABLE_ANNOTATION",)),
    "ALIGNABLE_ANNOTATION": Rule(
        ("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"),
        ("SVG_REF", "EXT_REF", "LANG_REF", "CVE_REF"),
        ("ANNOTATION_VALUE",),
        ("ANNOTATION_VALUE",),
    ),
    "ANNOTATION_VALUE": Rule(text=True),
    "LINGUISTIC_TYPE": Rule(
        ("LINGUISTIC_TYPE_ID",),
        ("TIME_ALIGNABLE", "CONSTRAINTS", "GRAPHIC_REFERENCES", "CONTROLLED_VOCABULARY_REF", "EXT_REF", "LEXICON_REF"),
    ),
    "CONSTRAINT": Rule(("STEREOTYPE",), ("DESCRIPTION",)),
}
IDS = {"TIME_SLOT": "TIME_SLOT_ID", "ALIGNABLE_ANNOTATION": "ANNOTATION_ID", "CONSTRAINT": "STEREOTYPE"}
"""Attributes of the type xsd:ID: no two of a document are the same, whatever their element."""


def broken(root: ET.Element) -> list[str]:
    """Every rule that a document breaks."""
    found: list[str] = []
    for rules in (_structure, _ids, _values, _tiers):
        try:
            found.extend(rules(root))
        except (ValueError, KeyError, AttributeError) as error:  # what is broken may keep the rest from being read
            found.append(f"cannot be read: {error!r}")
    return found


def _structure(element: ET.Element) -> Iterator[str]:
    rule = RULES.get(element.tag)
    if rule is None:
        yield f"{element.tag}: no such element"
        return
    yield from (f"{element.tag} lacks {name}" for name in rule.needed if name not in element.attrib)
    odd = set(element.attrib) - {*rule.needed, *rule.allowed}
    yield from (f"{element.tag}: no attribute {name}" for name in sorted(odd))
    places = [rule.children.index(child.tag) if child.tag in rule.children else -1 for child in element]
    if -1 in places or places != sorted(places):
        yield f"{element.tag} holds {[child.tag for child in element]}"
    yield from (f"{element.tag}: not one {name}" for name in rule.once if len(element.findall(name)) != 1)
    if not rule.text and (element.text or "").strip():
        yield f"{element.tag} holds text"
    for child in element:
        yield from _structure(child)


def _ids(root: ET.Element) -> Iterator[str]:
    found = [one.get(name, "") for tag, name in IDS.items() for one in root.iter(tag)]
    yield from (f"{name!r} is no ID" for name in found if not NCNAME.fullmatch(name))
    yield from (f"{name!r} stands twice" for name in sorted({name for name in found if found.count(name) > 1}))
    for tag, name in (("TIER", "TIER_ID"), ("LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID")):
        keys = [one.get(name) for one in root.iter(tag)]
        if len(set(keys)) != len(keys):
            yield f"{tag}: a name stands twice"
    kinds = {one.get("LINGUISTIC_TYPE_ID") for one in root.iter("LINGUISTIC_TYPE")}
    of = [tier.get("LINGUISTIC_TYPE_REF") for tier in root.iter("TIER")]
    yield from (f"no such type: {name}" for name in of if name not in kinds)


def _values(root: ET.Element) -> Iterator[str]:
    if datetime.fromisoformat(root.get("DATE", "")).tzinfo is None:
        yield "DATE names no zone"
    if root.find("HEADER").get("TIME_UNITS") != "milliseconds":  # type: ignore[union-attr]
        yield "times are no milliseconds"
    times = [slot.get("TIME_VALUE", "") for slot in root.iter("TIME_SLOT")]
    yield from (f"{time!r} is no unsignedInt" for time in times if not time.isdecimal() or int(time) >= 1 << 32)
    if [int(time) for time in times] != sorted(int(time) for time in times):
        yield "the time slots are not in order of time"
    for kind in root.iter("LINGUISTIC_TYPE"):
        if {kind.get(name, "true") for name in ("TIME_ALIGNABLE", "GRAPHIC_REFERENCES")} - {"true", "false"}:
            yield "a switch that is neither true nor false"


def _tiers(root: ET.Element) -> Iterator[str]:
    slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE", "-1")) for slot in root.iter("TIME_SLOT")}
    used = [a.get(f"TIME_SLOT_REF{n}") for a in root.iter("ALIGNABLE_ANNOTATION") for n in (1, 2)]
    yield from (f"no time slot {name!r}" for name in used if name not in slots)
    if len(set(used)) != len(used) or set(used) != set(slots):
        yield "a time slot that several annotations use, or none"
    for tier in root.iter("TIER"):
        spans = [
            (slots[a.get("TIME_SLOT_REF1")], slots[a.get("TIME_SLOT_REF2")]) for a in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        yield from (f"{tier.get('TIER_ID')}: {span} has no length" for span in spans if span[0] >= span[1])
        if any(one[1] > two[0] for one, two in pairwise(sorted(spans))):
            yield f"{tier.get('TIER_ID')}: annotations overlap"
