"""Policy packs: which clause is looked for, with which words and within which times. An agency edits one TOML file."""

from pipeline.policy.commands import CommandMatch, find_commands
from pipeline.policy.load import load_policy
from pipeline.policy.names import NameMatch, find_answer, find_names, find_unheard_answer
from pipeline.policy.pack import COMMAND_CATEGORIES, CommandRules, Policy, Windows

__all__ = [
    "COMMAND_CATEGORIES",
    "CommandMatch",
    "CommandRules",
    "NameMatch",
    "Policy",
    "Windows",
    "find_answer",
    "find_commands",
    "find_names",
    "find_unheard_answer",
    "load_policy",
]
