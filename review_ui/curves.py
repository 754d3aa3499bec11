"""Curves under the player, packed small: how loud it is, how raised voices are, how many orders a minute.

One byte a value: an hour of loudness, 20 values a second, is 72 kB. The browser makes the coarser levels for zooming.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.detectors.raised_voice import RaisedVoice
from pipeline.policy.command_rate import WINDOW, command_rate
from pipeline.store import Store
from pipeline.types import Curve, Recording, Run, Span, StepState
from review_ui.steps import reads_of

QUIETEST_DB = -70.0
"""dBFS at the foot of the loudness lane: what is quieter is drawn there."""
ORDERS = "spoken_command"
"""The detector whose findings are the orders that are counted."""
UNMEASURED = 0
"""The byte for "not measured here"; 1 to 255 run from the lowest value to the highest."""


@dataclass(frozen=True)
class Packed:
    """A curve with the range that its bytes span, in the curve's own unit."""

    name: str
    curve: Curve
    low: float
    high: float


def packed(curves: Iterable[Packed]) -> bytes:
    """A length (uint32, little endian), that many bytes of JSON that name the curves, then their values in order."""
    listed = list(curves)
    head = json.dumps(
        [
            {
                "name": one.name,
                "rate_hz": one.curve.rate_hz,
                "start": one.curve.start,
                "count": len(one.curve.values),
                "low": one.low,
                "high": one.high,
            }
            for one in listed
        ]
    ).encode()
    return struct.pack("<I", len(head)) + head + b"".join(_bytes(one) for one in listed)


def of_recording(store: Store, recording: Recording, orders: Sequence[Span]) -> bytes:
    """What was measured of a recording; `orders` on its clock. A curve that was not measured is not there."""
    heard = store.evidence(recording, ("level", "vocal_effort"))
    found = []
    if heard.level is not None:
        found.append(Packed("loudness", heard.level, QUIETEST_DB, 0.0))
    if heard.vocal_effort is not None:
        found.append(Packed("effort", smoothed(heard.vocal_effort, RaisedVoice.smoothing), 0.0, 1.0))
    if _looked_for_orders(store.latest_runs(recording.id)):
        found.append(of_orders(orders, recording.span))
    return packed(found)


def of_orders(orders: Sequence[Span], over: Span) -> Packed:
    """Orders a minute, whoever gave them and whatever was answered to them."""
    curve = command_rate(orders, over)
    most = float(curve.values.max()) if len(curve.values) else 0.0
    return Packed("rate", curve, 0.0, max(1.0, most))


def smoothed(curve: Curve, seconds: float) -> Curve:
    """The mean of what was measured within `seconds` around each moment; nothing where nothing was measured.

    Single values of a calm voice are high now and then: the detector of raised voices looks at this mean, too.
    """
    known = np.isfinite(curve.values)
    window = np.ones(max(1, min(round(seconds * curve.rate_hz), len(known))))
    total = np.convolve(np.where(known, curve.values, 0.0), window, "same")
    count = np.convolve(known.astype(np.float64), window, "same")
    values = np.where(known, total / np.maximum(count, 1.0), np.nan)
    return Curve(curve.rate_hz, curve.start, values.astype(np.float32), curve.unit)


def _looked_for_orders(runs: Mapping[str, Run]) -> bool:
    return ORDERS in runs and runs[ORDERS].state is StepState.DONE


def lanes(runs: Mapping[str, Run], *, sound: bool) -> list[dict[str, Any]]:
    """The lanes of a recording's curves, as JSON values; without sound none is loud."""
    loud = [lane("loudness", runs.get("scan"))] if sound else []
    return [*loud, lane("rate", runs.get(ORDERS))]


_TITLES = {"loudness": "Loudness", "rate": "Orders a minute"}
_ABOUT = {
    "loudness": f"Level of the sound, dBFS; the foot of the lane is {QUIETEST_DB:.0f} dB",
    "rate": f"Orders found that begin within the {WINDOW:.0f} s around, counted to a minute",
}
_READS: Mapping[str, tuple[str, ...]] = {"loudness": ("level",), "rate": reads_of(ORDERS)}


def lane(name: str, run: Run | None) -> dict[str, Any]:
    """The lane of one curve, as JSON values, from the step that measures it."""
    done = run is not None and run.state is StepState.DONE
    return {
        "key": f"curve:{name}",
        "group": "curves",
        "title": _TITLES[name],
        "role": None,
        "about": _ABOUT[name],
        "state": "done" if done else "not analysed",
        "reason": "" if done else _why(run),
        "reads": list(_READS[name]),
    }


def effort(runs: Mapping[str, Run]) -> dict[str, Any]:
    """Whether the waveform can be coloured by raised voices, from what probability, and why not, as JSON values."""
    run = runs.get("vocal_effort")
    done = run is not None and run.state is StepState.DONE
    state = {"state": "done" if done else "not analysed", "reason": "" if done else _why(run)}
    return state | {"raised": RaisedVoice.threshold}


def _why(run: Run | None) -> str:
    return (run.reason or "the step stopped with an error") if run is not None else "this was not measured yet"


def _bytes(one: Packed) -> bytes:
    values = np.asarray(one.curve.values, np.float64)
    known = np.isfinite(values)
    share = np.clip((np.where(known, values, one.low) - one.low) / (one.high - one.low), 0.0, 1.0)
    return np.where(known, np.rint(share * 254.0) + 1, UNMEASURED).astype(np.uint8).tobytes()
