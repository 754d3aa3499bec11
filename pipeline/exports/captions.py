"""Captions of a clip: what is said in it, on the clip's own time, by whom as far as can be told.

Speakers stand by their role and a number within the recording ("Officer 2"), never by name unless that is asked for.
Where the words were written by a recogniser of low accuracy, every caption says so.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.exports.transcript import is_draft, remark, stamp
from pipeline.types import Evidence, Role, Turn, Word

LINE_LETTERS, LINES = 42, 2
"""Letters of a line and lines of a caption, as subtitles commonly have"""
LONGEST, SHORTEST = 7.0, 0.8
"""Seconds that a caption stands; a shorter one is held where nothing follows"""
PAUSE = 1.2
"""Seconds of silence within a turn at which a new caption begins"""
REMARK_STANDS = 4.0
"""Seconds for which the remark about a draft stands first"""
DRAFT_MARK = "draft"
IN_PART = "(only part of this is in the clip)"
FORMS = ("vtt", "srt")
_ROLES = {Role.OFFICER: "Officer", Role.CIVILIAN: "Civilian", Role.RADIO: "Radio"}
_SIGNS = str.maketrans("<>{}\\", "\u2039\u203a()/")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
"""Control characters, marks that turn the direction of text, halves of letters"""


@dataclass(frozen=True)
class Caption:
    """What stands in the picture at one time. Seconds from the beginning of the clip."""

    start: float
    end: float
    speaker: str
    """"Officer 1", "Civilian", "Speaker 3 (role not known)"; empty: nobody is known to speak"""
    lines: tuple[str, ...]
    draft: bool = False

    @property
    def label(self) -> str:
        """The speaker as a caption shows it, with the mark of a draft."""
        said = self.speaker or "Speaker not known"
        return f"{said}, {DRAFT_MARK}" if self.draft else said


@dataclass(frozen=True)
class Captions:
    """The captions of a clip, with what is to be said of them."""

    captions: tuple[Caption, ...]
    remark: str
    draft: bool

    def text(self, form: str) -> str:
        """As "vtt" or "srt". Raises ValueError for another form."""
        if form not in FORMS:
            raise ValueError(f"no form of captions {form!r}; there are: {', '.join(FORMS)}")
        return _vtt(self) if form == "vtt" else _srt(self)


def captions_of(
    evidence: Evidence, start: float, end: float, names: Mapping[str, str] | None = None, corrected: int = 0
) -> Captions:
    """The captions of [start, end) of a recording whose turns are as people corrected them.

    `names`: voice -> name, for those that are to be shown by name; all others stand by role. `corrected`: how many
    corrections of people are in the turns, for the remark. A recording without transcript gives no captions and a
    remark that says so.
    """
    said, draft = remark(evidence), is_draft(evidence)
    if corrected:
        said += f" {corrected} correction{'s' if corrected != 1 else ''} of people included."
    labels = speaker_labels(evidence.turns or ())
    labels |= {voice: f"{name}" for voice, name in (names or {}).items() if voice in labels}
    out: list[Caption] = []
    for turn in sorted(evidence.turns or (), key=lambda t: (t.start, t.end)):
        if turn.text and turn.start < end and turn.end > start:
            out += _of_turn(turn, start, end, _clean(labels.get(turn.voice or "", "")), draft)
    return Captions(tuple(_held(sorted(out, key=lambda c: (c.start, c.end)), end - start)), said, draft)


def speaker_labels(turns: Sequence[Turn]) -> dict[str, str]:
    """Voice -> "Officer", or "Officer 2" where several have the role; counted by first word within the recording."""
    first: dict[str, Role | None] = {}
    for turn in turns:
        if turn.voice:
            first.setdefault(turn.voice, turn.role)
            if first[turn.voice] is None:
                first[turn.voice] = turn.role
    counts: dict[Role | None, int] = {}
    places = {}
    for voice, role in first.items():
        counts[role] = counts.get(role, 0) + 1
        places[voice] = counts[role]
    return {voice: _label(role, places[voice], counts[role]) for voice, role in first.items()}


def _label(role: Role | None, place: int, of: int) -> str:
    number = f" {place}" if of > 1 else ""
    return f"{_ROLES[role]}{number}" if role else f"Speaker{number} (role not known)"


def _of_turn(turn: Turn, start: float, end: float, speaker: str, draft: bool) -> Iterator[Caption]:
    """A turn as captions: by its words where they are timed, else as a whole, saying where only part is in the clip."""
    if turn.words:
        spoken = [w for w in turn.words if (w.start + w.end) / 2 >= start and (w.start + w.end) / 2 < end]
        for words in _groups(spoken):
            lines = _lines(" ".join(w.text for w in words))
            if lines:
                yield _caption(words[0].start, words[-1].end, start, end, speaker, lines, draft)
        return
    text = _clean(turn.text)
    if turn.start < start or turn.end > end:
        text = f"{text} {IN_PART}"
    parts = _chunks(text)
    begin, step = max(turn.start, start), (min(turn.end, end) - max(turn.start, start)) / max(1, len(parts))
    for number, part in enumerate(parts):  # no word times: the parts share the turn evenly
        yield _caption(begin + number * step, begin + (number + 1) * step, start, end, speaker, _lines(part), draft)


def _caption(
    first: float, last: float, start: float, end: float, speaker: str, lines: tuple[str, ...], draft: bool
) -> Caption:
    at = max(0.0, first - start)
    return Caption(round(at, 3), round(max(at + 0.001, min(last, end) - start), 3), speaker, lines, draft)


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words of one caption each: as many as its lines hold, no longer than it may stand, broken at pauses."""
    group: list[Word] = []
    for word in words:
        text = " ".join(w.text for w in (*group, word))
        full = group and (len(_wrapped(text)) > LINES or word.end - group[0].start > LONGEST)
        if group and (full or word.start - group[-1].end > PAUSE):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _chunks(text: str) -> list[str]:
    lines = _wrapped(text)
    return [" ".join(lines[n : n + LINES]) for n in range(0, len(lines), LINES)]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(_wrapped(text))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(_clean(text), LINE_LETTERS, break_on_hyphens=False)


def _clean(text: str) -> str:
    """One line without hidden characters."""
    return " ".join(_HIDDEN.sub(" ", text).split())


def _held(captions: Sequence[Caption], duration: float) -> Iterator[Caption]:
    """Captions too short to read stand longer, up to the next one or the end of the clip."""
    for number, caption in enumerate(captions):
        following = captions[number + 1].start if number + 1 < len(captions) else duration
        wanted = min(max(caption.end, caption.start + SHORTEST), max(following, caption.end), duration)
        until = round(max(wanted, caption.start + 0.001), 3)
        yield Caption(caption.start, until, caption.speaker, caption.lines, caption.draft)


def _vtt(captions: Captions) -> str:
    """WebVTT. A remark about a draft is a caption at the top of the picture, since nobody sees a NOTE."""
    blocks = [f"NOTE {_escaped(captions.remark)}"]
    if captions.draft and captions.captions:
        blocks.append(f"{stamp(0.0)} --> {stamp(REMARK_STANDS)} line:0\n{_escaped(captions.remark)}")
    for caption in captions.captions:
        text = "\n".join(_escaped(line) for line in caption.lines)
        who = _escaped(caption.label)
        blocks.append(f"{stamp(caption.start)} --> {stamp(caption.end)}\n<v {who}>{who}: {text}</v>")
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _srt(captions: Captions) -> str:
    """SubRip. It knows no remarks: that of a draft is its first caption."""
    cues = [(c.start, c.end, "\n".join((f"{_plain(c.label)}: {_plain(c.lines[0])}", *map(_plain, c.lines[1:]))))
            for c in captions.captions]  # fmt: skip
    if captions.draft and cues:
        cues.insert(0, (0.0, REMARK_STANDS, f"[{_plain(captions.remark)}]"))
    blocks = [f"{n}\n{stamp(a, ',')} --> {stamp(b, ',')}\n{text}" for n, (a, b, text) in enumerate(cues, 1)]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _escaped(text: str) -> str:
    """Text that WebVTT takes for nothing but text: no markup, no arrow, no blank line."""
    return html.escape(_clean(text), quote=False)


def _plain(text: str) -> str:
    """Text without what players of SubRip take for markup: it knows no escapes, so the signs are replaced."""
    return _clean(text).translate(_SIGNS)
