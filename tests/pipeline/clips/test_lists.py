from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.clips.lists import read_list
from pipeline.errors import BwcError, ClipError
from pipeline.media.cut.kind import CutKind
from pipeline.store import Store


def read(kept, name: str, text: str):
    path = Path(name)
    path.write_text(text)
    with Store(kept.path) as store:
        return read_list(path, store, Path("out"))


def test_a_csv_list(kept) -> None:
    text = "Recording,Start,End,Out,Kind,Captions,Why\n"
    text += f"{kept.recording.id[:8]},1.5,0:00:04.25,one.mp4,original,vtt srt,training\n"
    text += f"{kept.recording.path.name},2,3,,,,\n"
    one, two = read(kept, "list.csv", text)
    assert (one.order.start, one.order.end, one.out) == (1.5, 4.25, Path("out/one.mp4"))
    assert one.order.kind is CutKind.ORIGINAL and one.order.captions.forms == ("vtt", "srt")
    assert one.order.why == "training" and two.out is None and two.order.kind is CutKind.EXACT


def test_a_toml_list(kept) -> None:
    text = f"""[[clip]]
finding = "{kept.finding.id[:10]}"
pad = 0
audio_only = true
[[clip]]
recording = "{kept.recording.id}"
start = 0
end = "3"
captions = ["vtt"]
names = true
"""
    one, two = read(kept, "list.toml", text)
    assert (one.order.start, one.order.end, one.order.audio_only) == (2.0, 3.4, True)
    assert (two.order.start, two.order.end) == (0.0, 3.0) and two.order.captions.names


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("recording='x'\nstart=1\nend=2", "no such recording"),
        ("start=1\nend=2", "recording is missing"),
        ("recording='{id}'\nstart='soon'\nend=2", "is no time"),
        ("recording='{id}'\nstart=1\nend=2\nout='../x.mp4'", "not paths"),
        ("recording='{id}'\nstart=1\nend=2\nout='/tmp/x.mp4'", "not paths"),
        ("recording='{id}'\nstart=1\nend=2\nkind='best'", "best"),
        ("recording='{id}'\nstart=1\nend=2\ncaptions='ass'", "no captions of the form 'ass'"),
        ("recording='{id}'\nstart=1\nfolder='x'", "no entry is called 'folder'"),
        ("finding='zzzz'", "no such finding"),
    ],
)
def test_mistakes_name_the_file_and_the_clip(row: str, says: str, kept) -> None:
    with pytest.raises(ClipError, match=r"list\.toml, clip 1: ") as error:
        read(kept, "list.toml", "[[clip]]\n" + row.format(id=kept.recording.id))
    assert says in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no clip"),
        ("clips = 1", "no entry is called 'clips'"),
        ("clip = 1", "[[clip]]"),
        ("= x", "not valid TOML"),
    ],
)
def test_files_that_are_no_list(text: str, says: str, kept) -> None:
    with pytest.raises(BwcError) as error:
        read(kept, "list.toml", text)
    assert says in str(error.value)
    with Store(kept.path) as store, pytest.raises(ClipError, match="cannot be read"):
        read_list(Path("gone.csv"), store, Path())
    Path("large.toml").write_text("#" * (1 << 21))
    with Store(kept.path) as store, pytest.raises(ClipError, match="too large"):
        read_list(Path("large.toml"), store, Path())
