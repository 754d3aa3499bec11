"""An open recording: the handle that stages get. It never writes to the source and notices when the source changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from models.contract import Progress, no_progress
from pipeline.errors import MediaChanged
from pipeline.file_hash import sha256_of
from pipeline.media.audio import SoundOnDisk, extract_sound
from pipeline.media.moments import pictures_in
from pipeline.media.picture import Plane
from pipeline.media.probe import Probed, probe
from pipeline.media.rules import PictureRules
from pipeline.media.sampler import PictureObserver, looked_at
from pipeline.media.scan import ScanResult, scan
from pipeline.media.triage import check_readable, open_container
from pipeline.types import Recording, Span


class MediaFile:
    """A recording opened for measuring (conforms to `pipeline.types.Media`). Use as a context manager.

    Scratch files (the sound at 16 kHz, 115 MB an hour) lie in `scratch` and are removed when it is closed.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        self._path = path
        self._scratch = scratch
        self._facts = check_readable(path)
        self._probed: Probed | None = None
        self._sound: SoundOnDisk | None = None
        self._sound_read = False
        self._observers: list[PictureObserver] = []
        with open_container(path):
            pass
        scratch.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> MediaFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._path

    def close(self) -> None:
        """Remove the scratch files."""
        if self._sound is not None:
            self._sound.remove()
        self._sound, self._sound_read = None, False

    def probe(self, progress: Progress = no_progress) -> Recording:
        """The recording's facts; reads the whole file at the first call. Raises MediaError as `open_media` says."""
        return self.probed(progress).recording

    def probed(self, progress: Progress = no_progress) -> Probed:
        """The facts together with the packet tables and the file's time of the recording's zero."""
        if self._probed is None:
            sha256 = sha256_of(self._path, progress)
            self.check_unchanged()
            found = probe(self._path, sha256)
            self.check_unchanged()
            self._probed = found
        return self._probed

    @property
    def observers(self) -> Sequence[PictureObserver]:
        """Who watches."""
        return tuple(self._observers)

    def watch(self, observer: PictureObserver) -> None:
        """Show `observer` every picture that later scans of this handle look at."""
        self._observers.append(observer)

    def scan(
        self,
        progress: Progress = no_progress,
        rules: PictureRules | None = None,
        observers: Sequence[PictureObserver] = (),
    ) -> ScanResult:
        """Sampled pictures and the sound in one pass; `audio` is free afterwards. Raises MediaChanged.

        Each sampled picture is shown at full size to `observers` and to those that `watch`.
        """
        watching = (*self._observers, *observers)
        found = scan(self._path, self.probed(), self._scratch, rules, progress, watching)
        if self._sound is not None and self._sound is not found.sound:
            self._sound.remove()
        self._sound, self._sound_read = found.sound, True
        self.check_unchanged()
        return found

    def pictures(self, rules: PictureRules | None = None) -> Iterator[tuple[float, Plane]]:
        """The same pictures without a scan: (seconds, luma) as `PictureObserver` gets them, valid until the next."""
        return looked_at(self._path, self.probed(), rules)

    def pictures_in(self, spans: Sequence[Span], every: float = 0.0) -> Iterator[tuple[float, Plane]]:
        """All pictures of these stretches, see `pipeline.media.moments`."""
        return pictures_in(self._path, self.probed(), spans, every)

    @property
    def audio(self) -> SoundOnDisk | None:
        """The sound at its true place on the clock, decoded at the first use. None: the file has no sound track."""
        if not self._sound_read:
            packets = self.probed().packets.get("audio")
            if packets is not None:
                with open_container(self._path) as container:
                    self._sound = extract_sound(container, packets, self.probed().origin, self._scratch)
                self.check_unchanged()
            self._sound_read = True
        return self._sound

    def check_unchanged(self) -> None:
        """Raises MediaChanged if size or time of change differ from those at opening."""
        now = self._path.stat()
        if (now.st_size, now.st_mtime_ns) != (self._facts.st_size, self._facts.st_mtime_ns):
            raise MediaChanged(self._path, "changed while it was being read: is it still being copied? Try again later")


def open_media(path: Path, scratch: Path) -> MediaFile:
    """Open a recording. `scratch` is a folder for working files; it is made if needed.

    Raises NotMedia (empty, text, a folder, no known format, neither sound nor picture), DamagedMedia (no index, an
    unreadable header, 0 s long), MediaChanged (it grows while it is read) or MediaError (no permission). What needs the
    packets is found by `probe()`, which raises the same errors.
    """
    return MediaFile(path, scratch)
