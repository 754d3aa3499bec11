"""Clips cut out of a source: exact to the picture and the sample, or the source's own packets."""
