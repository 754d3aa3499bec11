"""Whether a voice is the one that a person means by a name."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"(?:v|voice|spk|speaker)[ _-]?0*(\d+)")


def is_called(voice: str | None, typed: str) -> bool:
    """Whether `typed` means this voice: a part of its name, in any case; "voice 2" and "v2" are the second, not v12."""
    if voice is None or not typed.strip():
        return False
    name, wanted = voice.casefold(), typed.strip().casefold()
    number = _NUMBERED.fullmatch(wanted)
    if number is None:
        return wanted in name
    own = _NUMBERED.fullmatch(name)
    return own is not None and int(own[1]) == int(number[1])
