"""Spoken English made comparable: lower case, contractions opened, fillers and expletives dropped, sentences split.

Each token remembers which word of the source it came from, so that a match can be shown as words with times.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set: lists of many words stay readable that way."""
    return frozenset(words.split())


CONTRACTIONS: dict[str, str] = {
    "ain't": "is not", "aint": "is not", "aren't": "are not", "arent": "are not", "can't": "can not",
    "cant": "can not", "cannot": "can not", "couldn't": "could not", "couldnt": "could not", "didn't": "did not",
    "didnt": "did not", "doesn't": "does not", "doesnt": "does not", "don't": "do not", "dont": "do not",
    "hadn't": "had not", "hasn't": "has not", "haven't": "have not", "isn't": "is not", "isnt": "is not",
    "shouldn't": "should not", "wasn't": "was not", "wasnt": "was not", "weren't": "were not", "won't": "will not",
    "wont": "will not", "wouldn't": "would not", "wouldnt": "would not", "i'm": "i am", "im": "i am",
    "i'll": "i will", "i'd": "i would", "i've": "i have", "ive": "i have", "you're": "you are", "youre": "you are",
    "you'll": "you will", "youll": "you will", "you've": "you have", "youve": "you have", "you'd": "you would",
    "he's": "he is", "hes": "he is", "she's": "she is", "shes": "she is", "it's": "it is", "that's": "that is",
    "thats": "that is", "there's": "there is", "theres": "there is", "here's": "here is", "what's": "what is",
    "whats": "what is", "who's": "who is", "whos": "who is", "where's": "where is", "wheres": "where is",
    "how's": "how is", "name's": "name is", "we're": "we are", "we'll": "we will", "we've": "we have",
    "we'd": "we would", "they're": "they are", "theyre": "they are", "they'll": "they will",
    "they've": "they have", "he'll": "he will", "she'll": "she will", "let's": "let us", "lets": "let us",
    "gonna": "going to", "gotta": "got to", "wanna": "want to", "lemme": "let me", "gimme": "give me",
    "y'all": "you all", "yall": "you all", "c'mon": "come on", "cmon": "come on", "outta": "out of",
    "tryna": "trying to", "maam": "ma'am", "mam": "ma'am", "ok": "okay", "alright": "all right", "em": "them",
    "ya": "you", "ima": "i am going to", "i'ma": "i am going to", "needa": "need to", "hafta": "have to",
    "licence": "license", "d'you": "do you", "whatcha": "what are you", "getcha": "get your",
    "gon": "going to", "finna": "going to", "git": "get",
    "why'd": "why did", "c'mere": "come here", "cmere": "come here", "imma": "i am going to",
    "i'mma": "i am going to", "aight": "all right", "a'ight": "all right", "dat": "that", "dem": "them",
    "dis": "this", "dose": "those", "da": "the", "wit": "with", "yer": "your", "ur": "your",
    "outcha": "out of your", "offa": "off of", "oughta": "ought to", "needta": "need to", "gotsta": "got to",
    "gots": "have", "howsabout": "how about", "bout": "about", "cause": "because", "cuz": "because", "lil": "little",
    "nothin": "nothing", "somethin": "something", "whaddya": "what do you", "dontcha": "do not you",
    "wontcha": "will not you", "dya": "do you", "fixin": "going", "needin": "need", "doncha": "do not you",
    "caan": "can not", "doan": "do not", "dun": "do not", "dinna": "do not", "gwaan": "go on", "git'cha": "get your",
    "how'd": "how did", "where'd": "where did", "what'd": "what did", "who'd": "who did", "y'alls": "you all",
}  # fmt: skip
"""One written form to the words it stands for, with the forms a recogniser writes without an apostrophe."""

_HEARD = {"nife": "knife", "nives": "knife", "freese": "freeze", "frieze": "freeze", "hans": "hands", "hens": "hands",
          "weepon": "weapon", "licents": "license", "lisence": "license", "vehical": "vehicle"}  # fmt: skip
"""Words as recognisers and hasty typists write them."""
_G_DROPPED = word_set(
    "reach mov runn walk talk yell pull fight resist kick play mess act tens push grabb digg fidget scream swing record"
    " film follow shout holler cuss curs stand sitt com go gett putt tak keep back dropp hold show hand lower leav wait"
    " remov sett shutt hav hopp look do try tryin cry hit hitt bit spitt touch smok drink eat fuck lyin driv park mak"
    " runn stepp turn throw tuss wrestl crowd rush honk bang pound reck squirm wiggl jerk twist struggl"
)
"""Verbs whose "-ing" is often written "-in"."""
FILLERS = word_set("um uh uhm er erm ah eh hmm mm mhm huh")
EXPLETIVES = word_set(
    "fucking fuckin fuckin' freaking freakin frickin friggin goddamn goddamned goddam damn damned motherfucking bloody"
)
"""Dropped before matching: an order is the same order with or without them."""
EXPLETIVE_NOUNS = frozenset(("fuck", "hell", "heck", "shit"))
"""Dropped after "the" ("get the hell out")."""

ABBREVIATIONS = word_set("mr mrs ms dr sgt ofc lt capt det dep cpl st ave")
"""A full stop after one of these ends no sentence."""

_YOUR_BEFORE = word_set(
    "hands hand arms arm feet foot legs leg knees stomach belly back head face fingers palms name license id"
    " ass butt behind pockets pocket waistband shoes jacket hood hoodie self wallet"
    " weapon gun knife phone car vehicle keys seat belt door window mouth voice things stuff"
)
"""A recogniser that writes "you're" before one of these heard "your"."""
_YOU_ARE_BEFORE = word_set("under not being going free detained okay good fine welcome right wrong here gonna")
"""A recogniser that writes "your" before one of these heard "you're"."""
_BODY_ALONE = word_set("hands hand arms feet legs knees stomach fingers palms name license pockets waistband butt ass")
"""A recogniser that writes "yo" or "you" before one of these heard "your"."""
_ILL_AFTER = word_set("am is are was be been feel feeling mentally terminally seriously very really")

_KEPT_AFTER = {"cause": word_set("probable"), "da": word_set("the call our assistant duty")}
"""Words that stand for themselves, not for "because" and "the", after one of these: "probable cause", "the DA"."""

_EDGE = re.compile(r"^\W+|\W+$")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)]*$")
_CLAUSE_END = re.compile(r"[,;:—–-]+[\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class Token:
    """A normalised word. `source`: number of the word it came from. `opens`: a comma or the like stands before it."""

    text: str
    source: int
    opens: bool
    capital: bool
    """whether the source was written with a capital"""


@dataclass(frozen=True)
class Sentence:
    """Tokens between two sentence ends (all of a text where a recogniser writes no punctuation)."""

    tokens: tuple[Token, ...]
    question: bool

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(t.text for t in self.tokens)

    @cached_property
    def text(self) -> str:
        """Every token followed by one space: what patterns are matched against."""
        return "".join(w + " " for w in self.words)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each token starts in `text`, and one more entry for its end."""
        out, at = [0], 0
        for word in self.words:
            at += len(word) + 1
            out.append(at)
        return tuple(out)

    def token_at(self, offset: int) -> int:
        """The number of the token that starts at `offset` of `text`."""
        return self.offsets.index(offset)


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """Lower case without accents, curly apostrophes and outer punctuation."""
    if word.isascii():
        text = word.lower()
    else:
        folded = unicodedata.normalize("NFKD", word.replace("\u2019", "'").replace("\u2018", "'"))
        text = "".join(c for c in folded if not unicodedata.combining(c)).lower()
    return "them" if text == "'em" else _EDGE.sub("", text)


def sentences(words: Sequence[str]) -> tuple[Sentence, ...]:
    """Split and normalise the words of one utterance (each as written, with its punctuation)."""
    out: list[Sentence] = []
    tokens: list[Token] = []
    opens = True
    for number, word in enumerate(words):
        for text in _opened(plain(word), tokens):
            tokens.append(Token(text, number, opens, word[:1].isupper() or word[1:2].isupper()))
            opens = False
        ending = None if plain(word) in ABBREVIATIONS else _SENTENCE_END.search(word)
        if ending:
            _close(out, tokens, "?" in ending.group())
            tokens = []
        opens = opens or bool(ending) or bool(_CLAUSE_END.search(word))
    _close(out, tokens, False)
    return tuple(out)


def _opened(word: str, before: Sequence[Token]) -> list[str]:
    if not word or word in FILLERS or word in EXPLETIVES:
        return []
    if before and before[-1].text in _KEPT_AFTER.get(word, ()):
        return [word]
    if word == "ill" and not (before and before[-1].text in _ILL_AFTER):
        return ["i", "will"]
    if word in CONTRACTIONS:
        return CONTRACTIONS[word].split()
    if word.endswith("in") and word[:-2] in _G_DROPPED:
        return [word + "g"]
    return [_HEARD.get(word, word)]


def _close(out: list[Sentence], tokens: list[Token], question: bool) -> None:
    kept = _heard_right(_without_expletive_nouns(tokens))
    if kept:
        out.append(Sentence(tuple(kept), question))


def _without_expletive_nouns(tokens: list[Token]) -> list[Token]:
    drop = set()
    for i, token in enumerate(tokens[1:], start=1):
        if token.text in EXPLETIVE_NOUNS and tokens[i - 1].text == "the":
            drop |= {i - 1, i}
    return [t for i, t in enumerate(tokens) if i not in drop] if drop else tokens


def _heard_right(tokens: list[Token]) -> list[Token]:
    """Undo "your" / "you're" where the next word says which was meant."""
    out: list[Token] = []
    for i, token in enumerate(tokens):
        following = tokens[i + 1].text if i + 1 < len(tokens) else ""
        yours = token.text in ("yo", "you", "ya") and following in _BODY_ALONE
        if yours or (token.text == "yo" and following in _YOUR_BEFORE):
            out.append(Token("your", token.source, token.opens, token.capital))
        elif token.text in ("sea", "c", "si") and following in ("your", "those", "them", "both", "hands"):
            out.append(Token("see", token.source, token.opens, token.capital))
        elif token.text == "grown" and out and out[-1].text in ("the", "on"):
            out.append(Token("ground", token.source, token.opens, token.capital))
        elif token.text == "your" and following in _YOU_ARE_BEFORE:
            out.append(Token("you", token.source, token.opens, token.capital))
            out.append(Token("are", token.source, False, False))
        elif token.text == "are" and following in _YOUR_BEFORE and out and out[-1].text == "you":
            you = out.pop()
            out.append(Token("your", you.source, you.opens, you.capital))
        else:
            out.append(token)
    return out
