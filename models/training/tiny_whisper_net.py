"""A Whisper of 2 million weights: the network, and its export to the CTranslate2 format that faster-whisper reads.

The layout is that of Whisper (Radford et al., 2022): two convolutions, a transformer encoder over 30 s of log-mel
frames, a transformer decoder with learned positions and tied output weights. Added for training only: a phone
classifier on the encoder, and access to the cross-attention of the last decoder layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from ctranslate2.specs import WhisperSpec
from torch import Tensor, nn
from torch.nn import functional

GUIDED_HEADS = 2
"""Heads of each decoder layer that are trained to look at the sound of the next token; those of the last layer give the
word times."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network. Positions are fixed by faster-whisper: 30 s of sound, 448 tokens."""

    vocabulary: int
    phones: int
    mels: int = 80
    width: int = 144
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2
    frames: int = 1500
    tokens: int = 448


class Attention(nn.Module):
    """Multi-head attention; the key has no bias, as in Whisper."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, source: Tensor, causal: bool = False) -> tuple[Tensor, Tensor]:
        """The mixed values, and the scores (batch, heads, queries, keys) before the softmax.

        Plain products: with torch's fused attention a step took 1.7 times as long on a CPU (measured, torch 2.11).
        """
        q, k, v = self._split(self.query(x)), self._split(self.key(source)), self._split(self.value(source))
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
        if causal:
            scores = scores + torch.full_like(scores[0, 0], -1e4).triu(1)
        mixed = scores.softmax(-1).to(v.dtype) @ v
        return self.out(mixed.transpose(1, 2).flatten(2)), scores


class Layer(nn.Module):
    """A pre-norm transformer layer; with `cross` it also looks at the encoder."""

    def __init__(self, width: int, heads: int, cross: bool) -> None:
        super().__init__()
        self.self_norm, self.self_attention = nn.LayerNorm(width), Attention(width, heads)
        self.cross_norm = nn.LayerNorm(width) if cross else None
        self.cross_attention = Attention(width, heads) if cross else None
        self.ffn_norm = nn.LayerNorm(width)
        self.ffn_in, self.ffn_out = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, source: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """The output, and the scores of the attention to `source` where there is one."""
        scores = None
        normed = self.self_norm(x)
        x = x + self.self_attention(normed, normed, causal=source is not None)[0]
        if source is not None and self.cross_attention is not None and self.cross_norm is not None:
            seen, scores = self.cross_attention(self.cross_norm(x), source)
            x = x + seen
        x = x + self.ffn_out(functional.gelu(self.ffn_in(self.ffn_norm(x))))
        return x, scores


def _sinusoids(count: int, width: int) -> Tensor:
    rates = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(count)[:, None] * rates[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class TinyWhisper(nn.Module):
    """The whole network."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.conv1 = nn.Conv1d(shape.mels, shape.width, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.width, shape.width, 3, stride=2, padding=1)
        self.register_buffer("places", 0.3 * _sinusoids(shape.frames, shape.width))
        self.encoder = nn.ModuleList(Layer(shape.width, shape.heads, False) for _ in range(shape.encoder_layers))
        self.encoder_norm = nn.LayerNorm(shape.width)
        self.phones = nn.Linear(shape.width, shape.phones)
        self.tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Parameter(0.02 * torch.randn(shape.tokens, shape.width))
        self.decoder = nn.ModuleList(Layer(shape.width, shape.heads, True) for _ in range(shape.decoder_layers))
        self.decoder_norm = nn.LayerNorm(shape.width)
        nn.init.normal_(self.tokens.weight, std=0.05)

    def encode(self, mel: Tensor) -> Tensor:
        """Log-mel frames (batch, mels, 2 x frames) -> (batch, frames, width), 50 frames a second."""
        x = functional.gelu(self.conv1(mel))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        x = x + self.places[: x.shape[1]]
        for layer in self.encoder:
            x, _ = layer(x)
        return self.encoder_norm(x)

    def decode(self, tokens: Tensor, encoded: Tensor) -> tuple[Tensor, Tensor]:
        """Scores (batch, tokens, vocabulary), and the log attention of the guided heads of each layer."""
        x = self.tokens(tokens) + self.positions[: tokens.shape[1]]
        logs = []
        for layer in self.decoder:
            x, scores = layer(x, encoded)
            assert scores is not None
            logs.append(scores[:, :GUIDED_HEADS].float().log_softmax(-1))
        return self.decoder_norm(x) @ self.tokens.weight.T, torch.cat(logs, dim=1)


def export(net: TinyWhisper, tokens: list[str], end_of_text: int, folder: Path) -> None:
    """Write `model.bin` (int8), `config.json` and `vocabulary.json`."""
    shape = net.shape
    spec = WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    _set(spec.encoder.conv1, net.conv1)
    _set(spec.encoder.conv2, net.conv2)
    spec.encoder.position_encodings.encodings = net.places.numpy()
    _set_norm(spec.encoder.layer_norm, net.encoder_norm)
    for target, layer in zip(spec.encoder.layer, net.encoder, strict=True):
        _set_layer(target, layer)
    spec.decoder.embeddings.weight = _array(net.tokens.weight)
    spec.decoder.position_encodings.encodings = _array(net.positions)
    _set_norm(spec.decoder.layer_norm, net.decoder_norm)
    for target, layer in zip(spec.decoder.layer, net.decoder, strict=True):
        _set_layer(target, layer)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.lang_ids = [], [end_of_text], []
    spec.config.alignment_heads = [(shape.decoder_layers - 1, head) for head in range(GUIDED_HEADS)]
    spec.register_vocabulary(tokens)
    spec.validate()
    spec.optimize("int8")
    spec.save(str(folder))


def _array(parameter: Tensor) -> object:
    return parameter.detach().float().numpy().copy()


def _set(spec: object, module: nn.Linear | nn.Conv1d) -> None:
    spec.weight, spec.bias = _array(module.weight), _array(module.bias)  # type: ignore[attr-defined]


def _set_norm(spec: object, module: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = _array(module.weight), _array(module.bias)  # type: ignore[attr-defined]


def _fused(spec: object, modules: list[nn.Linear]) -> None:
    """Several projections of the same input as one matrix; a missing bias is zero."""
    biases = [m.bias if m.bias is not None else torch.zeros(m.out_features) for m in modules]
    spec.weight = _array(torch.cat([m.weight for m in modules]))  # type: ignore[attr-defined]
    spec.bias = _array(torch.cat(biases))  # type: ignore[attr-defined]


def _set_layer(spec: object, layer: Layer) -> None:
    own = layer.self_attention
    _set_norm(spec.self_attention.layer_norm, layer.self_norm)  # type: ignore[attr-defined]
    _fused(spec.self_attention.linear[0], [own.query, own.key, own.value])  # type: ignore[attr-defined]
    _set(spec.self_attention.linear[1], own.out)  # type: ignore[attr-defined]
    if layer.cross_attention is not None and layer.cross_norm is not None:
        cross = layer.cross_attention
        _set_norm(spec.attention.layer_norm, layer.cross_norm)  # type: ignore[attr-defined]
        _set(spec.attention.linear[0], cross.query)  # type: ignore[attr-defined]
        _fused(spec.attention.linear[1], [cross.key, cross.value])  # type: ignore[attr-defined]
        _set(spec.attention.linear[2], cross.out)  # type: ignore[attr-defined]
    _set_norm(spec.ffn.layer_norm, layer.ffn_norm)  # type: ignore[attr-defined]
    _set(spec.ffn.linear_0, layer.ffn_in)  # type: ignore[attr-defined]
    _set(spec.ffn.linear_1, layer.ffn_out)  # type: ignore[attr-defined]
