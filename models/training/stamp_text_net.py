"""The network that reads burned-in lines: convolutions over a strip, one verdict for each second column."""

from __future__ import annotations

import torch
from torch import nn

from models.stamp_text import CLASSES


class StampNetwork(nn.Module):
    """(n, 1, 24, width) normalised luma -> (n, classes, 1, width / 2) logits; a taller picture: a row each 4 px."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_layer(1, 14, (3, 3)),
            nn.MaxPool2d(2),
            *_layer(14, 28, (3, 3)),
            nn.MaxPool2d((2, 1)),
            *_layer(28, 48, (3, 3)),
            *_layer(48, 72, (6, 3), (0, 1)),
            *_layer(72, 72, (1, 5)),
            nn.Dropout2d(0.05),
            nn.Conv2d(72, len(CLASSES), 1),
        )

    def forward(self, strips: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(strips)
        return logits


def _layer(
    before: int, after: int, kernel: tuple[int, int], padding: tuple[int, int] | None = None
) -> tuple[nn.Module, ...]:
    padding = padding if padding is not None else (kernel[0] // 2, kernel[1] // 2)
    convolution = nn.Conv2d(before, after, kernel, padding=padding, bias=False)
    return convolution, nn.BatchNorm2d(after), nn.ReLU(inplace=True)
