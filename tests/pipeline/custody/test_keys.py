"""The local key: made once, closed to others, and its signatures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pipeline.custody.keys import key_place, make_key, own_key, public_from, public_place, read_key, read_public
from pipeline.errors import CustodyError


def test_made_once_and_closed_to_others(tmp_path: Path) -> None:
    place = tmp_path / "new folder" / "signing.key"
    made = make_key(place)
    assert place.stat().st_mode & 0o777 == 0o600 and place.parent.stat().st_mode & 0o077 == 0
    assert read_key(place).public.raw == made.public.raw == read_public(public_place(place)).raw
    with pytest.raises(CustodyError, match="a key is here already"):
        make_key(place)
    assert read_key(place).public.raw == made.public.raw


def test_signatures_hold_for_the_content_alone(tmp_path: Path) -> None:
    made = make_key(tmp_path / "a.key")
    signature = made.key.sign(b"content")
    assert made.public.checks(signature, b"content") and not made.public.checks(signature, b"Content")
    assert not make_key(tmp_path / "b.key").public.checks(signature, b"content")
    assert made.public.fingerprint.count(" ") == 15
    assert public_from(made.sign(b"x")["public_key"]) is not None and public_from("AAAA") is None


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "a.key"
    make_key(place)
    place.chmod(0o644)
    with pytest.raises(CustodyError, match="chmod 600"):
        read_key(place)


def test_what_is_no_key(tmp_path: Path) -> None:
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", os.urandom(9000)):
        place = tmp_path / "bad.key"
        place.write_bytes(content)
        place.chmod(0o600)
        with pytest.raises(CustodyError, match="key"):
            read_key(place)
        with pytest.raises(CustodyError, match="key"):
            read_public(place)
    with pytest.raises(CustodyError, match="cannot be read"):
        read_key(tmp_path / "none.key")


def test_keys_of_another_kind(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1())
    secret, public = tmp_path / "ec.key", tmp_path / "ec.pub"
    secret.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    secret.chmod(0o600)
    public.write_bytes(other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(CustodyError, match="another kind"):
        read_key(secret)
    with pytest.raises(CustodyError, match="another kind"):
        read_public(public)


def test_where_the_key_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_key() is None
    monkeypatch.delenv("BWC_SIGNING_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    assert key_place() == tmp_path / "config" / "bwc" / "signing.key"
