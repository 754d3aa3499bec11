"""The accounts of a store. Every change is a row of the activity log; passwords and their hashes never are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.accounts import Account, Duty, hashed, matches
from pipeline.errors import AccountError
from pipeline.rows import now, utc
from pipeline.store.opened import Opened

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class Accounts(Opened):
    """Who may use the review screen."""

    def add_account(
        self, name: str, duty: Duty, password: str, by: str, *, full_name: str = "", units: Iterable[str] = ()
    ) -> Account:
        """A new account. Raises AccountError for a name that is taken or cannot be one, or a weak password."""
        if not _NAME.fullmatch(name):
            raise AccountError(f"{name!r} cannot be a name: letters, digits and . _ @ - without spaces, 64 at most")
        if self._account_row(name) is not None:
            raise AccountError(f"there is an account {name} already; `bwc users password {name}` sets a new password")
        row = {
            "name": name, "full_name": full_name.strip(), "duty": duty.value,
            "units": json.dumps(sorted({u.strip() for u in units} - {""})), "password": hashed(password),
            "disabled": 0, "sessions_from_utc": now(),
        }  # fmt: skip
        with self._writing():
            self._db.table("accounts").insert(row)
            self._log(by, "account.add", name, {"duty": row["duty"], "units": json.loads(str(row["units"]))})
        return self.account(name)

    def account(self, name: str) -> Account:
        """The account of this name. Raises AccountError."""
        row = self._account_row(name)
        if row is None:
            raise AccountError(f"there is no account {name}; `bwc users list` shows all")
        return _account(row)

    def accounts(self) -> list[Account]:
        """All accounts by name, disabled ones too."""
        return [_account(row) for row in self._db.query("SELECT * FROM accounts ORDER BY name COLLATE NOCASE")]

    def has_accounts(self) -> bool:
        """Whether people have to sign in: one account is enough, also a disabled one."""
        return bool(next(self._db.query("SELECT EXISTS (SELECT 1 FROM accounts) AS n"))["n"])

    def signed_in(self, name: str, password: str) -> Account | None:
        """The account, where the password is its own and it is not disabled. Takes as long for nobody as for a typo."""
        row = self._account_row(name)
        right = matches(row["password"] if row else None, password)
        return _account(row) if row is not None and right and not row["disabled"] else None

    def set_password(self, name: str, password: str, by: str) -> None:
        """A new password; sessions that are open end. Raises AccountError."""
        self._change(name, {"password": hashed(password), "sessions_from_utc": now()}, by, "account.password", {})

    def set_disabled(self, name: str, disabled: bool, by: str) -> None:
        """Shuts an account out at its next request, or lets it in again. Raises AccountError."""
        action = "account.disable" if disabled else "account.enable"
        self._change(name, {"disabled": int(disabled), "sessions_from_utc": now()}, by, action, {})

    def end_sessions(self, name: str, by: str) -> None:
        """Everybody who is signed in under this name is out at the next request. Raises AccountError."""
        self._change(name, {"sessions_from_utc": now()}, by, "account.sign_out", {})

    def set_duty(self, name: str, duty: Duty, units: Iterable[str] | None, by: str) -> None:
        """What the account is for, and whose footage it sees (None: as it was). Raises AccountError."""
        change: dict[str, Any] = {"duty": duty.value}
        if units is not None:
            change["units"] = json.dumps(sorted({u.strip() for u in units} - {""}))
        self._change(name, change, by, "account.duty", change)

    def _change(self, name: str, change: Mapping[str, Any], by: str, action: str, said: Mapping[str, Any]) -> None:
        self.account(name)
        with self._writing():
            self._db.table("accounts").update(name, dict(change))
            self._log(by, action, name, said)

    def _account_row(self, name: str) -> dict[str, Any] | None:
        rows = list(self._db.query("SELECT * FROM accounts WHERE name = ?", [name]))
        return rows[0] if rows else None


def _account(row: Mapping[str, Any]) -> Account:
    return Account(
        name=row["name"],
        duty=Duty(row["duty"]),
        full_name=row["full_name"],
        units=tuple(json.loads(row["units"])),
        disabled=bool(row["disabled"]),
        sessions_from=utc(row["sessions_from_utc"]),
    )
