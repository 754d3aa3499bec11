"""Scripts that make the small weights which the project trains itself. Never imported at run time."""
