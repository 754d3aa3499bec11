"""Train the speaker embedding on made excerpts of conversations and write ONNX.

    python -m models.training.speaker_embedding train --data ../shared/data/speech/speakers --minutes 70 --work FOLDER
    python -m models.training.speaker_embedding export --work FOLDER

Voices: LibriSpeech train-clean-100, one utterance of each of 251 speakers (Panayotov et al., 2015, CC BY 4.0), 40 of
them kept out for choosing settings; flite voices where flite is installed. Each voice at three speeds counts as three.
Training can be broken off and goes on from the last checkpoint. The export needs the `onnx` package.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import numpy as np
import torch
from torch import nn

from models.speaker_embedding import WEIGHTS
from models.training.speaker_crops import Crops, voice_classes
from models.training.speaker_embedding_net import AngularMargin, SpeakerNetwork
from models.training.speaker_voices import HELD_OUT, HELD_OUT_FLITE, flite_voices, parted, read_voices

PEAK_RATE = 2.5e-3
MARGIN, SCALE = 0.2, 30.0
CHECKPOINT_EVERY = 120.0
"""seconds"""


def learning_rate(share: float) -> float:
    """Rises for a twentieth of the training, then falls to nothing as a cosine."""
    return float(PEAK_RATE * min(share / 0.05, 0.5 + 0.5 * np.cos(np.pi * share)) + 1e-5)


def train(crops: Crops, classes: int, seconds: float, checkpoint: Path, seed: int = 1) -> SpeakerNetwork:
    """Train for `seconds` on the clock (the seconds spent before a break count)."""
    torch.manual_seed(seed)
    network = SpeakerNetwork()
    head = AngularMargin(network.size, classes, SCALE)
    both = nn.ModuleList([network, head])
    optimiser = torch.optim.AdamW(both.parameters(), lr=PEAK_RATE, weight_decay=2e-2)
    spent, step, loss_shown, right_shown = 0.0, 0, 0.0, 0.0
    if checkpoint.is_file():
        stored = torch.load(checkpoint, weights_only=True)
        both.load_state_dict(stored["both"])
        optimiser.load_state_dict(stored["optimiser"])
        spent, step = stored["spent"], stored["step"]
        crops.reseed(seed + step)
    began, saved = time.monotonic() - spent, time.monotonic()
    while (share := (time.monotonic() - began) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(share)
        features, truth = crops.batch()
        with torch.autocast("cpu", torch.bfloat16):
            vectors = network(torch.from_numpy(features))
        cosines = head.cosines(vectors.float())
        wanted = torch.from_numpy(truth)
        loss = head.loss(cosines, wanted, MARGIN * min(1.0, share / 0.3))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(both.parameters(), 5.0)
        optimiser.step()
        step += 1
        loss_shown += 0.02 * (loss.item() - loss_shown)
        right_shown += 0.02 * (float((cosines.argmax(dim=1) == wanted).float().mean()) - right_shown)
        if step % 50 == 0:
            click.echo(f"step {step} share {share:.3f} loss {loss_shown:.3f} right {right_shown:.3f}")
        if time.monotonic() - saved > CHECKPOINT_EVERY:
            saved = time.monotonic()
            store(checkpoint, both, optimiser, saved - began, step)
    store(checkpoint, both, optimiser, seconds, step)
    return network


def store(path: Path, both: nn.Module, optimiser: torch.optim.Optimizer, spent: float, step: int) -> None:
    """Write a checkpoint so that a break while writing leaves the one before."""
    fresh = path.with_suffix(".part")
    torch.save({"both": both.state_dict(), "optimiser": optimiser.state_dict(), "spent": spent, "step": step}, fresh)
    fresh.replace(path)


def stored_network(path: Path) -> SpeakerNetwork:
    """The network of a checkpoint."""
    network = SpeakerNetwork()
    state = torch.load(path, weights_only=True)["both"]
    network.load_state_dict({k[2:]: v for k, v in state.items() if k.startswith("0.")})
    return network.eval()


def export(network: SpeakerNetwork, path: Path) -> None:
    """Write ONNX with any number of windows of any length, weights in half precision. Needs the `onnx` package."""
    axes = {"features": {0: "windows", 1: "frames"}, "vectors": {0: "windows"}}
    torch.onnx.export(
        network.eval(),
        (torch.zeros(2, 150, 64),),
        str(path),
        input_names=["features"],
        output_names=["vectors"],
        dynamic_axes=axes,
        dynamo=False,
    )
    halve(path)


def halve(path: Path) -> None:
    """Keep the large weights of an ONNX file as float16; they become float32 again when it is loaded."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(path))
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) > 1000:
            name, values = weight.name, numpy_helper.to_array(weight).astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(values, name + "_half"))
            casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


@click.group()
def main() -> None:
    """Train and export the speaker embedding."""


@main.command("train")
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data/speech/speakers"))
@click.option("--minutes", default=70.0, show_default=True)
@click.option("--work", type=click.Path(path_type=Path), required=True, help="folder for checkpoints")
@click.option("--seed", default=1, show_default=True)
def train_command(data: Path, minutes: float, work: Path, seed: int) -> None:
    """Train, or go on with a training that was broken off."""
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    read, flite = parted(read_voices(data), HELD_OUT)[0], parted(flite_voices(), HELD_OUT_FLITE)[0]
    classes = voice_classes(read, flite)
    click.echo(f"{len(read)} people, {len(flite)} synthetic voices, {len(classes)} classes")
    train(Crops(classes, seed), len(classes), minutes * 60, work / "checkpoint.pt", seed)


@main.command("export")
@click.option("--work", type=click.Path(path_type=Path), required=True, help="folder of the checkpoint")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, show_default=False)
def export_command(work: Path, out: Path) -> None:
    """Write the last checkpoint's network as ONNX."""
    export(stored_network(work / "checkpoint.pt"), out)


if __name__ == "__main__":
    main()
