"""A made incident of three cameras, one of them off for a while, with short review copies: to play in a browser.

`python -m tests.review_ui.made_incident FOLDER` makes one to look at by hand.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from pipeline.camera_use.types import Call
from pipeline.roster import Assignment
from pipeline.store import Store
from pipeline.types import Diarization, Evidence, Incident, Recording, Role, Turn, VoiceTurn
from tests.review_ui.made_content import finding
from tests.review_ui.made_store import START, make_media, recording, run

ID = "1c1de27000000001"
LENGTH = 30.0
"""seconds of the incident"""
PLACES = {"first": 0.0, "second": 4.0, "later": 20.0, "third": 2.0}
SECONDS = {"first": 30.0, "second": 8.0, "later": 8.0, "third": 24.0}
DEVICES = {"first": "AX-1041", "second": "AX-2210", "later": "AX-2210", "third": "AX-3305"}
OFF = (12.0, 20.0)
"""seconds in which the second camera made no recording"""


def fill(path: Path) -> dict[str, Recording]:
    """The incident, what was said and found in it, and the call to which its first camera was sent. No media."""
    made = {
        name: recording(
            f"{name}.mp4", duration=SECONDS[name], start=START + timedelta(seconds=at), device=DEVICES[name]
        )
        for name, at in PLACES.items()
    }
    members = tuple(
        (made[name].id, at, "sound; container clock agrees") for name, at in sorted(PLACES.items(), key=lambda r: r[1])
    )
    with Store(path) as store:
        for one in made.values():
            store.add_recording(one)
        store.save_incidents([Incident(ID, "2025-03-14 21:02 UTC, 3 cameras", START, members, "clock")])
        _said(store, made["first"], (("v1", 6.0, "My name is Officer Dane"), ("v1", 9.0, "Drop the knife")))
        _said(store, made["second"], (("v1", 5.5, "Show me your hands"),))
        _found(store, made)
        since = START - timedelta(days=1)
        store.replace_roster([Assignment("1041", "Dana Ruiz", "North", "", "AX-1041", since)], "roster.csv", "R. Ortiz")
        scene, away = START + timedelta(seconds=3), START + timedelta(seconds=4000)
        calls = [Call("25-0001", "1041", on_scene=scene), Call("25-0009", "7777", on_scene=scene, cleared=away)]
        store.import_dispatch(calls, "", Path("dispatch.csv"), "R. Ortiz")
    return made


def _said(store: Store, item: Recording, lines: tuple[tuple[str, float, str], ...]) -> None:
    turns = tuple(Turn(at, at + 1.5, voice, Role.OFFICER, text, (), "gives orders") for voice, at, text in lines)
    stretches = tuple(VoiceTurn(voice, at, at + 1.5) for voice, at, _ in lines)
    evidence = Evidence(item, turns=turns, voices=Diarization(stretches, stretches))
    store.save_step(run(item.id, "turns"), evidence, ("turns", "voices"), [])


def _found(store: Store, made: dict[str, Recording]) -> None:
    first, second = made["first"].id, made["second"].id
    at_once = finding(
        ID, "multi_officer_commands", 9.0, 11.0, 0.84, "2 orders by 2 officers within 2 s", text="Drop the knife"
    )
    store.replace_findings(run(ID, "multi_officer_commands"), [at_once], of_incident=True)
    off = finding(
        ID, "camera_off_gap", *OFF, 0.95, "Camera AX-2210 made no recording for 8 s", evidence={"device": "AX-2210"}
    )
    store.replace_findings(run(ID, "camera_off_gap"), [off], of_incident=True)
    # the same order on two cameras, on the clock of each
    order = {"text": "Drop the knife", "role": Role.OFFICER}
    store.replace_findings(
        run(first, "spoken_command"),
        [finding(first, "spoken_command", 9.0, 10.5, 0.9, "Order: drop the knife", **order)],
    )
    store.replace_findings(
        run(second, "spoken_command"),
        [finding(second, "spoken_command", 5.1, 6.4, 0.7, "Order: drop the knife", **order)],
    )
    store.replace_findings(
        run(first, "name_sharing"),
        [
            finding(
                first,
                "name_sharing",
                6.0,
                7.5,
                0.86,
                'An officer gives a name: "Officer Dane".',
                label="officer_name_given",
            )
        ],
    )
    store.replace_findings(
        run(second, "muted_audio"), [finding(second, "muted_audio", 1.0, 4.0, 0.97, "No sound for 3 s", label="muted")]
    )
    store.replace_findings(run(first, "muted_audio"), [])


def make_copies(folder: Path, path: Path, made: dict[str, Recording]) -> None:
    """Small review copies of all recordings."""
    for name, one in made.items():
        make_media(folder, path, one, SECONDS[name], size="320x180")


if __name__ == "__main__":
    here = Path(sys.argv[1])
    here.mkdir(parents=True, exist_ok=True)
    make_copies(here, here / "bwc.db", fill(here / "bwc.db"))
    print(f"python -m review_ui --store {here / 'bwc.db'}    and then /?c={ID}")
