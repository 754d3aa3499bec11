"""The screen's own look, dark and light, and Streamlit's settings: given at the start, so any folder will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

ICON = Path(__file__).with_name("icon.svg")

PAGE_STYLE = """<style>
.stMainBlockContainer { padding: 1.1rem clamp(1rem, 2.2vw, 3rem) 1.5rem; }
.stAppHeader { background: none; height: 2.6rem; min-height: 0; }
.stAppHeader, .stAppHeader * { pointer-events: none; }
.stAppHeader button, .stAppHeader button * { pointer-events: auto; }
.st-key-bar { margin: -.4rem 2rem 0 -.5rem; }
.st-key-bar button { min-height: 2rem; padding: .1rem .6rem; }
.st-key-bar button:disabled { opacity: 1; color: inherit; font-weight: 650; border: 0; border-radius: 0;
  box-shadow: inset 0 -2px 0 0 currentColor; cursor: default; background: none; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; opacity: .82; }
.st-key-running:not([data-on]) { position: absolute; width: 1px; height: 1px; overflow: hidden; visibility: hidden; }
.stMain:focus-visible { outline: 2px solid currentColor; outline-offset: -2px; }
.st-key-running { width: calc(100% - 2rem); }
</style>"""
"""Streamlit leaves a hand's breadth empty around a page; this screen needs the room."""

DARK_STYLE = """<style>
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primaryFormSubmit"] { color: #0c1a1c; }
</style>"""
"""White on the light colour of the dark theme could hardly be read."""

_LIGHT: Mapping[str, str] = {
    "primaryColor": "#0b6f76",
    "backgroundColor": "#fbfcfd",
    "secondaryBackgroundColor": "#eef2f5",
    "textColor": "#17222e",
    "linkColor": "#0b6f76",
    "borderColor": "#cfd8df",
}
_DARK: Mapping[str, str] = {
    "primaryColor": "#4cc2c4",
    "backgroundColor": "#11171d",
    "secondaryBackgroundColor": "#1b242d",
    "textColor": "#e6ecf1",
    "linkColor": "#6fd3d4",
    "borderColor": "#35424e",
}


def settings(port: int, host_names: Sequence[str] = ()) -> dict[str, object]:
    """Settings of the server and of the theme; `host_names` besides this machine's own."""
    plain: dict[str, object] = {
        "server.address": "127.0.0.1",
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.enableXsrfProtection": True,
        "server.allowedHosts": ["127.0.0.1", "localhost", "::1", *host_names],
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "logger.hideWelcomeMessage": True,
        "theme.baseFontSize": 15,
        "theme.baseRadius": "small",
        "theme.headingFontSizes": ["1.6rem", "1.25rem", "1.1rem"],
        "theme.headingFontWeights": [650, 650, 650],
    }
    themed = {
        f"theme.{mode}.{key}": value for mode, of in (("light", _LIGHT), ("dark", _DARK)) for key, value in of.items()
    }
    return plain | themed
