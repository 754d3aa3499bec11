"""What leaves the store: transcripts, tables, and later clips and reports."""
