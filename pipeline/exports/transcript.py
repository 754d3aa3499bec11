"""Transcripts out: WebVTT, SubRip, plain text and JSON, each saying where it is a draft and whose role is not known."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.contract import BackendInfo
from pipeline.types import Evidence, Turn

DRAFT = "DRAFT, written down by a recogniser of low accuracy. Compare with the sound before quoting."
MACHINE = "Written down by a machine. Compare with the sound before quoting."
NO_ROLE = "role not known"


def write_transcript(evidence: Evidence, form: str) -> str:
    """The turns of a recording as "vtt", "srt", "txt" or "json". Raises ValueError for another form.

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


def _spoken(evidence: Evidence) -> Sequence[Turn]:
    return [t for t in evidence.turns or () if t.text]


def _vtt(evidence: Evidence) -> str:
    cues = [
        f"{stamp(t.start)} --> {stamp(max(t.end, t.start + 0.001))}\n"
        f"<v {html.escape(speaker_of(t), quote=False)}>{html.escape(_one_line(t.text), quote=False)}</v>"
        for t in _spoken(evidence)
    ]
    return "\n\n".join(["WEBVTT", f"NOTE {_one_line(remark(evidence))}", *cues]) + "\n"


def _srt(evidence: Evidence) -> str:
    cues = [
        f"{n}\n{stamp(t.start, ',')} --> {stamp(max(t.end, t.start + 0.001), ',')}\n"
        f"{speaker_of(t)}: {_one_line(t.text)}"
        for n, t in enumerate(_spoken(evidence), 2)
    ]
    # SubRip has no remarks: the first cue carries it
    first = f"1\n00:00:00,000 --> 00:00:01,000\n[{remark(evidence)}]"
    return "\n\n".join([first, *cues]) + "\n"


def _txt(evidence: Evidence) -> str:
    lines = [f"[{stamp(t.start)[:-4]}] {speaker_of(t)}: {_one_line(t.text)}" for t in _spoken(evidence)]
    return "\n".join([remark(evidence), "", *lines]) + "\n"


def _json(evidence: Evidence) -> str:
    said: dict[str, Any] = {
        "recording": evidence.recording.id,
        "file": evidence.recording.path.name,
        "remark": remark(evidence),
        "draft": is_draft(evidence),
        "turns": None if evidence.turns is None else [_row(t) for t in evidence.turns],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _row(turn: Turn) -> dict[str, Any]:
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


FORMS: Mapping[str, Callable[[Evidence], str]] = {"vtt": _vtt, "srt": _srt, "txt": _txt, "json": _json}
"""Form -> writer."""
