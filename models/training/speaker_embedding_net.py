"""The network behind `models.speaker_embedding`: ECAPA-TDNN (Desplanques et al., 2020) made small, and its loss."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from models.speaker_embedding import BANDS


class Normed(nn.Module):
    """A convolution over time, a rectifier, a batch norm."""

    def __init__(self, into: int, out: int, kernel: int = 1, dilation: int = 1, stride: int = 1) -> None:
        super().__init__()
        pad = dilation * (kernel - 1) // 2
        self.over = nn.Conv1d(into, out, kernel, stride=stride, padding=pad, dilation=dilation)
        self.norm = nn.BatchNorm1d(out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(torch.relu(self.over(x)))


class Block(nn.Module):
    """Channels in four parts, each part heard together with the one before (Res2Net), then weighted by their mean."""

    def __init__(self, width: int, dilation: int, parts: int = 4, squeeze: int = 64) -> None:
        super().__init__()
        self.parts = parts
        self.enter, self.leave = Normed(width, width), Normed(width, width)
        part = width // parts
        self.between = nn.ModuleList(Normed(part, part, 3, dilation) for _ in range(parts - 1))
        self.down, self.up = nn.Linear(width, squeeze), nn.Linear(squeeze, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pieces = self.enter(x).chunk(self.parts, dim=1)
        out = [pieces[0]]
        last = pieces[0]
        for index, step in enumerate(self.between):
            last = step(pieces[index + 1] if index == 0 else pieces[index + 1] + last)
            out.append(last)
        y = self.leave(torch.cat(out, dim=1))
        weight = torch.sigmoid(self.up(torch.relu(self.down(y.mean(dim=2)))))
        return x + y * weight.unsqueeze(2)


class SpeakerNetwork(nn.Module):
    """Log mel bands less the file's mean, (n, frames, 64), to vectors of length 1, (n, size)."""

    def __init__(self, width: int = 256, gathered: int = 384, size: int = 128) -> None:
        super().__init__()
        self.size = size
        self.enter = Normed(BANDS, width, 5, stride=2)
        self.blocks = nn.ModuleList(Block(width, d) for d in (2, 3, 4))
        self.gather = Normed(3 * width, gathered)
        self.attend = nn.Sequential(nn.Conv1d(gathered, 64, 1), nn.Tanh(), nn.Conv1d(64, gathered, 1))
        self.norm = nn.BatchNorm1d(2 * gathered)
        self.out = nn.Linear(2 * gathered, size)
        self.out_norm = nn.BatchNorm1d(size)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.enter(x.transpose(1, 2))
        heard = []
        for block in self.blocks:
            x = block(x)
            heard.append(x)
        y = self.gather(torch.cat(heard, dim=1))
        weight = torch.softmax(self.attend(y).float(), dim=2)
        y = y.float()
        mean = (weight * y).sum(dim=2)
        spread = ((weight * y * y).sum(dim=2) - mean * mean).clamp(min=1e-4).sqrt()
        vectors = self.out_norm(self.out(self.norm(torch.cat([mean, spread], dim=1))).float())
        return functional.normalize(vectors, dim=1)


class AngularMargin(nn.Module):
    """Additive angular margin softmax (Deng et al., 2019)."""

    def __init__(self, size: int, classes: int, scale: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, size) * 0.1)
        self.scale = scale

    def cosines(self, vectors: torch.Tensor) -> torch.Tensor:
        return vectors @ functional.normalize(self.weight, dim=1).T

    def loss(self, cosines: torch.Tensor, truth: torch.Tensor, margin: float) -> torch.Tensor:
        own = cosines.gather(1, truth[:, None]).clamp(-0.999, 0.999)
        moved = torch.cos(torch.acos(own) + margin)
        return functional.cross_entropy(self.scale * cosines.scatter(1, truth[:, None], moved), truth)
