"""Laying recordings on one clock by what they hear. Pure functions of arrays; whoever calls brings the sound."""

from pipeline.sync.flux import band_flux
from pipeline.sync.match import Comparison, SoundMatch, believed, compare
from pipeline.sync.refine import ReadSound

__all__ = ["Comparison", "ReadSound", "SoundMatch", "band_flux", "believed", "compare"]
