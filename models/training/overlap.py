"""Train the overlap network on made mixtures, choose its threshold on held-out ones, write ONNX.

    python -m models.training.overlap --data ../shared/data --minutes 40

Sources: LibriSpeech train-clean-100 (251 speakers, CC BY 4.0) and, where flite is installed, its synthetic voices.
Noise, rooms, band limits and gains are all made here. The export needs the `onnx` package.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, oaconvolve, sosfilt
from torch import nn

from models.contract import SAMPLE_RATE_HZ, Samples
from models.overlap_network import CHUNK_FRAMES, CHUNK_SAMPLES, FEATURES, FRAME, HOP, log_spectra
from models.training.vocal_effort import read_sound, rms

HELD_OUT_SPEAKERS = 26
WEAK_DB = 22.0
"""a second voice this far below the first in a frame is neither called overlap nor not"""


@dataclass(frozen=True, eq=False)
class Source:
    """Clean speech of one speaker, and in which frames of 20 ms he or she speaks."""

    speaker: str
    samples: Samples
    active: NDArray[np.bool_]
    power_db: NDArray[np.float32]


def source_of(speaker: str, samples: Samples) -> Source:
    """Mark speech by level; pauses up to 0.3 s inside speech count as speech, as people who label mixes do."""
    samples = samples / np.float32(rms(samples))
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    power_db = (10 * np.log10((frames**2).mean(axis=1) + 1e-9)).astype(np.float32)
    loud = power_db > np.percentile(power_db, 95) - 33
    return Source(speaker, samples, _filled(loud, 15), power_db)


def _filled(active: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    out = active.copy()
    edges = np.flatnonzero(np.diff(active.astype(int)))
    for end, start in pairwise(edges):
        if active[end] and start - end <= longest:
            out[end : start + 1] = True
    return out


def librispeech_sources(folder: Path) -> list[Source]:
    """One source per file; the speaker is the number before the first dash."""
    return [source_of(p.name.split("-")[0], read_sound(p)) for p in sorted(folder.glob("*.flac"))]


def synthetic_sources(count: int, seed: int = 5) -> list[Source]:
    """Synthetic voices (flite), about 12 s each, shifted in pitch and formants: each counts as a speaker."""
    from models.training.corpus import sentences
    from models.training.synthesis import VOICES, available, synthesise

    if not available():
        return []
    random, text, out = np.random.default_rng(seed), sentences(seed), []
    for index in range(count):
        voice = VOICES[index % len(VOICES)]
        formant, pitch = random.uniform(-2, 2), random.uniform(-2, 2) * (voice != "rms")
        parts: list[Samples] = []
        while sum(map(len, parts)) < 12 * SAMPLE_RATE_HZ:
            speech = synthesise(next(text), voice, formant_semitones=formant, pitch_semitones=formant + pitch)
            parts += [speech.samples, np.zeros(int(random.uniform(0.1, 0.5) * SAMPLE_RATE_HZ), np.float32)]
        out.append(source_of(f"flite{index}", np.concatenate(parts)))
    return out


class Mixtures:
    """Makes chunks of 6 s: nobody, one voice (dry, in a room, with an echo), two or three at once."""

    def __init__(self, sources: Sequence[Source], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.sources = list(sources)
        self.size = CHUNK_SAMPLES

    def batch(self, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Features (size, CHUNK_FRAMES, FEATURES) and classes (size, CHUNK_FRAMES): 0, 1, 2; -1 = not judged."""
        made = [self.make() for _ in range(size)]
        features = torch.from_numpy(np.stack([log_spectra(samples) for samples, _ in made]))
        return features, torch.from_numpy(np.stack([truth for _, truth in made]))

    def make(self) -> tuple[Samples, NDArray[np.int64]]:
        """Samples of a chunk and the class of each frame."""
        count = int(self.random.choice(4, p=[0.06, 0.36, 0.5, 0.08]))
        chosen = self.random.choice(len(self.sources), count, replace=False)
        room = self.random.random() < 0.65
        decay = float(self.random.uniform(0.1, 0.9)) if room else 0.0
        mix = np.zeros(self.size, np.float32)
        powers = np.full((max(count, 1), CHUNK_FRAMES), -90.0, np.float32)
        active = np.zeros((max(count, 1), CHUNK_FRAMES), bool)
        for row, index in enumerate(chosen):
            samples, on, power_db = self._talk(self.sources[index], whole=count == 1 or row == 0)
            gain_db = 0.0 if row == 0 else -float(self.random.uniform(0, 15))
            if room:
                samples = oaconvolve(samples, self._room(decay))[: self.size].astype(np.float32)
            mix += samples * np.float32(10 ** (gain_db / 20))
            active[row, : len(on)] = on
            powers[row, : len(on)] = np.where(on, power_db + gain_db, -90)
        return self._recorded(mix), _classes(active, powers)

    def _talk(self, source: Source, whole: bool) -> tuple[Samples, NDArray[np.bool_], NDArray[np.float32]]:
        """A piece of a source at a random place of the chunk, a little faster or slower, with its frames."""
        rate = float(self.random.uniform(0.88, 1.14))
        at = self.random.uniform(0, max(1, len(source.samples) - self.size * rate))
        places = at + np.arange(self.size) * rate
        inside = places < len(source.samples) - 1
        samples = np.zeros(self.size, np.float32)
        floor = places[inside].astype(np.int64)
        part = (places[inside] - floor).astype(np.float32)
        samples[inside] = source.samples[floor] * (1 - part) + source.samples[floor + 1] * part
        frames = (at + (np.arange(CHUNK_FRAMES) * HOP + FRAME / 2) * rate) / HOP
        known = frames < len(source.active)
        index = np.minimum(frames.astype(np.int64), len(source.active) - 1)
        on, power_db = source.active[index] & known, source.power_db[index]
        if not whole or self.random.random() < 0.3:
            keep = self._stretch()
            ramp = np.interp(np.arange(self.size), [keep[0] - 160, keep[0], keep[1], keep[1] + 160], [0, 1, 1, 0])
            samples *= ramp.astype(np.float32)
            middles = np.arange(CHUNK_FRAMES) * HOP + FRAME / 2
            on = on & (middles >= keep[0]) & (middles < keep[1])
        return samples, on, power_db

    def _stretch(self) -> tuple[float, float]:
        """Where a voice breaks in, and for how long: 0.3 s to the whole chunk."""
        length = float(np.exp(self.random.uniform(np.log(0.4), np.log(7.0)))) * SAMPLE_RATE_HZ
        start = float(self.random.uniform(-0.3 * length, self.size - 0.5 * length))
        return start, start + length

    def _room(self, decay: float) -> Samples:
        """A direct sound, some early reflections or a distinct echo, and a decaying tail (RT60 = `decay`)."""
        size = int(min(decay, 0.6) * SAMPLE_RATE_HZ) + 1
        tail = self.random.standard_normal(size) * np.exp(-6.9 * np.arange(size) / (decay * SAMPLE_RATE_HZ))
        tail[: int(0.004 * SAMPLE_RATE_HZ)] = 0
        direct_db = self.random.uniform(-6, 15)
        tail *= 10 ** (-direct_db / 20) / (np.sqrt((tail**2).sum()) + 1e-9)
        tail[0] += 1.0
        if self.random.random() < 0.25:
            echo = int(self.random.uniform(0.03, 0.3) * SAMPLE_RATE_HZ)
            tail = np.pad(tail, (0, max(0, echo + 1 - size)))
            tail[echo] += self.random.uniform(0.2, 0.7)
        return tail.astype(np.float32)

    def _recorded(self, mix: Samples) -> Samples:
        """Noise, tilt, band limits and clipping of a small recorder."""
        snr_db = float(self.random.choice([3, 8, 14, 20, 30, 45]))
        out = mix + self._noise() * np.float32(max(rms(mix), 1e-3) * 10 ** (-snr_db / 20))
        if self.random.random() < 0.4:
            edge = float(self.random.uniform(2800, 7000)) / (SAMPLE_RATE_HZ / 2)
            out = sosfilt(butter(4, edge, output="sos"), out)
        if self.random.random() < 0.3:
            edge = float(self.random.uniform(80, 350)) / (SAMPLE_RATE_HZ / 2)
            out = sosfilt(butter(2, edge, "high", output="sos"), out)
        if self.random.random() < 0.5:
            out = lfilter([1.0, self.random.uniform(-0.7, 0.7)], [1.0], out)
        if self.random.random() < 0.15:
            most = float(np.quantile(np.abs(out), self.random.uniform(0.97, 1.0))) + 1e-6
            out = np.tanh(out / most) * most
        return np.asarray(out * (0.05 / (rms(out) + 1e-6)), np.float32)

    def _noise(self) -> Samples:
        """White to brown noise, sometimes swelling, sometimes with a hum or an engine's harmonics, at RMS 1."""
        slope = self.random.choice([0.0, 0.5, 0.9, 0.97])
        noise = lfilter([1.0], [1.0, -slope], self.random.standard_normal(self.size).astype(np.float32))
        noise /= rms(noise)
        kind = self.random.random()
        times = np.arange(self.size) / SAMPLE_RATE_HZ
        if kind < 0.3:
            swell = np.interp(times, np.linspace(0, 7, 15), self.random.uniform(0.05, 1.5, 15))
            noise *= swell
        elif kind < 0.55:
            base_hz = self.random.uniform(45, 400)
            phase = (
                2
                * np.pi
                * np.cumsum(base_hz * (1 + 0.05 * np.sin(times * self.random.uniform(0.2, 5))))
                / SAMPLE_RATE_HZ
            )
            tones = sum(np.sin(k * phase) / k ** self.random.uniform(0.5, 1.5) for k in range(1, 9))
            noise += self.random.uniform(0.3, 2) * tones
        return np.asarray(noise / (rms(noise) + 1e-9), np.float32)


def _classes(active: NDArray[np.bool_], powers: NDArray[np.float32]) -> NDArray[np.int64]:
    count = active.sum(axis=0)
    classes = np.minimum(count, 2).astype(np.int64)
    if len(active) > 1:
        two = np.sort(powers, axis=0)[-2:]
        smooth = np.array([np.convolve(row, np.ones(9) / 9, "same") for row in two])
        classes[(count >= 2) & (smooth[1] - smooth[0] > WEAK_DB)] = -1
    return classes


class Block(nn.Module):
    """A dilated depthwise convolution over time, mixed across channels, added to its input."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.over_time = nn.Conv1d(width, width, 7, padding=3 * dilation, dilation=dilation, groups=width)
        self.norm = nn.BatchNorm1d(width)
        self.across = nn.Conv1d(width, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.across(torch.relu(self.norm(self.over_time(x))))


class OverlapNetwork(nn.Module):
    """Log spectra (n, frames, FEATURES) to class scores (n, frames, 3); about 200,000 weights."""

    def __init__(self, width: int = 96, hidden: int = 64) -> None:
        super().__init__()
        self.spread = nn.Conv1d(FEATURES, width, 5, padding=2)
        self.blocks = nn.Sequential(*(Block(width, d) for d in (1, 2, 4, 8)))
        self.norm = nn.BatchNorm1d(width)
        self.memory = nn.GRU(width, hidden, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.spread(x.transpose(1, 2)))
        x = torch.relu(self.norm(self.blocks(x))).transpose(1, 2)
        return self.out(self.memory(x)[0])


class Answer(nn.Module):
    """The network with probabilities as output: what is exported."""

    def __init__(self, network: OverlapNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.network(x), dim=-1)


class Replay:
    """Batches from `mixtures`; each new one is followed by two that were made before, since making costs most."""

    def __init__(self, mixtures: Mixtures, batch: int, kept: int = 120) -> None:
        self.mixtures, self.batch, self.kept = mixtures, batch, kept
        self.pool: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.count = 0

    def next(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Features and classes of one step."""
        self.count += 1
        if self.count % 3 == 1 or len(self.pool) < 10:
            features, truth = self.mixtures.batch(self.batch)
            self.pool = [*self.pool[-self.kept :], (features.bfloat16(), truth)]
            return features, truth
        features, truth = self.pool[int(self.mixtures.random.integers(len(self.pool)))]
        return features.float(), truth


def train(
    mixtures: Mixtures, seconds: float, checkpoint: Path, batch: int = 32, peak_rate: float = 3e-3
) -> OverlapNetwork:
    """Train for `seconds` on the clock; the learning rate rises for a tenth of it, then falls to nothing."""
    torch.manual_seed(1)
    network, batches = OverlapNetwork(), Replay(mixtures, batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=peak_rate, weight_decay=1e-2)
    loss_of = nn.CrossEntropyLoss(ignore_index=-1)
    began, shown = time.monotonic(), 0.0
    while (share := (time.monotonic() - began) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = peak_rate * min(share / 0.1, 0.5 + 0.5 * np.cos(np.pi * share)) + 1e-5
        features, truth = batches.next()
        with torch.autocast("cpu", torch.bfloat16):
            scores = network(features)
        loss = loss_of(scores.float().reshape(-1, 3), truth.reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        shown = 0.98 * shown + 0.02 * loss.item()
        if batches.count % 50 == 0:
            spent = time.process_time() / 60
            mean = shown / (1 - 0.98**batches.count)
            print(f"step {batches.count} share {share:.3f} loss {mean:.4f} processor {spent:.1f} min", flush=True)
            torch.save(network.state_dict(), checkpoint)
    torch.save(network.state_dict(), checkpoint)
    return network


def export(network: OverlapNetwork, path: Path) -> None:
    """Write ONNX with any number of chunks and frames. Needs the `onnx` package."""
    example = torch.zeros(1, CHUNK_FRAMES, FEATURES)
    axes = {"features": {0: "chunks", 1: "frames"}, "probabilities": {0: "chunks", 1: "frames"}}
    torch.onnx.export(
        Answer(network).eval(),
        (example,),
        str(path),
        input_names=["features"],
        output_names=["probabilities"],
        dynamic_axes=axes,
        dynamo=False,
    )


def held_out_curve(network: OverlapNetwork, mixtures: Mixtures, count: int = 400) -> list[tuple[float, float, float]]:
    """(threshold, precision, recall) of frames on held-out mixtures."""
    network.eval()
    scores, truths = [], []
    with torch.no_grad():
        for _ in range(0, count, 20):
            features, truth = mixtures.batch(20)
            scores.append(torch.softmax(network(features), dim=-1)[..., 2].flatten().numpy())
            truths.append(truth.flatten().numpy())
    score, truth = np.concatenate(scores), np.concatenate(truths)
    score, truth = score[truth >= 0], truth[truth >= 0] == 2
    rows = []
    for threshold in np.arange(0.3, 0.96, 0.05):
        said = score >= threshold
        hit = float((said & truth).sum())
        rows.append((float(threshold), hit / max(1, said.sum()), hit / max(1, truth.sum())))
    return rows


def main() -> None:
    """Train, print the held-out curve, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("models/data/overlap.onnx"))
    parser.add_argument("--checkpoint", type=Path, default=Path("overlap.pt"))
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--synthetic", type=int, default=48)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    real = librispeech_sources(arguments.data / "speech" / "speakers")
    synthetic = synthetic_sources(arguments.synthetic)
    held_out = real[:: len(real) // HELD_OUT_SPEAKERS] + synthetic[::8]
    kept = [s for s in real + synthetic if all(s is not h for h in held_out)]
    network = train(Mixtures(kept, seed=1), arguments.minutes * 60, arguments.checkpoint)
    for threshold, precision, recall in held_out_curve(network, Mixtures(held_out, seed=2)):
        print(f"threshold {threshold:.2f} precision {precision:.3f} recall {recall:.3f}")
    export(network, arguments.out)


if __name__ == "__main__":
    main()
