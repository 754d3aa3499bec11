"""Dispatch records: calls of a computer-aided dispatch system, read from its CSV export."""
