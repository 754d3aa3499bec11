"""The only code that opens media."""

from pipeline.media.recording_file import MediaFile, open_media

__all__ = ["MediaFile", "open_media"]
