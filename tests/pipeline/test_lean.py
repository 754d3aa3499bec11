from __future__ import annotations

import subprocess
import sys


def test_a_store_is_opened_without_pandas_which_can_still_be_imported() -> None:
    code = (
        "import sys; from pipeline.store import Store; assert 'pandas' not in sys.modules, 'imported';"
        "import pandas; assert pandas.DataFrame"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
