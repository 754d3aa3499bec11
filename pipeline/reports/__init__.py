"""Reports: of an incident for a supervisor, of an officer's or unit's recordings over time, and for the public."""
