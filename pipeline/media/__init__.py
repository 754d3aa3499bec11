"""The only code that opens media."""

from pipeline.media.recording_file import MediaFile, open_media
from pipeline.media.review_copy import CopySettings, make_review_copy, make_review_files
from pipeline.media.rules import PictureRules
from pipeline.media.sampler import PictureObserver
from pipeline.media.scan import ScanResult

__all__ = [
    "CopySettings",
    "MediaFile",
    "PictureObserver",
    "PictureRules",
    "ScanResult",
    "make_review_copy",
    "make_review_files",
    "open_media",
]
