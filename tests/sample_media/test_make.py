"""The maker of the sample media: rules of scenarios, truth worked out from the script, and the same bytes twice."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from models.training import synthesis  # noqa: E402
from sample_media.make import make_incident  # noqa: E402
from sample_media.making import scenario as script  # noqa: E402
from sample_media.making import sound, truth  # noqa: E402

needs_flite = pytest.mark.skipif(not synthesis.available(), reason="flite is not installed")

SHORT = """
id = "short"
name = "Two officers, six seconds"
start_utc = 2025-05-20T10:00:00Z

[[speaker]]
id = "officer_1"
role = "officer"
voice = "rms"

[[speaker]]
id = "officer_2"
role = "officer"
voice = "awb"

[[speaker]]
id = "civilian_1"
role = "civilian"
voice = "slt"

[[recording]]
file = "short_a.mp4"
make = "OVELIA"
model = "BC2"
serial = "OV2-0001"
wearer = "officer_1"
start = 0
end = 6
buffer = 1
frozen = [[2, 4]]

[[line]]
speaker = "officer_1"
text = "Stop right there!"
at = 1.5
effort = 0.9
to = "civilian_1"
command = "stop"

[[line]]
speaker = "officer_2"
text = "Put your hands up!"
gap = -0.75
effort = 0.9
to = "civilian_1"
command = "hands"
"""


@pytest.fixture
def short(tmp_path: Path) -> script.Scenario:
    path = tmp_path / "short.toml"
    path.write_text(SHORT, encoding="utf-8")
    return script.read_scenario(path)


def _said(text: str, speaker: script.Speaker, start: float, **more: Any) -> sound.Spoken:
    """A line whose words take 0.5 s each, without a synthesiser."""
    words = tuple((w, start + 0.5 * i, start + 0.5 * (i + 1)) for i, w in enumerate(text.lower().split()))
    line = script.Line(speaker.id, text, **more)
    return sound.Spoken(line, speaker, np.zeros(1, np.float32), start, words)


def _episodes(spoken: list[sound.Spoken], take: script.Take) -> list[dict[str, Any]]:
    turns = [t for s in spoken if (t := truth.heard_turn(take, s))]
    return [e for e in truth.speech_events(turns) if e["detector"] == "multi_officer_commands"]


@pytest.mark.parametrize(
    ("gap", "to", "found"), [(5.0, "civilian_1", 1), (5.1, "civilian_1", 0), (1.0, "civilian_2", 0)]
)
def test_commands_belong_together_within_five_seconds_and_to_one_person(
    short: script.Scenario, gap: float, to: str, found: int
) -> None:
    one, two, _ = short.speakers
    first = _said("Sit down", one, 2.0, command="ground", to="civilian_1")
    second = _said("Hands up", two, 3.0 + gap, command="hands", to=to)
    assert len(_episodes([first, second], replace(short.takes[0], end=30, frozen=()))) == found


def test_one_officer_repeating_himself_is_no_episode(short: script.Scenario) -> None:
    one = short.speakers[0]
    spoken = [_said("Sit down", one, at, command="ground", to="civilian_1") for at in (2.0, 4.0, 6.0)]
    assert _episodes(spoken, replace(short.takes[0], end=30)) == []


def test_an_episode_is_shouted_where_two_officers_raise_their_voice(short: script.Scenario) -> None:
    one, two, _ = short.speakers
    for efforts, shouted in (((0.9, 0.9), True), ((0.9, 0.0), False), ((0.0, 0.0), False)):
        spoken = [
            _said("Sit down", who, at, command="ground", to="civilian_1", effort=effort)
            for who, at, effort in zip((one, two), (2.0, 4.0), efforts, strict=True)
        ]
        (episode,) = _episodes(spoken, replace(short.takes[0], end=30))
        assert episode["shouted"] is shouted
        assert (episode["start"], episode["end"]) == (2.0, 5.0)


def test_what_is_said_while_the_sound_is_off_is_not_in_the_truth(short: script.Scenario) -> None:
    one = short.speakers[0]
    take = replace(short.takes[0], end=30, muted=((10.0, 20.0),))
    assert truth.heard_turn(take, _said("Nobody hears this", one, 12.0)) is None
    cut = truth.heard_turn(take, _said("Sit down right now", one, 9.0, command="ground", to="civilian_1"))
    assert cut is not None
    assert cut["text"] == "sit down"
    assert not [e for e in truth.speech_events([cut]) if e["detector"] == "spoken_command"]


def test_an_overlap_too_short_to_tell_is_refused(short: script.Scenario) -> None:
    one, two, _ = short.speakers
    turns = [truth.heard_turn(short.takes[0], _said("Good morning", who, at)) for who, at in ((one, 2.0), (two, 2.6))]
    with pytest.raises(script.ScenarioError, match=r"overlap of 0\.40 s"):
        list(truth.overlaps([t for t in turns if t]))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "short"', 'id = "short"\ncolour = "red"', "colour"),
        ('make = "OVELIA"', 'make = "OVELIA"\nzoom = 3', "zoom"),
        ("effort = 0.9", "effort = 0.5", "neither calm nor raised"),
        ("[[2, 4]]", "[[2, 40]]", "outside"),
        ('speaker = "officer_2"', 'speaker = "nobody"', "nobody is called"),
        ('speaker = "officer_2"', 'speaker = "civilian_1"', "a command is an officer's"),
        ("start = 0", "start = 1", "starts at 0"),
        ("end = 6", "end = 6.5", "whole seconds"),
    ],
)
def test_a_scenario_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(SHORT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(script.ScenarioError, match=complaint):
        script.read_scenario(path)


def test_truth_is_written_as_toml_that_reads_back() -> None:
    rows = [
        {
            "text": 'He said "no" \\ é',
            "raised": True,
            "start": 1.0005,
            "words": [["no", 1.0, 2.0]],
            "event": [{"a": 1.5}],
        }
    ]
    read = tomllib.loads(truth.to_toml({"recording": rows}, "two\nlines"))
    assert read == {"scoring": {"detectors": list(truth.PLANTED)}, "recording": [rows[0] | {"start": 1.0}]}


@needs_flite
def test_the_same_scenario_gives_the_same_bytes(short: script.Scenario, tmp_path: Path) -> None:
    rows = [make_incident(short, tmp_path / folder)[1] for folder in ("one", "two", "three")]
    assert rows[0] == rows[1] == rows[2]
    digest = hashlib.sha256((tmp_path / "one" / "short_a.mp4").read_bytes()).hexdigest()
    assert rows[0][0]["sha256"] == digest
    other = make_incident(short, tmp_path / "other", seed=8)[1]
    assert other[0]["sha256"] != digest
    assert other[0]["turn"] == rows[0][0]["turn"]


@needs_flite
@pytest.mark.parametrize("file", sorted((ROOT / "sample_media" / "scenarios").glob("*.toml")), ids=lambda f: f.stem)
def test_the_committed_truth_is_what_the_scenarios_say(file: Path) -> None:
    scenario = script.read_scenario(file)
    spoken = sound.speak(scenario)
    committed = tomllib.loads((ROOT / "sample_media" / "truth.toml").read_text(encoding="utf-8"))
    held = {row["file"]: row for row in committed["recording"]}
    for take in scenario.takes:
        row = truth.recording_truth(scenario, take, spoken, held[take.file]["sha256"])
        assert tomllib.loads(truth.to_toml({"recording": [row]}, ""))["recording"] == [held[take.file]]
