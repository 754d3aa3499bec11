"""The local key that manifests are signed with: ed25519, made once per person or workplace.

The private key lies in the user's own settings folder, mode 0600, not beside the store: whoever is given a copy of the
store must not be able to sign in somebody's name. The public key is a small text file to hand out.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from pipeline.errors import CustodyError

ALGORITHM = "ed25519"
PLACE = "BWC_SIGNING_KEY"
"""Environment variable: the private key's file, in place of the settings folder."""
LARGEST_BYTES = 4096


@dataclass(frozen=True)
class PublicKey:
    """Half of a key that may be handed out."""

    key: Ed25519PublicKey

    @property
    def raw(self) -> bytes:
        return self.key.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        """sha256 of the 32 bytes of the key, as people compare it: "3f0c 91ab ..." (16 groups of 4)."""
        digest = hashlib.sha256(self.raw).hexdigest()
        return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))

    def pem(self) -> bytes:
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def checks(self, signature: bytes, content: bytes) -> bool:
        """Whether the holder of the other half signed this content."""
        try:
            self.key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """Both halves of a key."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.key.public_key())

    def sign(self, content: bytes) -> dict[str, Any]:
        """A signature as a manifest holds it."""
        return {
            "algorithm": ALGORITHM,
            "public_key": base64.b64encode(self.public.raw).decode(),
            "value": base64.b64encode(self.key.sign(content)).decode(),
        }


def key_place() -> Path:
    """Where the private key lies: BWC_SIGNING_KEY, else the settings folder of the user."""
    if chosen := os.environ.get(PLACE):
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "bwc" / "signing.key"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "bwc" / "signing.key"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "bwc" / "signing.key"


def public_place(private: Path) -> Path:
    """Where the public half lies: beside the private one."""
    return private.with_suffix(".pub")


def make_key(private: Path) -> SigningKey:
    """Makes a key and writes both halves. A key that is there is never replaced. Raises CustodyError."""
    made = SigningKey(Ed25519PrivateKey.generate())
    secret = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # created with its mode, so that there is no moment in which others can read it
        handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        public_place(private).write_bytes(made.public.pem())
    except FileExistsError as error:
        raise CustodyError(
            f"{private}: a key is here already; what it signed could not be checked without it"
        ) from error
    except OSError as error:
        raise CustodyError(f"{private}: the key cannot be written ({error.strerror})") from error
    return made


def own_key() -> SigningKey | None:
    """The user's own key; None: none was made. Raises CustodyError for one that cannot be used."""
    place = key_place()
    return read_key(place) if place.exists() else None


def own_public() -> PublicKey | None:
    """The public half of the user's own key; None: there is none that can be used."""
    try:
        key = own_key()
    except CustodyError:
        return None
    return key.public if key else None


def read_key(path: Path) -> SigningKey:
    """A private key. Raises CustodyError, also where others can read it."""
    content = _content(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise CustodyError(f"{path}: others can read this key; close it with: chmod 600 {path}")
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CustodyError(f"{path}: no private key of this program") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CustodyError(f"{path}: a key of another kind; ed25519 is needed")
    return SigningKey(key)


def read_public(path: Path) -> PublicKey:
    """A public key. Raises CustodyError."""
    content = _content(path)
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CustodyError(f"{path}: no public key; give the .pub file that `bwc keys show` names") from error
    if not isinstance(key, Ed25519PublicKey):
        raise CustodyError(f"{path}: a key of another kind; ed25519 is needed")
    return PublicKey(key)


def public_from(raw: str) -> PublicKey | None:
    """A public key as a manifest holds it; None: it is none."""
    content = from_base64(raw)
    try:
        return PublicKey(Ed25519PublicKey.from_public_bytes(content)) if content else None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def from_base64(text: str) -> bytes | None:
    """The bytes of a text that is written as `sign` writes it; None: it is written otherwise."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return content if base64.b64encode(content).decode() == text else None  # one way to write it, no spare bits


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise CustodyError(f"{path}: the key cannot be read ({error.strerror})") from error
    if len(content) > LARGEST_BYTES:
        raise CustodyError(f"{path}: no key (too large)")
    return content
