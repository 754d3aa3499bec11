from __future__ import annotations

import pytest

from pipeline.redaction.plan import Cover, RedactionError, Shape
from pipeline.redaction.times import region_of, seconds_of, span_of
from pipeline.types import Span


@pytest.mark.parametrize(
    ("text", "seconds"), [("83.5", 83.5), ("1:23.5", 83.5), ("0:01:23.5", 83.5), ("2:00:00", 7200), (7, 7)]
)
def test_times(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "a", "-1", "1:60", "1:2:3:4", "nan", "inf", "1e400"])
def test_no_times(text: str) -> None:
    with pytest.raises(RedactionError, match="is no time"):
        seconds_of(text)


def test_stretches_and_places() -> None:
    assert span_of("1:02.5-1:05") == Span(62.5, 65)
    region = region_of("1:02.5-1:05:0.1,0.2,0.3,0.25", Shape.ELLIPSE, Cover.BLUR)
    assert region.span == Span(62.5, 65)
    assert (region.keys[0].x, region.keys[0].height) == (0.1, 0.25)


@pytest.mark.parametrize("text", ["5-2:0,0,1,1", "1-2", "1-2:0,0,1", "1-2:0,0,5,1", "1-2:a,b,c,d", "0,0,1,1"])
def test_no_places(text: str) -> None:
    with pytest.raises(RedactionError):
        region_of(text, Shape.BOX, Cover.FILL)
