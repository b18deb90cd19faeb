"""Whatever is pressed in whatever order, everybody in a conversation is in one place, and nobody is forgotten."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from callroom.core import conversation as c
from callroom.core.ids import ExtensionId, LegId
from callroom.core.routing.model import ToExtension

BO = ToExtension(ExtensionId("x802"))
EVENTS: list[c.Event] = [
    c.HoldPressed(),
    c.ResumePressed(),
    c.PhoneHeld(),
    c.PhoneResumed(),
    c.MutePressed(True),
    c.MutePressed(False),
    c.TransferPressed(BO),
    c.HangUpPressed(),
    c.HangUpPressed(c.Side.LEADER),
    c.AgentLeft(),
    c.ConsultPressed(BO),
    c.ConsultDialled(BO, LegId("line")),
    c.ConsultAnswered(),
    c.ConsultOver(),
    c.SwapPressed(),
    c.ConferPressed(),
    c.CompletePressed(),
    c.TakeBackPressed(),
    c.AgentReplaced(),
    c.PageLost(),
    c.PageBack(),
    c.PageGivenUp(),
]
# Where the customer and the consulted one are after each command; the consulted one's end is told from outside.
CUSTOMER = {c.Command.JOIN: "room", c.Command.PLAY_MUSIC: "music"}
CONSULTED = {
    c.Command.RING_CONSULTED: "rung",
    c.Command.JOIN_CONSULTED: "room",
    c.Command.PARK_CONSULTED: "music",
    c.Command.DROP_CONSULTED: "gone",
    c.Command.MAKE_GUEST: "guest",
    c.Command.HAND_OVER: "agent",
    c.Command.FINISH: "gone",
}


def expected(state: c.State) -> tuple[str | None, Any]:
    """Where both should be: None is anywhere."""
    match state:
        case c.Talking():
            return "room", ("gone", "guest", "agent")
        case c.Held(by_phone=by_phone):
            return "room" if by_phone else "music", ("gone", "guest", "agent")
        case c.Consulting(by_phone=True, answered=answered):
            return "room", ("room",) if answered else ("rung",)
        case c.Consulting(answered=False):
            return "music", ("rung",)
        case c.Consulting(aside=True):
            return "room", ("music",)
        case c.Consulting():
            return "music", ("room",)
        case c.Rejoining(before=c.Consulting(answered=answered)):
            return "music", ("music",) if answered else ("rung",)
        case c.Rejoining():
            return "music", ("gone", "guest", "agent")
        case c.HungUp() | c.Transferred():
            return None, ("gone", "guest", "agent")


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_everybody_is_where_the_state_says(events: list[c.Event]):
    state: c.State = c.Talking()
    customer, consulted, finished = "room", "gone", 0
    for event in events:
        try:
            state, commands = c.step(state, event)
        except c.Impossible:
            continue
        assert not finished, "something happened after the end"
        if isinstance(event, c.ConsultOver):
            consulted = "gone"
        for command in commands:
            customer = CUSTOMER.get(command, customer)
            consulted = CONSULTED.get(command, consulted)
            finished += command is c.Command.FINISH
        where, told = expected(state)
        assert where in (None, customer), (event, state)
        assert consulted in told, (event, state)
    assert finished == isinstance(state, c.HungUp | c.Transferred)


@given(st.lists(st.sampled_from(EVENTS), max_size=20))
def test_an_answered_consultation_never_loses_the_customer_when_the_agent_goes(events: list[c.Event]):
    """Only who talks to the customer himself ends the call by hanging up."""
    state: c.State = c.Talking()
    for event in events:
        before = state
        try:
            state, _ = c.step(state, event)
        except c.Impossible:
            continue
        if isinstance(before, c.Consulting) and isinstance(event, c.AgentLeft):
            assert isinstance(state, c.HungUp) == before.aside
