from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models import embedded_diarizer
from models.contract import SAMPLE_RATE_HZ, RawDiarization, RawSpan, Samples
from models.embedded_diarizer import SPACE, EmbeddedDiarizer
from models.silero import Silero
from tests.models.speech_truth import clip, covered, speech_of, truth


def confused(found: RawDiarization, name: str) -> float:
    """Share of the speech of one voice at a time that lies in a turn of a voice that is mostly somebody else."""
    duration = len(clip(name)) / SAMPLE_RATE_HZ
    voices = sorted({t.voice for t in truth(name)})
    true = np.array([covered([RawSpan(t.start, t.end) for t in truth(name) if t.voice == v], duration) for v in voices])
    alone = true.sum(axis=0) == 1
    right = total = 0
    for label in {t.voice for t in found.turns}:
        heard = covered([t for t in found.turns if t.voice == label], duration) & alone
        counts = (true & heard).sum(axis=1)
        right, total = right + int(counts.max()), total + int(counts.sum())
    return 1 - right / total


def test_the_voices_of_a_conversation_are_told_apart() -> None:
    found = EmbeddedDiarizer().diarize(clip("conversation.opus"), speech_of("conversation.opus"))
    assert len({t.voice for t in found.turns}) >= len({t.voice for t in truth("conversation.opus")})
    assert confused(found, "conversation.opus") < 0.15


def test_it_works_on_the_speech_that_silero_finds() -> None:
    sound = clip("conversation.opus")
    assert confused(EmbeddedDiarizer().diarize(sound, Silero().detect(sound)), "conversation.opus") < 0.15


def test_one_voice_stays_one_voice() -> None:
    turns = truth("conversation.opus")
    first = [t for t in turns if t.voice == turns[0].voice]
    spans = [t for t in first if not any(o.start < t.end and t.start < o.end for o in turns if o.voice != t.voice)]
    sound = clip("conversation.opus")
    alone = np.concatenate([sound[round(t.start * 16000) : round(t.end * 16000)] for t in spans] * 2)
    found = EmbeddedDiarizer().diarize(alone, [RawSpan(0, len(alone) / SAMPLE_RATE_HZ)])
    shares = Counter[str]()
    for turn in found.turns:
        shares[turn.voice] += round(100 * (turn.end - turn.start))
    assert shares.most_common(1)[0][1] > 0.85 * sum(shares.values())


@pytest.mark.parametrize("name", ["commands.flac", "talk.flac", "conversation.opus"])
def test_every_instant_of_speech_has_exactly_one_voice(name: str) -> None:
    sound = clip(name)
    speech = Silero().detect(sound)
    found = EmbeddedDiarizer().diarize(sound, speech)
    assert found.turns == found.exclusive
    assert found.overlaps is None
    assert sum(t.end - t.start for t in found.turns) == pytest.approx(sum(s.end - s.start for s in speech), abs=0.02)
    assert all(a.end <= b.start + 1e-6 for a, b in zip(found.turns, found.turns[1:], strict=False))
    assert all(any(s.start - 1e-6 <= t.start < t.end <= s.end + 1e-6 for s in speech) for t in found.turns)
    assert found.turns[0].voice == "v1"


@pytest.mark.parametrize(
    ("sound", "speech"),
    [
        (np.zeros(0, np.float32), []),
        (np.zeros(SAMPLE_RATE_HZ, np.float32), []),
        (np.zeros(SAMPLE_RATE_HZ, np.float32), [RawSpan(0.1, 0.9)]),
        (np.full(SAMPLE_RATE_HZ, 0.1, np.float32), [RawSpan(0.2, 0.22)]),
        (np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32), [RawSpan(0.0, 5.0)]),
    ],
    ids=["empty", "no speech", "silence called speech", "one frame", "speech past the end"],
)
def test_odd_input_gives_at_most_one_voice(sound: Samples, speech: list[RawSpan]) -> None:
    found = EmbeddedDiarizer().diarize(sound, speech)
    assert len({t.voice for t in found.turns}) <= 1
    assert bool(found.turns) == any(s.start < len(sound) / SAMPLE_RATE_HZ for s in speech)


def test_the_same_sound_gives_the_same_turns() -> None:
    first, second = (EmbeddedDiarizer().diarize(clip("talk.flac"), speech_of("talk.flac")) for _ in range(2))
    assert first == second


def test_progress_is_told() -> None:
    told: list[float] = []
    EmbeddedDiarizer().diarize(clip("talk.flac"), speech_of("talk.flac"), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_info_names_weights_and_limits() -> None:
    info = EmbeddedDiarizer().info
    assert info.draft
    assert len(info.weights[SPACE.name]) == 64
    assert any("overlaps" in remark for remark in info.remarks)


def test_a_missing_projection_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedded_diarizer.probe().available
    monkeypatch.setattr(embedded_diarizer, "SPACE", SPACE.with_name("nowhere.npz"))
    assert embedded_diarizer.probe() == (False, "nowhere.npz is missing in models/data")
