"""Where an order can stand in a sentence: what comes before it decides whether it is one.

The same words are an order ("get on the ground"), a report ("he told me get on the ground"), a question ("did you get
on the ground"), a denial ("you don't have to get on the ground") or a permission ("you can get on the ground").
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from pipeline.policy.language import Sentence, word_set


@dataclass(frozen=True, slots=True)
class Lead:
    """How an order is introduced. `direct` is false for requests and hints: less clear what must be done."""

    kind: str
    """"start", "after_order", "need", "told", "you", "request", "suggestion", "not" or "free" """
    direct: bool = True


@dataclass(frozen=True, slots=True)
class Blocked:
    """Not an order here, and why."""

    reason: str


ADVERBS = word_set(
    "just please now really slowly quickly both all also kindly immediately go ahead simply still only always"
)
SUBJECTS = word_set("i we he she they who which somebody someone nobody anybody people it that there")
OBJECTS = frozenset(["me", "him", "her", "them", "us"])
AUXILIARIES = word_set("did does do could would should may might must will shall had has have can better")
BE = frozenset(["is", "was", "were", "are", "am", "be", "been", "being"])
DETERMINERS = word_set(
    "the a an my his her their our this some any no every another each your of for with from by about than as"
)
BEFORE_YOU = word_set(
    "did do does have has are were was if when once where how what as because that whatever until unless"
    " before after make made saw see watched let told tell thought think hope why whether while since who like"
    " whenever wherever whichever"
    " sounds sound looks seems feels feel sounded love hear heard"
    " than wish know had help helping got getting want faster sooner quicker longer"
)
REPORTS = word_set(
    "told tell tells telling said says say saying goes yelled yelling yells screamed screaming hollered"
    " hollering shouted shouting asked ask asks asking ordered orders heard hear thought wrote writes posted"
)
_FIRST_PERSON = r"(?:i|we)(?: am| are| have| just| already| keep| kept| have been| will| only| clearly)*"
_SAID = re.compile(
    rf"{_FIRST_PERSON} (?:said|say|saying|(?:told|telling|asked|ordered) you(?: \w+)?|(?:tell|asking|ask|ordering) you)"
    r"(?: to)? $"
)
_NEED = re.compile(
    r"(?<!sounds )(?<!looks )(?<!seems )(?<!feels )(?<!feel )(?<!look )"
    r"(?:(?:i|we)(?: am| are| will| would| have| just| really| still| going to| do| got to)*"
    r" (?:need|want|like|asking|telling"
    r"|ordering|order|ask|advise|have|prefer)|(?:need|want|like|ask)|would appreciate it if)"
    r" (?:that |for )?(?:you|everybody|everyone|(?:both|all|the two|the both|each|every one) of you)(?: \S+){0,3} $"
)
_MUST = re.compile(
    r"(?:you|everybody|everyone|all of you|both of you|folks)"
    r" (?:all |guys |just |still |really |both |are |will |folks |gentlemen |ladies |sir |ma'am |people |two )*"
    r"(?:need|needs|has|have|got|going|better|best|supposed|ought|are|have got|going to need"
    r"|going to have|going to want|will need|will have"
    r"|must|want|might want|may want|had better) $"
)
_WHAT_I_NEED = re.compile(
    r"(?:what|all|the (?:first |next |only )?thing) (?:i|we)(?: am| are| will| would| do| just| really)*"
    r" (?:need|want|like|ask|asking|going to need|going to want|going to have|need from you|going to do|have)"
    r"(?: for)?(?: you(?: all| guys| folks| both| two)?)?(?: to)?(?: do)?"
    r"(?: for me| right now| here| now| first| next)*"
    r" (?:is|was)(?: to| just| have you| get you| for you to)* $"
)
"""Ways round an order: "what I need you to do is ..." """
_NOT_WANTED = re.compile(
    r"(?:i|we) (?:do|would|will) not (?:want|need|like) (?:you|anybody|anyone|nobody)(?: all)? to $"
)
_POLITELY = re.compile(
    r"be (?:so |very )?(?:kind|good|nice|sure|certain)(?: enough)?(?: as)? to $"
    r"|(?:make|be) sure (?:that )?(?:you|to) $"
    r"|do (?:me|us) a (?:favor|solid)(?: here| please)? and $"
    r"|i (?:will )?ask that you $"
)
_GO_AND = re.compile(r"(?:go|come|try|go right|go on|go ahead|just go)(?: on| ahead| right ahead)? and $")
_HAILED = re.compile(
    r"^(?:\S+ ){0,3}?(?:you (?:two|three|four|both|guys|people|folks)|(?:both|all|each|the two|the both) of you"
    r"|(?:mr|mrs|ms|miss|mister) (?!you )\S+"
    r"|(?:you|man|guy|lady|fella|driver|passenger)(?: two| all)?"
    r" (?:in|by|with|at|on|behind|over by|holding) (?:the|that) \S+(?: \S+)?"
    r"|you (?:over there|right there|there)) $"
)
"""Who is spoken to, said first: "you in the red coat ..." """
_CHOICE = re.compile(
    r"^(?:\S+ ){0,3}?you (?:can|could|may|get to|are free to|are welcome to) .* or "
    r"|(?:two|three|four|a couple of|some|your) (?:choices|options|ways)|up to you"
    r"|your (?:choice|call|pick)|you (?:pick|choose|decide)"
)
"""Choices put to the person advise, they do not order."""
_TIME = re.compile(r"(?:it is |about )?time (?:for you )?$")
_WHY_NOT = re.compile(r"(?:why (?:do|does) not|how about|what if|can|could|will|would|should not|want|mind if)"
                      r" (?:you|you all|everybody|you guys|you folks|you both|you please)(?: \w+)? $")  # fmt: skip
_SHALL_WE = re.compile(
    r"(?:why do not|how about|what do you say|what if|suppose) (?:we|you and (?:i|me))(?: all| just| both)? $"
)
_PERMIT = re.compile(r"(?:you (?:can|may|could)|(?:you are|feel) (?:free|welcome) to|you are allowed to|okay to"
                     r"|let you|you could)(?: all| both| just| also| always| then| still)* $")  # fmt: skip
_IF_YOU_COULD = re.compile(
    r"if (?:you|everybody|everyone)(?: all| guys| both)? (?:could|would|can|will)"
    r"(?: just| please| all| both| go ahead and)* $"
)
_HAVE_YOU = re.compile(
    r"(?:let (?:me|us)|(?:can|could|may) (?:i|we)|why do not we|going to"
    r"|(?:i|we) (?:am |are |will )?(?:just )?(?:going to|will|would like to|need to|want to))"
    r"(?: go ahead and| just| please| maybe)* (?:have|get|ask) you(?: all| guys| both)?(?: to)?(?: \w+)? $"
)
"""Polite ways round an order: "let me have you ...", "can I get you to ..." """
_EACH = word_set("both all each two three rest half")
_COUNTS = word_set("one two three four five six seven eight nine ten some many few several most more")
_WOULD_RATHER = re.compile(r"(?:\S+ ){0,14}?(?:i|we|you|he|she|they) (?:would (?!appreciate)|can|will|could)")
"""After "if you'd ...": what would follow, so it is no order."""
_HEARD_BUT = re.compile(r"(?:i|we) (?:hear|here|understand|know|get|appreciate|see|feel)(?: \S+){0,4} (?:but|still) $")
"""Sympathy first, then the order: "i hear you, but get in the car"."""
_PHRASES = (
    (_HEARD_BUT, Lead("start")),
    (_NOT_WANTED, Lead("not")),
    (_WHAT_I_NEED, Lead("need")),
    (_SHALL_WE, Lead("suggestion", direct=False)),
    (_IF_YOU_COULD, Lead("request", direct=False)),
    (_POLITELY, Lead("request", direct=False)),
    (_HAVE_YOU, Lead("request", direct=False)),
)
_LET_US = re.compile(r"let us (?:all |just |go ahead and )*$")


@dataclass(frozen=True)
class Grammar:
    """Judges places in a sentence. `openers` are words and names of address that may come before an order."""

    openers: Collection[str]

    def lead(self, sentence: Sentence, start: int, chained_from: int | None) -> Lead | Blocked:
        """What introduces an order at token `start`. `chained_from`: where the last order of the sentence ended."""
        words, tokens = sentence.words, sentence.tokens
        j = start - 1
        opened = tokens[start].opens
        go = None if opened else _GO_AND.search("".join(w + " " for w in words[:start]))
        if go:  # "go ahead and sit": what stands before it decides
            j -= len(go.group().split())
            opened = tokens[j + 1].opens
        while j >= 0 and not opened and words[j] in ADVERBS:
            opened = tokens[j].opens
            j -= 1
        before = "".join(w + " " for w in words[: j + 1])
        quoted = Blocked("a choice") if _CHOICE.search(sentence.text) else self._quoted(words, start, before)
        if quoted is not None:
            return quoted
        introduced = self._introduced(before, sentence.text[sentence.offsets[start] :])
        if introduced is not None:
            return introduced
        if j < 0 or opened or _HAILED.search(before):
            return Lead("start")
        if chained_from is not None and chained_from >= j + 1:
            return Lead("after_order")
        return self._by_word_before(sentence, words[j], j, before, chained_from)

    @staticmethod
    def _introduced(before: str, after: str) -> Lead | Blocked | None:
        """What a whole phrase before the order says of it, whatever its last word."""
        said = _SAID.search(before)
        if said:
            head = before[: said.start()].split()[-1:]
            return Blocked("told of the past") if head and head[0] in BEFORE_YOU else Lead("told")
        if _IF_YOU_COULD.search(before) and _WOULD_RATHER.match(after):
            return Blocked("a condition")
        return next((lead for phrase, lead in _PHRASES if phrase.search(before)), None)

    def _by_word_before(
        self, sentence: Sentence, word: str, j: int, before: str, chained_from: int | None
    ) -> Lead | Blocked:
        earlier = before[: -len(word) - 1]
        if word in ("and", "or", "then", "so", "but"):
            return self._after_conjunction(sentence, word, j, chained_from)
        if word == "to":
            return self._after_to(earlier, sentence.text)
        if word == "you" or (word in ("all", "guys", "folks") and earlier.endswith("you ")):
            return self._after_you(sentence, before)
        if word == "not":
            return self._after_not(sentence, earlier, j)
        return self._after_other(word, before, earlier)

    def _after_other(self, word: str, before: str, earlier: str) -> Lead | Blocked:
        if word == "will" and earlier.endswith("you "):
            return Lead("you")  # an order, or what is going to happen
        told = word in ("must", "shall", "better") and earlier.endswith("you ")
        if told or _NEED.search(before):
            return Lead("need")
        if word in ("can", "may", "could") and earlier.endswith("you "):
            return Blocked("permission")
        if word == "us" and _LET_US.search(before):
            return Lead("suggestion", direct=False)
        return Lead("start") if self._after_opener(before) else self._plain(word, earlier)

    def _after_opener(self, before: str) -> bool:
        words = before.split()
        if len(words) > 1 and (
            words[-2] in DETERMINERS or words[-2] in _COUNTS or (words[-1] == "no" and words[-2] not in self.openers)
        ):
            return False  # "a lady" hails nobody
        return words[-1] in self.openers or " ".join(words[-2:]) in self.openers or " ".join(words[-3:]) in self.openers

    @staticmethod
    def _plain(word: str, earlier: str) -> Lead | Blocked:
        if word in ("me", "us") and earlier.endswith(("for ", "with ")):
            return Lead("start")
        if word in ("anybody", "anyone", "somebody") and earlier:
            return Lead("free")  # what somebody does to anybody is over with that word
        if word in DETERMINERS:
            return Blocked("a noun")
        subject = word in SUBJECTS and word not in ("it", "that", "there")
        if subject or word in OBJECTS or word in AUXILIARIES or word in BE or word.endswith(("ing", "'s")):
            return Blocked("a statement about somebody" if subject else "a statement")
        return Lead("free")

    def _after_conjunction(self, sentence: Sentence, word: str, j: int, chained_from: int | None) -> Lead | Blocked:
        if chained_from is not None and word in ("and", "or", "then"):
            return Lead("after_order")
        if word in ("so", "then"):
            return Lead("start")
        first = next((k for k in range(j, -1, -1) if sentence.tokens[k].opens), 0)
        head = next((w for w in sentence.words[first:j] if w not in self.openers and w not in ADVERBS), "")
        if head in SUBJECTS or head in ("you", "if", "when"):
            return Blocked("a statement")
        return Lead("start")

    @staticmethod
    def _after_to(earlier: str, whole: str) -> Lead | Blocked:
        if _NEED.search(earlier):
            return Lead("need")
        must = _MUST.search(earlier)
        if must:
            head = earlier[: must.start()].split()
            if head and head[-1] in BEFORE_YOU:
                return Blocked("a question or a condition")
            wanted = must.group().split()[-1] == "want"
            if wanted and must.group() == "you want " and "go ahead" not in whole and "for me" not in whole:
                return Blocked("an offer")
            return Lead("request" if wanted else "need", direct=not wanted)
        if _TIME.search(earlier):
            return Lead("suggestion", direct=False)
        return Blocked("not said to be done")

    @staticmethod
    def _after_you(sentence: Sentence, before: str) -> Lead | Blocked:
        if _WHY_NOT.search(before):
            return Lead("request", direct=False)
        if _NEED.search(before):
            return Lead("need")
        words = before.split()
        at = len(words) - 1
        while at > 0 and words[at] != "you":
            at -= 1
        head = words[at - 1] if at > 0 else ""
        if head == "of" and words[at - 2 : at - 1] and words[at - 2] not in _EACH:
            return Blocked("a statement")  # "neither of you"
        if head in BEFORE_YOU and not (at > 0 and sentence.tokens[at].opens):
            return Blocked("a question or a condition")
        return Blocked("a question") if sentence.question else Lead("you")

    def _after_not(self, sentence: Sentence, earlier: str, j: int) -> Lead | Blocked:
        words = earlier.split()
        if _NEED.search(earlier):
            return Lead("not")
        if not words or words[-1] != "do":
            return Blocked("said not to be so")
        head = words[-2] if len(words) > 1 else ""
        opened = sentence.tokens[j - 1].opens
        if opened or not head or head in self.openers or head in ("and", "so", "but", "or") or head in ADVERBS:
            return Lead("not")
        return Blocked("said not to be so") if head in SUBJECTS or head in ("you", "why") else Lead("not")

    @staticmethod
    def _quoted(words: tuple[str, ...], start: int, before: str) -> Blocked | None:
        """A report verb shortly before makes it somebody's words, unless the speaker repeats an own order to "you"."""
        if _PERMIT.search(before) and not _IF_YOU_COULD.search(before):
            return Blocked("permission")
        if _HEARD_BUT.search(before):
            return None
        for k in range(max(0, start - 5), start):
            if words[k + 1] in ("it", "this", "again") and words[k] in ("say", "saying", "ask", "asking"):
                continue  # "I won't say it again: ..."
            if (
                words[k] in REPORTS
                and not _SAID.search(before)
                and not _NEED.search(before.removesuffix("to "))
                and (not _HAVE_YOU.search(before))
            ):
                return Blocked("somebody's words")
            if words[k] == "like" and k > 0 and words[k - 1] in BE and k >= start - 2:
                return Blocked("somebody's words")
        return None
