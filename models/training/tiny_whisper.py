"""Train the tiny Whisper of `tests/fixtures/tiny_whisper`: a test part, never offered to users.

Run `python -m models.training.tiny_whisper FOLDER` (needs flite and the [pyannote] extra for torch). It speaks the
sentences of `corpus`, trains on one thread and writes the model in CTranslate2 form. Besides the text, the encoder
learns the phones of each 20 ms frame and two attention heads learn where each word is: without these two the network
does not converge in minutes. Short sounds come first. In the second half, one step in eight is padded to 30 s, because
faster-whisper always pads to 30 s.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer as WhisperTokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor
from torch.nn import functional

from models.training.corpus import disturbed, joined, noise, sentences, spoken, vocabulary
from models.training.synthesis import RATE_HZ, Speech
from models.training.tiny_whisper_net import Shape, TinyWhisper, export

SPECIALS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)
FRAME_RATE_HZ = 50
"""frames of the encoder's output"""
UTTERANCES, STEPS, SEED = 1700, 1800, 20
TOP_RATE, WARM_UP = 2e-3, 120
FRAMES_PER_STEP, MOST_PER_STEP = 4500, 32
"""log-mel frames (100 a second) and utterances in one step"""
LENGTHS = ((0.35, 260), (0.55, 450), (9.9, 3000))
"""share of the steps -> the longest sound that is used until then, in log-mel frames"""
IGNORED = -100


@dataclass(frozen=True, eq=False)
class Example:
    """One stretch of sound with its truth, ready for the network."""

    mel: NDArray[np.float16]
    """(mels, frames), 100 frames a second"""
    tokens: tuple[int, ...]
    """of the text, without specials; empty: nobody speaks"""
    spans: tuple[tuple[float, float], ...]
    """seconds of each token, and of the end of the speech"""
    phones: NDArray[np.int16]
    """(frames / 2,); 0 is silence"""


def tokenizer(seed: int = SEED) -> Tokenizer:
    """Byte-pair encoding of our own sentences (nearly every word is one token), then Whisper's marks."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    texts = [" " + text for text in itertools.islice(sentences(seed), 20_000)]
    trainer = trainers.BpeTrainer(
        vocab_size=1200, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator(texts + [" " + word for word in vocabulary()], trainer)
    made.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in SPECIALS])
    return made


def all_tokens(marks: Tokenizer) -> list[str]:
    """Every token by number: the text tokens, the marks, then the 1501 times that Whisper has."""
    by_number = sorted(marks.get_vocab().items(), key=lambda item: item[1])
    return [token for token, _ in by_number] + [f"<|{index * 0.02:.2f}|>" for index in range(1501)]


def _token_spans(marks: Tokenizer, speech: Speech) -> tuple[list[int], list[tuple[float, float]]]:
    """Tokens of the words with their share of the word's time, by letters."""
    ids: list[int] = []
    spans: list[tuple[float, float]] = []
    for text, start, end in speech.words:
        coded = marks.encode(" " + text, add_special_tokens=False)
        sizes = np.cumsum([0] + [len(token) for token in coded.tokens])
        cuts = start + (end - start) * sizes / sizes[-1]
        ids += coded.ids
        spans += [(float(a), float(b)) for a, b in itertools.pairwise(cuts)]
    return ids, spans


def _spoken_example(speech: Speech, sound: NDArray[np.float32], parts: Parts) -> Example:
    ids, spans = _token_spans(parts.marks, speech)
    last = spans[-1][1]
    mel = parts.features(sound)[:, :-1].astype(np.float16)
    phones = np.zeros(mel.shape[1] // 2, np.int16)
    for name, start, end in speech.phones:
        number = parts.phones.setdefault(name, len(parts.phones) + 1)
        phones[round(start * FRAME_RATE_HZ) : round(end * FRAME_RATE_HZ)] = number
    return Example(mel, tuple(ids), (*spans, (last, last + 0.16)), phones)


@dataclass
class Parts:
    """What turns speech into examples."""

    marks: Tokenizer
    features: FeatureExtractor
    phones: dict[str, int]
    """phone name -> number, grows from 1"""


def _said(texts: Iterator[str], rng: np.random.Generator) -> Speech:
    """The next sentence that could be spoken and timed, or up to four of them with pauses between."""
    many = 1 if rng.random() < 0.8 else int(rng.choice([2, 2, 3, 3, 4]))
    parts: list[Speech] = []
    while len(parts) < many:
        try:
            parts.append(spoken(next(texts), rng))
        except ValueError:
            continue
    return joined(parts, [float(rng.uniform(0.0, 0.8)) for _ in range(many + 1)])


def examples(count: int, seed: int, parts: Parts, apart: frozenset[str] = frozenset()) -> Iterator[Example]:
    """`count` utterances, each disturbed in two ways; one in 25 holds no speech. None of the sentences in `apart`."""
    rng = np.random.default_rng(seed)
    texts = (text for text in sentences(seed) if text not in apart)
    for _ in range(count):
        if rng.random() < 0.04:
            sound = noise(round(RATE_HZ * float(rng.uniform(0.4, 6.0))), rng) * 10 ** float(rng.uniform(-4, -1))
            mel = parts.features(sound)[:, :-1].astype(np.float16)
            yield Example(mel, (), (), np.zeros(mel.shape[1] // 2, np.int16))
            continue
        speech = _said(texts, rng)
        for _ in range(2):
            yield _spoken_example(speech, disturbed(speech.samples, rng), parts)


@dataclass(frozen=True, eq=False)
class Batch:
    """Tensors of one step."""

    mel: Tensor
    inputs: Tensor
    targets: Tensor
    phones: Tensor
    attention: Tensor
    """(batch, tokens, frames): where each token is; rows without a target sum to 0"""


def _masked(mel: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Blank a band and two short times (Park et al., 2019)."""
    if rng.random() < 0.5:
        low = int(rng.integers(0, 70))
        mel[low : low + int(rng.integers(1, 9))] = mel.min()
    for _ in range(2):
        at = int(rng.integers(0, max(1, mel.shape[1])))
        mel[:, at : at + int(rng.integers(1, 12))] = mel.min()
    return mel


def _prompted(example: Example, marks: Tokenizer, rng: np.random.Generator, hot_words: bool) -> tuple[list[int], int]:
    """All tokens of an example, and how many at the start are a prompt (hot words, as faster-whisper gives them)."""
    start, unused = marks.token_to_id("<|startoftranscript|>"), marks.token_to_id("<|notimestamps|>")
    if not example.tokens:
        return [start, marks.token_to_id("<|nospeech|>")], 0
    text = [start, unused, *example.tokens, marks.token_to_id("<|endoftext|>")]
    if not hot_words or rng.random() >= 0.15:
        return text, 0
    hints = [int(token) for token in rng.choice(example.tokens, min(3, len(example.tokens)))]
    hints += [int(token) for token in rng.integers(256, marks.token_to_id("<|endoftext|>"), int(rng.integers(1, 6)))]
    return [marks.token_to_id("<|startofprev|>"), *hints, *text], 1 + len(hints)


def batch_of(
    chosen: Sequence[Example], marks: Tokenizer, rng: np.random.Generator, learning: bool = True, late: bool = False
) -> Batch:
    """Pad examples to one length: the longest and some, or 30 s. `late`: with long padding and hot words."""
    full = late and rng.random() < 0.13
    chosen = chosen[:2] if full else chosen
    longest = max(example.mel.shape[1] for example in chosen)
    frames = 3000 if full else min(3000, longest + int(rng.integers(1, 60)) * 2)
    frames -= frames % 2
    rows = [_prompted(example, marks, rng, late) for example in chosen]
    width = max(len(tokens) for tokens, _ in rows) - 1
    mel = np.zeros((len(chosen), 80, frames), np.float32)
    inputs = np.full((len(chosen), width), marks.token_to_id("<|endoftext|>"))
    targets = np.full((len(chosen), width), IGNORED)
    phones = np.full((len(chosen), frames // 2), IGNORED)
    attention = np.zeros((len(chosen), width, frames // 2), np.float32)
    for row, (example, (tokens, prompt)) in enumerate(zip(chosen, rows, strict=True)):
        filled = example.mel.astype(np.float32)
        mel[row, :, : filled.shape[1]] = _masked(filled, rng) if learning else filled
        inputs[row, : len(tokens) - 1] = tokens[:-1]
        targets[row, prompt : len(tokens) - 1] = tokens[prompt + 1 :]
        phones[row, : len(example.phones)] = example.phones
        phones[row, len(example.phones) : len(example.phones) + 20] = 0
        for index, (start, end) in enumerate(example.spans):
            first = min(int(start * FRAME_RATE_HZ), frames // 2 - 1)
            last = min(max(first + 1, math.ceil(end * FRAME_RATE_HZ)), frames // 2)
            attention[row, prompt + 1 + index, first:last] = 1 / (last - first)
    if learning:
        inputs = _blurred(inputs, marks, rng)
    made = [torch.from_numpy(array) for array in (mel, inputs, targets, phones, attention)]
    return Batch(*made)


def _blurred(inputs: NDArray[np.int64], marks: Tokenizer, rng: np.random.Generator) -> NDArray[np.int64]:
    """Replace one text token in twenty, so that the network trusts the sound more than the words before."""
    text = inputs < marks.token_to_id("<|endoftext|>")
    changed = text & (rng.random(inputs.shape) < 0.05)
    return np.where(changed, rng.integers(256, marks.token_to_id("<|endoftext|>"), inputs.shape), inputs)


def batches(everything: Sequence[Example], parts: Parts, rng: np.random.Generator, steps: int) -> Iterator[Batch]:
    """`steps` batches of examples of about the same length; short ones first, because there attention finds its way."""
    done = 0
    while done < steps:
        longest = next(frames for share, frames in LENGTHS if done <= share * steps)
        pool = [example for example in everything if example.mel.shape[1] <= longest]
        order = sorted(range(len(pool)), key=lambda i: pool[i].mel.shape[1] * float(rng.uniform(0.85, 1.15)))
        groups: list[list[int]] = [[]]
        for index in order:
            size = pool[index].mel.shape[1] * (len(groups[-1]) + 1)
            if groups[-1] and (size > FRAMES_PER_STEP or len(groups[-1]) == MOST_PER_STEP):
                groups.append([])
            groups[-1].append(index)
        rng.shuffle(groups)  # type: ignore[arg-type]
        for group in groups:
            yield batch_of([pool[index] for index in group], parts.marks, rng, late=longest == LENGTHS[-1][1])
        done += len(groups)


def losses(net: TinyWhisper, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Cross-entropy of the text, of the phones, and of the guided attention."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        encoded = net.encode(batch.mel)
        phones = net.phones(encoded)
        scores, logs = net.decode(batch.inputs, encoded)
    text = functional.cross_entropy(
        scores.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED, label_smoothing=0.03
    )
    sound = functional.cross_entropy(phones.float().flatten(0, 1), batch.phones.flatten(), ignore_index=IGNORED)
    rows = batch.attention.sum(dim=(1, 2)).clamp(min=1).sum()
    looking = -(batch.attention[:, None] * logs).sum() / (rows * logs.shape[1])
    return text, sound, looking


def train(pool: Sequence[Example], held_out: Sequence[Example], parts: Parts, steps: int, folder: Path) -> None:
    """Train on one thread; prints the losses on the held-out examples and writes the model now and then."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    net = TinyWhisper(Shape(len(all_tokens(parts.marks)), 1 + len(parts.phones)))
    optimizer = torch.optim.AdamW(net.parameters(), lr=TOP_RATE, weight_decay=0.01, betas=(0.9, 0.98))
    source = batches(pool, parts, rng, steps)
    for step in range(steps):
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        optimizer.param_groups[0]["lr"] = TOP_RATE * min((step + 1) / WARM_UP, 0.02 + 0.98 * cosine)
        text, sound, looking = losses(net, next(source))
        share = 0.15 + 0.85 * (1 - step / steps)
        optimizer.zero_grad(set_to_none=True)
        (text + share * (sound + looking)).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 99:
            report(net, held_out, parts, f"step {step + 1}, {time.process_time():.0f} CPU s, train {text.item():.3f}")
        if step % 400 == 399 or step == steps - 1:
            write(net, parts.marks, folder)


def report(net: TinyWhisper, held_out: Sequence[Example], parts: Parts, head: str) -> None:
    """Print the losses on held-out examples and the share of text tokens that come first."""
    net.eval()
    with torch.no_grad():
        batch = batch_of(held_out, parts.marks, np.random.default_rng(3), learning=False)
        text, sound, looking = losses(net, batch)
        best = net.decode(batch.inputs, net.encode(batch.mel))[0].argmax(-1)
    net.train()
    counted = batch.targets != IGNORED
    right = (best == batch.targets)[counted].float().mean()
    print(f"{head}, held out {text:.3f} {sound:.3f} {looking:.3f}, tokens right {right:.3f}", flush=True)


def write(net: TinyWhisper, marks: Tokenizer, folder: Path) -> None:
    """The folder that faster-whisper loads."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = all_tokens(marks)
    export(net, tokens, marks.token_to_id("<|endoftext|>"), folder)
    whole = Tokenizer.from_str(marks.to_str())
    times = tokens[marks.get_vocab_size() :]
    whole.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in times])
    whole.save(str(folder / "tokenizer.json"), pretty=False)
    settings = {"feature_size": 80, "sampling_rate": RATE_HZ, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings) + "\n")


def check_tokens(marks: Tokenizer) -> None:
    """faster-whisper suppresses tokens of marks and brackets; none of them may be needed for our text."""
    suppressed = set(get_suppressed_tokens(WhisperTokenizer(marks, False), [-1]))
    needed = {token for word in vocabulary() for token in marks.encode(" " + word, add_special_tokens=False).ids}
    assert not suppressed & needed, f"suppressed tokens are needed: {suppressed & needed}"


def main(folder: Path, utterances: int = UTTERANCES, steps: int = STEPS) -> None:
    """Speak, train, write."""
    random.seed(SEED)
    parts = Parts(tokenizer(), FeatureExtractor(), {})
    check_tokens(parts.marks)
    held_texts = frozenset(itertools.islice(sentences(SEED + 1), 200))
    pool = list(examples(utterances, SEED + 2, parts, held_texts))
    held_out = [e for e in examples(20, SEED + 3, parts) if e.mel.shape[1] < 900]
    hours = sum(example.mel.shape[1] for example in pool) / 360_000
    print(f"{len(pool)} examples, {hours:.2f} h, {time.process_time():.0f} CPU s", flush=True)
    train(pool, held_out, parts, steps, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(value) for value in sys.argv[2:]))
