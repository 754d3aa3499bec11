"""Forms of times: read the short way and the long way."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.dispatch.written import parsed


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %I:%M %p"])
@pytest.mark.parametrize("text", ["2025-05-17 19:41:10", "2025-05-17T19:41:10", "2025-05-17 19:41", "5/17/2025 7:41 PM",
                                  "2025-W01-1 19:41:10", "2025-05-17x19:41:10", "2025-5-7 9:41:10", ""])  # fmt: skip
def test_the_short_way_reads_what_the_long_way_reads(form: str, text: str) -> None:
    try:
        slowly = datetime.strptime(text, form)
    except ValueError:
        slowly = None
    assert parsed(text, form) == slowly
