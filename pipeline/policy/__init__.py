"""Policy packs: what an agency's policy asks for, as data."""
