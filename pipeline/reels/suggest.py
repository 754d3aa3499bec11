"""A list to begin with: the confirmed findings of a label, each with what to look for and what to ask."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.policy import Policy
from pipeline.reels.cast import filled
from pipeline.reels.reel import Clip, Reel, ReelError
from pipeline.rows import StoredFinding
from pipeline.sequence import title_of
from pipeline.store import Store
from pipeline.types import Incident, Span, Verdict

QUESTIONS = (
    "What happened in the half minute before this?",
    "What did the person hear, and from whom?",
    "What else could have been said or done here?",
)
"""asked of every clip until somebody writes better ones: open, and about no one's worth"""


def suggested(
    store: Store, policy: Policy, label: str, most: int = 8, *, unconfirmed: bool = False, beside: bool = False
) -> Reel:
    """A list of the clips in which `label` (a finding's label or detector) was confirmed, in the order of the store.

    `unconfirmed`: take those too that nobody has looked at. `beside`: another camera of the incident next to it, where
    one was recording. Raises ReelError where there are none.
    """
    found = [f for f in store.findings() if label in (f.finding.label, f.finding.detector)]
    chosen = [f for f in found if _is_wanted(f, unconfirmed)]
    if not chosen:
        raise ReelError(_why_none(label, found, store))
    clips: list[Clip] = []
    for stored in chosen:
        clip = filled(Clip(finding=stored.id), store)
        if not any(c.recording == clip.recording and c.span.overlap(clip.span) > 0 for c in clips):
            clips.append(with_words(clip, stored, policy, _other(clip, store.incidents(), store) if beside else ""))
    title = title_of(chosen[0].finding.label, policy)
    return Reel(title=f"Debrief: {title}", about=_about(label, policy), clips=tuple(clips[:most]))


def _is_wanted(stored: StoredFinding, unconfirmed: bool) -> bool:
    if stored.verdict is None:
        return unconfirmed
    return stored.verdict.verdict is Verdict.CONFIRMED


def _why_none(label: str, found: Sequence[StoredFinding], store: Store) -> str:
    if found:
        waiting = sum(f.verdict is None for f in found)
        return (
            f"{label}: {len(found)} found, none confirmed ({waiting} not looked at yet): review them first, or add"
            " --unconfirmed"
        )
    known = sorted({f.finding.label for f in store.findings()})
    return f"nothing in this store is labelled {label!r}; there are: {', '.join(known) or 'no findings'}"


def with_words(clip: Clip, stored: StoredFinding, policy: Policy, beside: str = "") -> Clip:
    """The clip of a finding with a title, what to look for and questions to begin with."""
    finding = stored.finding
    return Clip(
        recording=clip.recording, start=clip.start, end=clip.end, finding=stored.id, label=finding.label,
        title=title_of(finding.label, policy).capitalize(), beside=beside, look_for=finding.summary,
        questions=QUESTIONS,
    )  # fmt: skip


def _about(label: str, policy: Policy) -> str:
    clause = next((c for c in policy.clauses.values() if label in c.labels and c.enabled), None)
    return f"{clause.id} {clause.title}: {clause.text}" if clause else ""


def _other(clip: Clip, incidents: Sequence[Incident], store: Store) -> str:
    """Another camera of the same incident that was recording throughout the clip, "" where none was."""
    for incident in incidents:
        offsets = {id: offset for id, offset, _ in incident.recordings}
        if clip.recording not in offsets:
            continue
        for other, offset in offsets.items():
            own = offsets[clip.recording] - offset
            start, end = clip.start + own, clip.end + own
            if other == clip.recording or start < 0:
                continue
            recording = store.recording(other)
            if recording.stream("video") and recording.span.overlap(Span(start, end)) >= 0.9 * clip.span.duration:
                return other
    return ""
