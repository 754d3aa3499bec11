"""What a browser needs to show a recording: a small copy that starts at zero, a silent one, waveform and thumbnails.

Body cameras write HEVC, late sound, rotated and variable-rate pictures; browsers want none of it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from models.contract import Progress, no_progress
from pipeline.media.peaks import write_peaks
from pipeline.media.program import FfmpegFailed, run_ffmpeg
from pipeline.media.recording_file import MediaFile
from pipeline.media.thumbnails import write_strip
from pipeline.media.triage import FORMATS
from pipeline.types import StreamFacts

PEAKS, THUMBNAILS, THUMBNAIL_INDEX = "peaks.dat", "thumbnails.jpg", "thumbnails.json"
REVIEW, REVIEW_SOUND, SILENT = "review.mp4", "review.m4a", "silent.mp4"


@dataclass(frozen=True)
class CopySettings:
    """How the review copy is written."""

    longest_side_px: int = 854
    shortest_side_px: int = 480
    """480p; smaller pictures stay as they are"""
    rate_hz: int = 15
    """pictures a second: half the encoding of 30, and a step of one picture stays below 0.07 s"""
    quality: int = 27
    """x264 crf"""
    preset: str = "superfast"
    sound_bits: str = "64k"


def make_review_files(
    media: MediaFile, folder: Path, progress: Progress = no_progress, settings: CopySettings | None = None
) -> None:
    """Write review.mp4 (or review.m4a), silent.mp4, peaks.dat, thumbnails.jpg and thumbnails.json into `folder`.

    Only complete files appear there: all are made under another name and moved together. Files that need a sound track
    or a picture are left out where there is none. Raises FfmpegFailed, or MediaChanged if the source changes meanwhile.
    """
    settings = settings or CopySettings()
    with _workshop(folder) as made:
        copy = make_review_copy(media, made, progress, settings)
        if copy.name == REVIEW:
            write_strip(copy, media.probe().duration, made / THUMBNAILS, made / THUMBNAIL_INDEX)
        audio = media.audio
        if audio is not None:
            write_peaks(audio, made / PEAKS)
        media.check_unchanged()
    progress(1.0)


def make_review_copy(
    media: MediaFile, folder: Path, progress: Progress = no_progress, settings: CopySettings | None = None
) -> Path:
    """Write the copy and, if there is a picture, its silent twin; the path of the copy.

    H.264 and AAC in MP4 at a fixed rate, a key frame each second, upright, at most 480p, index in front. Zero is the
    recording's zero: sound or picture that starts late is preceded by silence or by its first picture, sound that is
    missing inside is silence. Raises FfmpegFailed; then nothing is left in `folder`.
    """
    settings, recording = settings or CopySettings(), media.probe()
    origin, video = media.probed().origin, recording.stream("video")
    source = ffmpeg.input(f"file:{media.path.absolute()}", protocol_whitelist="file", format_whitelist=FORMATS)
    sound = _sound(source, origin) if recording.stream("audio") else None
    try:
        if video is None:
            copy = folder / REVIEW_SOUND
            run_ffmpeg(_sound_file(sound, copy, settings).global_args("-copyts"), recording.duration, progress)
            return copy
        copy = folder / REVIEW
        command = _with_picture(source, sound, video, origin, copy, settings)
        run_ffmpeg(command.global_args("-copyts"), recording.duration, lambda share: progress(0.97 * share))
        picture = ffmpeg.input(f"file:{copy}").video
        run_ffmpeg(
            ffmpeg.output(picture, f"file:{folder / SILENT}", c="copy", movflags="+faststart", f="mp4"),
            recording.duration,
        )
    except FfmpegFailed as error:
        for name in (REVIEW, REVIEW_SOUND, SILENT):
            (folder / name).unlink(missing_ok=True)
        raise FfmpegFailed(f"{media.path}: no review copy could be made: {error}") from error
    return copy


def _sound(source: Any, origin: float) -> Any:
    """The sound on the recording's clock: silence up to its start and in its holes."""
    placed = source.audio.filter("asetpts", f"PTS-{origin:.6f}/TB")
    return placed.filter("aresample", **{"async": 1, "first_pts": 0})


def _sound_file(sound: Any, path: Path, settings: CopySettings) -> Any:
    return ffmpeg.output(
        sound, f"file:{path}", acodec="aac", ac=1, audio_bitrate=settings.sound_bits, movflags="+faststart", f="mp4"
    )


def _with_picture(
    source: Any, sound: Any, video: StreamFacts, origin: float, copy: Path, settings: CopySettings
) -> Any:
    rate = settings.rate_hz
    width, height = _fitting(video, settings)
    placed = source["v:0"].filter("setpts", f"PTS-{origin:.6f}/TB").filter("fps", fps=rate, start_time=0)
    picture = placed.filter("scale", width, height).filter("format", "yuv420p")
    streams = [picture, sound] if sound is not None else [picture]
    keys = {"g": rate, "keyint_min": rate, "sc_threshold": 0, "bf": 0}  # no B frames: no edit list, start exactly 0
    how = {"vcodec": "libx264", "preset": settings.preset, "crf": settings.quality, **keys}
    if sound is not None:
        how |= {"acodec": "aac", "ac": 1, "audio_bitrate": settings.sound_bits}
    return ffmpeg.output(*streams, f"file:{copy}", movflags="+faststart", f="mp4", **how)


def _fitting(video: StreamFacts, settings: CopySettings) -> tuple[int, int]:
    """Width and height of the copy, upright, even, never larger than the source."""
    width, height = video.width_px or 2, video.height_px or 2
    if video.rotation_deg % 180:
        width, height = height, width
    share = min(1.0, settings.longest_side_px / max(width, height), settings.shortest_side_px / min(width, height))
    return max(2, 2 * round(width * share / 2)), max(2, 2 * round(height * share / 2))


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder to make files in; they are moved into `folder` if all went well, and removed in any case."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        yield made
        for file in sorted(made.iterdir()):
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(made, ignore_errors=True)
