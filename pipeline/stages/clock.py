"""Reads the burned-in date and time of a recording, and how its clock ran against the recording's own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol, cast, runtime_checkable

from models.stamp_text import StampText
from pipeline.clock.measure import Source, read_clock
from pipeline.clock.profile import Profile
from pipeline.clock.watch import StampWatch
from pipeline.errors import NotMeasurable
from pipeline.media.sampler import PictureObserver
from pipeline.types import ClockReading, Evidence, NotAnalysed, Progress

UNREADABLE = "a stamp is seen, but its date and time cannot be read (bwc clock-profile make may help)"


@runtime_checkable
class _Watchable(Protocol):
    @property
    def observers(self) -> Sequence[PictureObserver]: ...
    def watch(self, observer: PictureObserver) -> None: ...


@dataclass(frozen=True)
class Clock:
    """Measures `clock`. A stamp that is absent is a measurement; one that cannot be read is "not analysed".

    `profiles` are camera profiles (see `pipeline.clock.profile`), those of the settings before the ones that ship.
    """

    profiles: Sequence[Profile] = ()
    reader: StampText = field(default_factory=StampText)

    name: ClassVar[str] = "clock"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ()
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("clock",)

    def prepare(self, media: object) -> None:
        """Look on while an earlier stage decodes pictures, so that they need not be decoded twice."""
        if isinstance(media, _Watchable):
            media.watch(StampWatch(self.reader, profiles=self.profiles))

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where there is no media or no picture."""
        if evidence.media is None:
            raise NotMeasurable("no media file")
        if evidence.recording.stream("video") is None:
            raise NotMeasurable("no picture")
        watching = evidence.media.observers if isinstance(evidence.media, _Watchable) else ()
        watch = next((each for each in watching if isinstance(each, StampWatch)), None)
        source = cast(Source, evidence.media)
        clock = read_clock(source, evidence.recording, self.reader, watch, self.profiles, progress).clock
        return replace(
            evidence,
            clock=clock,
            not_analysed=evidence.not_analysed + _not_read(evidence, clock),
            backends={**evidence.backends, self.name: self.reader.info},
        )


def _not_read(evidence: Evidence, clock: ClockReading) -> tuple[NotAnalysed, ...]:
    if clock.state != "unreadable":
        return ()
    return (NotAnalysed(0.0, evidence.recording.duration, "clock", UNREADABLE),)
