"""What can be looked for in transcripts and findings, as a person types it."""

from pipeline.search.hit import Hit, Hits, SavedSearch
from pipeline.search.query import Query, parsed

__all__ = ["Hit", "Hits", "Query", "SavedSearch", "parsed"]
