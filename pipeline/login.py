"""Who runs the program, as the system knows it."""

from __future__ import annotations

import getpass


def login_name() -> str:
    """The login name of whoever runs this; "unknown" where the system knows none (a container's bare user number)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
