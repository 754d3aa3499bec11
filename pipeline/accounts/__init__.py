"""Who may use the review screen: accounts, their duties and units, and their passwords."""

from pipeline.accounts.account import ALLOWED, Account, Act, Duty
from pipeline.accounts.passwords import SHORTEST, hashed, matches

__all__ = ["ALLOWED", "SHORTEST", "Account", "Act", "Duty", "hashed", "matches"]
