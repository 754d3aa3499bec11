"""The work of reviewing: what is looked at first and why, who looks at it, whether two agree, and what was signed."""
