"""Loading and running the speech models opens no connection: every attempt would be seen by an audit hook."""

import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]

WATCH = """
import sys
WATCHED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg",
           "urllib.Request", "http.client.connect", "ftplib.connect")
seen = []
sys.addaudithook(lambda event, arguments: seen.append((event, str(arguments)[:80])) if event in WATCHED else None)
"""

CONTROL = """
import socket, time
time.sleep({wait})
print("tried:", seen)
try:
    socket.create_connection(("127.0.0.1", 9), timeout=0.2)
except OSError:
    pass
print("control:", any(event == "socket.connect" for event, _ in seen))
"""

WHISPER = """
from models.faster_whisper import FasterWhisper
from tests.models.speech_truth import WHISPER, clip
words = FasterWhisper(WHISPER, threads=1).transcribe(clip("commands.flac"), hotwords=("police",))
assert words
"""

PYANNOTE = """
from models.pyannote import PyannoteDiarizer
from tests.models.speech_truth import PYANNOTE, clip, speech_of
found = PyannoteDiarizer(PYANNOTE).diarize(clip("conversation.opus"), speech_of("conversation.opus"))
assert found.turns
"""


def watched(script: str, wait: float) -> list[str]:
    """Run a script under the hook. Nothing of our environment that could switch reports off is passed on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYANNOTE", "HF_", "OTEL"))}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", dedent(WATCH) + script + CONTROL.format(wait=wait)],
        cwd=ROOT,
        env={**kept, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_faster_whisper_opens_no_connection() -> None:
    assert watched(WHISPER, wait=0.0) == ["tried: []", "control: True"]


@pytest.mark.pyannote
@pytest.mark.skipif(
    any(util.find_spec(name) is None for name in ("torch", "pyannote")), reason="the [pyannote] extra is not installed"
)
def test_pyannote_opens_no_connection() -> None:
    """Its reports go out half a second after the fact, so the script waits for them."""
    assert watched(PYANNOTE, wait=1.0) == ["tried: []", "control: True"]
