"""Labels utterances by what they mean: a local sentence-embedding model, and a small head trained on the exemplar bank.

Optional. The model (all-MiniLM-L6-v2) is fetched by `bwc models pull all-minilm-l6-v2` or lies in a folder of the
user's; the head ships. A head belongs to exactly one set of weights: others are refused. Needs the [sentences] extra.
How well it does beside the classifier of words: `data/sentence_head.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata, util
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from models.contract import Availability, BackendInfo, BackendUnavailable, LineContext
from models.line_features import words_of
from models.sha256 import sha256_once

HEAD = Path(__file__).with_name("data") / "sentence_head.npz"
VERSION = "1"
PULLED_NAME = "all-minilm-l6-v2"
PACKAGE = "sentence_transformers"
HINT = f"bwc models pull {PULLED_NAME}, or set BWC_SENTENCE_MODEL to a folder"
WEIGHTS = ("model.safetensors", "tokenizer.json", "config.json", "modules.json", "1_Pooling/config.json")
"""what an embedding depends on"""
ROLES = ("officer", "civilian")
"""roles with weights of their own; radio and unknown ones share the weights of all"""
PREVIOUS_WEIGHT = 0.4
"""of the line before, as in `models.line_features`"""
AT_A_TIME = 2_000
BATCH = 64
Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of unit length."""

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), width)."""


@dataclass(frozen=True)
class Head:
    """Trained weights over `described` lines, and the weights of the model that they belong to."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    """shape (columns, labels)"""
    bias: NDArray[np.float32]
    share: float
    """of these logits where the classifier of words stands beside; chosen on situations held apart"""
    scale: NDArray[np.float32]
    """shape (labels,): with `shift`, makes the two together as sure as the classifier of words alone is"""
    shift: NDArray[np.float32]
    files: Mapping[str, str]
    """file -> sha256 of the model that it was trained with"""


@lru_cache(maxsize=2)
def read_head(path: Path = HEAD) -> Head:
    """A head as `models.training.sentence_head` saves it."""
    with np.load(path, allow_pickle=False) as kept:
        return Head(
            labels=tuple(str(label) for label in kept["labels"]),
            weights=kept["weights"].astype(np.float32),
            bias=kept["bias"],
            share=float(kept["share"]),
            scale=kept["scale"],
            shift=kept["shift"],
            files=dict(zip(kept["files"].tolist(), kept["sha256"].tolist(), strict=True)),
        )


def described(lines: Sequence[LineContext], encode: Encoder) -> Vectors:
    """Vector of a line, once for all roles and once for its own; vector of the line before; both roles.

    Shape (len(lines), 4 * width + 2 * 3). Every text is encoded once, however often it stands.
    """
    own, before = [spoken(line.text) for line in lines], [spoken(line.previous_text) for line in lines]
    texts = sorted({text for text in (*own, *before) if text})
    at = {text: k for k, text in enumerate(texts)}
    vectors = encode(texts or ["nothing"])
    vectors = np.vstack([vectors, np.zeros_like(vectors[:1])])  # the last row: no words
    mine, theirs = _roles([line.role for line in lines]), _roles([line.previous_role for line in lines])
    said, heard = vectors[[at.get(text, -1) for text in own]], vectors[[at.get(text, -1) for text in before]]
    return np.hstack([said, heard * PREVIOUS_WEIGHT, mine, theirs, *(said * mine[:, [k]] for k in range(len(ROLES)))])


def spoken(text: str) -> str:
    """Words alone: recognisers differ in capitals and punctuation, and what they write must not change a label."""
    return " ".join(word for word in words_of(text) if word != "?")


def _roles(roles: Sequence[str | None]) -> Vectors:
    """One column for each of ROLES, and one for all others."""
    columns = [ROLES.index(role) if role in ROLES else len(ROLES) for role in roles]
    return np.eye(len(ROLES) + 1, dtype=np.float32)[columns]


def probe(folder: Path | None, head_path: Path = HEAD) -> Availability:
    """Whether sentences can be embedded with this folder, without importing the library. Hashes are compared."""
    if util.find_spec(PACKAGE) is None:
        return Availability(False, "not installed: sentence-transformers (install the [sentences] extra)")
    if folder is None:
        return Availability(False, f"no sentence model here: {HINT}")
    try:
        matching_weights(folder, _head_here(head_path))
    except BackendUnavailable as error:
        return Availability(False, str(error))
    return Availability(True, f"all-MiniLM-L6-v2 in {folder}")


def _head_here(path: Path) -> Head:
    if not path.is_file():
        raise BackendUnavailable(f"{path.name}, the trained head, is missing: install the program again")
    return read_head(path)


def matching_weights(folder: Path, head: Head) -> dict[str, str]:
    """File -> sha256 of a model. Raises BackendUnavailable where a file is missing or not the head's."""
    for name, wanted in head.files.items():
        path = folder / name
        if not path.is_file():
            raise BackendUnavailable(f"the folder {folder} of the sentence model lacks {name}: {HINT}")
        if sha256_once(path) != wanted:
            raise BackendUnavailable(
                f"{path} is not the file that the trained head belongs to (sha256 {wanted[:12]}...): {HINT}"
            )
    return dict(head.files)


class SentenceClassifier:
    """Implements `models.contract.LineClassifier`. Raises BackendUnavailable with a reason.

    The model is loaded at the first line, so that a plan can be made without it.
    """

    def __init__(
        self, folder: Path, *, threads: int = 1, head_path: Path = HEAD, encoder: Encoder | None = None
    ) -> None:
        """`encoder` takes the place of the library, for tests; `folder` must hold the head's weights all the same."""
        self.head = _head_here(head_path)
        files = matching_weights(folder, self.head)
        if encoder is None and util.find_spec(PACKAGE) is None:
            raise BackendUnavailable(probe(folder, head_path).reason)
        self._encode = encoder or LocalModel(folder, threads)
        library = metadata.version("sentence-transformers") if encoder is None else "none"
        self.info = BackendInfo(
            "sentence-classifier",
            f"{VERSION} (sentence-transformers {library})",
            weights={head_path.name: sha256_once(head_path), **files},
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it knows."""
        return self.head.labels

    def label_probabilities(self, lines: Sequence[LineContext]) -> list[Mapping[str, float]]:
        """See `LineClassifier.label_probabilities`."""
        out: list[Mapping[str, float]] = []
        for at in range(0, len(lines), AT_A_TIME):
            scores = self.logits(lines[at : at + AT_A_TIME])
            out += [dict(zip(self.labels, row, strict=True)) for row in expit(scores).tolist()]
        return out

    def logits(self, lines: Sequence[LineContext]) -> NDArray[np.float32]:
        """Shape (lines, labels)."""
        return np.asarray(described(lines, self._encode) @ self.head.weights + self.head.bias, np.float32)


@dataclass(frozen=True)
class LocalModel:
    """An `Encoder`: sentence-transformers on the processor, from a folder, with nothing fetched or reported."""

    folder: Path
    threads: int = 1
    """the pipeline runs one process per core"""

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        model = _loaded(self.folder.resolve())
        with _threads(self.threads):
            vectors = model.encode(list(texts), batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(vectors, np.float32)


@cache
def _loaded(folder: Path) -> Any:
    """One copy per process. Safetensors only, no code from the folder."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )


@contextmanager
def _threads(wanted: int) -> Iterator[None]:
    """torch counts threads for the whole process: other models get theirs back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(wanted)
    try:
        yield
    finally:
        torch.set_num_threads(before)
