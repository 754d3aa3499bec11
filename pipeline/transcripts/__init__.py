"""Transcripts that came from elsewhere: WebVTT, SubRip, RTTM (who spoke when, no words) and JSON lines."""

from pipeline.transcripts.line import Line
from pipeline.transcripts.read import ImportedTranscript, read_transcript

__all__ = ["ImportedTranscript", "Line", "read_transcript"]
