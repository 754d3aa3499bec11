"""What people correct in the transcript of a recording: who speaks, which role, where one voice is two, and
what was said.

The original stays as it was measured. A correction is anchored in time, by the stretches that its voice held when the
person made it, so it still finds its voice when a later analysis names the voices differently.
"""

from pipeline.corrections.apply import Corrected, apply_corrections, correct_turns
from pipeline.corrections.correction import Correction, CorrectionKind
from pipeline.corrections.make import (
    Speaker,
    assign,
    merge,
    rename,
    reword,
    reword_part,
    reword_turn,
    set_role,
    speakers_of,
    split,
)
from pipeline.corrections.origins import PutRight, put_right
from pipeline.corrections.words import place_of

__all__ = (
    "Corrected",
    "Correction",
    "CorrectionKind",
    "PutRight",
    "Speaker",
    "apply_corrections",
    "assign",
    "correct_turns",
    "merge",
    "place_of",
    "put_right",
    "rename",
    "reword",
    "reword_part",
    "reword_turn",
    "set_role",
    "speakers_of",
    "split",
)
