"""Where names and numbers are said, and where one speaker speaks: stretches of sound to be covered.

Only what is in the transcript can be found. A recogniser that writes another word than the one that was said leaves the
said word in the sound; with a draft recogniser that is common. Somebody has to listen before such a file goes out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from pipeline.policy import Policy
from pipeline.policy.language import word_set
from pipeline.policy.names import ASKED, find_names
from pipeline.redaction.plan import RedactionError, SoundCover, SoundSpan
from pipeline.types import Span, Turn, merged

_Find = Callable[[Sequence[str]], set[int]]

PAD = 0.12
"""seconds before and after a word: the accuracy of word times"""
DRAFT_PAD = 0.3
"""the same where a draft recogniser set the times"""
ONES = word_set(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion"
)
BESIDE_NUMBERS = word_set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth thirtieth double triple dash and point o a half january"
    " february march april may june july august september october november december"
    " alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike oscar papa quebec romeo sierra"
    " tango uniform victor whiskey xray x-ray ray yankee zulu adam boy charles david edward frank george henry ida john"
    " king lincoln mary nora ocean paul queen robert sam tom union william young zebra"
)
"""covered only beside a number, or beside another of these that is covered"""
SPELT = 3
"""single letters in a row from which on they are taken for something spelt out: a name, a plate"""


def named_spans(
    turns: Iterable[Turn],
    policy: Policy,
    known: Iterable[str] = (),
    *,
    draft: bool = False,
    cover: SoundCover = SoundCover.TONE,
    given: bool = True,
) -> tuple[SoundSpan, ...]:
    """Every name that the transcript holds: those that are given or introduced (left out where `given` is not set), and
    `known` ones (a roster's, or given by hand); and the same words wherever else they occur."""
    spoken = [turn for turn in turns if turn.text]
    wanted = {word for name in known for word in map(_plain, name.split()) if len(word) > 1}
    for turn in spoken if given else ():
        wanted |= _names_in(_texts(turn), policy)
    return _spans(spoken, lambda texts: _same_words(texts, wanted), "spoken name", draft, cover)  # fmt: skip


def number_spans(
    turns: Iterable[Turn], *, draft: bool = False, cover: SoundCover = SoundCover.TONE
) -> tuple[SoundSpan, ...]:
    """Every number that the transcript holds, in digits or in words, and what is spelt out letter by letter."""
    spoken = [turn for turn in turns if turn.text]
    return _spans(spoken, lambda texts: set(number_places(texts)), "spoken number", draft, cover)


def voice_spans(
    turns: Iterable[Turn], voice: str, *, draft: bool = False, cover: SoundCover = SoundCover.TONE
) -> tuple[SoundSpan, ...]:
    """All turns of one voice. Raises RedactionError where nobody is called so."""
    listed = list(turns)
    own = [turn.span for turn in listed if turn.voice == voice]
    if not own:
        known = ", ".join(sorted({t.voice for t in listed if t.voice})) or "none"
        raise RedactionError(f"no voice {voice!r} in this recording; there are: {known}")
    pad = DRAFT_PAD if draft else PAD
    return tuple(SoundSpan(s, cover, "one voice") for s in merged([_padded(o, pad) for o in own], 0.2))


def number_places(texts: Sequence[str]) -> list[int]:
    """Which of the words are numbers or parts of one."""
    plain = [_plain(t) for t in texts]
    sure = [
        any(c.isdigit() for c in text) or (bool(word) and _is_number(word))
        for text, word in zip(texts, plain, strict=True)
    ]
    letters = [len(word) == 1 and word.isalpha() and word not in ("a", "i") for word in plain]
    letters = [letter and (_run(letters, n) >= SPELT) for n, letter in enumerate(letters)]
    taken = [a or b for a, b in zip(sure, letters, strict=True)]
    for order in (range(len(plain)), reversed(range(len(plain)))):
        for n in order:
            beside = any(taken[k] for k in (n - 1, n + 1) if 0 <= k < len(taken))
            taken[n] = taken[n] or (beside and (plain[n] in BESIDE_NUMBERS or (len(plain[n]) == 1 and plain[n] != "i")))
    return [n for n, each in enumerate(taken) if each]


def _is_number(word: str) -> bool:
    return all(part in ONES for part in word.split("-") if part)


def _run(flags: Sequence[bool], at: int) -> int:
    """How many flags in a row are set around one."""
    first = last = at
    while first > 0 and flags[first - 1]:
        first -= 1
    while last + 1 < len(flags) and flags[last + 1]:
        last += 1
    return last - first + 1


def _names_in(texts: Sequence[str], policy: Policy) -> set[str]:
    """Words of names that are given or introduced in one utterance."""
    out: set[str] = set()
    for match in find_names(policy, texts):
        if match.label != ASKED:
            out |= {_plain(word) for word in match.name.split()}
    for before, after in itertools.pairwise(texts):
        if _plain(before) in policy.names.titles | _ADDRESS and _may_be_name(_plain(after), policy):
            out.add(_plain(after))
    return {word for word in out if len(word) > 1}


_ADDRESS = frozenset(("mr", "mrs", "ms", "miss", "mister", "señor", "señora"))


def _may_be_name(word: str, policy: Policy) -> bool:
    return len(word) > 1 and word[0].isalpha() and word not in policy.names.not_names | policy.names.titles | _COMMON


_COMMON = word_set(
    "the a an and or is was are be to of in on at for it he she they we you i my his her their this that will would can"
    " could has have had do does did said says with from who what where when why how not no yes please here there out"
    " got get going come came let been if so but just all"
)


def _same_words(texts: Sequence[str], wanted: set[str]) -> set[int]:
    return {n for n, text in enumerate(texts) if _plain(text) in wanted or _plain(text).removesuffix("'s") in wanted}


def _texts(turn: Turn) -> list[str]:
    return [w.text for w in turn.words] or turn.text.split()


def _plain(text: str) -> str:
    return text.strip('.,!?;:"“”()…').replace("’", "'").lower()


def _spans(turns: Sequence[Turn], find: _Find, why: str, draft: bool, cover: SoundCover) -> tuple[SoundSpan, ...]:
    """The found words with room around them; the whole turn where the transcript has no times of words."""
    pad, out = DRAFT_PAD if draft else PAD, []
    for turn in turns:
        places = find(_texts(turn))
        if places and not turn.words:
            out.append(_padded(turn.span, pad))
        out += [_padded(Span(turn.words[n].start, turn.words[n].end), pad) for n in sorted(places) if turn.words]
    return tuple(SoundSpan(span, cover, why) for span in merged(out, 0.1))


def _padded(span: Span, pad: float) -> Span:
    return Span(max(0.0, span.start - pad), span.end + pad)
