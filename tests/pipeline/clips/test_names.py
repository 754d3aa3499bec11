from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clips.names import checked_target, default_name, inside, mark, safe
from pipeline.clips.order import ClipOrder
from pipeline.errors import ClipError
from pipeline.media.cut.kind import CutKind


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_every_system_takes(text: str) -> None:
    name = safe(text)
    assert name and name[0] not in ".-" and not set(name) & set("/\\:*?\"<>|\0 $;`'")
    assert name.split(".")[0].lower() not in {"con", "nul", "com1", "lpt9"}
    assert safe(name) == name and ".." not in name


@given(st.text(max_size=60))
def test_a_list_can_name_nothing_outside_its_folder(name: str) -> None:
    folder = Path("/evidence/out")
    try:
        path = inside(folder, name)
    except ClipError:
        return
    assert path.parent == folder and path.resolve().parent == folder.resolve()


@pytest.mark.parametrize(
    "name", ["../x.mp4", "/etc/x.mp4", "a/b.mp4", "..", "", "C:\\x.mp4", "~x", "-rf", ".x", "a\nb", "a\0"]
)
def test_path_tricks_are_refused(name: str) -> None:
    with pytest.raises(ClipError, match="not paths"):
        inside(Path(), name)


def test_names_say_what_is_in_them(film: Path) -> None:
    order = ClipOrder(film, 2.5, 3723.25)
    assert default_name(order) == "unit_12_patrol_0h00m02.500_to_1h02m03.250_exact.mp4"
    assert default_name(ClipOrder(film, 0, 1, audio_only=True)).endswith("_sound.m4a")
    assert default_name(ClipOrder(film, 0, 1, kind=CutKind.ORIGINAL)).endswith("_original.mp4")
    assert mark(0) == "0h00m00.000"


def test_an_ending_that_lies_is_refused(film: Path) -> None:
    with pytest.raises(ClipError, match=r"is a \.mp4 file here; call it x\.mp4"):
        checked_target(ClipOrder(film, 0, 1), Path("x.avi"))
    assert checked_target(ClipOrder(film, 0, 1), Path("x.MP4")) == Path("x.MP4")
