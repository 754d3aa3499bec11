"""What clip is wanted: of a stretch of a recording, or of a finding with a little before and after."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ClipError, StoreError
from pipeline.media.cut.kind import CutKind
from pipeline.rows import StoredFinding
from pipeline.store import Store
from pipeline.types import Recording, Span, ms

PAD = 5.0
"""Seconds before and after a finding: enough to see what led to it and what followed"""
LONGEST_PAD = 600.0


@dataclass(frozen=True)
class CaptionOrder:
    """Captions beside a clip."""

    forms: tuple[str, ...] = ()
    """"vtt", "srt" """
    names: bool = False
    """show voices by the names that people gave them"""


@dataclass(frozen=True)
class ClipOrder:
    """A clip that is wanted. Times are seconds on the recording's clock."""

    path: Path
    start: float
    end: float
    recording: Recording | None = None
    """None: a file that is in no store"""
    kind: CutKind = CutKind.EXACT
    audio_only: bool = False
    captions: CaptionOrder = CaptionOrder()
    why: str = ""
    finding: str | None = None
    """the finding that it shows"""


def of_recording(store: Store | None, wanted: str, base: Path = Path()) -> tuple[Path, Recording | None]:
    """The file and the recording that are meant by an id, its first letters, a path or a file's name.

    A path that is in no store is taken as it is, relative ones from `base`. Raises StoreError or ClipError.
    """
    problem: StoreError | None = None
    if store is not None:
        try:
            recording = store.recording(wanted)
            return recording.path, recording
        except StoreError as error:
            problem = error
    path = base / wanted
    if path.exists():
        return path, _known(store, path)
    raise problem or ClipError(f"{wanted}: no such file, and no store to look it up in")


def _known(store: Store | None, path: Path) -> Recording | None:
    """The recording of the store that lies at this path, however it is written."""
    place = path.resolve()
    known = store.recordings() if store is not None else []
    return next((recording for recording in known if recording.path.resolve() == place), None)


def of_finding(store: Store, wanted: str, pad: float = PAD, camera: str | None = None) -> ClipOrder:
    """A clip of a finding, `pad` seconds longer at both ends, within the recording.

    A finding of an incident is shown as `camera` has it, else as the first camera that recorded all of it, else most of
    it. Raises StoreError or ClipError.
    """
    if not 0 <= pad <= LONGEST_PAD:
        raise ClipError(f"seconds before and after a finding are between 0 and {LONGEST_PAD:.0f}, not {pad:g}")
    found = store.finding(wanted)
    recording, span = _placed(store, found, camera)
    start, end = max(0.0, span.start - pad), min(recording.duration, max(span.end, span.start + 0.5) + pad)
    if end <= start:
        raise ClipError(f"{wanted}: lies outside of its recording, {recording.path.name}")
    return ClipOrder(recording.path, ms(start), ms(end), recording, why=_why(found), finding=found.id)


def _why(found: StoredFinding) -> str:
    return f"finding {found.id[:8]}: {found.finding.label}"


def _placed(store: Store, found: StoredFinding, camera: str | None) -> tuple[Recording, Span]:
    """The recording that shows a finding, and where."""
    if found.recording:
        return store.recording(found.recording), found.finding.span
    incident = store.incident(found.incident or "")
    chosen = store.recording(camera).id if camera else None
    best: tuple[float, Recording, Span] | None = None
    for number, (recording_id, offset, _) in enumerate(incident.recordings):
        if chosen and recording_id != chosen:
            continue
        recording, drift = store.recording(recording_id), 1 + incident.drift_ppm(recording_id) / 1e6
        own = Span(*(min(recording.duration, max(0.0, (at - offset) / drift)) for at in _ends(found.finding.span)))
        shown = own.duration - 1e-6 * number  # the first of those that show as much
        if (best is None or shown > best[0]) and (own.duration > 0 or found.finding.span.duration == 0):
            best = (shown, recording, own)
    if best is None:
        raise ClipError(f"{found.id[:8]}: no camera{' of that name' if camera else ''} of its incident recorded it")
    return best[1], best[2]


def _ends(span: Span) -> tuple[float, float]:
    return span.start, span.end
