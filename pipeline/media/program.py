"""Finds the ffmpeg program and runs it: the system's where there is one, else the one that imageio-ffmpeg ships."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from typing import Any

import imageio_ffmpeg

from models.contract import Progress, no_progress
from pipeline.errors import BwcError


class FfmpegFailed(BwcError):
    """ffmpeg ended with an error; the message is its last line."""


@cache
def ffmpeg_program() -> str:
    """Path of the ffmpeg program. Nothing in this project needs ffprobe."""
    return shutil.which("ffmpeg") or str(imageio_ffmpeg.get_ffmpeg_exe())


def run_ffmpeg(command: Any, duration: float, progress: Progress = no_progress) -> None:
    """Run an ffmpeg-python stream to its end, with the share done read from `-progress pipe:`.

    `duration` is the length of the output in seconds. Raises FfmpegFailed with ffmpeg's last line. The process is ended
    when the caller is interrupted.
    """
    told = command.global_args("-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-progress", "pipe:1")
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            told.compile(cmd=ffmpeg_program()), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        try:
            _follow(process, duration, progress)
        finally:
            _end(process)
        if process.returncode:
            errors.seek(0)
            raise FfmpegFailed(_last_line(errors.read()) or f"ffmpeg ended with code {process.returncode}")


def _follow(process: subprocess.Popen[bytes], duration: float, progress: Callable[[float], None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        key, _, value = line.decode("ascii", "replace").strip().partition("=")
        if key == "out_time_us" and value.lstrip("-").isdigit() and duration > 0:
            progress(min(1.0, max(0.0, int(value) / 1e6 / duration)))
    process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdout is not None:
        process.stdout.close()
    if process.poll() is None:
        process.kill()
        process.wait()


def _last_line(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
