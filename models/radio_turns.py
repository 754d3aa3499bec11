"""Turns that come over a radio, told from the other turns of what a diarizer took for one voice.

A radio passes 300 to 3400 Hz. To a network that compares voices it may sound like somebody near by, above all where few
people speak; but of what lies under 250 Hz nothing is left, and that sets its turns apart whatever the voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.contract import SAMPLE_RATE_HZ, RawVoiceTurn, Samples
from models.voice_sound import sound_of_voice

NARROW_DB = -14.0
"""80-250 Hz against 350-3300 Hz, from which a turn counts as narrow: radio turns of the sample lie at -25 to -21, all
others over -4"""
WIDE_DB = -8.0
"""over which it does not; between the two nothing is said"""
LEAST = 1.0
"""seconds of either kind without which a voice stays whole"""


def radio_apart(samples: Samples, turns: Sequence[RawVoiceTurn]) -> tuple[RawVoiceTurn, ...]:
    """The turns, with narrow ones of a voice that is wide otherwise given to a voice of their own; voices are numbered
    anew in order of appearance ("v1", "v2"...). A voice that is narrow throughout stays as it is."""
    band = [_band_db(samples, turn) for turn in turns]
    mixed = {voice for voice in {t.voice for t in turns} if _is_mixed(voice, turns, band)}
    moved = [
        replace(turn, voice="radio") if turn.voice in mixed and db is not None and db <= NARROW_DB else turn
        for turn, db in zip(turns, band, strict=True)
    ]
    if not mixed:
        return tuple(turns)
    order = {voice: f"v{k}" for k, voice in enumerate(dict.fromkeys(t.voice for t in moved), 1)}
    return tuple(replace(turn, voice=order[turn.voice]) for turn in moved)


def _band_db(samples: Samples, turn: RawVoiceTurn) -> float | None:
    part = samples[round(turn.start * SAMPLE_RATE_HZ) : round(turn.end * SAMPLE_RATE_HZ)]
    sound = sound_of_voice([part])
    return None if sound is None else sound.low_db


def _is_mixed(voice: str, turns: Sequence[RawVoiceTurn], band: Sequence[float | None]) -> bool:
    own = [(t.end - t.start, db) for t, db in zip(turns, band, strict=True) if t.voice == voice and db is not None]
    narrow = sum(seconds for seconds, db in own if db <= NARROW_DB)
    wide = sum(seconds for seconds, db in own if db >= WIDE_DB)
    return narrow >= LEAST and wide >= LEAST
