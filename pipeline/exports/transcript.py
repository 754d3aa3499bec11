"""Transcripts out: WebVTT, SubRip, plain text and JSON, each saying where it is a draft and whose role is not known."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.contract import BackendInfo
from pipeline.exports.csv_text import as_csv
from pipeline.types import Evidence, Turn

DRAFT = "DRAFT, written down by a recogniser of low accuracy. Compare with the sound before quoting."
MACHINE = "Written down by a machine. Compare with the sound before quoting."
NO_ROLE = "role not known"


def write_transcript(evidence: Evidence, form: str) -> str:
    """The turns of a recording as "vtt", "srt", "txt", "csv" or "json". Raises ValueError for another form.

    Turns that were never measured give a file that says so, not an empty one.
    """
    writer = FORMS.get(form)
    if writer is None:
        raise ValueError(f"no transcript form {form!r}; there are: {', '.join(FORMS)}")
    return writer(evidence)


def is_draft(evidence: Evidence) -> bool:
    """Whether the model that wrote the words is one of low accuracy."""
    info = evidence.backends.get("transcribe")
    return isinstance(info, BackendInfo) and info.draft


def remark(evidence: Evidence) -> str:
    """The sentence that every export of these turns begins with."""
    if evidence.turns is None:
        return "Not analysed: there is no transcript of this recording."
    if any("import" in name for name in evidence.backends) or "transcribe" not in evidence.backends:
        return "A transcript from elsewhere, or of unknown making. Compare with the sound before quoting."
    info = evidence.backends["transcribe"]
    return f"{DRAFT if info.draft else MACHINE} Recogniser: {info.name} {info.version}."


def speaker_of(turn: Turn) -> str:
    """ "v1 (officer)", "v2 (role not known)", or "speaker not known"."""
    role = turn.role.value if turn.role else NO_ROLE
    return f"{turn.voice} ({role})" if turn.voice else ("speaker not known" if turn.role is None else role)


def stamp(seconds: float, mark: str = ".") -> str:
    """3723.4 -> "01:02:03.400"."""
    total = round(seconds * 1000)
    hours, rest = divmod(total, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


@dataclass(frozen=True)
class Cue:
    """One line of a transcript as it is written out."""

    start: float
    end: float
    who: str
    text: str
    heard_by: str = ""
    """the cameras, where there are several"""


def cues_of(turns: Sequence[Turn]) -> list[Cue]:
    """The turns in which something was written down."""
    return [Cue(t.start, t.end, speaker_of(t), t.text) for t in turns if t.text]


def as_vtt(said: str, cues: Sequence[Cue]) -> str:
    """WebVTT; `said` is the remark that stands first."""
    blocks = [
        f"{stamp(c.start)} --> {stamp(max(c.end, c.start + 0.001))}\n"
        f"<v {html.escape(_one_line(c.who), quote=False)}>{html.escape(_one_line(c.text), quote=False)}</v>"
        for c in cues
    ]
    return "\n\n".join(["WEBVTT", f"NOTE {_one_line(said)}", *blocks]) + "\n"


def as_srt(said: str, cues: Sequence[Cue]) -> str:
    """SubRip, which has no remarks: the first cue carries it."""
    blocks = [
        f"{n}\n{stamp(c.start, ',')} --> {stamp(max(c.end, c.start + 0.001), ',')}\n"
        f"{_one_line(c.who)}: {_one_line(c.text)}"
        for n, c in enumerate(cues, 2)
    ]
    first = f"1\n00:00:00,000 --> 00:00:01,000\n[{_one_line(said)}]"
    return "\n\n".join([first, *blocks]) + "\n"


def as_txt(said: str, cues: Sequence[Cue]) -> str:
    """Plain text, one line each."""
    lines = [
        f"[{stamp(c.start)[:-4]}] {_one_line(c.who)}: {_one_line(c.text)}" + (f"  [{c.heard_by}]" if c.heard_by else "")
        for c in cues
    ]
    return "\n".join([said, "", *lines]) + "\n"


def _vtt(evidence: Evidence) -> str:
    return as_vtt(remark(evidence), cues_of(evidence.turns or ()))


def _srt(evidence: Evidence) -> str:
    return as_srt(remark(evidence), cues_of(evidence.turns or ()))


def _txt(evidence: Evidence) -> str:
    return as_txt(remark(evidence), cues_of(evidence.turns or ()))


def _json(evidence: Evidence) -> str:
    said: dict[str, Any] = {
        "recording": evidence.recording.id,
        "file": evidence.recording.path.name,
        "remark": remark(evidence),
        "draft": is_draft(evidence),
        "turns": None if evidence.turns is None else [turn_row(t) for t in evidence.turns],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _csv(evidence: Evidence) -> str:
    """One row a turn; where there is no transcript, one row that says so."""
    same = {"recording": evidence.recording.id, "file": evidence.recording.path.name}
    last = {"draft": is_draft(evidence), "remark": remark(evidence)}
    rows = [same | _cells(turn) | last for turn in evidence.turns or ()]
    return as_csv(rows or [same | dict.fromkeys(("start", "end", "speaker", "role", "text")) | last])


def _cells(turn: Turn) -> dict[str, Any]:
    role = turn.role.value if turn.role else None
    return {"start": turn.start, "end": turn.end, "speaker": turn.voice, "role": role, "text": turn.text}


def turn_row(turn: Turn) -> dict[str, Any]:
    """A turn as JSON, with its words."""
    return {
        "start": turn.start,
        "end": turn.end,
        "speaker": turn.voice,
        "role": turn.role.value if turn.role else None,
        "role_reason": turn.role_reason,
        "text": turn.text,
        "words": [{"text": w.text, "start": w.start, "end": w.end, "confidence": w.confidence} for w in turn.words],
    }


def _one_line(text: str) -> str:
    """No line breaks and no arrow: either would end a cue."""
    return " ".join(text.split()).replace("-->", "->")


FORMS: Mapping[str, Callable[[Evidence], str]] = {"vtt": _vtt, "srt": _srt, "txt": _txt, "csv": _csv, "json": _json}
"""Form -> writer."""
