"""The recordings of an incident with the prints of their sound, and the sound itself where the files still are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from pipeline.errors import MediaError
from pipeline.incidents.hearing import Listened
from pipeline.media.windows import SoundWindows
from pipeline.types import BandFlux, Recording


@contextmanager
def listening(recordings: Sequence[Recording], prints: Mapping[str, BandFlux]) -> Iterator[list[Listened]]:
    """The recordings as `clocks.on_one_clock` takes them; files that are gone are compared by their prints alone."""
    with ExitStack() as opened:
        yield [_listened(recording, prints.get(recording.id), opened) for recording in recordings]


def _listened(recording: Recording, flux: BandFlux | None, opened: ExitStack) -> Listened:
    if flux is None:
        why = "no sound track" if recording.stream("audio") is None else "analysed before its sound could be compared"
        return Listened(recording, None, None, why)
    try:
        return Listened(recording, flux, opened.enter_context(SoundWindows(recording)).read)
    except (MediaError, OSError) as error:
        return Listened(recording, flux, None, getattr(error, "reason", None) or str(error))
