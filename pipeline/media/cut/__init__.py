"""Clips cut out of a source: exact to the picture and the sample, or the source's own packets."""

from pipeline.media.cut.cutting import Cut, CutKind, cut
from pipeline.media.cut.disk import settle, workshop
from pipeline.media.cut.original import container_of
from pipeline.media.cut.pictures import Quality

__all__ = ["Cut", "CutKind", "Quality", "container_of", "cut", "settle", "workshop"]
