"""The launcher of the review screen: one process, one address, bound to this machine alone."""

from __future__ import annotations

import errno
import getpass
import socket
import sys
import threading
import webbrowser
from pathlib import Path

import click
import streamlit as st
from starlette.middleware import Middleware

from pipeline.errors import BwcError
from review_ui import look, stores, who
from review_ui.server import api, assets, camera_audit, media, speakers
from review_ui.server.gate import Gate, SingleUser
from review_ui.server.sessions import Identity, Sessions

ADDRESS = "127.0.0.1"
ROUTES = (*media.ROUTES, *api.ROUTES, *speakers.ROUTES, *camera_audit.ROUTES, *assets.ROUTES)

_SCRIPT = Path(__file__).with_name("ui.py").resolve()


class PortTaken(BwcError):
    """The port of the review screen cannot be had."""


def build(store: Path, port: int, reviewer: str) -> st.App:
    """The application in single-user mode: pages, data and media behind the gate. Raises StoreError."""
    stores.use(store)
    door = who.Door(Sessions(), f"bwc_session_{port}")
    who.use(door)
    single = SingleUser(Identity(reviewer))
    gate = Middleware(Gate, sessions=door.sessions, cookie=door.cookie, single_user=single)
    return st.App(_SCRIPT, routes=list(ROUTES), middleware=[gate])


def serve(store: Path, port: int = 8501, open_browser: bool = False, reviewer: str | None = None) -> None:
    """Shows a store on http://127.0.0.1:PORT until it is stopped. Raises StoreError, PortTaken."""
    app = build(store, port, reviewer or _user())
    _check_port(port)
    # pieces of video and page scripts share one interpreter lock: measured 5 to 8 times the throughput when busy
    sys.setswitchinterval(0.0005)
    address = f"http://{ADDRESS}:{port}"
    click.echo(f"Review screen: {address}   (Ctrl+C stops it)")
    if open_browser:
        threading.Timer(1.5, webbrowser.open, [address]).start()
    app.run(config=look.settings(port))


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = (
                "is taken by another program (perhaps a review screen that is open already)" if taken else "is refused"
            )
            raise PortTaken(f"port {port} {why}; choose another one with: --port {port + 1}") from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"


@click.command()
@click.option("--store", type=click.Path(path_type=Path), default=Path("bwc.db"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--reviewer", default=None, help="The name under which verdicts are kept (default: your user name).")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
def main(store: Path, port: int, reviewer: str | None, open_browser: bool) -> None:
    """Show a store in the browser, on this machine alone."""
    try:
        serve(store, port, open_browser, reviewer)
    except BwcError as error:
        raise click.ClickException(str(error)) from error
