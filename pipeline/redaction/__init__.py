"""Covers faces, places, names and voices in a copy of a recording, for training; burned in, and checked afterwards."""
