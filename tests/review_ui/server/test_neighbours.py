from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from review_ui.server.neighbours import TABLES, account_of

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


def table(tmp_path: Path, local: str, account: int) -> tuple[Path, ...]:
    path = tmp_path / "tcp"
    path.write_text(f"{HEAD}   0: {local} 0100007F:2135 01 00000000:00000000 00:00000000 00000000  {account}  0 1 1\n")
    return (path,)


@pytest.mark.skipif(not TABLES[0].exists(), reason="this system does not list its connections")
def test_the_account_of_a_real_connection() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        assert account_of(client.getsockname()) == os.getuid()


@pytest.mark.parametrize("local", ["0100007F:C001", "0000000000000000FFFF00000100007F:C001"])
def test_another_account(tmp_path: Path, local: str) -> None:
    assert account_of(("127.0.0.1", 0xC001), table(tmp_path, local, 1234)) == 1234


@pytest.mark.parametrize(
    "client", [("127.0.0.1", 0xC002), ("127.0.0.2", 0xC001), ("testclient", 50000), ("::1", 0xC001)]
)
def test_not_told(tmp_path: Path, client: tuple[str, int]) -> None:
    assert account_of(client, table(tmp_path, "0100007F:C001", 1234)) is None


def test_a_system_without_tables(tmp_path: Path) -> None:
    assert account_of(("127.0.0.1", 1), (tmp_path / "none",)) is None
