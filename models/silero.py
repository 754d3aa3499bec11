"""Where somebody speaks: Silero VAD, run with onnxruntime from the weights that faster-whisper ships. No torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Availability, BackendInfo, BackendUnavailable, RawSpan, Samples
from models.sha256 import sha256_once

WEIGHTS = "silero_vad_v6.onnx"
FRAME_SAMPLES = 512
"""32 ms, the step of the network"""
CONTEXT_SAMPLES = 64
"""samples of the frame before that the network also sees"""
FRAMES_PER_CALL = 10_000
"""five minutes: bounds memory, the network's state is carried over"""
STATE_SHAPE = (1, 1, 128)


def weights_path() -> Path | None:
    """Where faster-whisper keeps the weights, found without importing it; None if it is not installed."""
    spec = util.find_spec("faster_whisper")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "assets" / WEIGHTS
    return path if path.is_file() else None


def probe() -> Availability:
    """Whether Silero VAD can run here."""
    if util.find_spec("onnxruntime") is None:
        return Availability(False, "onnxruntime is not installed")
    if weights_path() is None:
        return Availability(False, f"{WEIGHTS} is missing: install faster-whisper 1.2 or later")
    return Availability(True, f"{WEIGHTS} from the faster-whisper package")


@cache
def _session(path: Path) -> Any:
    """The network, loaded once per process; one thread, because the pipeline runs one process per core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"], sess_options=options)


def _weights() -> Path:
    path = weights_path()
    if path is None:
        raise BackendUnavailable(probe().reason)
    return path


def speech_probabilities(samples: Samples) -> NDArray[np.float32]:
    """Certainty of speech per frame of 32 ms, shape (ceil(n / 512),), 0 to 1.

    Raises BackendUnavailable where the weights are missing.
    """
    session = _session(_weights())
    h, c = np.zeros(STATE_SHAPE, np.float32), np.zeros(STATE_SHAPE, np.float32)
    context = np.zeros(CONTEXT_SAMPLES, np.float32)
    out: list[NDArray[np.float32]] = []
    step = FRAME_SAMPLES * FRAMES_PER_CALL
    for at in range(0, len(samples), step):
        block = np.asarray(samples[at : at + step], np.float32)
        block = np.pad(block, (0, -len(block) % FRAME_SAMPLES))
        frames = block.reshape(-1, FRAME_SAMPLES)
        before = np.vstack([context, frames[:-1, -CONTEXT_SAMPLES:]])
        context = frames[-1, -CONTEXT_SAMPLES:]
        scores, h, c = session.run(None, {"input": np.hstack([before, frames]), "h": h, "c": c})
        out.append(np.asarray(scores, np.float32).reshape(-1))
    return np.concatenate(out) if out else np.zeros(0, np.float32)


def levelled(samples: Samples, target: float, greatest_gain_db: float, window: float) -> Samples:
    """The sound with its level evened out, so that a far voice is heard after a near one has shouted.

    The gain follows the largest |sample| within `window` seconds, never exceeds `greatest_gain_db` and never lowers a
    sound; digital silence stays silence.
    """
    from scipy.ndimage import maximum_filter1d

    if not len(samples):
        return samples
    hop = SAMPLE_RATE_HZ // 10
    padded = np.abs(np.pad(samples, (0, -len(samples) % hop))).reshape(-1, hop)
    peaks = maximum_filter1d(padded.max(axis=1), max(1, round(window * SAMPLE_RATE_HZ / hop)), mode="nearest")
    gain = np.clip(target / np.maximum(peaks, 1e-9), 1.0, 10 ** (greatest_gain_db / 20))
    at = (np.arange(len(gain)) + 0.5) * hop
    raised = samples * np.interp(np.arange(len(samples)), at, gain)
    return np.asarray(np.clip(raised, -1.0, 1.0), np.float32)


def _runs(probabilities: NDArray[np.float32], enter: float, leave: float) -> list[tuple[int, int]]:
    """Frames [first, last) that start above `enter` and go on as long as they stay above `leave`."""
    above = np.concatenate([[False], probabilities >= leave, [False]])
    edges = np.flatnonzero(above[1:] != above[:-1]).reshape(-1, 2)
    return [(int(a), int(b)) for a, b in edges if probabilities[a:b].max() >= enter]


@dataclass(frozen=True)
class Silero:
    """Silero VAD with a low threshold, for voices that are far from the camera.

    At the usual threshold of .5 it missed .10 of the speech of a table-top meeting and .24 of far-field excerpts, at .2
    .00 and .08 (measured on AMI). Between .15 and .3 little changes on made conversations in noise or far from
    the microphone (`models.training.conversations`); padding and pauses were chosen there.
    """

    threshold: float = 0.2
    leave: float = 0.1
    """a stretch goes on until the certainty falls below this"""
    shortest: float = 0.1
    """seconds; anything shorter is a click"""
    longest_pause: float = 0.4
    """seconds; a pause shorter than this does not end a stretch"""
    padding: float = 0.1
    """seconds added on both sides, because soft first consonants score low"""
    greatest_gain_db: float = 30.0
    window: float = 4.0

    @property
    def info(self) -> BackendInfo:
        path = _weights()
        version = metadata.version("faster-whisper")
        return BackendInfo(
            name="silero",
            version=f"v6 (faster-whisper {version})",
            weights={path.name: sha256_once(path)},
            settings=asdict(self),
        )

    def detect(self, samples: Samples) -> tuple[RawSpan, ...]:
        """Stretches of speech in order, apart from each other; `score` is the mean certainty."""
        sound = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)
        even = levelled(sound, 0.7, self.greatest_gain_db, self.window)
        probabilities = speech_probabilities(even)
        return self.spans(probabilities, len(samples) / SAMPLE_RATE_HZ)

    def spans(self, probabilities: NDArray[np.float32], duration: float) -> tuple[RawSpan, ...]:
        """The stretches that these certainties (one per 32 ms) make, within [0, duration]."""
        step = FRAME_SAMPLES / SAMPLE_RATE_HZ
        out: list[RawSpan] = []
        for first, last in self._joined(_runs(probabilities, self.threshold, self.leave)):
            if (last - first) * step < self.shortest:
                continue
            start, end = max(0.0, first * step - self.padding), min(duration, last * step + self.padding)
            if out:
                start = max(start, out[-1].end)
            if start < end:
                out.append(RawSpan(start, end, float(np.clip(probabilities[first:last].mean(), 0.0, 1.0))))
        return tuple(out)

    def _joined(self, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        pause = self.longest_pause * SAMPLE_RATE_HZ / FRAME_SAMPLES
        out: list[tuple[int, int]] = []
        for first, last in runs:
            if out and first - out[-1][1] <= pause:
                out[-1] = (out[-1][0], last)
            else:
                out.append((first, last))
        return out
