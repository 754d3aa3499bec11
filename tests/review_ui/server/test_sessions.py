from __future__ import annotations

from review_ui.server.sessions import IDLE_LIMIT, Identity, Sessions


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_token_leads_to_its_person_only() -> None:
    sessions = Sessions()
    anna, ben = sessions.open(Identity("anna")), sessions.open(Identity("ben"))
    assert anna != ben
    assert sessions.who(anna) == Identity("anna")
    assert sessions.who(ben) == Identity("ben")
    assert sessions.who("") is None
    assert sessions.who(None) is None
    assert sessions.who("ärgerlich") is None


def test_a_session_ends_when_it_is_ended() -> None:
    sessions = Sessions()
    token = sessions.open(Identity("anna"))
    sessions.end(token)
    assert sessions.who(token) is None


def test_a_session_in_use_stays_and_an_idle_one_ends() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    used, idle = sessions.open(Identity("anna")), sessions.open(Identity("ben"))
    clock.now = IDLE_LIMIT * 0.9
    assert sessions.who(used)
    clock.now = IDLE_LIMIT * 1.5
    assert sessions.who(used)
    assert sessions.who(idle) is None


def test_tokens_are_not_kept_as_they_are() -> None:
    sessions = Sessions()
    token = sessions.open(Identity("anna"))
    assert token not in str(vars(sessions))
