"""Views of recordings as rows of the activity log: one for each person and recording, again after a while."""

from __future__ import annotations

import threading
import time

from review_ui import stores
from review_ui.server.sessions import Identity

AGAIN_AFTER = 600.0
"""Seconds: whoever comes back to a recording later than this has opened it again. A player asks for data often."""
_SEEN: dict[tuple[str, str, str], float] = {}
_LOCK = threading.Lock()


def note_view(identity: Identity, subject: str) -> None:
    """Logs that a person opened a recording or an incident. Raises StoreError: what cannot be logged is not shown."""
    key, moment = (str(stores.path()), identity.name, subject), time.monotonic()
    with _LOCK:
        if moment - _SEEN.get(key, -AGAIN_AFTER) < AGAIN_AFTER:
            return
        _SEEN[key] = moment
    try:
        stores.opened().note_view(identity.name, subject)
    except BaseException:
        with _LOCK:
            _SEEN.pop(key, None)
        raise
