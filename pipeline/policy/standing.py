"""How words stand in what is said: said of now and of oneself, or asked, denied, a condition, or somebody else's.

Recognisers often write no punctuation, so clauses are told by their words: a joining word, or a subject with its verb.
"""

from __future__ import annotations

from pipeline.policy.language import Sentence, word_set

JOINS = word_set("and but so because since or then while although though plus anyway anyways therefore as")
"""A clause may begin after one of these."""
SUBJECTS = word_set("i we you he she they somebody someone nobody everybody everyone who it this that there")
OTHERS = word_set("he she they somebody someone who anybody anyone")
"""Somebody else does it."""
FINITE = word_set(
    "am is are was were will would have has had can could should may might must shall do does did just already going"
    " got need needs want wants like think guess better told said says goes asked tells keeps kept also always"
)
"""A subject before one of these begins a clause of its own; "you to" and "this camera" do not."""
BELIEFS = word_set("think thought believe know knew mean say said says saying goes told that if whether unless like")
"""What stands before a clause and still says how it is meant."""
AUXILIARIES = word_set("is are was were am do does did can could would will should have has had may shall")
NEVER_COPULAS = word_set("do does did can could would should will may shall")
QUESTION_WORDS = word_set("why when where how what who whose which")
AFTER_AUXILIARY = word_set(
    "you your i we my our he she it this that they his her the these those there their any a not"
)
DENIALS = word_set("not never without nobody neither refuse refused")
CONDITIONS = word_set("if unless whenever whether suppose")
REPORTS = word_set("told said says goes yelled screamed hollered ordered claims claimed thought")
RANKS = word_set("sergeant sarge lieutenant captain supervisor commander chief boss corporal command sgt lt watch")
"""What one of these said is an order that is being followed."""
PEERS = word_set("guys fellas boys everybody everyone all partner folks team both each")
_INTENDED = word_set("going got need will about")
"""Without a subject: "gonna mute", "need to turn it off"."""
OPENERS = word_set(
    "hey okay yo well now please just yeah yes no listen look hi hello sir ma'am miss man bro dude buddy guys officer"
    " deputy sergeant all right alright wait hold on oh hang"
)
TAGS = word_set("okay right alright yeah huh understand understood")
"""A statement may end so and with a question mark: "you're being recorded, okay?" """
FARTHEST = 14
"""words before a match that are looked at"""
NEAR = (6, 5)
"""words before and after a match in which words of `unless` speak against it"""


def clause_start(sentence: Sentence, start: int) -> int:
    """Where the clause begins that the token `start` stands in."""
    words, tokens = sentence.words, sentence.tokens
    for j in range(start, max(-1, start - FARTHEST), -1):
        if j < start and words[j] in JOINS and words[j + 1] not in REPORTS:
            return j + 1
        begins = words[j] in SUBJECTS and j + 1 < len(words) and words[j + 1] in FINITE
        if begins and j > 0 and not _belongs_before(words, j):
            return j
        if tokens[j].opens:
            return j
    return max(0, start - FARTHEST)


def _belongs_before(words: tuple[str, ...], subject: int) -> bool:
    """Whether what stands before a subject still belongs to its clause: "did you", "I don't think I am", "what he"."""
    before = words[subject - 1]
    return before in BELIEFS or before in REPORTS or before in AUXILIARIES or before in QUESTION_WORDS


def why_not_said(sentence: Sentence, start: int, stop: int) -> str:
    """ "" where the tokens [start, stop) say that something is so, by the speaker and now; else what speaks against it.

    The reasons: "asked", "denied", "a condition", "somebody's words", "somebody else".
    """
    words = sentence.words
    first = clause_start(sentence, start)
    lead, own = words[first:start], words[start:stop]
    if (sentence.question and words[-1] not in TAGS) or _asked(words, first, start, stop):
        return "asked"
    if (DENIALS & set(lead) or DENIALS & set(own) or "no" in own[1:]) and not _only_wished(lead):
        return "denied"
    if (
        (CONDITIONS & set(lead) and not PEERS & set(lead))
        or _supposed(lead + own[:1])
        or _after_condition(sentence, first)
    ):
        return "a condition"
    if REPORTS & set(lead) and not (RANKS & set(lead) or set(lead) & {"i", "we"} & set(_subject_of_report(lead))):
        return "somebody's words"
    if _subject(lead) in OTHERS and not (set(lead) & {"me", "us"}):
        return "somebody else"
    return ""


def is_near(against: tuple[int, int], match: tuple[int, int]) -> bool:
    """Whether words that speak against a match are close enough to it to do so. Both: first and last word."""
    before, after = NEAR
    return against[0] <= match[1] + after and against[1] >= match[0] - before


def of_oneself(sentence: Sentence, start: int) -> bool:
    """Whether the speaker says of oneself what is said at token `start`: "I am", "we will", "let me", "gonna", or no
    subject before a present participle ("turning it off")."""
    first = clause_start(sentence, start)
    lead = sentence.words[first:start]
    subject = _subject(lead)
    if subject:
        return subject in ("i", "we")
    if _INTENDED & set(lead) or {"let", "me"} <= set(lead):
        return True
    earlier = sentence.words[max(0, first - 8) : first]
    chained = first > 0 and sentence.words[first - 1] in ("and", "then") and _subject(earlier) in ("i", "we")
    return sentence.words[start].endswith("ing") or chained


def is_order(sentence: Sentence, start: int) -> bool:
    """Whether what is said at token `start` tells somebody else to do it: "turn that camera off"."""
    verb = next((k for k in range(clause_start(sentence, start), start + 1) if sentence.words[k] in _ORDERS), None)
    return verb is not None and not of_oneself(sentence, verb)


_ORDERS = word_set(
    "turn switch shut cut kill mute pause stop end deactivate terminate suspend power click flip put take hit press"
    " push tap close drop secure disable silence cease go get lose"
)


def _only_wished(lead: tuple[str, ...]) -> bool:
    """ "Why don't we mute" is a proposal."""
    return lead[:4] in (("why", "do", "not", "we"), ("why", "do", "not", "you")) or lead[:3] == ("do", "not", "forget")


def _after_condition(sentence: Sentence, first: int) -> bool:
    """ "If the boss comes I'll mute": the clause before it, in the same breath, is a condition."""
    before = sentence.words[max(0, first - 8) : first]
    return any(w in CONDITIONS and (k == 0 or before[k - 1] not in REPORTS | {"ask", "see"})
               for k, w in enumerate(before))  # fmt: skip


def _supposed(lead: tuple[str, ...]) -> bool:
    """ "I could", "we might", "I would", "supposed to": not now; "I would like to" is."""
    said = " ".join(lead)
    if "supposed to" in said or "allowed to" in said or "when you" in said:
        return True
    return any(f"{who} {verb}" in said for who in ("i", "we") for verb in ("could", "might")) or (
        ("i would" in said or "we would" in said) and "would like" not in said
    )


def _asked(words: tuple[str, ...], first: int, start: int, stop: int) -> bool:
    """Whether the clause begins as a question does; "can you guys mute" is an order to peers."""
    j = first
    while j < start and words[j] in OPENERS and not (words[j] in ("all", "right") and j + 1 == start):
        j += 1
    near = words[j : min(stop, j + 6)]
    if near and near[0] in QUESTION_WORDS and near[:2] != ("how", "about") and j < start:
        return near[0] not in ("what", "when", "which", "who") or (len(near) > 1 and near[1] in AUXILIARIES | {"if"})
    if len(near) > 1 and j < start and near[0] in AUXILIARIES and near[1] in AFTER_AUXILIARY | {"everybody"}:
        return not ((near[0] in ("can", "could", "would", "will") and PEERS & set(near[:5])) or near[1] == "not")
    return _asked_later(words, j, start)


def _asked_later(words: tuple[str, ...], first: int, start: int) -> bool:
    """An auxiliary before its subject, after words that no list knows: "officer tran do you record"."""
    return any(
        words[k] in NEVER_COPULAS and words[k + 1] in ("you", "i") and (k == first or words[k - 1] not in ("so", "as"))
        for k in range(first, start - 1)
    ) and not PEERS & set(words[first:start])


def _subject(lead: tuple[str, ...]) -> str:
    """The nearest subject before the match, "" none."""
    return next((w for w in reversed(lead) if w in SUBJECTS and w not in ("it", "this", "that", "there")), "")


def _subject_of_report(lead: tuple[str, ...]) -> tuple[str, ...]:
    """The words just before the first report verb."""
    at = next(k for k, w in enumerate(lead) if w in REPORTS)
    return lead[max(0, at - 3) : at]
