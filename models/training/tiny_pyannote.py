"""Train the tiny pyannote pipeline of `tests/fixtures/tiny_pyannote`: a test part, never offered to users.

Run `python -m models.training.tiny_pyannote FOLDER` (needs flite and the [pyannote] extra). A PyanNet finds who speaks
in windows of 5 s of made conversations; a small embedding tells the made voices apart; both are written as the folder
that pyannote.audio loads, with the hashes of its files.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ["PYANNOTE_METRICS_ENABLED"] = "false"

import numpy as np
import pytorch_lightning
import torch
from numpy.typing import NDArray
from pyannote.audio import Model, Pipeline
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.segmentation import PyanNet
from pyannote.audio.utils.powerset import Powerset
from pyannote.core import Annotation, Segment
from pyannote.metrics.diarization import DiarizationErrorRate
from torch import Tensor, nn
from torch.nn import functional

from models.pulled import FIRST_SIGHT, Pulled, PulledFile, now_utc, sha256_of, write_lock
from models.training.corpus import disturbed, noise, sentences
from models.training.synthesis import RATE_HZ, VOICES, Samples, synthesise
from models.training.tiny_pyannote_net import TinyEmbedding

SEED = 7
SIZES = (-1.6, 0.0, 1.6)
"""semitones by which each voice is made smaller or larger: three people of one voice"""
UTTERANCES = 12
"""of each person"""
WINDOW = 5.0
"""seconds that the segmentation network sees"""
SEGMENTATION_STEPS, FROZEN_STEPS, EMBEDDING_STEPS = 320, 550, 250
"""the segmentation network first learns as a whole, then with its filters frozen, which halves the cost of a step"""
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)

CONFIG = """\
dependencies: {{pyannote.audio: 4.0.0}}
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: AgglomerativeClustering
    segmentation: $model/segmentation
    segmentation_step: 0.2
    segmentation_batch_size: 16
    embedding: $model/embedding
    embedding_batch_size: 32
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  segmentation: {{min_duration_off: 0.0}}
  clustering: {{method: average, min_cluster_size: 3, threshold: {threshold}}}
"""


@dataclass(frozen=True, eq=False)
class Utterance:
    """A person says something."""

    person: str
    samples: Samples


def people(utterances: int, seed: int, sizes: Sequence[float] = SIZES) -> dict[str, list[Utterance]]:
    """Sentences of every made person; one in five is raised."""
    rng = np.random.default_rng(seed)
    texts = (text for text in sentences(seed) if len(text.split()) > 2)
    out: dict[str, list[Utterance]] = {}
    for voice, size in itertools.product(VOICES, sizes):
        person = f"{voice}{size:+.1f}"
        while len(out.setdefault(person, [])) < utterances:
            effort = float(rng.uniform(0.3, 1.0)) if rng.random() < 0.2 and voice != "rms" else 0.0
            speed = float(rng.uniform(0.9, 1.1))
            try:
                said = synthesise(
                    next(texts), voice, speed=speed, pitch_semitones=size, formant_semitones=size, effort=effort
                )
            except ValueError:
                continue
            out[person].append(Utterance(person, said.samples))
    return out


@dataclass(frozen=True, eq=False)
class Conversation:
    """Made talk with its truth: (person, start, end) in seconds."""

    samples: Samples
    turns: tuple[tuple[str, float, float], ...]


def conversation(
    pool: dict[str, list[Utterance]], duration: float, voices: int, rng: np.random.Generator, overlap: float = 0.3
) -> Conversation:
    """`voices` people in turn, a share `overlap` of the turns beginning before the last one ended."""
    names = [str(name) for name in rng.choice(sorted(pool), voices, replace=False)]
    gains = dict(zip(names, 10 ** (rng.uniform(-8, 0, voices) / 20), strict=True))
    sound = np.zeros(round(duration * RATE_HZ), np.float32)
    turns, at, last = [], float(rng.uniform(-2.0, 1.0)), ""
    while at < duration:
        person = names[int(rng.integers(voices))]
        if person == last and rng.random() < 0.7 and voices > 1:
            continue
        said = pool[person][int(rng.integers(len(pool[person])))].samples * gains[person]
        first = round(at * RATE_HZ)
        kept = said[max(0, -first) : max(0, len(sound) - first)]
        begin = max(0, first)
        if len(kept):
            sound[begin : begin + len(kept)] += kept
            turns.append((person, begin / RATE_HZ, (begin + len(kept)) / RATE_HZ))
        length, last = len(said) / RATE_HZ, person
        early = voices > 1 and rng.random() < overlap
        pause = -float(rng.uniform(0.2, min(1.5, length))) if early else float(rng.exponential(0.5))
        at += max(0.1, length + pause)
    return Conversation(disturbed(sound, rng), tuple(turns))


def nobody(rng: np.random.Generator) -> Conversation:
    """A window of noise, from digital silence up to -20 dBFS."""
    level = 0.0 if rng.random() < 0.2 else 10 ** float(rng.uniform(-5, -1))
    return Conversation(noise(round(WINDOW * RATE_HZ), rng) * np.float32(level), ())


def activity(made: Conversation, centres: NDArray[np.float64], voices: int = 3) -> NDArray[np.float32]:
    """Who speaks at each time, shape (times, voices), in order of first word."""
    out = np.zeros((len(centres), voices), np.float32)
    order = list(dict.fromkeys(person for person, _, _ in made.turns))
    for person, start, end in made.turns:
        out[(centres >= start) & (centres < end), order.index(person)] = 1.0
    return out


def new_segmentation() -> Model:
    """A PyanNet for up to three people per window, two at once, with 64 x 2 recurrent cells."""
    net = PyanNet(
        sincnet={"stride": 10},
        lstm={"hidden_size": 64, "num_layers": 2, "bidirectional": True},
        linear={"hidden_size": 64, "num_layers": 1},
    )
    net.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=WINDOW,
        classes=["s1", "s2", "s3"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    net.build()
    return net


def best_order_loss(scores: Tensor, truth: Tensor, powerset: Powerset) -> Tensor:
    """Cross-entropy under the order of people that fits each window best (Plaquet and Bredin, 2023)."""
    each = []
    for order in itertools.permutations(range(truth.shape[-1])):
        wanted = powerset.to_powerset(truth[..., list(order)])
        each.append(-(wanted * scores).sum(-1).mean(-1))
    return torch.stack(each).min(0).values.mean()


def train_segmentation(net: Model, pool: dict[str, list[Utterance]], steps: int, seed: int) -> None:
    """Train what is not frozen on windows of conversations made afresh for every step."""
    rng = np.random.default_rng(seed)
    field = net.receptive_field
    count = net.num_frames(round(WINDOW * RATE_HZ))
    centres = field.start + np.arange(count) * field.step + field.duration / 2
    powerset = Powerset(3, 2)
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps, pct_start=0.1)
    for step in range(steps):
        made = [conversation(pool, WINDOW, int(rng.choice([1, 2, 2, 3])), rng) for _ in range(15)] + [nobody(rng)]
        truth = torch.from_numpy(np.stack([activity(one, centres) for one in made]))
        scores = net(torch.from_numpy(np.stack([one.samples for one in made]))[:, None])
        loss = best_order_loss(scores, truth, powerset)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 49:
            print(f"segmentation {step + 1}: {loss.item():.3f}, {time.process_time():.0f} CPU s", flush=True)


def _crops(pool: dict[str, list[Utterance]], rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
    names = sorted(pool)
    labels = rng.integers(len(names), size=count)
    sounds = []
    for label in labels:
        said = np.concatenate([pool[names[label]][i].samples for i in rng.integers(UTTERANCES, size=2)])
        size = round(2.0 * RATE_HZ)
        first = int(rng.integers(max(1, len(said) - size)))
        sounds.append(disturbed(np.resize(said[first : first + size], size), rng))
    return torch.from_numpy(np.stack(sounds))[:, None], torch.from_numpy(labels)


def train_embedding(pool: dict[str, list[Utterance]], steps: int) -> Model:
    """Additive angular margin softmax over the made people (Deng et al., 2019), on parts of random length."""
    rng = np.random.default_rng(SEED + 1)
    net = TinyEmbedding()
    net.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=WINDOW, classes=sorted(pool)
    )
    directions = nn.Parameter(torch.randn(len(pool), net.dimension))
    optimizer = torch.optim.Adam([*net.parameters(), directions], lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.1)
    for step in range(steps):
        sounds, labels = _crops(pool, rng, 40)
        weights = torch.zeros(len(sounds), 201)
        for row in weights:
            length = int(rng.integers(60, 202))
            begin = int(rng.integers(202 - length))
            row[begin : begin + length] = 1.0
        cosine = functional.normalize(net(sounds, weights)) @ functional.normalize(directions).T
        margin = 0.2 * min(1.0, 2 * step / steps) * functional.one_hot(labels, len(pool))
        loss = functional.cross_entropy(20 * (cosine.clamp(-0.99, 0.99).acos() + margin).cos(), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 49:
            right = (cosine.argmax(-1) == labels).float().mean().item()
            cpu = time.process_time()
            print(f"embedding {step + 1}: {loss.item():.3f}, right {right:.2f}, {cpu:.0f} CPU s", flush=True)
    return net


def save(net: Model, path: Path) -> None:
    """A checkpoint that pyannote.audio loads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = {
        "state_dict": net.state_dict(),
        "hyper_parameters": dict(net.hparams),
        "pytorch-lightning_version": pytorch_lightning.__version__,
    }
    net.on_save_checkpoint(checkpoint)
    torch.save(checkpoint, path)


def write_plda(folder: Path, dimension: int) -> None:
    """A transformation that changes nothing: the library wants one even where it is not used."""
    folder.mkdir(parents=True, exist_ok=True)
    unit = np.eye(dimension)
    zero = np.zeros(dimension)
    np.savez(folder / "xvec_transform.npz", mean1=zero, mean2=zero, lda=unit)
    np.savez(folder / "plda.npz", mu=zero, tr=unit, psi=np.linspace(2, 0.1, dimension))


def dialogues(pool: dict[str, list[Utterance]], seed: int) -> Iterator[tuple[Conversation, Annotation]]:
    """Six conversations of 30 s of two and three people."""
    rng = np.random.default_rng(seed)
    for voices in (2, 2, 2, 3, 3, 3):
        made = conversation(pool, 30.0, voices, rng, overlap=0.2)
        truth = Annotation(uri="made")
        for index, (person, start, end) in enumerate(made.turns):
            truth[Segment(start, end), index] = person
        yield made, truth


def error_rate(folder: Path, pool: dict[str, list[Utterance]], seed: int) -> float:
    """Mean diarization error rate, collar 0.25 s, overlap scored."""
    pipeline = Pipeline.from_pretrained(folder)
    rates = []
    for made, truth in dialogues(pool, seed):
        found = pipeline({"waveform": torch.from_numpy(made.samples)[None], "sample_rate": RATE_HZ, "uri": "made"})
        rates.append(DiarizationErrorRate(collar=0.5)(truth, found.speaker_diarization, uem=None))
    return float(np.mean(rates))


def record_hashes(folder: Path) -> None:
    """`pulled.toml`, without which the adapter loads nothing."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix in {".bin", ".npz", ".yaml"})
    files = tuple(
        PulledFile(p.relative_to(folder).as_posix(), sha256_of(p), p.stat().st_size, FIRST_SIGHT) for p in paths
    )
    now = now_utc()
    write_lock(folder, Pulled("tiny-pyannote", "", "made for the tests", None, "copied by hand", now, now, files))


def main(
    folder: Path,
    segmentation_steps: int = SEGMENTATION_STEPS,
    frozen_steps: int = FROZEN_STEPS,
    embedding_steps: int = EMBEDDING_STEPS,
) -> None:
    """Speak, train, choose the threshold on conversations of other sentences, write."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    pool = people(UTTERANCES, SEED)
    print(f"{sum(len(u) for u in pool.values())} utterances, {time.process_time():.0f} CPU s", flush=True)
    save(train_embedding(pool, embedding_steps), folder / "embedding" / "pytorch_model.bin")
    net = new_segmentation()
    train_segmentation(net, pool, segmentation_steps, SEED)
    for parameter in net.sincnet.parameters():
        parameter.requires_grad = False
    train_segmentation(net, pool, frozen_steps, SEED + 1)
    save(net, folder / "segmentation" / "pytorch_model.bin")
    write_plda(folder / "plda", 64)
    choose_threshold(folder)
    record_hashes(folder)


def choose_threshold(folder: Path) -> None:
    """Write the settings of the pipeline; the threshold is the best on conversations of other sentences."""
    held_out = people(6, SEED + 100)
    rates = {}
    for threshold in THRESHOLDS:
        (folder / "config.yaml").write_text(CONFIG.format(threshold=threshold))
        rates[threshold] = error_rate(folder, held_out, SEED + 200)
        print(f"threshold {threshold}: error rate {rates[threshold]:.3f}", flush=True)
    best = min(rates, key=lambda threshold: rates[threshold])
    (folder / "config.yaml").write_text(CONFIG.format(threshold=best))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(value) for value in sys.argv[2:]))
