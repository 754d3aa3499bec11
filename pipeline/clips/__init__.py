"""Clips: from a recording, a selection, a finding or a list to finished files with captions and manifest."""
