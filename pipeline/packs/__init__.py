"""The agency's own policy pack: begun, changed after a check, kept version by version, and what a change would redo."""
