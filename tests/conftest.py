"""For all tests: rules that hypothesis checks have no time limit of their own, machines are busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
