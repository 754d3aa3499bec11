"""Where the sound of a recording is off, as far as its peaks can tell: mutes, the silent buffer, no data at all.

Codecs write zeros in different ways (`tests/benchmarks/sound_faults.py`): most give zeros back, A-law a steady 8, G.722
3 to 4, Opus up to 3. So a stretch is silent that keeps within one step of 16 bits, or that is held at such a value in
sound of such a codec, while the sound beside it is clearly louder. A quiet room is neither.

Where the sound packets themselves repeat (`pipeline.coded_silence`), silence is proven, however faint the rest; and in
a recording in which they do, a stretch that decodes to nothing from packets that are new is live sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.coded_silence import STEP, contradicted, proven, runs
from pipeline.errors import NotMeasurable
from pipeline.types import Curve, Evidence, Span

ONE_STEP = 1.5 * STEP
"""a peak below this is at most one step"""
TWO_STEPS, FAR_LOUDER = 2.5 * STEP, 3.0
"""values up to two steps are silence beside those of one, where the quietest live sound is so many times louder"""
HELD: Mapping[str, float] = {"pcm_alaw": 8.5 * STEP, "g722": 4.5 * STEP, "opus": 3.5 * STEP}
"""up to which value a codec's own silence comes back (measured); those that are not listed give zeros"""
OF_SPEECH = frozenset(("amrnb", "amrwb", "opus", "g723_1", "libspeex"))
"""codecs that give up faint sound between words as nothing, from packets that are new; in others such a pause, however
coded, says that the sound is gated or made (a film of which the sound fades to nothing was not told without it)"""
HELD_WITHIN = 1.25 * STEP
"""a held value moves by at most one step"""
LOUDER = 1.5
"""the quietest live sound is louder than a held silence by this factor (A-law at a live noise of 5 steps: 1.9)"""
LIVE_FLOOR = 3.5 * STEP
"""where even the quietest twentieth of the sound stays below this, silence says nothing: a quiet night coded at 12
kbit/s comes back as stretches of 0, 1 and 2 steps (measured)"""
EDGE = 3
"""values beside a silent stretch that are left out of the floor: codecs fade in and out"""

GATE = 0.95
"""how surely silences end on louder sound than they begin on from which they are a gate's (gates by level: 0.99 and
more; four mutes at random: once in seventy)"""
LOUD_FLOOR = 30 * STEP
"""where even the quietest twentieth of the sound is louder, and silence is the lesser part, packets that are new and
decode to nothing are silence all the same: an encoder may count them"""
FAR_BELOW, RESTING = 4.0, 6
"""by which factor values beside a silence lie below the quietest live sound, and how many at most, that belong to it"""
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class SilenceRules:
    """What counts as silence; times in seconds."""

    min_duration: float = 2.0
    """shorter drop-outs are what wireless links and damaged packets make"""
    eaten: float = 0.3
    """by how much less a silence may measure: codecs smear sound into it, a frame at each end (AAC at 8 kHz: 0.128)"""
    longest_break: float = 0.1
    """sound (a click) inside a silence that does not end it"""
    shortest_pause: float = 0.2
    """exact silence between sounds that no live microphone leaves; a packet that is lost is shorter"""
    gated_pauses: int = 2
    """so many such pauses, and the sound is gated or made: a mute cannot be told from a pause then"""
    most_a_minute: float = 2.0
    """more silences than this to a minute of sound (four or more in all), of any length, and the sound is gated too if
    they end on louder sound than they begin on"""
    gate_a_minute: float = 6.0
    """more than this, and it is a gate in any case (made gates: 6.2 to 19; five mutes in a minute and a half: 5.5)"""
    minutes_a_pause: float = 5.0
    """of sound for each further short pause that is no sign of a gate: drop-outs of links add up in long recordings"""
    only_at_start: bool = False
    """what begins later is left out, and is no reason not to tell"""

    @property
    def shortest(self) -> float:
        """The shortest measured silence that can be one of `min_duration`."""
        return max(self.min_duration - self.eaten, self.min_duration / 2)


@dataclass(frozen=True)
class Silence:
    """A stretch without sound. `without_data`: the share of it for which the file holds no sound at all."""

    span: Span
    without_data: float

    def begins(self) -> bool:
        return self.span.start <= AT_EDGE

    def ends(self, duration: float) -> bool:
        return self.span.end >= duration - AT_EDGE


AT_EDGE = 0.1
"""seconds from the start or the end of a recording that still are its start or end"""


def silences(evidence: Evidence, rules: SilenceRules) -> list[Silence]:
    """The silent stretches of at least `min_duration`, in order; what is missing from the file together with the
    picture is left out: the file is damaged there, and nothing was muted. So is what the decoder refused.

    Raises NotMeasurable where silence says nothing: short pauses exactly silent, or sound as quiet as silence. Where
    there is no silence that could be a mute, that is known all the same: then the list is empty.
    """
    if evidence.peak is None:
        return []
    track = _track(evidence, rules)
    silent = track.empty | track.exact
    silent |= _held(track.values, silent, track.held, round(rules.shortest * track.rate_hz))
    lost = [s.span for s in evidence.picture or () if s.kind in ("gap", "corrupt")]
    out, duration = [], evidence.recording.duration
    bridge = round(rules.longest_break * track.rate_hz)
    for first, last in runs(_with_edges(silent, track), bridge):
        found = Silence(_stretch(evidence.peak, first, last, duration), float(track.empty[first:last].mean()))
        wanted = found.begins() or not rules.only_at_start
        if wanted and found.span.duration >= rules.shortest and not _lost(found, lost):
            out.append(found)
    if any(found.without_data < 0.5 for found in out):
        _check_not_gated(track, rules)
        _check_not_faint(track, silent)
    return out


@dataclass(frozen=True)
class _Track:
    """The sound per value of the peaks. `exact`: nothing but silence; `proven`: the packets say so."""

    rate_hz: float
    held: float
    values: NDArray[np.float64]
    empty: Flags
    exact: Flags
    proven: Flags
    new: Flags
    """packets never seen, where silence repeats, in a codec of speech"""
    doubted: bool
    """nothing is proven, and most of what decodes to nothing is live"""


def _track(evidence: Evidence, rules: SilenceRules) -> _Track:
    peak, sound = evidence.peak, evidence.recording.stream("audio")
    assert peak is not None
    unread, values = np.isnan(peak.values), np.nan_to_num(peak.values).astype(np.float64)
    codec = sound.codec if sound else ""
    held = HELD.get(codec, 0.0)
    exact = ~unread & (_hardly_a_step(values, unread) | _all_one_value(values[~unread], held))
    if evidence.sound_repeats is None:
        none = np.zeros(len(values), bool)
        return _Track(peak.rate_hz, held, values, unread, exact, none, none, False)
    repeats = evidence.sound_repeats.values.astype(np.float64)
    values[unread & ~np.isnan(repeats)] = 1.0  # there are packets, which no decoder took: not silence, for all we know
    said = proven(values, repeats, peak.rate_hz, rules.shortest)
    live = contradicted(exact, repeats, peak.rate_hz)
    new = (repeats == 0) & (codec in OF_SPEECH and said.any())
    doubted = not said.any() and 2 * live.sum() > exact.sum()
    if said.any():
        exact = (exact & ~live) | said
    return _Track(peak.rate_hz, held, values, unread & np.isnan(repeats), exact, said, new, bool(doubted))


def _hardly_a_step(values: NDArray[np.float64], unread: Flags) -> Flags:
    """Values of at most one step. Where the live sound is far louder, those of two steps between them count: a dither
    of one step comes back from a change of rate so."""
    exact, near = values < ONE_STEP, values < TWO_STEPS
    if not (near & ~exact & ~unread).any() or _floor(values, near | unread) < FAR_LOUDER * TWO_STEPS:
        return exact
    out = exact.copy()
    for first, last in runs(near & ~unread, 0):
        out[first:last] |= exact[first:last].mean() > 0.5
    return out


def _all_one_value(values: NDArray[np.float64], held: float) -> bool:
    """A track of one value from start to end that is the codec's silence."""
    return bool(len(values) and values.max() < held and values.max() == values.min())


def _check_not_gated(track: _Track, rules: SilenceRules) -> None:
    """A live microphone has noise in every pause. Where pauses are exact silence, long silence says nothing."""
    least = round(rules.shortest_pause * track.rate_hz)
    inside = [r for r in runs(track.exact, 0) if r[0] > 0 and r[1] < len(track.exact) and r[1] - r[0] >= least]
    inside = [r for r in inside if not track.new[slice(*r)].all()]
    pauses = sum((last - first) / track.rate_hz < rules.shortest for first, last in inside)
    minutes = float((~track.exact).sum()) / track.rate_hz / 60
    many = len(inside) > max(3.0, rules.most_a_minute * minutes)
    short = pauses >= max(rules.gated_pauses, minutes / rules.minutes_a_pause)
    always = many and len(inside) > rules.gate_a_minute * minutes
    if short or always or (many and _opened_by_sound(track.values, inside) > GATE):
        raise NotMeasurable("short pauses are exactly silent too (gated or made sound): a mute cannot be told")


def _opened_by_sound(values: NDArray[np.float64], silent: Sequence[tuple[int, int]]) -> float:
    """How surely sound is louder where silences end than where they begin: 0.5 by chance, 1 for a gate, which opens on
    sound and shuts on quiet. A button is pressed at any moment."""
    opens = np.array([values[last : last + EDGE].max() for _, last in silent])
    shuts = np.array([values[max(0, first - EDGE) : first].max() for first, _ in silent])
    return float(np.mean((opens[:, None] > shuts[None]) + 0.5 * (opens[:, None] == shuts[None])))


def _check_not_faint(track: _Track, silent: Flags) -> None:
    """Where the live sound itself is hardly above zero, its quiet moments look like mutes; and where all of it goes to
    and fro between zero and one step, or its packets say that it is no silence, it may be sound."""
    if track.proven.any():
        return
    values = track.values
    to_and_fro = np.mean((values > 0.5 * STEP) & (values < ONE_STEP)), np.mean(values <= 0.5 * STEP)
    if silent.mean() > 0.99:
        faint = min(to_and_fro) > 0.02 or track.doubted
    elif track.doubted:
        faint = silent.mean() > 0.5 or _floor(values, silent) < LOUD_FLOOR
    else:
        faint = _floor(values, silent) < LIVE_FLOOR
    if faint:
        raise NotMeasurable("the sound is so faint that a mute cannot be told from a quiet moment")


def _floor(values: NDArray[np.float64], silent: Flags) -> float:
    """The level that nineteen in twenty live values reach; infinite where nothing is live."""
    beside = np.convolve(silent, np.ones(2 * EDGE + 1))[EDGE:-EDGE] > 0
    live = values[~beside] if (~beside).any() else values[~silent]
    return float(np.percentile(live, 5)) if len(live) else float("inf")


def _held(values: NDArray[np.float64], silent: Flags, held: float, length: int) -> Flags:
    """Stretches held at one value of the codec's silence where the live sound is clearly louder than that."""
    out = np.zeros(len(values), bool)
    for first, last in runs((values < held) & ~silent, 0):
        if last - first >= length:
            for low, high in _at_one_value(values[first:last], length):
                out[first + low : first + high] = True
    if out.any():
        worst = float(values[out].max())
        if (silent | out).mean() > 0.99 or _floor(values, silent | out) < LOUDER * worst:
            out[:] = False
    return out


def _at_one_value(values: NDArray[np.float64], length: int) -> list[tuple[int, int]]:
    """Half-open stretches of at least `length` within one step of the value that is there most often: quiet live sound
    may lie right beside a silence."""
    steps = np.round(values / STEP).astype(int)
    usual = int(np.bincount(steps).argmax())
    alike = np.abs(values - usual * STEP) <= HELD_WITHIN
    return [(low, high) for low, high in runs(np.asarray(alike, bool), 0) if high - low >= length]


def _with_edges(silent: Flags, track: _Track) -> Flags:
    """Silences with the few values beside them in which the codec still comes to rest: those that its silence may have
    (Opus: a tenth of a second), and those far below all live sound (ADPCM of 8 kHz: a quarter of a second)."""
    out, rest = silent.copy(), _floor(track.values, silent) / FAR_BELOW
    resting = track.values < (rest if np.isfinite(rest) else 0.0)

    def rests(place: int, apart: int) -> bool:
        return bool(track.values[place] < track.held or (resting[place] and apart < RESTING))

    for low, high in runs(silent, 0):
        first, last = low, high
        if high - low > EDGE:
            while first > 0 and rests(first - 1, low - first):
                first -= 1
            while last < len(out) and rests(last, last - high):
                last += 1
        out[first:last] = True
    return out


def _stretch(peak: Curve, first: int, last: int, duration: float) -> Span:
    """The silence of the values `first` to `last`; it reaches half way into the louder values beside it, on average."""
    start = peak.start + (first - 0.5 if first > 0 else first) / peak.rate_hz
    end = peak.start + (last + 0.5 if last < len(peak.values) else last) / peak.rate_hz
    return Span(min(start, duration), min(end, duration))


def _lost(found: Silence, lost: Sequence[Span]) -> bool:
    """Whether sound and picture are missing together."""
    return found.without_data > 0.5 and sum(found.span.overlap(s) for s in lost) > 0.5 * found.span.duration
