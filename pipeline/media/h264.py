"""H.264 as it is stored: NAL units, parameter sets, the header (avcC) that holds them (ISO/IEC 14496-10 and -15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

IDR, SPS, PPS = 5, 7, 8
COPIED_PROFILES = frozenset({66, 77, 100})
"""Baseline, Main and High: 8 bit, 4:2:0; what every browser plays."""
SHORTEST_HEADER = 7
MOST_SETS = 31
"""An avcC counts its sequence parameter sets in 5 bits, and ids of these go to 31."""


@dataclass(frozen=True)
class ParameterSets:
    """The parameter sets of a stream, as NAL units without start codes. `length_bytes`: 0 means start codes."""

    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]
    length_bytes: int

    @property
    def profile(self) -> int:
        return self.sps[0][1] if self.sps else 0

    @property
    def level(self) -> int:
        """Ten times the level, as it is coded: 31 is level 3.1."""
        return max((sps[3] for sps in self.sps), default=0)

    def ids(self) -> set[int]:
        """Every id of a sequence or picture parameter set."""
        return {_ue(s[4:12]) for s in self.sps} | {_ue(p[1:9]) for p in self.pps}

    def free_id(self) -> int | None:
        """The lowest id that neither kind of set uses; None where there is none."""
        return next((n for n in range(1, MOST_SETS + 1) if n not in self.ids()), None)

    def knows(self, nal: bytes) -> bool:
        """Whether a parameter set is one of these, byte for byte (trailing zeros are padding)."""
        return nal.rstrip(b"\0") in {s.rstrip(b"\0") for s in (*self.sps, *self.pps)}

    def joined(self, other: ParameterSets) -> ParameterSets:
        """Both, for a stream that is made of parts of either. Their ids must differ."""
        return ParameterSets((*self.sps, *other.sps), (*self.pps, *other.pps), 4)

    def avcc(self) -> bytes:
        """The header as MP4 keeps it (AVCDecoderConfigurationRecord); the first set's profile, the highest level."""
        first = self.sps[0]
        out = bytearray([1, first[1], first[2], self.level, 0xFF, 0xE0 | len(self.sps)])
        for sps in self.sps:
            out += len(sps).to_bytes(2, "big") + sps
        out.append(len(self.pps))
        for pps in self.pps:
            out += len(pps).to_bytes(2, "big") + pps
        if first[1] == 100:  # chroma format 4:2:0, 8 bit, no extension sets
            out += bytes([0xFC | 1, 0xF8, 0xF8, 0])
        return bytes(out)


def parameter_sets(extradata: bytes | None) -> ParameterSets:
    """The sets of a stream's header, as MP4 or as start codes have them; empty where it holds none or is damaged."""
    if not extradata:
        return ParameterSets((), (), 0)
    if extradata[0] != 1 or len(extradata) < SHORTEST_HEADER:
        nals = list(split(extradata, 0))
        return ParameterSets(_of(nals, SPS), _of(nals, PPS), 0)
    nals, at = [], 5
    for mask in (0x1F, 0xFF):
        count = extradata[at] & mask if at < len(extradata) else 0
        at += 1
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2], "big")
            nals.append(extradata[at + 2 : at + 2 + size])
            at += 2 + size
    return ParameterSets(_of(nals, SPS), _of(nals, PPS), (extradata[4] & 3) + 1)


def split(data: bytes, length_bytes: int) -> Iterator[bytes]:
    """The NAL units of a packet. Raises ValueError where the lengths do not add up."""
    if not length_bytes:
        yield from _by_start_codes(data)
        return
    at = 0
    while at + length_bytes <= len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        at += length_bytes
        if at + size > len(data):
            raise ValueError("a NAL unit is longer than its packet")
        if size:
            yield data[at : at + size]
        at += size


def joined(nals: list[bytes]) -> bytes:
    """A packet with lengths of four bytes."""
    return b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals)


def kind(nal: bytes) -> int:
    """The type of a NAL unit."""
    return nal[0] & 0x1F


def holds_idr(data: bytes, extradata: bytes | None) -> bool:
    """Whether a packet is a picture behind which nothing refers to anything before it."""
    length = parameter_sets(extradata).length_bytes
    try:
        return any(kind(nal) == IDR for nal in split(data, length))
    except ValueError:
        return False


def _of(nals: list[bytes], wanted: int) -> tuple[bytes, ...]:
    return tuple(nal for nal in nals if nal and kind(nal) == wanted)


def _by_start_codes(data: bytes) -> Iterator[bytes]:
    at = data.find(b"\0\0\1")
    while at >= 0:
        following = data.find(b"\0\0\1", at + 3)
        nal = data[at + 3 : following if following >= 0 else len(data)]
        if following >= 0:
            nal = nal.rstrip(b"\0")  # the first zero of a start code of four bytes
        if nal:
            yield nal
        at = following


def _ue(data: bytes) -> int:
    """The unsigned Exp-Golomb number that these bytes begin with."""
    clean = data.replace(b"\0\0\3", b"\0\0")
    bits = "".join(f"{byte:08b}" for byte in clean)
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1] or "1", 2) - 1
