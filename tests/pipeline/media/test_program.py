from __future__ import annotations

from pathlib import Path

import ffmpeg
import pytest

from pipeline.media import program
from pipeline.media.program import FfmpegFailed, ffmpeg_program, run_ffmpeg


@pytest.fixture(autouse=True)
def _forget_the_program():  # type: ignore[no-untyped-def]
    ffmpeg_program.cache_clear()
    yield
    ffmpeg_program.cache_clear()


def test_the_systems_program_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program.shutil, "which", lambda name: f"/opt/bin/{name}")
    assert ffmpeg_program() == "/opt/bin/ffmpeg"


def test_else_the_one_that_comes_with_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program.shutil, "which", lambda name: None)
    assert Path(ffmpeg_program()).is_file()


def test_progress_and_result(tmp_path: Path) -> None:
    shares: list[float] = []
    source = ffmpeg.input("testsrc=d=20:s=320x180:r=25", f="lavfi")
    run_ffmpeg(ffmpeg.output(source, str(tmp_path / "a.mp4"), vcodec="mpeg4"), 20.0, shares.append)
    assert shares and shares == sorted(shares) and shares[-1] == pytest.approx(1.0, abs=0.01)
    assert (tmp_path / "a.mp4").stat().st_size > 1000


def test_a_failure_gives_its_last_line(tmp_path: Path) -> None:
    source = ffmpeg.input(str(tmp_path / "not there.mp4"))
    with pytest.raises(FfmpegFailed, match="No such file or directory"):
        run_ffmpeg(ffmpeg.output(source, str(tmp_path / "a.mp4")), 1.0)


def test_an_interruption_ends_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    real = program.subprocess.Popen

    def popen(*args, **kwargs):  # type: ignore[no-untyped-def]
        started.append(real(*args, **kwargs))
        return started[-1]

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(program.subprocess, "Popen", popen)
    source = ffmpeg.input("testsrc=d=3600:s=640x360:r=25", f="lavfi")
    with pytest.raises(KeyboardInterrupt):
        run_ffmpeg(ffmpeg.output(source, str(tmp_path / "a.mp4"), vcodec="mpeg4"), 3600.0, stop)
    assert started[0].poll() is not None
