"""The analysis of body-worn recordings: files in, findings stored."""

__version__ = "0.1.0"
