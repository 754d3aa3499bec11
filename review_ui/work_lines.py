"""The line of work under a recording or an incident: whose queue it is in, and whether its review is signed off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.accounts import Act
from pipeline.reports.kept import ADVERSE
from pipeline.review_work.signing import changed_since
from pipeline.rows import utc_text
from pipeline.store import SignOff, Store
from review_ui.blind import hides
from review_ui.server.sessions import Identity


def work_lines(store: Store, identity: Identity, subject: str, recordings: Sequence[str]) -> dict[str, Any]:
    """Of a recording or an incident: whose queue it is in, its sign-offs, which findings need their speaker confirmed.

    Whoever reviews it, or a recording of it, blind sees no sign-off: it would say that others have answered.
    """
    open_now = [a for a in store.assignments(open_only=True) if a.subject == subject]
    blind = any(hides(store, identity.name, one) for one in {subject, *recordings})
    signed = store.sign_offs(subject) if not blind else []
    now = store.review_content(subject, recordings) if signed else {}
    return {
        "me": identity.name,
        "may": identity.may(Act.REVIEW),
        "assignments": [
            {"number": a.number, "blind": a.blind, "due_utc": _when(a.due_utc), "anybody": not a.reviewer}
            for a in open_now
            if a.is_for(identity.name)
        ],
        "others": sorted({a.reviewer for a in open_now if not a.is_for(identity.name) and not a.blind}),
        "blind": blind,
        "adverse": sorted(ADVERSE),
        "speakers": sorted(store.speakers_confirmed() & store.finding_ids({subject, *recordings})),
        "signed": [_signed(one, now) for one in reversed(signed)],
    }


def _signed(one: SignOff, now: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": one.number,
        "who": one.who,
        "at_utc": _when(one.at_utc),
        "sha256": one.sha256,
        "note": one.note,
        "intact": one.intact,
        "changed": list(changed_since(one.content, now)),
    }


def _when(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None
