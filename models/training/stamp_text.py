"""Train the reader of burned-in text on made lines and write ONNX.

    python -m models.training.stamp_text --fonts FOLDER [--fonts FOLDER] --minutes 10 --work FOLDER

`--fonts` are folders of font files (searched through). Families named in HELD_OUT are never drawn in training; the
figures that are printed at the end are measured on them. The export needs the `onnx` package.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import ImageFont
from torch import nn

from models.stamp_text import CLASSES, DIGIT_PX, WEIGHTS, normalised
from models.training.stamp_lines import HERSHEY, IGNORE, Face, Strips
from models.training.stamp_text_net import StampNetwork

HELD_OUT = ("dejavu", "liberation", "hack", "arimo", "cousine", "tinos", "b612", "ocra", "anonymous", "vera")
"""parts of file names. Hack has DejaVu's design, Arimo, Cousine and Tinos have Liberation's"""
LEFT_OUT = ("dseg14", "weather", "symbol", "thin", "hairline", "dingbat", "emoji", "math", "icons", "extralight")
"""faces that no stamp is set in, or that have no digits"""
PEAK_RATE = 3e-3
BATCH = 64
POOL = 48_000
WEIGHT_OF_GAPS = 0.35
"""two thirds of all columns show no middle of a character"""


def faces(folders: Sequence[Path], held_out: bool) -> list[Face]:
    """Usable faces, those held out or all others; OpenCV's drawn ones are trained on."""
    found: list[Face] = []
    for path in sorted(p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in (".ttf", ".otf")):
        name = path.name.lower()
        if any(part in name for part in LEFT_OUT) or any(part in name for part in HELD_OUT) != held_out:
            continue
        try:
            box = ImageFont.truetype(str(path), 40).getbbox("0")
        except OSError:
            continue
        if box[3] - box[1] > 8:
            found.append(path)
    return found if held_out else [*found, *HERSHEY * max(1, len(found) // 60)]


def pool(chosen: Sequence[Face], count: int, seed: int, jobs: int = 2) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Strips (count, 24, 256) and their classes by column (count, 128)."""
    share = [(tuple(chosen), count // jobs, seed + n) for n in range(jobs)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
        parts = list(workers.map(_draw, share))
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _draw(order: tuple[tuple[Face, ...], int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    chosen, count, seed = order
    strips = Strips(chosen, seed)
    rows = [strips.one() for _ in range(count)]
    return np.stack([r[0] for r in rows]), np.stack([r[1] for r in rows])


def train(
    strips: NDArray[np.uint8], labels: NDArray[np.uint8], seconds: float, kept: Path, seed: int = 1
) -> StampNetwork:
    """Train for `seconds` of processor time; the weights so far are written to `kept` now and then."""
    torch.manual_seed(seed)
    rng, network = np.random.default_rng(seed), StampNetwork()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's own types
    weight = torch.ones(len(CLASSES))
    weight[0] = WEIGHT_OF_GAPS
    loss_of = nn.CrossEntropyLoss(weight=weight, ignore_index=IGNORE, label_smoothing=0.02)
    optimiser = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=1e-2)
    began, step, shown = time.process_time(), 0, 0.0
    while (share := (time.process_time() - began) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = PEAK_RATE * min(share / 0.05, 0.5 + 0.5 * np.cos(np.pi * share)) + 1e-5
        chosen = rng.integers(len(strips), size=BATCH)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(torch.from_numpy(varied(strips[chosen], rng)[:, None]))[:, :, 0]
        loss = loss_of(logits.float(), torch.from_numpy(labels[chosen].astype(np.int64)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        shown += 0.02 * (loss.item() - shown)
        if step % 200 == 0:
            click.echo(f"step {step} share {share:.3f} loss {shown:.4f}")
            torch.save(network.state_dict(), kept)
    torch.save(network.state_dict(), kept)
    network.eval()
    return network


def varied(strips: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    """Normalised strips, each moved by a row, inverted now and then, with fresh noise."""
    out = []
    for strip in strips:
        moved = np.roll(strip, int(rng.integers(-1, 2)), axis=0).astype(np.float32)
        moved = 255 - moved if rng.random() < 0.1 else moved
        out.append(normalised(moved + rng.normal(0, rng.uniform(0, 4), moved.shape).astype(np.float32)))
    return np.stack(out)


def columns_right(network: StampNetwork, strips: NDArray[np.uint8], labels: NDArray[np.uint8]) -> tuple[float, float]:
    """Share of the columns in the middle of a digit, and of any character, that are read as what they show."""
    with torch.no_grad():
        logits = network(torch.from_numpy(np.stack([normalised(s) for s in strips])[:, None]))[:, :, 0]
    right = logits.argmax(dim=1).numpy() == labels
    digit = (labels >= 1) & (labels <= 10)
    return float(right[digit].mean()), float(right[(labels > 0) & (labels < IGNORE)].mean())


def export(network: StampNetwork, path: Path) -> None:
    """Write ONNX whose batch, height and width are free."""
    free = {"strips": {0: "n", 2: "height", 3: "width"}, "logits": {0: "n", 2: "rows", 3: "columns"}}
    example = torch.zeros(1, 1, 24, 256)
    names: dict[str, Any] = {"input_names": ["strips"], "output_names": ["logits"]}
    torch.onnx.export(network, (example,), str(path), dynamic_axes=free, opset_version=17, dynamo=False, **names)


@click.command()
@click.option("--fonts", "folders", multiple=True, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--minutes", default=11.0, show_default=True, help="Processor time.")
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder for the drawn strips.")
@click.option("--out", default=WEIGHTS, type=click.Path(path_type=Path))
def main(folders: tuple[Path, ...], minutes: float, work: Path, out: Path) -> None:
    """Draw, train, export, and say how columns of held-out faces are read."""
    work.mkdir(parents=True, exist_ok=True)
    trained, apart = faces(folders, held_out=False), faces(folders, held_out=True)
    click.echo(f"{len(trained)} faces to train on, {len(apart)} held out; digits {DIGIT_PX:.0f} px in a strip")
    kept = work / "strips.npz"
    if not kept.is_file():
        strips, labels = pool(trained, POOL, seed=1)
        np.savez(kept, strips=strips, labels=labels)
    drawn = np.load(kept)
    network = train(drawn["strips"], drawn["labels"], 60 * minutes, work / "network.pt")
    for name, chosen in (("trained on", trained), ("held out", apart)):
        if chosen:
            digits, letters = columns_right(network, *pool(chosen, 2000, seed=99))
            click.echo(f"{name}: columns in digits right {digits:.4f}, in any character {letters:.4f}")
    export(network, out)
    click.echo(f"{out.name}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
