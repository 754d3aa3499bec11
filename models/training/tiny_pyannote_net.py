"""A small speaker embedding in the form that pyannote.audio loads. Its checkpoint names this module and class."""

from __future__ import annotations

from functools import lru_cache

import torch
from pyannote.audio.core.model import Model
from pyannote.audio.core.task import Task
from torch import Tensor, nn
from torch.nn import functional

WINDOW, HOP, FFT = 400, 160, 512
BANDS = 40


def _bands(sample_rate: int) -> Tensor:
    """Triangular mel filters, shape (BANDS, FFT / 2 + 1)."""
    mel = torch.linspace(2595 * torch.log10(torch.tensor(1 + 60 / 700)).item(), 2840.0, BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    bins = torch.linspace(0, sample_rate / 2, FFT // 2 + 1)
    rise = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    return torch.minimum(rise, fall).clamp(min=0)


class TinyEmbedding(Model):
    """Mel bands, four convolutions over time, mean and deviation, 64 numbers. 130 thousand weights."""

    def __init__(
        self,
        sample_rate: int = 16_000,
        num_channels: int = 1,
        width: int = 96,
        dimension: int = 64,
        task: Task | None = None,
    ) -> None:
        super().__init__(sample_rate=sample_rate, num_channels=num_channels, task=task)
        self.save_hyperparameters("width", "dimension")
        self.register_buffer("mel", _bands(sample_rate))
        self.register_buffer("window", torch.hann_window(WINDOW))
        self.convolutions = nn.Sequential(
            nn.Conv1d(BANDS, width, 5, padding=2),
            nn.ReLU(),
            nn.BatchNorm1d(width),
            nn.Conv1d(width, width, 3, padding=2, dilation=2),
            nn.ReLU(),
            nn.BatchNorm1d(width),
            nn.Conv1d(width, width, 3, padding=3, dilation=3),
            nn.ReLU(),
            nn.BatchNorm1d(width),
            nn.Conv1d(width, 2 * width, 1),
            nn.ReLU(),
            nn.BatchNorm1d(2 * width),
        )
        self.out = nn.Linear(4 * width, dimension)

    @property
    def dimension(self) -> int:
        return int(self.hparams.dimension)

    @lru_cache  # noqa: B019 - the interface of the library
    def num_frames(self, num_samples: int) -> int:
        return 1 + num_samples // HOP

    def receptive_field_size(self, num_frames: int = 1) -> int:
        return WINDOW + (num_frames - 1) * HOP

    def receptive_field_center(self, frame: int = 0) -> int:
        return frame * HOP

    def forward(self, waveforms: Tensor, weights: Tensor | None = None) -> Tensor:
        """Sound (batch, 1, samples) and weights of its frames (batch, frames) -> (batch, dimension)."""
        spectrum = torch.stft(
            waveforms[:, 0], FFT, HOP, WINDOW, self.window, center=True, pad_mode="constant", return_complex=True
        )
        bands = (self.mel @ spectrum.abs().square() + 1e-7).log()
        if weights is None:
            weights = torch.ones(len(bands), bands.shape[-1], device=bands.device)
        wide = functional.interpolate(weights[:, None], size=bands.shape[-1], mode="nearest")
        share = wide / wide.sum(-1, keepdim=True).clamp(min=1e-3)
        level = (bands.mean(1, keepdim=True) * share).sum(-1, keepdim=True)
        heard = self.convolutions(bands - level)
        mean = (heard * share).sum(-1, keepdim=True)
        deviation = ((heard - mean).square() * share).sum(-1, keepdim=True).add(1e-5).sqrt()
        return self.out(torch.cat([mean, deviation], dim=1)[..., 0])
