"""Dispatch records: calls of a computer-aided dispatch system, read from its CSV export."""

from pipeline.dispatch.read import read_calls

__all__ = ["read_calls"]
