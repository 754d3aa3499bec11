"""Local times laid on UTC: what is read without a remark is what was meant, in any zone and any night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dispatch import read_calls
from pipeline.dispatch.repeated_hour import moments
from pipeline.policy.dispatch_rules import DispatchRules

NIGHTS = {
    "America/New_York": datetime(2025, 11, 2, 4, 30, tzinfo=UTC),
    "Europe/Vienna": datetime(2025, 10, 25, 23, 30, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2025, 4, 5, 14, 0, tzinfo=UTC),
}
"""Half an hour or more before the clocks are put back."""
HEADER = "number,unit,dispatched,on_scene,cleared\n"


def shown(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else ""


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(NIGHTS)),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([None, 0, 5, 70]), st.sampled_from([None, 10, 61, 200])),
             max_size=12),
    st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_what_is_read_without_a_remark_is_what_was_meant(
    name: str, rows: list[tuple[int, int | None, int | None]], newest_first: bool, in_order: bool
) -> None:
    zone, night = ZoneInfo(name), NIGHTS[name]
    days = [night + timedelta(days=n) for n in (-9, -8, -7, -6, -5, -4, 4, 5, 6, 7, 8, 9)]
    truth: list[tuple[datetime | None, ...]] = [(day, None, None) for day in days]
    for minute, scene, clear in rows:
        start = night + timedelta(minutes=minute)
        at = start + timedelta(minutes=scene) if scene is not None else None
        truth.append((start, at, (at or start) + timedelta(minutes=clear) if clear is not None else None))
    if in_order:
        truth.sort(key=lambda t: t[0] or night, reverse=newest_first)
    lines = [f"{n},A,{','.join(shown(t, zone) for t in times)}\n" for n, times in enumerate(truth)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cad.csv"
        path.write_text(HEADER + "".join(lines), encoding="utf-8")
        calls = list(read_calls(path, DispatchRules(), zone))
    for call, (start, at, clear) in zip(calls, truth, strict=True):
        read = (call.dispatched, call.on_scene, call.cleared)
        if not in_order and len(rows) > 1:
            continue  # a file in no order may look as if it were in one
        assert bool(call.remark) or read == (start, at, clear)
        for found, meant in zip(read, (start, at, clear), strict=True):
            assert shown(found, zone) == shown(meant, zone)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)), st.sampled_from(sorted(NIGHTS)))
def test_a_moment_is_among_those_that_its_clock_showed(when: datetime, name: str) -> None:
    moment, zone = when.replace(microsecond=0, tzinfo=UTC), ZoneInfo(name)
    found = moments(moment.astimezone(zone).replace(tzinfo=None), zone)
    assert moment in found and len(found) <= 2 and list(found) == sorted(found)


@pytest.mark.parametrize(
    ("name", "local", "count"),
    [
        ("America/New_York", datetime(2025, 3, 9, 2, 30), 0),
        ("America/New_York", datetime(2025, 3, 9, 3, 0), 1),
        ("America/New_York", datetime(2025, 11, 2, 1, 59, 59), 2),
        ("America/New_York", datetime(2025, 11, 2, 2, 0), 1),
        ("Australia/Lord_Howe", datetime(2025, 4, 6, 1, 45), 2),
        ("Australia/Lord_Howe", datetime(2025, 4, 6, 1, 15), 1),
        ("Australia/Lord_Howe", datetime(2025, 10, 5, 2, 15), 0),
        ("UTC", datetime(2025, 11, 2, 1, 30), 1),
    ],
)
def test_hours_that_come_twice_or_never(name: str, local: datetime, count: int) -> None:
    assert len(moments(local, ZoneInfo(name))) == count
