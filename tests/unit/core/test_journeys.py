"""Facts make a journey; the journey says why a call was lost."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from callroom.core.journeys import facts as f
from callroom.core.journeys.model import Journey
from callroom.core.journeys.story import MOST_OFFERED, apply

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def journey(*facts: f.Fact, direction: f.Direction = "inbound") -> Journey:
    made = Journey(id="j1")
    started = f.Started(direction, "13800138000", "88001", did="88001")
    for number, fact in enumerate((started, f.LegStarted("l1", "caller", "13800138000"), *facts), 1):
        assert apply(made, f.JourneyLine("j1", number, START + timedelta(seconds=number), fact))
    return made


def offered(ended: f.OfferEnd, number: int = 0) -> f.Offered:
    return f.Offered(
        START, "linear", (f.RungAgent("ana", ended, float(number)),), passed_over=(f.PassedOver("bo", "busy"),)
    )


def test_a_long_wait_keeps_its_last_offers_and_counts_the_others():
    failed: list[f.Fact] = [f.OfferFailed(offered("not_answered", number)) for number in range(MOST_OFFERED + 5)]
    facts = [
        f.QueueEntered("q1", "Sales"),
        *failed,
        f.QueueLeft("q1", "answered", 60.0, offered=(offered("answered"),)),
    ]
    [visit] = journey(*msgspec.json.decode(msgspec.json.encode(facts), type=list[f.Fact])).queue_visits
    assert (visit.choices, len(visit.offered)) == (MOST_OFFERED + 6, MOST_OFFERED)
    assert [one.rung[0].ended for one in (visit.offered[0], visit.offered[-1])] == ["not_answered", "answered"]
    assert visit.offered[0].rung[0].seconds == 6


def test_a_call_through_menu_and_queue():
    made = journey(
        f.IvrStepped("menu", "Main", "1"),
        f.QueueEntered("q1", "Sales"),
        f.LegStarted("l2", "agent", "801", agent="ana"),
        f.LegAnswered("l2"),
        f.QueueLeft("q1", "answered", 12.5, 1, 2, "ana", "Ana", (offered("answered"),)),
        f.TalkStarted("ana", "Ana", "l2"),
        f.RecordingStarted("r1", "2026/r1"),
        f.TalkEnded("l2", 30.0, 5.0),
        f.LegEnded("l2", "normal"),
        f.LegEnded("l1", "normal"),
        f.Ended("caller"),
    )
    assert (made.agent, made.talk, made.wait, made.loss_reason) == ("ana", 30.0, 12.5, None)
    assert made.answered_at == START + timedelta(seconds=8)
    assert not made.settled
    apply(made, f.JourneyLine("j1", 14, START, f.RecordingEnded("r1", 35.0, True)))
    assert made.settled


def test_who_supervised_how_and_for_how_long():
    facts: list[f.Fact] = [
        f.TalkStarted("ana", "Ana", "l1"),
        f.Supervised("lee", "Lee", "ana", "listen"),
        f.Supervised("max", "Max", "ana", "listen"),
        f.Supervised("lee", "Lee", "ana", "barge"),
        f.SupervisionEnded("lee"),
        f.SupervisionEnded("nobody"),
    ]
    told = msgspec.json.decode(msgspec.json.encode(facts), type=list[f.Fact])
    seen = [
        (one.leader, one.mode, one.until and (one.until - one.since).seconds) for one in journey(*told).supervisions
    ]
    assert seen == [("lee", "listen", 2), ("max", "listen", None), ("lee", "barge", 1)]


def test_a_fact_told_twice_counts_once():
    made = journey(f.TalkStarted("ana", "Ana", "l1"), f.TalkEnded("l1", 30.0, 0.0))
    assert not apply(made, f.JourneyLine("j1", 4, START, f.TalkEnded("l1", 30.0, 0.0)))
    assert made.legs[0].talk == 30.0


def left(outcome: f.Outcome, wait: float, offers: int, signed_in: int) -> tuple[f.Fact, f.Fact]:
    return f.QueueEntered("q1", "Sales"), f.QueueLeft("q1", outcome, wait, offers, signed_in)


@pytest.mark.parametrize(
    ("facts", "ended_by", "reason"),
    [
        (left("abandoned", 3.0, 1, 1), "caller", "gave_up_in_queue"),
        (left("abandoned", 30.0, 0, 0), "caller", "no_agent_signed_in"),
        (left("abandoned", 30.0, 0, 3), "caller", "too_few_agents"),
        (left("abandoned", 30.0, 2, 3), "caller", "agents_did_not_answer"),
        ((*left("flowed_out", 60.0, 0, 1), f.VoicemailStarted("queue", "q1")), "caller", "gave_up_at_voicemail"),
        (
            (*left("flowed_out", 60.0, 0, 1)[:1], f.QueueLeft("q1", "flowed_out", 60.0, 2, 3, reason="callback")),
            "system",
            "callback",
        ),
        ((f.IvrStepped("menu", "Main"),), "caller", "gave_up_in_ivr"),
        ((f.LegStarted("l2", "called", "801"), f.LegEnded("l2", "no_answer")), "caller", "agents_did_not_answer"),
        ((f.LegEnded("l1", "engine_lost"),), "system", "network"),
        ((f.TalkStarted("ana", "Ana", "l1"),), "caller", None),
    ],
)
def test_why_it_was_lost(facts: tuple[f.Fact, ...], ended_by: f.EndedBy, reason: str | None):
    assert journey(*facts, f.Ended(ended_by)).loss_reason == reason


def test_only_calls_in_are_lost_without_a_given_reason():
    assert journey(f.Ended("agent"), direction="outbound").loss_reason is None
    assert journey(f.Ended("system", "trunk_full"), direction="outbound").loss_reason == "trunk_full"
