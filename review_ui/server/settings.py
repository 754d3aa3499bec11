"""Settings as data: the policy pack, detectors, models, places, accounts; and what those who manage them may change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.accounts import Act, Duty
from pipeline.config import load_settings
from pipeline.errors import AccountError, BwcError, ConfigError
from pipeline.packs import own
from pipeline.packs.change import Change, PackMoved, PackRefused, checked, keep
from pipeline.packs.effect import standing, tried
from pipeline.policy.load import pack_stamp
from review_ui import policies, policy_pages, settings_pages, stores
from review_ui.newest import Newest
from review_ui.redoing import REDOING
from review_ui.server.answers import NO_STORE, problem, refusal
from review_ui.server.asked import for_person
from review_ui.server.sessions import Identity
from review_ui.server.writes import taken

LARGEST_TEXT = 1 << 20
"""bytes of a file of a pack with what goes with it: the largest that ships has 82 KB"""
LONGEST_NOTE = 500
LOOKING_TAKES = 60
"""seconds after which the program stops waiting for what is installed"""
_STANDING, _INSTALLED, _PACKS = Newest(4), Newest(1), Newest(2)
Answer = Callable[[dict[str, Any], Identity], Any]


def manages(identity: Identity) -> bool:
    """Whether this person changes what all units share."""
    return identity.may(Act.MANAGE) and not identity.units


# what can be read


def _policy(_: Request, identity: Identity) -> Any:
    settings, store = load_settings(), stores.opened()
    key = (settings.policy, policies.written(settings.policy))
    said = _PACKS.get(key, lambda: policy_pages.pack_document(settings.policy)) | {"manage": manages(identity)}
    if identity.units or said["problems"]:
        return said | {"standing": None, "versions": policy_pages.versions(store), "redoing": None}
    sha256 = said["stamp"]["sha256"]
    state = (*stores.version(), sha256)
    now = _STANDING.get(state, lambda: policy_pages.standing_row(standing(store, sha256)))
    redoing = {"at_work": REDOING.at_work, "problem": REDOING.problem}
    return said | {"standing": now, "versions": policy_pages.versions(store), "redoing": redoing}


def _detectors(_: Request, identity: Identity) -> Any:
    settings, store = load_settings(), stores.opened()
    counted = not identity.units
    return {
        "manage": manages(identity),
        "detectors": settings_pages.detectors(settings, store, counted),
        "program": settings_pages.program(settings),
    }


def _models(request: Request, identity: Identity) -> Any:
    """What is installed, as a process of its own tells: looking loads libraries that this one does without."""
    if request.query_params.get("again"):
        _INSTALLED.forget()
    said = _INSTALLED.get("installed", _installed)
    store = stores.opened()
    here = dict(said) if manages(identity) else {k: v for k, v in said.items() if k != "weights_folder"}
    if not manages(identity):
        here["models"] = [{k: v for k, v in row.items() if k != "folder"} for row in said["models"]]
    return {
        "manage": manages(identity),
        "installed": here,
        "missing": None if identity.units else settings_pages.missing(store),
        "places": settings_pages.places(load_settings()) if manages(identity) else None,
    }


def _installed() -> dict[str, Any]:
    command = [sys.executable, "-m", "pipeline.cli", "doctor", "--json"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=LOOKING_TAKES, check=True)
        found: dict[str, Any] = json.loads(ran.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise ConfigError(
            Path("bwc doctor"), "cannot be asked what is installed; try it on the command line"
        ) from error
    return found


def _text(request: Request, identity: Identity) -> Any:
    """A file of the pack as it stands, or as a version of it was."""
    number, name = request.query_params.get("version", ""), request.query_params.get("file", "")
    if number:
        if not number.isdigit():
            return problem("there is no such version", 404)
        store = stores.opened()
        text = store.policy_text(int(number))
        file = next(one.file for one in store.policy_versions() if one.number == int(number))
        return policy_pages.text_row(file, text, changeable=False)
    found = next((one for one in own.pack_texts(load_settings().policy) if one.name == name), None)
    if found is None:
        return problem("the pack has no such file", 404)
    return policy_pages.text_row(found.name, found.text, changeable=not found.shipped and manages(identity))


def _accounts(_: Request, identity: Identity) -> Any:
    return settings_pages.accounts(stores.opened(), identity.name)


# what can be changed


def _write(answer: Answer, largest: int = 64 * 1024) -> Callable[[Request], Any]:
    def kept(body: bytes, identity: Identity) -> Response:
        try:
            said = json.loads(body)
            if not isinstance(said, dict):
                raise TypeError
            return JSONResponse(answer(said, identity), headers=NO_STORE)
        except PackRefused as refused:
            rows = [policy_pages.problem_row(p) for p in refused.problems]
            return JSONResponse({"problem": str(refused), "problems": rows}, 422, headers=NO_STORE)
        except PackMoved as error:
            return refusal(error, 409)
        except BwcError as error:
            return refusal(error, 409)
        except (ValueError, KeyError, TypeError):
            return problem("this cannot be read", 400)

    async def route(request: Request) -> Response:
        return await taken(request, kept, largest)

    return route


def _change(said: dict[str, Any]) -> Change:
    text = str(said["text"]).encode("utf-8", "replace").decode()
    return Change(str(said["file"]), text)


def _check(said: dict[str, Any], _: Identity) -> Any:
    """What is wrong with a changed file; nothing is written."""
    found = checked(load_settings().policy, _change(said))
    return {"problems": [policy_pages.problem_row(p) for p in found.problems], "notes": list(found.notes),
            "stamp": found.policy.stamp if found.policy else None}  # fmt: skip


def _try(said: dict[str, Any], _: Identity) -> Any:
    """What comes and goes with a changed file, on as many recordings as there is time for; nothing is written."""
    settings, store = load_settings(), stores.opened()
    found = checked(settings.policy, _change(said))
    if found.policy is None:
        raise PackRefused(found.problems)
    before = policies.in_use()
    now = policy_pages.standing_row(standing(store, found.policy.sha256))
    return {
        "trial": policy_pages.trial_row(tried(store, settings, before, found.policy), found.policy, before),
        "standing": now,
        "words_again": found.policy.hotwords != before.hotwords,
        "roles_again": found.policy.roles != before.roles,
    }


def _keep(said: dict[str, Any], identity: Identity) -> Any:
    """Puts a changed file in place."""
    note = str(said.get("note", "")).strip()
    if len(note) > LONGEST_NOTE:
        raise ConfigError(Path(str(said["file"])), f"a note has at most {LONGEST_NOTE} letters")
    path = load_settings().policy
    kept = keep(stores.opened(), path, _change(said), str(said["base"]), identity.name, note)
    return {"number": kept.number, "pack": dict(kept.pack)}


def _begin(said: dict[str, Any], identity: Identity) -> Any:
    """Begins the agency's own pack."""
    made = own.begin(str(said["name"]).strip(), str(said.get("title", "")).strip())
    text = made.read_text(encoding="utf-8")
    stamp = pack_stamp(made)
    kept = stores.opened().keep_policy_version(made.name, text, stamp, identity.name, "begun")
    return {"file": made.name, "number": kept.number}


def _redo(_: dict[str, Any], identity: Identity) -> Any:
    """Looks again for what the pack asks for, in everything that was analysed."""
    stamp = policies.in_use().stamp
    if REDOING.start(stores.path()):
        stores.opened().log(identity.name, "policy.redo", stamp["name"], stamp)
    return {"at_work": REDOING.at_work}


def _account(said: dict[str, Any], identity: Identity) -> Any:
    """Shuts an account out, lets it in, signs it out, or changes its duty and units."""
    store, name, change = stores.opened(), str(said["name"]), str(said["change"])
    if change not in ("disable", "enable", "sign-out", "duty"):
        raise ValueError(change)
    if name == identity.name and change in ("disable", "duty"):
        raise AccountError("this is your own account: somebody else has to change it")
    if change == "duty":
        units = said.get("units", [])
        if not isinstance(units, list) or not all(isinstance(unit, str) for unit in units):
            raise TypeError
        store.set_duty(name, Duty(str(said["duty"])), units, identity.name)
    elif change == "sign-out":
        store.end_sessions(name, identity.name)
    else:
        store.set_disabled(name, change == "disable", identity.name)
    return settings_pages.accounts(store, identity.name)


ROUTES = (
    Route("/bwc/settings/policy", for_person(_policy), methods=["GET"]),
    Route("/bwc/settings/detectors", for_person(_detectors), methods=["GET"]),
    Route("/bwc/settings/models", for_person(_models), methods=["GET"]),
    Route("/bwc/settings/text", for_person(_text), methods=["GET"]),
    Route("/bwc/manage/accounts", for_person(_accounts), methods=["GET"]),
    Route("/bwc/manage/account", _write(_account), methods=["POST"]),
    Route("/bwc/manage/check", _write(_check, LARGEST_TEXT), methods=["POST"]),
    Route("/bwc/manage/try", _write(_try, LARGEST_TEXT), methods=["POST"]),
    Route("/bwc/manage/keep", _write(_keep, LARGEST_TEXT), methods=["POST"]),
    Route("/bwc/manage/begin", _write(_begin), methods=["POST"]),
    Route("/bwc/manage/redo", _write(_redo), methods=["POST"]),
)
