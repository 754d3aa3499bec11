from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redaction.plan import (
    Cover,
    Key,
    Plan,
    RedactionError,
    Region,
    Shape,
    SoundCover,
    SoundSpan,
    in_words,
    plan_from,
    plan_text,
    read_plan,
)
from pipeline.types import Span

shares = st.integers(0, 5000).map(lambda n: n / 10_000)
sizes = st.integers(1, 5000).map(lambda n: n / 10_000)
times = st.integers(0, 3_600_000).map(lambda n: n / 1000)
keys = st.builds(Key, times, shares, shares, sizes, sizes)
spans = st.builds(
    lambda start, length: Span(start, start + length), times, st.integers(1, 60_000).map(lambda n: n / 1000)
)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
regions = st.builds(
    Region, spans, st.lists(keys, min_size=1, max_size=4, unique_by=lambda k: k.at).map(tuple),
    st.sampled_from(Shape), st.sampled_from(Cover), texts, texts,
)  # fmt: skip
plans = st.builds(
    Plan, texts, st.lists(regions, max_size=3).map(tuple),
    st.lists(st.builds(SoundSpan, spans, st.sampled_from(SoundCover), texts), max_size=3).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip


@given(plans)
def test_a_kept_plan_is_the_same_plan(plan: Plan) -> None:
    import tomllib

    assert plan_from(tomllib.loads(plan_text(plan)), "kept") == plan


@given(regions, times)
def test_a_place_lies_between_its_neighbours(region: Region, at: float) -> None:
    place = region.place(at)
    for name in ("x", "y", "width", "height"):
        values = [getattr(k, name) for k in region.keys]
        assert min(values) - 1e-9 <= getattr(place, name) <= max(values) + 1e-9


def test_a_place_moves_in_a_straight_line() -> None:
    region = Region(Span(0, 4), (Key(1, 0.1, 0.2, 0.2, 0.2), Key(3, 0.5, 0.4, 0.4, 0.2)))
    middle = region.place(2)
    assert (round(middle.x, 6), round(middle.y, 6), round(middle.width, 6)) == (0.3, 0.3, 0.3)
    assert region.place(0).x == 0.1
    assert region.place(4).x == 0.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[picture]]\nkeys = []", "no keys"),
        ("[[picture]]\nkeys = [{at = 1, x = 0, y = 0, width = 0.1, height = 0.1}]", "needs a time"),
        ("[[picture]]\nfrom = 1\nto = 2\nkeys = [{at = 1, x = 10, y = 0, width = 0.1, height = 0.1}]", "shares"),
        ("[[picture]]\nfrom = 1\nto = nan\nkeys = [{at = 1, x = 0, y = 0, width = 0.1, height = 0.1}]", "finite"),
        ("[[picture]]\ncover = 'smear'\nkeys = [{at = 1, x = 0, y = 0, width = 0.1, height = 0.1}]", "smear"),
        ("[[sound]]\nfrom = 3\nto = 2", "end before"),
        ("[[sound]]\nfrom = 3", "'to' is missing"),
        ("[[sounds]]\nfrom = 3", "no entry is called 'sounds'"),
        ("sound = 3", "[[sound]]"),
        ("not toml", "is not valid TOML"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(text)
    with pytest.raises(RedactionError) as error:
        read_plan(file)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_words_of_the_log_tell_kind_and_time_alone() -> None:
    plan = Plan(
        "",
        (Region(Span(61, 62), (Key(61, 0, 0, 0.1, 0.1),), what="face"),),
        (SoundSpan(Span(1, 2), why="spoken name"),),
    )
    assert in_words(plan) == (
        "face covered (fill), 1:01.000 to 1:02.000, by hand",
        "sound covered (tone), 0:01.000 to 0:02.000, spoken name",
    )
