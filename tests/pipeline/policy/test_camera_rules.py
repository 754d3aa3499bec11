"""[camera] and [dispatch] of packs: what they say, and every slip with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import BwcError
from pipeline.policy import load_policy
from pipeline.policy.camera_rules import CameraRules, is_listed, justification
from pipeline.policy.dispatch_rules import SystemClock
from pipeline.policy.load import check_policy
from pipeline.policy.source import SHIPPED
from pipeline.types import ClockSource

HEAD = 'name = "our_city"\nversion = "2"\nextends = "model_policy"\n'


def pack(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pack.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_the_model_policy_says_when_a_camera_has_to_be_on() -> None:
    policy = load_policy()
    camera, dispatch = policy.camera, policy.dispatch
    assert (camera.on_from, camera.on_until, camera.grace) == ("dispatch", "contact_end", 60)
    assert (
        camera.off_by(ClockSource.STAMP) < camera.off_by(ClockSource.CONTAINER) < camera.off_by(ClockSource.FILE_NAME)
    )
    assert camera.off_by(None) == 60 and "safety" in camera.justifications
    assert {"number", "officer", "unit", "dispatched", "cleared"} <= set(dispatch.columns)
    assert dispatch.clock_of("anything") == SystemClock(0.0, 15.0)


def test_the_example_city_lays_its_own_over_it() -> None:
    policy = load_policy(SHIPPED / "example_city.toml")
    assert policy.camera.starts_from("Priority 1 - fight") == "dispatch"
    assert policy.camera.starts_from("noise complaint") == policy.camera.on_from == "arrival"
    assert is_listed("PARKING violation", policy.camera.call_types_left_out)
    assert is_listed("training", policy.camera.call_types_left_out)  # of the model policy
    assert policy.dispatch.clock_of("county cad") == SystemClock(90.0, 5.0, "America/New_York")
    assert policy.dispatch.clock_of("") == SystemClock(0.0, 15.0)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[camera]\non_from = "moon"', 5, "on_from is one of: dispatch, en_route, arrival, leaving_vehicle, contact"),
        ('[camera]\non_until = "never"', 5, "on_until is one of"),
        ("[camera]\ngrase = 3", 5, "unknown key 'grase' in [camera]; did you mean 'grace'?"),
        ("[camera]\ngrace = -3", 5, "grace must be a number, 0 or more"),
        ("[camera]\ngrace = inf", 5, "grace must be a number, 0 or more"),
        ("[camera]\nmute_allowed = 1", 5, "mute_allowed must be true or false"),
        ("[camera]\ngoal_covered = 90", 5, "goal_covered is a share, 0 to 1"),
        ('[camera]\ncall_types_left_out = "parking"', 5, "call_types_left_out is a list of texts"),
        ('[camera.on_from_for]\narival = ["x"]', 5, "no moment 'arival'; did you mean 'arrival'?"),
        ("[camera.on_from_for]\narrival = 3", 5, "arrival is a list of texts"),
        ("[camera.clock_within]\nstam = 3", 5, "no clock 'stam'; did you mean 'stamp'?"),
        ('[camera.clock_within]\nstamp = "3"', 5, "stamp must be a number of seconds"),
        ("[dispatch]\nclok_ahead = 3", 5, "unknown key 'clok_ahead' in [dispatch]; did you mean 'clock_ahead'?"),
        ('[dispatch]\nclock_ahead = "3"', 5, "clock_ahead is a number of seconds"),
        ("[dispatch]\nclock_within = -1", 5, "clock_within must be a number of seconds, 0 or more"),
        ("[dispatch]\nunit_at_most = 0", 5, "unit_at_most must be a whole number"),
        ('[dispatch]\ntime_forms = ["%H:%M"]', 5, "'%H:%M' is no form such as"),
        ('[dispatch]\nclock_forms = ["%Y-%m-%d %H:%M"]', 5, "is no form such as '%H:%M:%S'"),
        ('[dispatch]\nday_forms = ["day"]', 5, "'day' is no form such as '%Y-%m-%d'"),
        (
            '[dispatch.columns]\nofficr = ["x"]',
            5,
            "unknown key 'officr' in [dispatch.columns]; did you mean 'officer'?",
        ),
        ('[dispatch.systems."A"]\nzone = "Mars"', 5, "no zone 'Mars'"),
        ('[dispatch.systems."A"]\nahead = 3', 5, "unknown key 'ahead' in [dispatch.systems.A]"),
        ("[dispatch.systems]\nA = 3", 5, "dispatch.systems.A is a table"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = pack(tmp_path, text + "\n")
    (problem,) = check_policy(path)
    assert (problem.path, problem.line) == (path, line) and says in problem.message


def test_a_clock_that_is_behind_is_meant(tmp_path: Path) -> None:
    assert load_policy(pack(tmp_path, "[dispatch]\nclock_ahead = -90\n")).dispatch.clock.ahead == -90


def test_types_of_call_are_compared_without_case_and_marks() -> None:
    assert is_listed(" Meal-Break ", ["meal break"]) and not is_listed("meal", ["meal break"])
    assert is_listed("Parking: overtime", ["parking*"]) and not is_listed("", ["parking*"]) and not is_listed("x", [])


def test_a_category_of_the_pack_is_found_and_another_is_refused() -> None:
    rules = CameraRules(justifications=("equipment failure", "safety"))
    assert justification(rules, " Equipment-Failure") == "equipment failure" and justification(rules, "") == ""
    with pytest.raises(BwcError, match="did you mean 'safety'"):
        justification(rules, "safty")
