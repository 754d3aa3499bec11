"""The only code that opens media."""
