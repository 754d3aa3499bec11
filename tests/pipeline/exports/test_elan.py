"""ELAN files: read again as XML, held against what the format asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pympi import Eaf

from pipeline.exports.elan import relative_path, write_elan
from pipeline.rows import StoredFinding
from pipeline.types import Evidence, Finding, Recording, Review, Role, StreamFacts, Turn, Verdict
from tests.pipeline.exports.eaf_rules import broken

FACTS = (
    StreamFacts("video", "h264", 0.0, 60.0, 24.0, variable_frame_rate=True),
    StreamFacts("audio", "aac", 0.3, 59.0),
)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    (tmp_path / "in").mkdir()
    return Recording("ab" * 32, tmp_path / "in" / "cam & a.mp4", 60.0, streams=FACTS)


def turn(start: float, end: float, text: str, voice: str = "v1", role: Role | None = Role.OFFICER) -> Turn:
    return Turn(start, end, voice, role, text, (), "")


def found(start: float, end: float, summary: str = "No sound", verdict: Review | None = None) -> StoredFinding:
    finding = Finding("ab" * 32, "muted_audio", "muted", start, end, 0.75, summary)
    return StoredFinding(finding, finding.id, "ab" * 32, None, verdict, False)


def written(evidence: Evidence, findings: list[StoredFinding], target: Path) -> ET.Element:
    write_elan(evidence, findings, target, target)
    return ET.parse(target).getroot()


def tiers(root: ET.Element) -> dict[str, list[tuple[int, int, str]]]:
    """Tier -> (start, end, value), through the time slots as a reader follows them."""
    slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE", "-1")) for slot in root.iter("TIME_SLOT")}
    return {
        str(tier.get("TIER_ID")): [
            (slots[a.get("TIME_SLOT_REF1")], slots[a.get("TIME_SLOT_REF2")], a.findtext("ANNOTATION_VALUE") or "")
            for a in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        for tier in root.iter("TIER")
    }


def test_who_spoke_and_what_was_found(recording: Recording, tmp_path: Path) -> None:
    turns = (turn(1.2344, 2.5, "Show me your hands!"), turn(3, 4, "Why?", "v2", None), turn(5, 6, "Now.", "v1"))
    verdict = Review("f", Verdict.CONFIRMED, "A. Reviewer", "", datetime.now(UTC))
    root = written(
        Evidence(recording, turns=turns), [found(10, 20), found(15, 16, verdict=verdict)], tmp_path / "a.eaf"
    )
    assert tiers(root) == {
        "v1 (officer)": [(1234, 2500, "Show me your hands!"), (5000, 6000, "Now.")],
        "v2 (role not known)": [(3000, 4000, "Why?")],
        "found: muted_audio": [(10000, 20000, "muted, 0.75 sure: No sound")],
        "found: muted_audio (2)": [(15000, 16000, "muted, 0.75 sure: No sound [confirmed by A. Reviewer]")],
    }
    media = root.find("HEADER/MEDIA_DESCRIPTOR")
    assert media is not None and media.get("RELATIVE_MEDIA_URL") == "./in/cam & a.mp4"
    assert media.get("MIME_TYPE") == "video/mp4" and str(tmp_path) not in (tmp_path / "a.eaf").read_text()


def test_what_the_format_asks_for(recording: Recording, tmp_path: Path) -> None:
    root = written(Evidence(recording, turns=(turn(1, 2, "a"),)), [found(1, 1)], tmp_path / "a.eaf")
    assert broken(root) == []
    said = {p.get("NAME"): p.text for p in root.iter("PROPERTY")}
    numbers = [int(str(a.get("ANNOTATION_ID"))[1:]) for a in root.iter("ALIGNABLE_ANNOTATION")]
    assert said["lastUsedAnnotationId"] == str(max(numbers)) and said["recording sha256"] == "ab" * 32
    assert Eaf(str(tmp_path / "a.eaf")).get_tier_names()


TEXTS = st.text(max_size=12)
TIMES = st.floats(0, 80_000)


@given(
    st.lists(st.tuples(TIMES, TIMES, TEXTS, TEXTS), max_size=12), st.lists(st.tuples(TIMES, TIMES, TEXTS), max_size=12)
)
def test_whatever_was_said_and_found_keeps_the_rules_of_the_format(
    tmp_path_factory: pytest.TempPathFactory,
    said: list[tuple[float, float, str, str]],
    seen: list[tuple[float, float, str]],
) -> None:
    folder = tmp_path_factory.getbasetemp()
    turns = tuple(turn(min(a, b), max(a, b), text, voice) for a, b, text, voice in said)
    films = Recording("ab" * 32, folder / "cam.mp4", 80_000.0, streams=FACTS)
    root = written(
        Evidence(films, turns=turns), [found(min(a, b), max(a, b), text) for a, b, text in seen], folder / "any.eaf"
    )
    assert broken(root) == []
    assert sum(len(spans) for spans in tiers(root).values()) == len(said) + len(seen)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda root: root.find("TIER").attrib.pop("LINGUISTIC_TYPE_REF"), "TIER lacks LINGUISTIC_TYPE_REF"),
        (lambda root: root.find("TIER").set("COLOUR", "red"), "TIER: no attribute COLOUR"),
        (lambda root: root.append(root.find("HEADER")), "ANNOTATION_DOCUMENT holds"),
        (lambda root: root.remove(root.find("TIME_ORDER")), "ANNOTATION_DOCUMENT: not one TIME_ORDER"),
        (lambda root: root.find("TIME_ORDER")[0].set("TIME_VALUE", "-5"), "is no unsignedInt"),
        (lambda root: root.find("TIME_ORDER")[0].set("TIME_VALUE", "99999"), "not in order of time"),
        (lambda root: root.find("TIME_ORDER")[0].set("TIME_SLOT_ID", "1"), "'1' is no ID"),
        (lambda root: root.find("TIME_ORDER")[0].set("TIME_SLOT_ID", "a2"), "'a2' stands twice"),
        (lambda root: root.find("LINGUISTIC_TYPE").set("LINGUISTIC_TYPE_ID", "x"), "no such type"),
        (lambda root: root.find("TIER/ANNOTATION")[0].set("TIME_SLOT_REF2", "ts1"), "has no length"),
    ],
)
def test_the_rules_see_what_breaks_them(
    recording: Recording, tmp_path: Path, change: Callable[[ET.Element], object], says: str
) -> None:
    root = written(Evidence(recording, turns=(turn(1, 2, "a"),)), [found(5, 9)], tmp_path / "a.eaf")
    change(root)
    assert any(says in one for one in broken(root))


def test_tiers_hold_nothing_that_overlaps(recording: Recording, tmp_path: Path) -> None:
    turns = tuple(turn(n * 0.5, n * 0.5 + 2, str(n)) for n in range(20))
    for spans in tiers(written(Evidence(recording, turns=turns), [], tmp_path / "a.eaf")).values():
        assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_names_that_would_meet_and_text_that_xml_cannot_hold(recording: Recording, tmp_path: Path) -> None:
    turns = (
        turn(0, 2, "one", "found: muted_audio", None), turn(1, 3, "two", "found: muted_audio", None),
        turn(5, 6, "<b>&\x00\x0b\ud800\ufffe", "v\x00", None), turn(7, 8, "x", "v\x01", None),
    )  # fmt: skip
    read = tiers(written(Evidence(recording, turns=turns), [found(1, 2)], tmp_path / "a.eaf"))
    values = sorted(value for spans in read.values() for _, _, value in spans)
    assert values == sorted(["one", "two", "<b>&\ufffd\ufffd\ufffd\ufffd", "x", "muted, 0.75 sure: No sound"])


def test_a_transcript_alone_links_no_media(recording: Recording, tmp_path: Path) -> None:
    root = written(Evidence(replace(recording, streams=())), [], tmp_path / "a.eaf")
    assert root.find("HEADER/MEDIA_DESCRIPTOR") is None and tiers(root) == {}
    assert any("Not analysed" in (p.text or "") for p in root.iter("PROPERTY"))


def test_paths_lead_from_the_export_to_the_media(tmp_path: Path) -> None:
    media = tmp_path / "in" / "a.mp4"
    assert relative_path(media, tmp_path / "out" / "x.eaf") == "../in/a.mp4"
    assert relative_path(media, tmp_path / "in" / "x.eaf") == "./a.mp4"
