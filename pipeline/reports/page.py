"""Pages from templates: self-contained HTML, everything escaped, pictures as inline SVG, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.policy.spoken import as_clock
from pipeline.reports.intervals import Estimate
from pipeline.templates import template

TEMPLATES = Path(__file__).parent / "templates"


def page(name: str, values: Mapping[str, Any]) -> str:
    """A finished page. `values` fill the template; a name that it lacks is an error, never an empty place."""
    made = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    found = template(TEMPLATES, name, clock=as_clock, hours=_hours, per_hour=_estimate, percent=_percent)
    return found.render({"made": made, "program": f"bwc {__version__}", **values})


def _hours(hours: float) -> str:
    return f"{hours:.2f}" if hours < 10 else f"{hours:,.0f}"


def _estimate(found: Estimate | None) -> str:
    return "–" if found is None else f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})"


def _percent(found: Estimate | None) -> str:
    return "–" if found is None else f"{found.value:.0%} ({found.low:.0%} to {found.high:.0%})"
