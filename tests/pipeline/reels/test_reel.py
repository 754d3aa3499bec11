from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reels.reel import Captions, Clip, Reel, ReelError, plan_file, read_reel, reel_from, reel_text

texts = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=30).map(
    lambda t: " ".join(t.split())
)
times = st.integers(0, 3_000_000).map(lambda n: n / 1000)
clips = st.builds(
    lambda start, length, **more: Clip(start=start, end=round(start + length, 3), **more),
    times, st.integers(1, 600_000).map(lambda n: n / 1000), recording=texts.filter(bool), title=texts, look_for=texts,
    notes=texts, questions=st.lists(texts, max_size=3).map(tuple), label=texts, beside=texts,
)  # fmt: skip
reels = st.builds(
    Reel, texts, texts, st.sampled_from(Captions), st.booleans(), st.booleans(), st.booleans(),
    st.integers(0, 30).map(float), st.integers(24, 480).map(lambda n: 4 * n), st.integers(24, 480).map(lambda n: 4 * n),
    st.integers(5, 60), st.lists(clips, max_size=4).map(tuple),
)  # fmt: skip


@given(reels)
def test_a_kept_list_is_the_same_list(reel: Reel) -> None:
    assert reel_from(tomllib.loads(reel_text(reel)), "kept") == reel


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[clip]]\nstart = 1\nend = 2", "names neither a recording nor a finding"),
        ('[[clip]]\nrecording = "a"\nstart = 3\nend = 2', "ends before"),
        ('[[clip]]\nrecording = "a"\nstart = 0\nend = 36000', "longer than an hour"),
        ('[[clip]]\nrecording = "a"\nend = "x"', "is no time"),
        ('[[clip]]\nrecording = 7\nend = 2', "no str"),
        ('[[clip]]\nrecording = "a"\nend = 2\nfile = "/etc/passwd"', "no entry is called 'file'"),
        ('[[clip]]\nrecording = "a"\nend = 2\nsound = "both"', 'sound is "first" or "second"'),
        ("width_px = 99999", "width_px"),
        ("width_px = 642", "multiple of 4"),
        ("rate_hz = 1000", "rate_hz"),
        ("card = 1e9", "card"),
        ("names = 1", "names"),
        ("captions = 'loud'", "captions"),
        ("clip = 3", "[[clip]]"),
        ("\x00", "is not valid TOML"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "list.toml"
    file.write_text(text)
    with pytest.raises(ReelError) as error:
        read_reel(file)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd.toml", "../plan.toml", "a/../../plan.toml", "sub/plan.toml", ".hidden.toml", "plan.txt", "..",
     "C:\\plan.toml", "..\\plan.toml", "plan.toml/", "file:///plan.toml", "~/plan.toml"],
)  # fmt: skip
def test_a_plan_of_redaction_lies_beside_the_list_and_nowhere_else(tmp_path: Path, name: str) -> None:
    table = {"clip": [{"recording": "a", "start": 0, "end": 1, "redaction": name}]}
    with pytest.raises(ReelError, match="without a path"):
        reel_from(table, "list")
    with pytest.raises(ReelError):
        plan_file(tmp_path, name)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "lists", tmp_path / "secret.toml"
    folder.mkdir()
    outside.write_text("recording = ''")
    (folder / "plan.toml").symlink_to(outside)
    with pytest.raises(ReelError, match="no plan of redaction"):
        plan_file(folder, "plan.toml")
    (folder / "own.toml").write_text("recording = ''")
    assert plan_file(folder, "own.toml") == folder / "own.toml"


def test_steering_characters_do_not_stay_in_texts() -> None:
    table = {"clip": [{"recording": "a", "end": 1, "title": "a\x1b[31m\u202eb\u200bc\r\nd\x00"}]}
    assert reel_from(table, "list").clips[0].title == "a[31mbc\nd"


def test_clips_in_another_order() -> None:
    reel = Reel(clips=tuple(Clip(recording=name, end=1.0) for name in "abc"))
    assert [c.recording for c in reel.reordered([3, 1]).clips] == ["c", "a"]
    for wrong in ([], [0], [4]):
        with pytest.raises(ReelError, match="numbered 1 to 3"):
            reel.reordered(wrong)
