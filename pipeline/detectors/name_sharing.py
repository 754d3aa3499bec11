"""Names: an officer's own name said, the person's name asked for and given, and contact without any of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.policy import NameMatch, Policy, find_answer, find_names, find_unheard_answer
from pipeline.policy.decide import decide
from pipeline.policy.names import ASKED, GIVEN_BY_OFFICER, GIVEN_BY_PERSON
from pipeline.policy.spoken import certainty_of, quoted, span_of, weighed, words_of
from pipeline.types import Evidence, Finding, Role, Span, Turn

BY_EXAMPLE = "like the classifier's examples"
"""The rule that is shown where no rule of the pack fired."""
_BY_ROLE: Mapping[Role | None, tuple[str, ...]] = {
    Role.OFFICER: (GIVEN_BY_OFFICER, ASKED),
    Role.CIVILIAN: (GIVEN_BY_PERSON,),
}
NO_NAME = "no_name_shared"
NO_NAME_SCORE = 0.6
"""moderate: a name may have been shared in words that were not recognised, or before the recording"""


@dataclass(frozen=True)
class NameSharing:
    """Labels officer_name_given, name_asked, name_given_by_person, and no_name_shared for a contact without any.

    An answer counts when it follows the question within `reply_within` of the policy pack.
    """

    policy: Policy
    unknown_role_share: float = 0.6
    """kept of the score where the speaker's role is not known"""

    name: ClassVar[str] = "name_sharing"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        turns = [t for t in evidence.turns or () if t.text and t.role is not Role.RADIO]
        contacts = contact_spans(turns, self.policy.windows.contact_gap)
        said: list[Finding] = []
        for turn, match in self._matches(turns, _labels_of(evidence)):
            said.append(self._finding(evidence, turn, match, contacts))
            yield said[-1]
        for contact in contacts:
            if contact.duration >= self.policy.windows.contact_without_name and not any(
                f.span.touches(contact) for f in said
            ):
                yield self._nothing_shared(evidence, contact)

    def _matches(self, turns: Sequence[Turn], labels: _Labels) -> Iterator[tuple[Turn, NameMatch]]:
        asked: Turn | None = None
        for turn in turns:
            words = words_of(turn)
            heard = find_names(self.policy, words)
            found = [m for m in heard if self._role_fits(m, turn, asked)]
            answer = self._answer(turn, words, asked) if not _has_given(found) else None
            found += [answer] if answer else []
            found += self._by_example(turn, words, labels.get((turn.start, turn.end, turn.text), {}), found)
            for match in _first_of_each(found):
                yield turn, match
            if any(m.label == ASKED for m in (*heard, *found)):
                asked = turn
            elif answer is not None:
                asked = None

    def _by_example(
        self, turn: Turn, words: Sequence[str], likely: Mapping[str, float], found: Sequence[NameMatch]
    ) -> list[NameMatch]:
        """What no rule found and the classifier, against the pack's bars, holds for a name given or asked for."""
        out = []
        for label in _BY_ROLE.get(turn.role, ()):
            decision = decide(False, likely.get(label, 0.0), self.policy.bar(label))
            if decision and not any(m.label == label for m in found):
                named = find_answer(self.policy, words, label) if label != ASKED else None
                match = named or NameMatch(label, "", "", "", turn.text, "", 0, len(words) - 1, 0.0)
                probability = round(likely[label], 3)
                out.append(replace(match, rule=BY_EXAMPLE, sure=decision.score, probability=probability))
        return out

    def _role_fits(self, match: NameMatch, turn: Turn, asked: Turn | None) -> bool:
        """Officers give theirs and ask; others give theirs, on their own account only in telling words.

        Where the role is not known, a title or an agency makes it an officer's name, and nothing makes it so else.
        """
        telling = bool(match.title or match.agency)
        if match.label == GIVEN_BY_PERSON:
            bare = match.rule == "i am @name" and match.sure < 0.8
            may_be = turn.role is Role.CIVILIAN or (turn.role is None and not telling)
            return may_be and (not bare or self._was_asked(turn, asked))
        return turn.role is Role.OFFICER or (turn.role is None and (telling or match.label == ASKED))

    def _was_asked(self, turn: Turn, asked: Turn | None) -> bool:
        """Whether somebody else asked for a name shortly before."""
        if asked is None or turn.start > asked.end + self.policy.windows.reply_within:
            return False
        same_voice = turn.voice is not None and turn.voice == asked.voice
        same_side = turn.role is not None and turn.role is asked.role
        return not same_voice and not same_side

    def _answer(self, turn: Turn, words: Sequence[str], asked: Turn | None) -> NameMatch | None:
        if asked is None or not self._was_asked(turn, asked):
            return None
        label = GIVEN_BY_OFFICER if turn.role is Role.OFFICER else GIVEN_BY_PERSON
        # a single word of somebody unknown is too little to be called a name
        named = find_answer(self.policy, words, label) if turn.role else None
        return named or find_unheard_answer(words, label)

    def _finding(self, evidence: Evidence, turn: Turn, match: NameMatch, contacts: Sequence[Span]) -> Finding:
        span = span_of(turn, match.first, match.last)
        score = weighed(match.sure, turn, match.first, match.last)
        if turn.role is None:
            score *= self.unknown_role_share
        contact = next((c for c in contacts if c.touches(span)), None)
        since = round(max(0.0, span.start - contact.start), 1) if contact else None
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label=match.label,
            start=span.start,
            end=span.end,
            score=round(score, 3),
            summary=_summary(match, turn, since),
            speaker=turn.voice,
            role=turn.role,
            text=match.text,
            evidence={
                "clause": self.policy.names.clause,
                "rule": match.rule,
                "layer": "classifier" if match.rule == BY_EXAMPLE else "rule",
                "probability": match.probability,
                "name": match.name or None,
                "title": match.title or None,
                "agency": match.agency or None,
                "certainty": certainty_of(turn, match.first, match.last),
                "seconds_from_first_contact": since,
                "said": turn.text,
            },
        )

    def _nothing_shared(self, evidence: Evidence, contact: Span) -> Finding:
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label=NO_NAME,
            start=contact.start,
            end=contact.end,
            score=NO_NAME_SCORE,
            summary=f"{contact.duration:.0f} s of talk between officers and others in which no name was heard given or"
            " asked for; it may have been said in words that were not recognised",
            evidence={"clause": self.policy.names.clause, "seconds": contact.duration},
        )


def contact_spans(turns: Sequence[Turn], gap: float) -> tuple[Span, ...]:
    """Stretches in which officers and others speak with no more than `gap` seconds between them."""
    out: list[Span] = []
    group: list[Turn] = []
    for turn in [*sorted((t for t in turns if t.role), key=lambda t: t.start), None]:
        if turn is not None and (not group or turn.start <= max(t.end for t in group[-8:]) + gap):
            group.append(turn)
            continue
        if {Role.OFFICER, Role.CIVILIAN} <= {t.role for t in group}:
            out.append(_between_first_and_last(group))
        group = [turn] if turn is not None else []
    return tuple(out)


def _between_first_and_last(group: Sequence[Turn]) -> Span:
    """From the first civilian turn, or the officer's just before it, to the end of the talk."""
    first = next(k for k, t in enumerate(group) if t.role is Role.CIVILIAN)
    start = group[max(0, first - 1)].start
    return Span(start, max(start, *(t.end for t in group)))


_Labels = Mapping[tuple[float, float, str], Mapping[str, float]]
"""A turn by its times and words -> what a classifier makes of it."""


def _labels_of(evidence: Evidence) -> _Labels:
    turns = evidence.turns or ()
    rows = (row for row in evidence.line_labels or () if row.turn < len(turns))
    return {((t := turns[row.turn]).start, t.end, t.text): row.probabilities for row in rows}


def _has_given(found: Sequence[NameMatch]) -> bool:
    return any(m.label != ASKED for m in found)


def _first_of_each(found: Sequence[NameMatch]) -> Iterator[NameMatch]:
    """One finding per label and turn: the surest wording, earlier ones first."""
    best: dict[str, NameMatch] = {}
    for match in found:
        if match.label not in best or match.sure > best[match.label].sure:
            best[match.label] = match
    yield from (replace(m) for m in best.values())


def _summary(match: NameMatch, turn: Turn, since: float | None) -> str:
    who = "Officer" if turn.role is Role.OFFICER else "Person" if turn.role is Role.CIVILIAN else "Somebody"
    name = " ".join(part for part in (match.title.capitalize(), match.name) if part)
    heard = f"heard as {quoted([name])}" if name else "the name itself was not recognised"
    asked = match.label == ASKED
    said = f"{who} asked for a name: {quoted([match.text])}" if asked else f"{who} gave a name, {heard}"
    when = f", {since:.0f} s after the first exchange" if since is not None else ""
    unknown = "; the speaker's role is not known" if turn.role is None else ""
    return f"{said}{when}{unknown}"
