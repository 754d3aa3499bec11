"""Pages from templates: self-contained HTML, everything escaped; a name that a template lacks is an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


def template(folder: Path, name: str, **filters: Callable[..., Any]) -> Template:
    """The template `name` of a folder, with filters that it may use by their names. Read once."""
    return _environment(folder, tuple(filters.items())).get_template(name)


@lru_cache(maxsize=8)
def _environment(folder: Path, filters: tuple[tuple[str, Callable[..., Any]], ...]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= dict(filters)
    return environment
