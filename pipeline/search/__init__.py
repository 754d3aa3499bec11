"""What can be looked for in transcripts and findings, as a person types it."""

from pipeline.search.hit import Hit, Hits, PutRightBy, SavedSearch
from pipeline.search.query import Query, parsed
from pipeline.search.speaker import is_called

__all__ = ["Hit", "Hits", "PutRightBy", "Query", "SavedSearch", "is_called", "parsed"]
