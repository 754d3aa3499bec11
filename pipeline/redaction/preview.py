"""What a covered copy will look like, before it is made: a sheet of covered pictures, and a small film of it all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.contract import Progress, no_progress
from pipeline.media.footage import Picture, bgr_of, from_bgr, pictures
from pipeline.media.probe import Probed
from pipeline.redaction.cover import covered, covers, place_px
from pipeline.redaction.plan import Plan, RedactionError, Region
from pipeline.redaction.render import render
from pipeline.types import Span

MOST, COLUMNS, WIDTH_PX = 24, 4, 320
"""pictures of a sheet, in a row, and how wide each is"""
APART = 0.2
"""seconds between two pictures of a sheet at least"""
FILM_PX, FILM_QUALITY = 426, 30
"""longest side and x264 crf of the small film"""


def sheet_times(plan: Plan, span: Span) -> list[float]:
    """Times worth looking at: where each place begins, where it ends, the middle; then evenly in between."""
    due = [Span(max(r.span.start, span.start), min(r.span.end, span.end)) for r in plan.regions]
    out = {round(s.start + s.duration * share, 3) for s in due for share in (0.01, 0.5, 0.99)}
    for parts in range(3, MOST + 1):
        more = {round(s.start + s.duration * n / parts, 3) for s in due for n in range(1, parts)}
        if len(out | more) > MOST:
            break
        out |= more
    chosen = _apart(sorted(out))
    step = max(1.0, len(chosen) / MOST)
    return [chosen[int(n * step)] for n in range(min(MOST, len(chosen)))]


def _apart(times: list[float]) -> list[float]:
    """Times of which two lie at least `APART` apart; the first and the last stay."""
    kept = times[:1]
    for at in times[1:-1]:
        if at - kept[-1] >= APART and times[-1] - at >= APART:
            kept.append(at)
    return kept + times[-1:] if len(times) > 1 else kept


def write_sheet(path: Path, probed: Probed, span: Span, plan: Plan, out: Path) -> int:
    """Writes a PNG with covered pictures, each place framed; how many. Raises RedactionError where there is none."""
    tiles = []
    for at in sheet_times(plan, span):
        shown = next(pictures(path, probed, Span(at, at + 0.2)), None)
        if shown is not None:
            tiles.append(_tile(shown, at, plan.regions))
    if not tiles:
        raise RedactionError("there is no picture to be covered: the plan covers sound alone")
    height = max(t.shape[0] for t in tiles)
    rows = -(-len(tiles) // COLUMNS)
    sheet = np.full((rows * (height + 4), COLUMNS * (WIDTH_PX + 4), 3), 30, np.uint8)
    for n, tile in enumerate(tiles):
        top, left = n // COLUMNS * (height + 4), n % COLUMNS * (WIDTH_PX + 4)
        sheet[top : top + tile.shape[0], left : left + WIDTH_PX] = tile
    done, data = cv2.imencode(".png", sheet)
    if not done:
        raise RedactionError("the sheet of pictures could not be written")
    out.write_bytes(data.tobytes())
    return len(tiles)


def _tile(picture: Picture, at: float, regions: Sequence[Region]) -> NDArray[np.uint8]:
    shown = bgr_of(covered(picture, regions))
    for region in regions:
        if covers(region, picture):
            place = place_px(region.place(max(at, region.span.start)), picture.width_px, picture.height_px)
            cv2.rectangle(shown, (place.left, place.top), (place.right - 1, place.bottom - 1), (0, 200, 255), 2)
    height = max(2, round(WIDTH_PX * picture.height_px / picture.width_px))
    tile = np.asarray(cv2.resize(shown, (WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)
    cv2.putText(tile, f"{at:.2f} s", (6, height - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
    return tile


def write_film(path: Path, probed: Probed, span: Span, plan: Plan, out: Path, progress: Progress = no_progress) -> None:
    """Writes a small film of the covered stretch, with its covered sound."""
    render(path, probed, span, plan, out, progress, shrunk, FILM_QUALITY)


def shrunk(picture: Picture, longest_px: int = FILM_PX) -> Picture:
    """The picture, at most so large, both sides even."""
    share = min(1.0, longest_px / max(picture.width_px, picture.height_px))
    size = (max(2, round(picture.width_px * share / 2) * 2), max(2, round(picture.height_px * share / 2) * 2))
    small = np.asarray(cv2.resize(bgr_of(picture), size, interpolation=cv2.INTER_AREA), np.uint8)
    return from_bgr(small, picture.at, picture.until)
