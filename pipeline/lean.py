"""sqlite_utils without pandas.

sqlite_utils imports pandas where it is installed (streamlit brings it) to know one more type of column, which is never
used here: 70 MB and half a second for every command and every worker. Imported before it, this module keeps pandas out;
whoever wants pandas later can still import it.
"""

from __future__ import annotations

import importlib
import sys


def without_pandas() -> None:
    """Imports sqlite_utils as if pandas were not installed."""
    if "pandas" in sys.modules or "sqlite_utils" in sys.modules:
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]  # an import of it now says that it is not there
    try:
        importlib.import_module("sqlite_utils")
    finally:
        del sys.modules["pandas"]


without_pandas()
