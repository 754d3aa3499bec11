"""Turns that come over a radio, told from the other turns of what a diarizer took for one voice.

A radio passes 300 to 3400 Hz. To a network that compares voices it may sound like somebody near by, above all where few
people speak; but of what lies under 250 Hz and over 3.9 kHz nothing is left, and that sets its turns apart whatever the
voice. One edge is not enough: a high voice has little under 250 Hz, a muffled one little over 3.9 kHz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.contract import SAMPLE_RATE_HZ, RawVoiceTurn, Samples
from models.voice_sound import balance

NARROW_LOW_DB, NARROW_HIGH_DB = -14.0, -28.0
"""80-250 Hz and 3.9-7.5 kHz against 350-3300 Hz, both of which a narrow turn stays under. Radio turns of the sample lie
at -25 to -21 and -42 to -39; of 1010 stretches of 3 s of LibriSpeech (251 readers) one in 18 is under the first, one in
20 under the second, two under both"""
WIDE_DB = -8.0
"""80-250 Hz over which a turn is wide; between the two nothing is said"""
LEAST = 1.0
"""seconds of either kind without which a voice stays whole"""


def radio_apart(samples: Samples, turns: Sequence[RawVoiceTurn]) -> tuple[RawVoiceTurn, ...]:
    """The turns, with narrow ones of a voice that is wide otherwise given to a voice of their own; voices are numbered
    anew in order of appearance ("v1", "v2"...). A voice that is narrow throughout stays as it is."""
    band = [_edges_db(samples, turn) for turn in turns]
    mixed = {voice for voice in {t.voice for t in turns} if _is_mixed(voice, turns, band)}
    moved = [
        replace(turn, voice="radio") if turn.voice in mixed and _is_narrow(edges) else turn
        for turn, edges in zip(turns, band, strict=True)
    ]
    if not mixed:
        return tuple(turns)
    order = {voice: f"v{k}" for k, voice in enumerate(dict.fromkeys(t.voice for t in moved), 1)}
    return tuple(replace(turn, voice=order[turn.voice]) for turn in moved)


Edges = tuple[float, float] | None
"""dB under and over the band; None: too little to tell"""


def _edges_db(samples: Samples, turn: RawVoiceTurn) -> Edges:
    return balance(samples[round(turn.start * SAMPLE_RATE_HZ) : round(turn.end * SAMPLE_RATE_HZ)])


def _is_narrow(edges: Edges) -> bool:
    return edges is not None and edges[0] <= NARROW_LOW_DB and edges[1] <= NARROW_HIGH_DB


def _is_mixed(voice: str, turns: Sequence[RawVoiceTurn], band: Sequence[Edges]) -> bool:
    own = [(t.end - t.start, e) for t, e in zip(turns, band, strict=True) if t.voice == voice and e is not None]
    narrow = sum(seconds for seconds, edges in own if _is_narrow(edges))
    wide = sum(seconds for seconds, edges in own if edges[0] >= WIDE_DB)
    return narrow >= LEAST and wide >= LEAST
