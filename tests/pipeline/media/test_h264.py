from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.h264 import ParameterSets, holds_idr, joined, kind, parameter_sets, split

SPS, PPS = bytes.fromhex("6764000aacd94141fb0110000003001000000303c0f1429960"), bytes.fromhex("68ebe3cb22c0")
NAL = st.binary(min_size=1, max_size=40).map(lambda b: b.replace(b"\0\0", b"\0\x03\1").rstrip(b"\0") + b"\x80")


@given(st.lists(NAL, min_size=1, max_size=6))
def test_units_come_back_from_either_form(nals: list[bytes]) -> None:
    assert list(split(joined(nals), 4)) == nals
    assert list(split(b"".join(b"\0\0\0\1" + nal for nal in nals), 0)) == nals
    assert list(split(b"".join(b"\0\0\1" + nal for nal in nals), 0)) == nals


def test_lengths_that_do_not_add_up_are_an_error() -> None:
    with pytest.raises(ValueError, match="longer than its packet"):
        list(split(b"\0\0\0\x09ab", 4))


def test_header_holds_the_sets_of_both_parts() -> None:
    one = ParameterSets((SPS,), (PPS,), 4)
    other_sps = SPS[:4] + bytes([0b01010110]) + SPS[5:]  # id 1
    both = one.joined(ParameterSets((other_sps,), (b"\x68\x5b",), 4))
    assert parameter_sets(both.avcc()) == both
    assert (both.profile, both.level) == (100, 10)


def test_an_unused_id_is_found() -> None:
    assert ParameterSets((SPS,), (PPS,), 4).ids() == {0}
    assert ParameterSets((SPS,), (PPS,), 4).free_id() == 1


def test_start_codes_are_told_from_a_header() -> None:
    sets = parameter_sets(b"\0\0\0\1" + SPS + b"\0\0\0\1" + PPS)
    assert (sets.sps, sets.pps, sets.length_bytes) == ((SPS,), (PPS,), 0)
    assert parameter_sets(None) == parameter_sets(b"") == ParameterSets((), (), 0)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_without_a_fault(data: bytes) -> None:
    for nal in (*parameter_sets(data).sps, *parameter_sets(b"\1" + data).sps):
        assert kind(nal) == 7
    assert holds_idr(data, None) in (True, False) and holds_idr(data, b"\1" + data) in (True, False)
