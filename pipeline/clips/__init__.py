"""Clips: from a recording, a selection, a finding or a list to finished files with captions and manifest."""

from pipeline.clips.make import Clip, make_clip
from pipeline.clips.order import CaptionOrder, ClipOrder, of_finding, of_recording

__all__ = ["CaptionOrder", "Clip", "ClipOrder", "make_clip", "of_finding", "of_recording"]
