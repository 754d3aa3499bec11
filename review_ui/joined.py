"""The cameras of the incident looked at last, joined once for the page and for the player's data, which ask together.

Joining four cameras of an hour takes a second and a half. It is held for a moment only: it is large.
"""

from __future__ import annotations

import threading

from pipeline.run_incidents import incident_evidence
from pipeline.store import Store
from pipeline.types import Incident, IncidentEvidence
from review_ui import stores

HELD = 20.0
"""Seconds: the player asks for its data within a few of the page's being made, on a slow machine too."""
_Key = tuple[object, ...]
_HELD: dict[_Key, IncidentEvidence] = {}
_LOCK = threading.Lock()


def joined(incident: Incident, store: Store) -> IncidentEvidence:
    """The evidence of all cameras with what they heard together. Raises StoreError."""
    if store.path.resolve() != stores.path():
        return incident_evidence(incident, store)
    key = (*stores.version(), incident)
    with _LOCK:  # whoever comes while it is being made waits for it
        found = _HELD.get(key)
        if found is None:
            found = incident_evidence(incident, store)
            _HELD.clear()
            _HELD[key] = found
            drop = threading.Timer(HELD, _dropped, (key,))
            drop.daemon = True
            drop.start()
    return found


def _dropped(key: _Key) -> None:
    with _LOCK:
        _HELD.pop(key, None)
