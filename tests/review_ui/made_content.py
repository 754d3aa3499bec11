"""What is said and found on the made recording: a stop in which two officers shout at once. All of it is invented."""

from __future__ import annotations

import random

from pipeline.types import Finding, Role, Turn, Word

HOSTILE = (
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> [a](javascript:alert(1)) '
    "\u202e\u05d0\u05d1\u05d2\u202c \U0001f46e"
)
LONG_WORD = "stop" * 2500

_SAID: tuple[tuple[float, str, Role | None, str], ...] = (
    (4.0, "v1", Role.OFFICER, "Evening sir. I'm Officer Dane with the city police."),
    (9.5, "v3", Role.CIVILIAN, "What is this about"),
    (12.0, "v1", Role.OFFICER, "You were stopped because your left brake light is out."),
    (18.5, "v3", Role.CIVILIAN, "I just had it fixed last week man"),
    (23.0, "radio", Role.RADIO, "Two Adam nine, plate comes back clear."),
    (28.0, "v1", Role.OFFICER, "Do you have your licence and insurance with you?"),
    (33.0, "v3", Role.CIVILIAN, "It is in the back, hold on."),
    (36.5, "v1", Role.OFFICER, "Keep your hands where I can see them."),
    (38.2, "v2", Role.OFFICER, "Show me your hands! Show me your hands!"),
    (39.1, "v1", Role.OFFICER, "Don't reach! Stop moving!"),
    (41.5, "v3", Role.CIVILIAN, "I'm not, I'm just getting the papers"),
    (44.0, "v2", Role.OFFICER, "Get out of the car, get on the ground, now!"),
    (44.6, "v1", Role.OFFICER, "Stay in the car!"),
    (48.0, "v3", Role.CIVILIAN, "Which one do you want"),
    (52.0, "v1", Role.OFFICER, "All right. All right. Let's slow down. I'm going to open your door."),
    (60.5, None, None, "inaudible wind"),
    (66.0, "v3", Role.CIVILIAN, HOSTILE),
    (72.0, "v1", Role.OFFICER, "Thank you for your patience. " + LONG_WORD),
    (90.0, "v1", Role.OFFICER, "You are free to go. Drive carefully."),
)


def turns() -> tuple[Turn, ...]:
    chance = random.Random(7)
    made = []
    for start, voice, role, text in _SAID:
        words, at = [], start
        for word in text.split():
            length = min(0.12 + 0.05 * len(word), 1.2)
            words.append(Word(word, round(at, 3), round(at + length, 3), round(chance.uniform(0.3, 1.0), 2)))
            at += length + 0.06
        reason = {"v1": "says a name and gives orders", "v2": "gives orders", "v3": "asks questions"}.get(
            voice or "", ""
        )
        made.append(Turn(start, round(at, 3), voice, role, text, tuple(words), reason))
    return tuple(made)


def finding(
    subject: str, detector: str, start: float, end: float, score: float, summary: str, **more: object
) -> Finding:
    return Finding(subject, detector, str(more.pop("label", detector)), start, end, score, summary, **more)  # type: ignore[arg-type]


def findings_of(subject: str) -> list[Finding]:
    why = {"rule": "an order of the policy pack, spoken by an officer", "certainty": 0.71, "policy": "common 1"}
    orders = [
        {"words": "show me your hands", "voice": "v2", "start": 38.2, "end": 39.4, "clear": True},
        {"words": "don't reach", "voice": "v1", "start": 39.1, "end": 39.8, "clear": True},
    ]
    return [
        finding(
            subject,
            "name_sharing",
            4.0,
            7.4,
            0.86,
            'An officer gives a name: "Officer Dane".',
            speaker="v1",
            role=Role.OFFICER,
            text="I'm Officer Dane with the city police",
            evidence={"rule": "a title followed by a name", "name": "Dane", "seconds_from_first_contact": 0.0},
        ),
        finding(
            subject,
            "spoken_command",
            36.5,
            38.6,
            0.78,
            "One order: keep your hands where I can see them.",
            speaker="v1",
            role=Role.OFFICER,
            text="Keep your hands where I can see them.",
            evidence=why,
        ),
        finding(
            subject,
            "spoken_command",
            38.2,
            41.0,
            0.9,
            "Two orders in a row: show me your hands.",
            speaker="v2",
            role=Role.OFFICER,
            text="Show me your hands! Show me your hands!",
            evidence=why,
        ),
        finding(
            subject,
            "spoken_command",
            39.1,
            40.9,
            0.55,
            "Two orders: don't reach; stop moving.",
            speaker="v1",
            role=Role.OFFICER,
            text="Don't reach! Stop moving!",
            evidence=why,
        ),
        finding(
            subject,
            "multi_officer_commands",
            38.2,
            41.0,
            0.83,
            "Two officers give orders within 1 s of each other.",
            role=Role.OFFICER,
            text="Show me your hands! / Don't reach!",
            evidence={"voices": ["v1", "v2"], "orders": orders, "pair_within": 2.0, "seconds_overlapped": 1.8},
        ),
        finding(
            subject,
            "multi_officer_commands",
            44.0,
            46.4,
            0.91,
            "Two officers give opposite orders at one time.",
            role=Role.OFFICER,
            text="Get out of the car, get on the ground, now! / Stay in the car!",
            evidence={"voices": ["v1", "v2"], "opposite": True, "seconds_overlapped": 1.3},
        ),
        finding(
            subject,
            "overlapping_speech",
            38.9,
            41.0,
            0.8,
            "Two people speak at once for 2.1 s.",
            evidence={"seconds": 2.1, "voices": ["v1", "v2"]},
        ),
        finding(
            subject,
            "overlapping_speech",
            44.6,
            46.0,
            0.6,
            "Two people speak at once for 1.4 s.",
            evidence={"seconds": 1.4},
        ),
        finding(
            subject,
            "raised_voice",
            38.2,
            41.0,
            0.88,
            "A voice is raised for 2.8 s.",
            speaker="v2",
            role=Role.OFFICER,
            evidence={"level_db": 11.2, "pitch_st": 5.5, "why": "11 dB above this voice's usual"},
        ),
        finding(
            subject,
            "muted_audio",
            100.0,
            118.0,
            0.97,
            "No sound for 18 s.",
            evidence={"seconds": 18.0, "rule": "every sample at most one step of 16 bits for 5 s or more"},
        ),
        finding(subject, "name_sharing", 66.0, 68.0, 0.4, HOSTILE, text=HOSTILE, evidence={"<b>key</b>": HOSTILE}),
    ]
