"""Files without a sound track."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.contract import no_progress
from pipeline.detectors.no_sound_track import NoSoundTrack
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Recording
from tests.pipeline.made_sound import PICTURE, SOUND
from tests.pipeline.media.made import Scene, make, sound

SILENT_FILM = Recording("r", Path("a.mp4"), 20.0, streams=(PICTURE,))


def test_a_picture_alone() -> None:
    (found,) = NoSoundTrack()(Evidence(SILENT_FILM))
    assert (found.label, found.start, found.end, found.score) == ("no_sound_track", 0.0, 20.0, 1.0)
    assert "no sound track" in found.summary


@pytest.mark.parametrize(
    "recording",
    [
        replace(SILENT_FILM, streams=(PICTURE, SOUND)),
        replace(SILENT_FILM, streams=()),
        replace(SILENT_FILM, streams=(SOUND,)),
        replace(SILENT_FILM, problems=("the sound track cannot be decoded",)),
    ],
    ids=["with sound", "a transcript", "sound alone", "damaged sound"],
)
def test_nothing_to_say(recording: Recording) -> None:
    assert list(NoSoundTrack()(Evidence(recording))) == []


def test_on_real_files(tmp_path: Path) -> None:
    mute = make(tmp_path / "mute.mp4", Scene(2.0))
    heard = make(tmp_path / "heard.mp4", Scene(2.0), sound(2.0))
    labels = []
    for path in (mute, heard):
        with open_media(path, tmp_path / "scratch") as media:
            found = NoSoundTrack()(Scan()(Evidence(media.probe(), media), no_progress))
            labels.append([f.label for f in found])
    assert labels == [["no_sound_track"], []]
