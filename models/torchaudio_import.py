"""Import torchaudio where its compiled part cannot be loaded.

torchaudio from PyPI is built against CUDA; beside a torch for processors alone, importing it fails with an OSError for
a missing CUDA library (seen with torch 2.13+cpu and torchaudio 2.11). pyannote.audio uses only those parts of
torchaudio that are written in Python (resampling, filter banks), so they are imported with the compiled part replaced
by a stand-in that says it is absent. Call before anything that imports torchaudio.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

NATIVE, PYTHON_ONLY = "native", "python-only"


def import_torchaudio() -> str:
    """Import torchaudio; say how: "native", or "python-only" where the stand-in was needed.

    Raises ImportError where torchaudio is not installed. A second call gives the same answer.
    """
    loaded = sys.modules.get("torchaudio")
    if loaded is not None and hasattr(loaded, "functional"):
        return PYTHON_ONLY if isinstance(sys.modules.get("torchaudio._extension"), _StandIn) else NATIVE
    try:
        importlib.import_module("torchaudio")
        return NATIVE
    except OSError:
        _forget()
        sys.modules["torchaudio._extension"] = _StandIn("torchaudio._extension")
        try:
            importlib.import_module("torchaudio")
        except BaseException:
            _forget()
            raise
        return PYTHON_ONLY


class _StandIn(ModuleType):
    """What torchaudio asks its compiled part, answered with "not there"."""

    _IS_TORCHAUDIO_EXT_AVAILABLE = False
    _IS_ALIGN_AVAILABLE = False

    @staticmethod
    def fail_if_no_align(function: Any) -> Any:
        return function

    @staticmethod
    def _check_cuda_version() -> None:
        return None


def _forget() -> None:
    for name in [name for name in sys.modules if name == "torchaudio" or name.startswith("torchaudio.")]:
        del sys.modules[name]
