"""Whoever only looks at recordings holds no libraries that only an analysis needs: half of the memory was such."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pandas", "scipy", "torch", "onnxruntime", "sklearn", "faster_whisper", "av", "cv2")


def test_the_screen_starts_without_what_only_an_analysis_needs() -> None:
    code = f"import sys, review_ui.app, review_ui.desk; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr[-500:]
