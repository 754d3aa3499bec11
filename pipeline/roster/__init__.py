"""The roster: which officer of which unit and precinct wore which camera, and when."""

from pipeline.roster.assignment import Assignment, Roster, spellings
from pipeline.roster.read import read_roster

__all__ = ["Assignment", "Roster", "read_roster", "spellings"]
