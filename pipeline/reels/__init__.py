"""Debrief reels: clips from several recordings in one film, from a list that can be kept, reordered and reused."""
