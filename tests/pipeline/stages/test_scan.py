from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.contract import no_progress
from pipeline.detectors.muted_audio import MutedAudio
from pipeline.errors import NotMeasurable
from pipeline.media.audio import SoundOnDisk
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan, loudness
from pipeline.types import Evidence, NotAnalysed, Recording, Span
from tests.pipeline.media.made import Encode, Event, Scene, ffmpeg, make, sound


def measured(path: Path, tmp_path: Path) -> Evidence:
    with open_media(path, tmp_path / "scratch") as media:
        return Scan()(Evidence(media.probe(), media), no_progress)


def test_all_that_it_writes(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", Scene(8.0, (Event("black", 3.0, 6.0),)), sound(8.0, muted=((1.0, 4.0),)))
    evidence = measured(path, tmp_path)
    assert all(getattr(evidence, name) is not None for name in Scan.writes)
    assert evidence.not_analysed == ()
    assert evidence.level is not None and evidence.peak is not None
    assert (evidence.level.rate_hz, evidence.level.start, len(evidence.level.values)) == (20.0, 0.0, 160)
    assert (evidence.level.at(Span(1.1, 3.9)) == -120).all()
    assert (evidence.peak.at(Span(1.1, 3.9)) == 0).all()
    assert evidence.level.at(Span(4.1, 7.9)).min() > -40
    assert [s.span for s in evidence.picture or ()] == [Span(3.0, 6.0)]


def test_no_sound_track(tmp_path: Path) -> None:
    evidence = measured(make(tmp_path / "a.mp4", Scene(3.0)), tmp_path)
    assert evidence.level is None and evidence.peak is None and evidence.picture == ()
    assert evidence.not_analysed == (NotAnalysed(0.0, evidence.recording.duration, "sound", "no sound track"),)


def test_no_picture(tmp_path: Path) -> None:
    evidence = measured(make(tmp_path / "a.m4a", None, sound(3.0)), tmp_path)
    assert evidence.picture is None and evidence.brightness is None and evidence.motion is None
    assert evidence.not_analysed == (NotAnalysed(0.0, evidence.recording.duration, "picture", "no picture"),)


def test_sound_that_starts_late_and_ends_early(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", Scene(8.0), sound(3.0), sound_starts=2.0)
    evidence = measured(path, tmp_path)
    assert evidence.level is not None
    times = evidence.level.times()[~np.isnan(evidence.level.values)]
    assert (times[0], times[-1]) == (pytest.approx(2.0, abs=0.06), pytest.approx(4.95, abs=0.06))
    told = [(round(n.start, 1), round(n.end, 1), n.what) for n in evidence.not_analysed]
    assert told == [(0.0, 2.0, "sound"), (5.0, 8.0, "sound")]


def test_a_pause_of_the_picture(tmp_path: Path) -> None:
    drop = ("-vf", "select='not(between(t,3,5.4))'", "-fps_mode", "vfr")
    evidence = measured(make(tmp_path / "a.mp4", Scene(8.0), sound(8.0), Encode(more=drop)), tmp_path)
    assert [(n.what, n.reason) for n in evidence.not_analysed] == [("picture", "the file holds no picture here")]


def test_a_file_cut_off_says_nothing_beyond_its_end(tmp_path: Path) -> None:
    whole = make(tmp_path / "w.mp4", Scene(8.0), sound(8.0), Encode(more=("-movflags", "+faststart")))
    path = tmp_path / "a.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    evidence = measured(path, tmp_path)
    assert evidence.recording.claimed_duration == pytest.approx(8.0, abs=0.1)
    end = evidence.recording.duration
    assert end < 6.0
    assert evidence.level is not None and evidence.level.times()[-1] < end
    assert all(n.end <= end for n in evidence.not_analysed) and all(s.end <= end for s in evidence.picture or ())


def test_a_sound_track_that_cannot_be_decoded(tmp_path: Path) -> None:
    good = make(tmp_path / "good.mkv", Scene(3.0), sound(3.0))
    path = tmp_path / "a.mkv"
    ffmpeg("-i", str(good), "-c", "copy", "-bsf:a", "noise=amount=1", str(path))
    evidence = measured(path, tmp_path)
    assert evidence.picture is not None
    if evidence.level is None:  # what survives depends on the decoder; nothing may be made up either way
        assert evidence.not_analysed[0].reason == "the sound track cannot be decoded"


def test_a_transcript_alone(tmp_path: Path) -> None:
    with pytest.raises(NotMeasurable, match="no media"):
        Scan()(Evidence(Recording("r", tmp_path, 5.0)), no_progress)


def test_level_and_peak_of_a_known_tone(tmp_path: Path) -> None:
    tone = (16384 * np.sin(2 * np.pi * 400 * np.arange(32000) / 16000)).astype(np.int16)
    tone[16000:] = 0
    tone[20000] = 1
    tone.tofile(tmp_path / "s")
    level, peak = loudness(SoundOnDisk(tmp_path / "s", 0.0, len(tone), (Span(1.5, 1.7),), 0), 2.0)
    assert level.values[:20] == pytest.approx(-9.03, abs=0.05)
    assert peak.values[:20] == pytest.approx(0.5, abs=0.001)
    assert level.values[21] == -120 and peak.values[25] == pytest.approx(1 / 32768)
    assert np.flatnonzero(np.isnan(level.values)).tolist() == [30, 31, 32, 33]


def test_packets_that_repeat_are_those_of_the_silence(tmp_path: Path) -> None:
    evidence = measured(make(tmp_path / "a.mp4", Scene(8.0), sound(8.0, muted=((2.0, 5.0),))), tmp_path)
    assert evidence.sound_repeats is not None and evidence.peak is not None
    assert len(evidence.sound_repeats.values) == len(evidence.peak.values)
    assert (evidence.sound_repeats.at(Span(2.2, 4.8)) == 1).all()
    assert (evidence.sound_repeats.at(Span(0.1, 1.9)) == 0).all() and (
        evidence.sound_repeats.at(Span(5.2, 7.9)) == 0
    ).all()


def test_sound_that_the_decoder_refuses_is_not_said_to_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.3gp"
    wav = tmp_path / "a.s16"
    sound(12.0, muted=((3.0, 9.0),)).tofile(wav)
    amr = (
        "-c:a",
        "libopencore_amrnb",
        "-b:a",
        "12.2k",
        "-dtx",
        "1",
    )  # pauses not sent, which the decoder does not know
    ffmpeg("-f", "s16le", "-ar", "48000", "-i", str(wav), "-ar", "8000", "-ac", "1", *amr, str(path))
    evidence = measured(path, tmp_path)
    reasons = {n.reason for n in evidence.not_analysed if n.what == "sound" and n.end - n.start > 2}
    assert reasons == {"the sound cannot be decoded here"}
    assert list(MutedAudio()(evidence)) == []
