"""Detectors decide: pure functions of the evidence, in milliseconds, named for what is on the recording."""
