"""The only code that opens media. Nothing is imported here: whoever needs one part does not load the decoders."""
