"""What a policy pack holds once it is read: clauses, patterns by purpose, name rules, time windows, hotwords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.policy.camera_rules import CameraRules
from pipeline.policy.dispatch_rules import DispatchRules
from pipeline.policy.language import Sentence
from pipeline.policy.patterns import Pattern
from pipeline.policy.records import RecordRules

COMMAND_CATEGORIES = (
    "hands", "ground", "stop", "come", "back", "weapon", "out_of_car", "identify", "quiet", "other",
)  # fmt: skip
"""What an order is about. A pack fills them; it cannot invent one, since screens and reports name them."""


DETECTOR_LABELS = (
    "command", "shouted_command", "multi_officer_commands", "conflicting_commands", "repeated_command", "one_voice",
    "officer_name_given", "name_asked", "name_given_by_person", "no_name_shared", "unanswered_question",
    "raised_voice", "overlap", "camera_off_gap", "muted", "lens_covered", "dark_picture", "frozen",
    "picture_damaged", "recording_gap", "picture_blurred", "view_obstructed",
    "clock_jump", "clock_stopped", "clock_disagrees", "clock_rate", "clock_not_set", "no_stamp",
    "sound_ends_early", "no_sound", "no_sound_track", "pre_event_buffer", "no_buffer", "mute_reason_spoken",
    "mute_announced", "camera_tone",
    "heard_before_camera_on", "heard_after_camera_off",
)  # fmt: skip
"""Labels that detectors of their own find; all others are named by the pack under [techniques]."""

SHOWN_BY = ("speech", "sequence", "picture", "person")
"""What can show a clause: words; the order of events; sound, picture and clock; or only a person who looks."""

SPEAKERS = ("officer", "civilian", "radio")


@dataclass(frozen=True)
class Found:
    """A pattern found in a sentence at tokens [start, stop)."""

    pattern: Pattern
    start: int
    stop: int
    match: re.Match[str] = field(repr=False, compare=False)


class PatternSet:
    """Patterns searched together: only those that can start with the word at hand are tried."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        index: dict[str, list[Pattern]] = {}
        for pattern in self.patterns:
            for first in pattern.firsts:
                index.setdefault(first, []).append(pattern)
        self._index = {word: tuple(found) for word, found in index.items()}

    def at(self, sentence: Sentence, start: int) -> Iterator[Found]:
        """The patterns that match from token `start` on."""
        for pattern in self._index.get(sentence.words[start], ()):
            match = pattern.regex.match(sentence.text, sentence.offsets[start])
            if match:
                yield Found(pattern, start, sentence.token_at(match.end()), match)

    def all(self, sentence: Sentence) -> Iterator[Found]:
        """Every match, in order of its first word."""
        index = self._index
        for start, word in enumerate(sentence.words):
            if word in index:
                yield from self.at(sentence, start)

    def any(self, sentence: Sentence) -> bool:
        return next(self.all(sentence), None) is not None

    def __len__(self) -> int:
        return len(self.patterns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PatternSet) and self.patterns == other.patterns

    def __hash__(self) -> int:
        return hash(self.patterns)

    def __repr__(self) -> str:
        return f"PatternSet({len(self)} patterns)"


@dataclass(frozen=True)
class CommandRules:
    """One category of orders.

    `phrases` are orders wherever they stand, `imperatives` only where a clause starts or after words such as
    "I need you to", `alone` only as a whole clause. `vague` are phrases that do not say what to do ("calm down").
    `wide` are verbs and what they act on, taken only where nothing narrower fits; `bare` are orders without a verb:
    clauses in which no verb follows. `about` tells which category a wide or bare match belongs to.
    """

    category: str
    clause: str
    phrases: PatternSet
    imperatives: PatternSet
    alone: PatternSet
    vague: PatternSet
    wide: PatternSet
    bare: PatternSet
    about: PatternSet


@dataclass(frozen=True)
class AddresseeRules:
    """Cues that an order is not for a member of the public."""

    peers: PatternSet
    """said to another officer, to a medic, or over the radio"""
    medical: PatternSet
    """examining or first aid: "let me see your hands" is care then, not an order"""
    person: PatternSet
    """ways to speak to a member of the public"""
    idioms: PatternSet
    """clauses that look like orders and are none: courtesies, invitations to talk, permissions ("take care")"""


@dataclass(frozen=True)
class NameRules:
    """Patterns of names given and asked for. Each `@name` in one is the name that was heard."""

    clause: str
    officer_gives: PatternSet
    asks: PatternSet
    asks_alone: PatternSet
    """ask only as a whole clause ("and you are?")"""
    person_gives: PatternSet
    answers: PatternSet
    """what may stand before a name that answers the question for it"""
    third_person: PatternSet
    """a name of somebody or something else"""
    titles: frozenset[str]
    not_names: frozenset[str]
    agencies: frozenset[str]


@dataclass(frozen=True)
class Clause:
    """A clause of the policy: what it asks for in the project's own words, and the labels that are looked for."""

    id: str
    title: str
    text: str
    source: str
    """where the policy says so: "model policy, 1.2" """
    labels: tuple[str, ...] = ()
    shown_by: str = "speech"
    """one of SHOWN_BY"""
    note: str = ""
    """what the labels cannot show, told on the checklist"""
    enabled: bool = True


@dataclass(frozen=True)
class TechniqueRules:
    """How one label is recognised in an utterance by rule.

    `phrases` count wherever they stand, `starts` only where a clause starts, `alone` only as a whole clause, and
    `answers` only where the utterance before matches `after`. `unless` in the same sentence, or `unless_line`
    anywhere in the utterance, speaks against all of them.
    """

    label: str
    title: str
    """the label in words, for screens and sentences"""
    said_by: tuple[str, ...]
    phrases: PatternSet
    starts: PatternSet
    alone: PatternSet
    answers: PatternSet
    after: PatternSet
    unless: PatternSet
    unless_line: PatternSet
    in_questions: bool = True
    """False: a sentence that ends with a question mark does not count"""
    to_peers: bool = True
    """False: an utterance with a cue that it is for another officer does not count"""
    reported: bool = False
    """True: words that somebody is said to have spoken count too"""
    said_now: bool = False
    """True: a clause that asks, denies, supposes or reports does not count, and `unless` speaks against what is near"""


@dataclass(frozen=True)
class CameraWords:
    """What officers say of their own camera when it goes off or comes back, and the reasons that they give."""

    announce: PatternSet = field(default_factory=lambda: PatternSet(()))
    """the sound or the camera goes off now"""
    own: PatternSet = field(default_factory=lambda: PatternSet(()))
    """the same, where the speaker says it of oneself"""
    unmuted: PatternSet = field(default_factory=lambda: PatternSet(()))
    """it is on again"""
    closing: PatternSet = field(default_factory=lambda: PatternSet(()))
    """the recording ends"""
    unless: PatternSet = field(default_factory=lambda: PatternSet(()))
    """close to it: none of these"""
    reasons: Mapping[str, PatternSet] = field(default_factory=dict)
    """reason -> how it is said"""


@dataclass(frozen=True)
class Bar:
    """Which probability of the classifier counts for a label. Chosen on situations that the classifier never saw."""

    threshold: float = 0.5
    """at or above it the label counts with no rule"""
    veto: float = 0.0
    """below it a rule that fired is not believed"""


@dataclass(frozen=True)
class FormQuestion:
    """A question of the review form; without `answers` it is answered in free words."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True)
class RoleRules:
    """What officers, members of the public and the radio say."""

    officer: PatternSet
    civilian: PatternSet
    radio: PatternSet


@dataclass(frozen=True)
class Windows:
    """Times in seconds, and the loop count."""

    pair_within: float = 5.0
    """an officer's order this soon after the end of another officer's belongs to the same episode"""
    reply_within: float = 10.0
    """a name said this soon after it was asked for is the answer"""
    contact_gap: float = 15.0
    """officer and civilian turns no further apart than this are in contact"""
    contact_without_name: float = 60.0
    """contact at least this long with no name given or asked is pointed out"""
    answer_within: float = 10.0
    """a question of the person that no officer speaks to within this time is pointed out"""
    comply_within: float = 5.0
    """time to follow an order before the next one (Houlihan and Lewinski 2014 count a response within 5 s)"""
    calm_stretch: float = 60.0
    """contact at least this long without an order, a raised voice or a mention of force is called calm"""
    conflict_within: float = 10.0
    """orders to one person that start this close together and cannot both be obeyed are a conflict"""
    repeat_within: float = 10.0
    """utterances that start this close together and order the same are repetitions"""
    repeat_times: int = 3
    """this many utterances that order the same, or this many times in one utterance"""
    one_voice_least: float = 60.0
    """contact at least this long in which one officer does nearly all the talking is pointed out"""
    loop_repeats: int = 6
    """the same words this many times in a row count once: a recogniser may have looped"""


@dataclass(frozen=True)
class Policy:
    """A policy pack. `sha256` is of the pack and of all it extends: two packs with the same one say the same."""

    name: str
    version: str
    title: str
    sha256: str
    clauses: Mapping[str, Clause] = field(repr=False)
    """by id, in the order of the pack"""
    commands: Mapping[str, CommandRules] = field(repr=False)
    """category -> rules"""
    addressee: AddresseeRules = field(repr=False)
    names: NameRules = field(repr=False)
    roles: RoleRules = field(repr=False)
    words: Mapping[str, tuple[str, ...]] = field(repr=False)
    """the named word lists"""
    actions: Mapping[str, PatternSet] = field(default_factory=dict, repr=False)
    """what an order wants done -> how it is said"""
    clashes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """an action -> those that cannot be done with it"""
    techniques: Mapping[str, TechniqueRules] = field(default_factory=dict, repr=False)
    """label -> rules"""
    bars: Mapping[str, Bar] = field(default_factory=dict, repr=False)
    """label -> which probability counts"""
    goals: Mapping[str, float] = field(default_factory=dict, repr=False)
    """label -> in which share of the contacts that people review it should be heard; the shipped pack sets none"""
    camera_words: CameraWords = field(default_factory=CameraWords, repr=False)
    camera: CameraRules = field(default_factory=CameraRules)
    dispatch: DispatchRules = field(default_factory=DispatchRules)
    """how exports of dispatch systems are read"""
    review_form: tuple[FormQuestion, ...] = ()
    windows: Windows = Windows()
    records: RecordRules = field(default_factory=RecordRules)
    """how force reports and rosters of other systems are read"""
    hotwords: tuple[str, ...] = ()
    """words that a recogniser should expect"""
    source: str = field(default="", compare=False)
    """the file it was read from, for messages"""

    def looks_for(self, label: str, clause: str = "") -> bool:
        """Whether a clause that is switched on asks for this label; one that no clause names goes by `clause`."""
        asking = [c for c in self.clauses.values() if label in c.labels]
        if not asking and clause in self.clauses:
            asking = [self.clauses[clause]]
        return any(c.enabled for c in asking or self.clauses.values())

    def bar(self, label: str) -> Bar:
        return self.bars.get(label, Bar())

    @property
    def stamp(self) -> dict[str, str]:
        """What every finding that rests on this pack stores of it."""
        return {"name": self.name, "version": self.version, "sha256": self.sha256}
