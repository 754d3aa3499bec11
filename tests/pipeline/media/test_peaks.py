from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from pipeline.media.audio import SoundOnDisk
from pipeline.media.peaks import PAIRS_HZ, write_peaks


@pytest.mark.parametrize("start", [0.0, 1.5])
def test_header_and_pairs(tmp_path: Path, start: float) -> None:
    samples = np.zeros(16000 * 130, np.int16)
    samples[16000 * 70 + 100], samples[16000 * 70 + 200] = 32767, -16384
    samples.tofile(tmp_path / "s")
    write_peaks(SoundOnDisk(tmp_path / "s", start, len(samples), (), 0), tmp_path / "peaks.dat")
    data = (tmp_path / "peaks.dat").read_bytes()
    version, flags, rate, per_pair, count, channels = struct.unpack("<iIiiIi", data[:24])
    assert (version, flags, rate // per_pair, channels) == (2, 1, PAIRS_HZ, 1)
    pairs = np.frombuffer(data[24:], np.int8).reshape(-1, 2)
    assert len(pairs) == count == round((130 + start) * PAIRS_HZ)
    loud = np.flatnonzero(pairs.any(axis=1))
    assert loud.tolist() == [round((70 + start) * PAIRS_HZ)]
    assert pairs[loud[0]].tolist() == [-64, 127]
    assert {p.name for p in tmp_path.iterdir()} == {"s", "peaks.dat"}
