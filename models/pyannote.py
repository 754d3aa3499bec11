"""Diarization with pyannote.audio from a local folder of weights. Nothing is ever fetched, nothing is reported.

pyannote.audio 4 sends usage figures to its makers unless told not to; that is switched off before every use. Its
checkpoints are pickles, which can run code when they are loaded, so only folders are loaded whose files have recorded
hashes (`pulled.toml`, written by the model commands) and still match them. Needs the [pyannote] extra.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np

from models.contract import (
    SAMPLE_RATE_HZ,
    Availability,
    BackendInfo,
    BackendUnavailable,
    Progress,
    RawDiarization,
    RawSpan,
    RawVoiceTurn,
    Samples,
    no_progress,
)
from models.manifest import WeightsError
from models.pulled import LOCK, Pulled, read_lock
from models.sha256 import sha256_once
from models.torchaudio_import import import_torchaudio

PACKAGES = ("torch", "torchaudio", "pyannote.audio")
CONFIG = "config.yaml"
PIPELINE = "pyannote.audio.pipelines.SpeakerDiarization"
LOADED_KINDS = frozenset({".bin", ".ckpt", ".npz", ".pkl", ".pt", ".pth", ".safetensors", ".yaml", ".yml"})
SHORTEST = 0.5
"""seconds; nothing shorter is a turn that could be told from another"""
SMALLEST_REAL_PIPELINE = 5_000_000
"""bytes; the segmentation network of the published pipeline alone has 5.9 MB"""
SHARES = {"segmentation": (0.0, 0.3), "embeddings": (0.3, 0.98)}
"""step of the pipeline -> the part of the whole work it is (measured with the published sizes: embeddings dominate)"""


def probe(pipeline_dir: Path | None) -> Availability:
    """Whether pyannote.audio can run with this folder, without importing it. Sizes are compared here, hashes later."""
    missing = [package for package in PACKAGES if not _installed(package)]
    if missing:
        return Availability(False, f"not installed: {', '.join(missing)} (install the [pyannote] extra)")
    if pipeline_dir is None:
        return Availability(False, "no pyannote folder is set: give it in the settings or in BWC_PYANNOTE_DIR")
    try:
        _recorded(pipeline_dir)
    except BackendUnavailable as error:
        return Availability(False, str(error))
    return Availability(True, f"pyannote.audio with the pipeline in {pipeline_dir}")


def _installed(package: str) -> bool:
    try:
        return util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _recorded(folder: Path) -> Pulled:
    """The lock file of a folder whose files are all listed in it and have the recorded sizes."""
    if not folder.is_dir():
        raise BackendUnavailable(f"the pyannote folder {folder} does not exist")
    if not (folder / CONFIG).is_file():
        raise BackendUnavailable(f"the pyannote folder {folder} lacks {CONFIG}")
    try:
        lock = read_lock(folder)
    except WeightsError as error:
        raise BackendUnavailable(str(error)) from error
    if lock is None:
        raise BackendUnavailable(
            f"the pyannote folder {folder} has no {LOCK} with the hashes of its files, and its files can run code: "
            "put it into the weights folder and have it verified first"
        )
    sizes = {file.path: file.size for file in lock.files}
    present = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.suffix in LOADED_KINDS}
    if unknown := sorted(set(present) - set(sizes)):
        raise BackendUnavailable(f"the pyannote folder {folder} holds {unknown[0]}, whose hash is not recorded")
    for path, size in sizes.items():
        if not (folder / path).is_file() or (folder / path).stat().st_size != size:
            raise BackendUnavailable(f"{folder / path} is missing or not the file that was recorded: fetch it again")
    return lock


def _verified(folder: Path) -> dict[str, str]:
    """File -> sha256 of a folder, every hash compared with the recorded one."""
    found = {file.path: (file.sha256, sha256_once(folder / file.path)) for file in _recorded(folder).files}
    for path, (recorded, actual) in found.items():
        if recorded != actual:
            raise BackendUnavailable(f"{folder / path} is not the file that was recorded: it is not loaded")
    return {path: actual for path, (_, actual) in found.items()}


def _check_config(folder: Path) -> None:
    """Every part of the pipeline must lie in the folder; a name of a hub would be fetched."""
    import yaml  # type: ignore[import-untyped]

    try:
        pipeline = yaml.safe_load((folder / CONFIG).read_text("utf-8"))["pipeline"]
        name, parts = pipeline["name"], pipeline["params"]
        places = {part: str(parts.get(part, "")) for part in ("segmentation", "embedding", "plda")}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BackendUnavailable(f"{folder / CONFIG} describes no pipeline") from error
    if name != PIPELINE:
        raise BackendUnavailable(f"{folder / CONFIG} is for {name}; only {PIPELINE} can be used")
    for part, place in places.items():
        if not place.startswith("$model/") or ".." in place:
            raise BackendUnavailable(f"{folder / CONFIG} takes its {part} from outside the folder: write $model/{part}")


@dataclass(frozen=True)
class _Loaded:
    """A pipeline in memory, where it runs, and how torchaudio was imported."""

    pipeline: Any
    device: str
    torchaudio: str


@contextmanager
def _quietly() -> Iterator[None]:
    """No reports to the makers, and no warnings about things that are as they should be here."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "false"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*torchcodec is not installed")
        warnings.filterwarnings("ignore", message=r"std\(\): degrees of freedom")
        warnings.filterwarnings("ignore", message=r".*TensorFloat-32")
        warnings.filterwarnings(
            "ignore", message=r"Mean of empty slice|invalid value encountered", category=RuntimeWarning
        )
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield


@cache
def _load(folder: Path, hashes: frozenset[tuple[str, str]], device: str) -> _Loaded:
    """One copy of a pipeline per process; `hashes` makes replaced files load again."""
    with _quietly():
        how = import_torchaudio()
        import torch
        from pyannote.audio import Pipeline

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        pipeline = Pipeline.from_pretrained(folder)
        if pipeline is None:
            raise BackendUnavailable(f"the pipeline in {folder} cannot be loaded")
        pipeline.to(torch.device(device))
    return _Loaded(pipeline, device, how)


class PyannoteDiarizer:
    """A speaker diarization pipeline of pyannote.audio from a local folder.

    `most_voices`: an upper bound where it is known, else None. Raises BackendUnavailable with a reason where a package
    or a file is missing, or a file is not the one whose hash was recorded.
    """

    def __init__(self, pipeline_dir: Path, *, most_voices: int | None = None, device: str = "auto") -> None:
        available = probe(pipeline_dir)
        if not available.available:
            raise BackendUnavailable(available.reason)
        self._weights = _verified(pipeline_dir)
        _check_config(pipeline_dir)
        self._most_voices = most_voices
        try:
            self._loaded = _load(pipeline_dir.resolve(), frozenset(self._weights.items()), device)
        except BackendUnavailable:
            raise
        except Exception as error:
            # The checkpoints, and the libraries under pyannote, raise whatever they like.
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise BackendUnavailable(f"the pyannote pipeline in {pipeline_dir} cannot be loaded: {reason}") from error
        self._size_bytes = sum((pipeline_dir / path).stat().st_size for path in self._weights)

    @property
    def info(self) -> BackendInfo:
        """The pipeline with its hashes. One smaller than the published pipeline is marked as a draft."""
        small = self._size_bytes < SMALLEST_REAL_PIPELINE
        remarks: tuple[str, ...] = (f"torchaudio: {self._loaded.torchaudio}",)
        if small:
            remarks += ("the weights are smaller than the published pipeline: a model for tests",)
        return BackendInfo(
            name="pyannote",
            version=f"{metadata.version('pyannote.audio')} (torch {metadata.version('torch')})",
            weights=self._weights,
            settings={"device": self._loaded.device, "most_voices": self._most_voices or "not bounded"},
            draft=small,
            remarks=remarks,
        )

    def diarize(self, samples: Samples, speech: Sequence[RawSpan], progress: Progress = no_progress) -> RawDiarization:
        """Voices in order of their first word. Where no speech was found (`speech` empty) there is nobody to tell."""
        duration = len(samples) / SAMPLE_RATE_HZ
        if not speech or duration < SHORTEST or not samples.any():
            return RawDiarization((), (), ())
        import torch

        sound = torch.from_numpy(np.array(samples, np.float32))[None]
        file = {"waveform": sound, "sample_rate": SAMPLE_RATE_HZ, "uri": "recording"}
        with _quietly(), torch.inference_mode():
            found = self._loaded.pipeline(file, max_speakers=self._most_voices, hook=_hook(progress))
        progress(1.0)
        return _rows(found, duration)


def _hook(progress: Progress) -> Any:
    """pyannote's hook, as shares of the whole work that only grow."""
    reached = 0.0

    def hook(
        step: str, artefact: Any, file: Any = None, total: int | None = None, completed: int | None = None
    ) -> None:
        nonlocal reached
        first, last = SHARES.get(step, (reached, reached))
        share = min(float(completed / total), 1.0) if total and completed is not None else 0.0
        reached = max(reached, first + (last - first) * share)
        progress(reached)

    return hook


def _rows(found: Any, duration: float) -> RawDiarization:
    turns = list(found.speaker_diarization.itertracks(yield_label=True))
    turns.sort(key=lambda row: (row[0].start, row[0].end, str(row[2])))
    names: dict[str, str] = {}
    for _, _, label in turns:
        names.setdefault(label, f"v{len(names) + 1}")
    overlaps = (RawSpan(max(0.0, s.start), min(s.end, duration)) for s in found.speaker_diarization.get_overlap())
    return RawDiarization(
        turns=tuple(_turns(turns, names, duration)),
        exclusive=tuple(_turns(found.exclusive_speaker_diarization.itertracks(yield_label=True), names, duration)),
        overlaps=tuple(span for span in overlaps if span.start < span.end),
    )


def _turns(rows: Any, names: Mapping[str, str], duration: float) -> Iterator[RawVoiceTurn]:
    """Turns inside the sound (the last window of the network reaches past its end)."""
    for span, _, label in rows:
        start, end = max(0.0, float(span.start)), min(float(span.end), duration)
        if start < end:
            yield RawVoiceTurn(names[label], start, end)
