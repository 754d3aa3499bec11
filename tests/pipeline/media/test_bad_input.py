"""Whatever is given: one clear line or a usable result, the source untouched, nothing half-written left behind."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import DamagedMedia, MediaChanged, MediaError, NotMedia
from pipeline.media.program import FfmpegFailed
from pipeline.media.recording_file import open_media
from pipeline.media.review_copy import make_review_files
from pipeline.media.triage import top_boxes
from pipeline.types import Span
from tests.pipeline.media.made import Encode, Event, Scene, ffmpeg, make, sound


@contextmanager
def untouched(path: Path) -> Iterator[None]:
    """The file's bytes and times are the same afterwards, and nothing new lies beside it."""

    def facts() -> tuple[str, int, set[str]]:
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        return digest, path.stat().st_mtime_ns, {p.name for p in path.parent.iterdir()}

    before = facts()
    yield
    assert facts() == before


def refused(path: Path, scratch: Path, kind: type[MediaError]) -> str:
    """Opens and probes; returns the error's line, which names the file once and is one line."""
    with untouched(path), pytest.raises(kind) as caught, open_media(path, scratch) as media:
        media.probe()
    assert type(caught.value) is kind
    line = str(caught.value)
    assert line.startswith(f"{path}: ") and "\n" not in line.removeprefix(str(path))
    assert not scratch.exists() or not list(scratch.iterdir())
    return line.removeprefix(f"{path}: ")


def used(path: Path, scratch: Path) -> tuple[tuple[str, ...], float, float]:
    """Runs the whole pass; returns (problems, duration, seconds of sound)."""
    with untouched(path), open_media(path, scratch) as media:
        recording = media.probe()
        media.scan()
        length = media.audio.duration if media.audio else 0.0
    assert not list(scratch.iterdir())
    return recording.problems, recording.duration, length


# files that cannot be used


def test_an_empty_file(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    assert refused(path, scratch, NotMedia) == "the file is empty (0 bytes)"


@pytest.mark.parametrize("text", ["Notes of the evening shift.\n" * 50, "Übergabe um acht – naïve façade\n" * 300, "x"])
def test_a_text_named_mp4(tmp_path: Path, scratch: Path, text: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_text(text, encoding="utf-8")
    assert refused(path, scratch, NotMedia) == "is text, not a recording"


@pytest.mark.parametrize("name", ["list.m3u8", "concat.txt", "list.ffconcat"])
def test_a_playlist_does_not_open_other_files(tmp_path: Path, scratch: Path, plain: Path, name: str) -> None:
    shutil.copy(plain, tmp_path / "other.mp4")
    path = tmp_path / name
    path.write_text("ffconcat version 1.0\nfile other.mp4\n" if name != "list.m3u8" else _M3U8)
    assert refused(path, scratch, NotMedia) == "is text, not a recording"


_M3U8 = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nother.mp4\n#EXT-X-ENDLIST\n"


def test_random_bytes(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(np.random.default_rng(1).bytes(200_000))
    assert refused(path, scratch, NotMedia) == "is in no known recording format"


def test_only_zero_bytes(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(100_000))
    assert refused(path, scratch, NotMedia) == "holds only zero bytes"


def test_a_still_picture(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.png"
    ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x64", "-frames:v", "1", str(path))
    assert refused(path, scratch, NotMedia) == "is in no known recording format"


def test_no_index(tmp_path: Path, scratch: Path, plain: Path) -> None:
    tail = tmp_path / "tail.mp4"
    ffmpeg("-i", str(plain), "-c", "copy", str(tail))  # the index comes last
    path = tmp_path / "cut.mp4"
    path.write_bytes(tail.read_bytes()[: tail.stat().st_size // 2])
    assert b"moov" not in top_boxes(path)
    assert "without its index (no moov)" in refused(path, scratch, DamagedMedia)


def test_an_index_of_rubbish(tmp_path: Path, scratch: Path, plain: Path) -> None:
    data = bytearray(plain.read_bytes())
    at = data.index(b"moov") + 4
    data[at : at + 4000] = np.random.default_rng(2).bytes(4000)
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    assert refused(path, scratch, DamagedMedia)


def test_zero_seconds_long(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=15)
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        container.start_encoding()
    assert "0 s long" in refused(path, scratch, DamagedMedia)


def test_neither_sound_nor_picture(tmp_path: Path, scratch: Path) -> None:
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n")
    path = tmp_path / "a.mkv"
    ffmpeg("-i", str(words), "-c:s", "srt", str(path))
    assert refused(path, scratch, NotMedia) == "holds neither sound nor picture that can be decoded"


def test_a_folder(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.mp4"
    path.mkdir()
    assert refused(path, scratch, NotMedia) == "is a folder, not a file"


def test_a_file_that_is_not_there(tmp_path: Path, scratch: Path) -> None:
    with pytest.raises(NotMedia, match="no such file"):
        open_media(tmp_path / "a.mp4", scratch)


def test_a_pipe(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.mp4"
    os.mkfifo(path)
    with pytest.raises(NotMedia, match="not a regular file"):
        open_media(path, scratch)


def test_a_symlink_loop(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.mp4"
    path.symlink_to(path)
    with pytest.raises(MediaError, match="cannot be read"):
        open_media(path, scratch)


def test_no_permission(tmp_path: Path, scratch: Path, plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(shutil.copy(plain, tmp_path / "a.mp4"))
    if os.geteuid() == 0:  # root may read everything, so the refusal has to be played
        monkeypatch.setattr(Path, "open", _refusing(path, Path.open))
    else:
        path.chmod(0)
    with pytest.raises(MediaError, match="cannot be read: permission denied"):
        open_media(path, scratch)


def _refusing(path: Path, real):  # type: ignore[no-untyped-def]
    def open_(self: Path, *args, **kwargs):  # type: ignore[no-untyped-def]
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return real(self, *args, **kwargs)

    return open_


# files that can be used in part


def test_cut_off_behind_a_header_that_claims_more(tmp_path: Path, scratch: Path, plain: Path) -> None:
    data = plain.read_bytes()
    path = tmp_path / "a.mp4"
    path.write_bytes(data[: len(data) * 55 // 100])
    problems, duration, _ = used(path, scratch)
    assert 2.5 < duration < 4.5
    assert problems == (f"cut off: the header says 6.0 s, the file holds {duration:.1f} s",)
    with open_media(path, scratch) as media:
        assert media.probe().claimed_duration == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize("name", ["a.mkv", "a.avi", "a.ts"])
def test_cut_off_in_other_containers(tmp_path: Path, scratch: Path, plain: Path, name: str) -> None:
    whole = tmp_path / f"whole-{name}"
    ffmpeg("-i", str(plain), "-c", "copy", *(["-c:v", "mpeg4"] if name == "a.avi" else []), str(whole))
    path = tmp_path / name
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    problems, duration, _ = used(path, scratch)
    assert 2.5 < duration < 5.0
    assert name == "a.ts" or "cut off" in problems[0]  # a transport stream has no header that could claim more


def test_flipped_bytes(tmp_path: Path, scratch: Path, plain: Path) -> None:
    draw = np.random.default_rng(7)
    data = bytearray(plain.read_bytes())
    first = data.index(b"mdat") + 16
    for at in draw.integers(first, len(data), 300):
        data[at] ^= int(draw.integers(1, 256))
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    with untouched(path), open_media(path, scratch) as media:
        duration = media.probe().duration
        found = media.scan()
    assert duration == pytest.approx(6.0, abs=0.1)
    assert found.picture is not None and any(state.kind == "corrupt" for state in found.picture)


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bytes_anywhere_give_a_result_or_one_line(
    tmp_path: Path, scratch: Path, plain: Path, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    data = bytearray(plain.read_bytes())
    for at in draw.integers(0, len(data) if seed % 2 else 6000, 40):
        data[at] ^= int(draw.integers(1, 256))
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    with untouched(path):
        try:
            with open_media(path, scratch) as media:
                media.probe()
                media.scan()
        except MediaError as error:
            assert str(path) in str(error)
    assert not scratch.exists() or not list(scratch.iterdir())


def test_no_sound(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.mp4", Scene(3.0))
    with untouched(path), open_media(path, scratch) as media:
        assert media.audio is None
        assert [s.kind for s in media.probe().streams] == ["video"]
        assert media.scan().sound is None


def test_no_picture(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.m4a", None, sound(3.0))
    with untouched(path), open_media(path, scratch) as media:
        found = media.scan()
        assert found.picture is None and found.brightness is None and found.motion is None
        assert media.audio is not None and media.audio.duration == pytest.approx(3.0, abs=0.03)


def test_a_cover_picture_is_no_picture(tmp_path: Path, scratch: Path) -> None:
    cover = tmp_path / "cover.jpg"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", str(cover))
    bare = make(tmp_path / "bare.m4a", None, sound(3.0))
    path = tmp_path / "a.m4a"
    ffmpeg(
        "-i",
        str(bare),
        "-i",
        str(cover),
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        str(path),
    )
    with open_media(path, scratch) as media:
        assert [s.kind for s in media.probe().streams] == ["audio"]
        assert media.scan().picture is None


@pytest.mark.parametrize("name", ["late.mp4", "late.mkv", "late.ts"])
def test_sound_that_starts_late(tmp_path: Path, scratch: Path, name: str) -> None:
    path = make(tmp_path / name, Scene(6.0), sound(4.0, muted=((0.0, 1.0),)), sound_starts=2.0)
    with untouched(path), open_media(path, scratch) as media:
        track = media.audio
        assert track is not None
        assert track.start == pytest.approx(2.0, abs=0.05)
        heard = np.abs(track.read(Span(0.0, 6.0)))
        assert len(heard) == 96_000
        first = np.flatnonzero(heard > 0.005)[0] / 16_000
        assert first == pytest.approx(3.0, abs=0.03)


def test_variable_frame_rate(tmp_path: Path, scratch: Path) -> None:
    drop = ("-vf", "select='lt(mod(n,15),9)+eq(mod(n,15),12)'", "-fps_mode", "vfr")
    path = make(tmp_path / "a.mp4", Scene(8.0), encode=Encode(more=drop))
    with open_media(path, scratch) as media:
        facts = media.probe().stream("video")
        assert facts is not None and facts.variable_frame_rate
        assert facts.rate_hz == pytest.approx(10.0, abs=0.6)


def test_a_pause_of_the_picture_is_a_gap(tmp_path: Path, scratch: Path) -> None:
    drop = ("-vf", "select='not(between(t,3,5.4))'", "-fps_mode", "vfr")
    path = make(tmp_path / "a.mp4", Scene(8.0), sound(8.0), Encode(more=drop))
    with open_media(path, scratch) as media:
        facts = media.probe().stream("video")
        assert facts is not None and not facts.variable_frame_rate
        gaps = [s for s in media.scan().picture or () if s.kind == "gap"]
    assert len(gaps) == 1
    assert (gaps[0].start, gaps[0].end) == (pytest.approx(3.0, abs=0.1), pytest.approx(5.47, abs=0.1))


def test_rotated(tmp_path: Path, scratch: Path, plain: Path) -> None:
    path = tmp_path / "a.mp4"
    ffmpeg("-display_rotation", "90", "-i", str(plain), "-c", "copy", str(path))
    with untouched(path), open_media(path, scratch) as media:
        facts = media.probe().stream("video")
        assert facts is not None and facts.rotation_deg % 360 in (90, 270)
        assert (facts.width_px, facts.height_px) == (320, 180)
        make_review_files(media, scratch / "made")
    with open_media(scratch / "made" / "review.mp4", scratch) as copy:
        upright = copy.probe().stream("video")
        assert upright is not None and (upright.width_px, upright.height_px) == (180, 320)


def test_hevc(tmp_path: Path, scratch: Path) -> None:
    scene = Scene(8.0, (Event("black", 3.0, 6.0),))
    path = make(tmp_path / "a.mp4", scene, sound(8.0), Encode("libx265", gop=15, quality=28, preset="ultrafast"))
    with open_media(path, scratch) as media:
        facts = media.probe().stream("video")
        assert facts is not None and facts.codec == "hevc"
        black = [s.span for s in media.scan().picture or () if s.kind == "black"]
    assert black == [Span(3.0, 6.0)]


@pytest.mark.parametrize(
    "name",
    ["two words.mp4", 'it\'s "quoted".mp4', "Zoë Café.mp4", "line\nbreak.mp4", "a:b,c;d=[e]%03d.mp4", "-dash.mp4"],
)
def test_odd_names(tmp_path: Path, scratch: Path, plain: Path, name: str) -> None:
    path = Path(shutil.copy(plain, tmp_path / name))
    with untouched(path), open_media(path, scratch) as media:
        assert media.probe().duration == pytest.approx(6.0, abs=0.1)
        assert media.audio is not None
        make_review_files(media, scratch / "made")
    assert (scratch / "made" / "review.mp4").is_file()


def test_a_name_that_is_not_text(tmp_path: Path, scratch: Path, plain: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4"))
    try:
        shutil.copy(plain, path)
    except OSError:
        pytest.skip("this file system takes no such names")
    with open_media(path, scratch) as media:
        assert media.probe().duration == pytest.approx(6.0, abs=0.1)
        assert media.scan().pictures > 0


# files that change, work that fails


def test_a_file_that_grows_before_it_is_probed(tmp_path: Path, scratch: Path, plain: Path) -> None:
    path = Path(shutil.copy(plain, tmp_path / "a.mp4"))
    with open_media(path, scratch) as media:
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(MediaChanged, match="changed while it was being read"):
            media.probe()


def test_a_file_that_grows_during_the_pass(tmp_path: Path, scratch: Path, plain: Path) -> None:
    path = Path(shutil.copy(plain, tmp_path / "a.mp4"))

    def grow(share: float) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    with open_media(path, scratch) as media:
        media.probe()
        with pytest.raises(MediaChanged):
            media.scan(grow)
    assert not list(scratch.iterdir())


def test_a_file_that_changes_during_the_copy_leaves_none(tmp_path: Path, scratch: Path, plain: Path) -> None:
    path = Path(shutil.copy(plain, tmp_path / "a.mp4"))
    with open_media(path, scratch) as media:
        media.probe()
        os.utime(path, ns=(1, 1))
        with pytest.raises(MediaChanged):
            make_review_files(media, tmp_path / "review")
    assert not list((tmp_path / "review").iterdir())


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path, scratch: Path, plain: Path) -> None:
    path = Path(shutil.copy(plain, tmp_path / "a.mp4"))
    with open_media(path, scratch) as media:
        media.probe()
        path.write_bytes(b"no longer a recording")
        with pytest.raises(FfmpegFailed, match="no review copy could be made"):
            make_review_files(media, tmp_path / "review")
    assert not list((tmp_path / "review").iterdir())


def test_an_interrupted_pass_leaves_nothing(tmp_path: Path, scratch: Path, plain: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_media(plain, scratch) as media:
        media.scan(stop)
    assert not list(scratch.iterdir())
    with pytest.raises(KeyboardInterrupt), open_media(plain, scratch) as media:
        make_review_files(media, tmp_path / "review", stop)
    assert not list((tmp_path / "review").iterdir())
