"""The launcher of the review screen: one process, one address, bound to this machine alone.

A store without accounts is shown to whoever starts the screen (single-user mode); with accounts, people sign in. To
serve others, a proxy with TLS stands before it and `host_names` says under which names.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import click
import streamlit as st
from starlette.middleware import Middleware

from pipeline.errors import AccountError, BwcError, StoreError, StoreMissing
from pipeline.login import login_name
from review_ui import look, memory, state_pages, stores, who
from review_ui.server import (
    analyses,
    api,
    assets,
    camera_audit,
    camera_use,
    clips,
    exports,
    inbox,
    incidents,
    media,
    redaction,
    reels,
    reports,
    search,
    settings,
    sign_in,
    speakers,
)
from review_ui.server.gate import Cookie, Gate, SingleUser
from review_ui.server.headers import Dressed
from review_ui.server.rights import Bounds
from review_ui.server.sessions import Identity, Sessions
from review_ui.server.troubles import Troubles

ADDRESS = "127.0.0.1"
ROUTES = (
    *analyses.ROUTES,
    *media.ROUTES,
    *api.ROUTES,
    *incidents.ROUTES,
    *inbox.ROUTES,
    *speakers.ROUTES,
    *camera_audit.ROUTES,
    *camera_use.ROUTES,
    *clips.ROUTES,
    *redaction.ROUTES,
    *reels.ROUTES,
    *exports.ROUTES,
    *assets.ROUTES,
    *sign_in.ROUTES,
    *search.ROUTES,
    *reports.ROUTES,
    *settings.ROUTES,
)

_SCRIPT = Path(__file__).with_name("ui.py").resolve()


class PortTaken(BwcError):
    """The port of the review screen cannot be had."""


def build(store: Path, port: int, reviewer: str, host_names: Sequence[str] = ()) -> st.App:
    """The application: pages, data and media behind the gate. Raises AccountError; a store that cannot be opened is
    a page of the screen, which says what to do."""
    with contextlib.suppress(StoreError):
        stores.use(store)
    cookie = Cookie(f"bwc_session_{port}", secure=bool(host_names))
    accounts = stores.has_accounts()
    if host_names and not accounts:
        raise AccountError("other people can only be served with accounts: add one with `bwc users add NAME`")
    door = who.Door(Sessions(recheck=sign_in.still), cookie)
    who.use(door)
    single = None if accounts else SingleUser(Identity(reviewer), over=stores.has_accounts)
    gate = Middleware(Gate, sessions=door.sessions, cookie=cookie, single_user=single, hosts=tuple(host_names))
    layers = [Middleware(Dressed), Middleware(Troubles), gate, Middleware(Bounds)]
    return st.App(_SCRIPT, routes=list(ROUTES), middleware=layers, on_script_error=state_pages.fault)


def serve(
    store: Path,
    port: int = 8501,
    open_browser: bool = False,
    reviewer: str | None = None,
    host_names: Sequence[str] = (),
) -> None:
    """Shows a store on http://127.0.0.1:PORT until it is stopped. Raises AccountError, PortTaken."""
    app = build(store, port, reviewer or login_name(), host_names)
    _check_port(port)
    # pieces of video and page scripts share one interpreter lock: measured 5 to 8 times the throughput when busy
    sys.setswitchinterval(0.0005)
    memory.share_heaps()
    address = f"http://{ADDRESS}:{port}"
    click.echo(f"Review screen: {address}   (Ctrl+C stops it)")
    _say_what_is_there()
    if stores.has_accounts():
        click.echo("People sign in with their accounts (bwc users list).")
    if open_browser:
        threading.Timer(1.5, webbrowser.open, [address]).start()
    app.run(config=look.settings(port, host_names))


def _say_what_is_there() -> None:
    try:
        stores.opened()
    except StoreMissing:
        click.echo(f"{stores.path()}: no store here yet; the screen leads to the first folder or the demonstration.")
    except StoreError as error:
        click.echo(f"{error}\nThe screen says what to do.")
    if stores.brought_up():
        click.echo("The store was of an older version and was brought up to date.")


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


@click.command()
@click.option("--store", type=click.Path(path_type=Path), default=Path("bwc.db"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--reviewer", default=None, help="The name under which verdicts are kept (default: your user name).")
@click.option("--host-name", "host_names", multiple=True, help="Served under this name, by a proxy with TLS.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
def main(store: Path, port: int, reviewer: str | None, host_names: tuple[str, ...], open_browser: bool) -> None:
    """Show a store in the browser, on this machine alone."""
    try:
        serve(store, port, open_browser, reviewer, host_names)
    except BwcError as error:
        raise click.ClickException(str(error)) from error
