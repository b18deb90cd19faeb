"""Callers are asked how satisfied they are, and whatever they say is in the story of the call."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from company import ANA, ANA_PAGE, BO_PHONE, SALES, START, X802, Office, company, press, talking, with_queue

from callroom.calls.arrivals import dial
from callroom.core import conversation as c
from callroom.core.directory import Directory, Survey
from callroom.core.ids import SurveyId
from callroom.core.routing.model import DialPermission, InboundRoute, ToExtension, ToSurvey
from callroom.core.surveys import form_from
from callroom.telephony.fake import Party, PartyState

SERVICE = SurveyId("service")
QUESTION = {
    "label": "Service",
    "sound": {"system": "rate_service"},
    "keys": {"1": "very_satisfied", "2": "satisfied", "3": "unsatisfied"},
    "reasons": {"1": "service", "2": "attitude", "3": "other"},
}


def surveyed(form: dict[str, Any] | None = None, **queue: Any) -> Directory:
    """The company, whose sales callers are asked afterwards."""
    survey = Survey(SERVICE, "Service", "650", form_from({"questions": [QUESTION]} | (form or {})))
    directory = with_queue(company(wrap_up=2.0), **{"survey": SERVICE, **queue})
    routes = (*directory.inbound, InboundRoute("r5", "Rating", ToSurvey(SERVICE), did="88005"))
    return replace(directory, surveys={SERVICE: survey}, inbound=routes)


async def rated(office: Office) -> Party:
    """Ana has talked to a caller for five seconds and hung up; he hears the first question."""
    _, caller, ana = await talking(office)
    await asyncio.sleep(5)
    ana.hang_up()
    await office.until(lambda: caller.hears() == {"rate_service"}, within=3)
    return caller


async def test_who_is_asked_after_the_talk_answers_and_is_thanked():
    office = Office(surveyed())
    caller = await rated(office)
    assert office.state(ANA) == "wrap_up", "the agent is not kept"
    caller.press("1")
    await office.until(lambda: caller.hears() == {"rating_thanks"}, within=3)
    story = await office.story()
    told = story.survey
    assert told is not None and told.done
    assert (told.agent, told.agent_name, told.queue, told.queue_name) == (ANA, "Ana", SALES, "Sales")
    assert [(one.question, one.label, one.key, one.meaning) for one in told.answers] == [
        (0, "Service", "1", "very_satisfied")
    ]
    assert (story.ended_by, story.talk) == ("agent", pytest.approx(5, abs=0.5))
    [ended] = office.views("call.ended")[-1:]
    assert ended["ended_by"] == "agent"


@pytest.mark.parametrize(("key", "reason"), [("1", "service"), ("2", "attitude"), ("3", "other")])
async def test_who_is_not_satisfied_says_why(key: str, reason: str):
    office = Office(surveyed())
    caller = await rated(office)
    caller.press("3")
    await office.until(lambda: caller.hears() == {"survey_reason"}, within=3)
    caller.press(key)
    told = (await office.story()).survey
    assert told is not None and (told.answers[0].meaning, told.answers[0].reason) == ("unsatisfied", reason)


async def test_wrong_keys_are_said_to_be_wrong_and_silence_ends_it():
    office = Office(surveyed())
    caller = await rated(office)
    caller.press("9")
    await office.until(lambda: caller.hears() == {"invalid_key"}, within=3)
    await office.until(lambda: caller.hears() == {"rate_service"}, within=3)
    await office.until(lambda: caller.hears() == {"no_input"}, within=20)
    await office.until(lambda: caller.hears() == {"goodbye"}, within=3)
    told = (await office.story()).survey
    assert told is not None and (told.answers, told.done) == ([], False)


@pytest.mark.parametrize("moment", [n / 4 for n in range(0, 60, 5)])
async def test_whenever_he_hangs_up_what_he_answered_is_kept(moment: float):
    form = {"questions": [QUESTION, QUESTION | {"label": "Product"}], "comment": {"system": "survey_comment"}}
    office = Office(surveyed(form))
    caller = await rated(office)
    asyncio.get_running_loop().call_later(1.5, lambda: caller.state is PartyState.TALKING and caller.press("2"))
    asyncio.get_running_loop().call_later(4, lambda: caller.state is PartyState.TALKING and caller.press("1"))
    await asyncio.sleep(moment)
    caller.hang_up()
    story = await office.story()
    assert story.survey is not None
    assert len(story.survey.answers) == (0 if moment <= 1.5 else 1 if moment <= 4 else 2)
    assert story.ended_by == "agent"
    await office.until(lambda: office.state(ANA) == "ready", within=5)


async def test_a_caller_who_hangs_up_first_is_not_asked():
    office = Office(surveyed())
    _, caller, _ = await talking(office)
    await asyncio.sleep(3)
    caller.hang_up()
    assert (await office.story()).survey is None


async def test_a_leader_who_ends_the_call_ends_it_whole():
    office = Office(surveyed())
    call, caller, _ = await talking(office)
    office.exchange.force_hang_up(call)
    story = await office.story()
    assert (story.survey, caller.state) == (None, PartyState.ENDED)


async def test_who_accepts_first_is_asked_and_who_does_not_is_left_in_peace():
    for key, answers in (("1", 1), ("5", 0)):
        office = Office(surveyed({"invitation": {"system": "survey_invitation"}, "attempts": 1}))
        _, caller, ana = await talking(office)
        ana.hang_up()
        await office.until(lambda caller=caller: caller.hears() == {"survey_invitation"}, within=3)
        caller.press(key)
        if answers:
            await office.until(lambda caller=caller: caller.hears() == {"rate_service"}, within=3)
            caller.press("2")
        told = (await office.story()).survey
        assert told is not None and len(told.answers) == answers


@pytest.mark.parametrize(("ago", "asked"), [(2, False), (9, True)])
async def test_the_same_caller_is_not_asked_again_within_some_days(ago: int, asked: bool):
    office = Office(surveyed(survey_pause=7))
    office.regulars.surveyed_at = START - timedelta(days=ago)
    _, caller, ana = await talking(office)
    ana.hang_up()
    if asked:
        await office.until(lambda: caller.hears() == {"rate_service"}, within=3)
        caller.hang_up()
    story = await office.story()
    assert (story.survey is not None, story.ended_by) == (asked, "agent")


async def test_his_own_words_are_recorded():
    office = Office(surveyed({"comment": {"system": "survey_comment"}}))
    caller = await rated(office)
    caller.press("2")
    await office.until(lambda: caller.hears() == {"survey_comment"}, within=3)
    await office.until(lambda: caller.hears() == set(), within=10)
    await asyncio.sleep(8)
    caller.press("#")
    await office.until(lambda: caller.hears() == {"rating_thanks"}, within=3)
    story = await office.story()
    assert story.survey is not None and story.survey.done
    [comment] = [one for one in story.recordings if one.id == story.survey.comment]
    assert comment.seconds == pytest.approx(8, abs=1.5)


async def test_an_agent_sends_his_caller_to_the_survey():
    office = Office(surveyed(survey_pause=7))
    office.regulars.surveyed_at = START - timedelta(days=1)  # he asks for it himself: the pause does not count
    call, caller, _ = await talking(office)
    press(call, c.TransferPressed(ToSurvey(SERVICE)))
    await office.until(lambda: caller.hears() == {"rate_service"}, within=3)
    caller.press("2")
    told = (await office.story()).survey
    assert told is not None and (told.agent, told.queue, told.answers[0].meaning) == (ANA, SALES, "satisfied")


async def test_after_a_transfer_the_colleague_who_talked_last_is_asked_about():
    office = Office(surveyed())
    call, caller, _ = await talking(office)
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, answers_after=1, hangs_up_after=5)
    await asyncio.sleep(0.1)
    press(call, c.TransferPressed(ToExtension(X802)))
    await office.until(lambda: caller.hears() == {"rate_service"}, within=15)
    caller.hang_up()
    told = (await office.story()).survey
    assert told is not None and told.agent == "bo"


async def test_a_number_leads_straight_to_the_survey():
    office = Office(surveyed())
    caller = office.call("88005")
    await office.until(lambda: caller.hears() == {"rate_service"}, within=3)
    caller.press("1")
    story = await office.story()
    assert story.survey is not None
    assert (story.survey.agent, story.survey.queue, story.survey.answers[0].key) == (None, None, "1")


async def test_calls_out_are_not_followed_by_a_survey():
    office = Office(surveyed())
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE)
    office.fake.when_dialled("13900139000", answers_after=1)
    dial(office.exchange, ANA, "13900139000", DialPermission.NATIONAL)
    them = await office.fake.dialled("13900139000")
    await office.until(lambda: them.hears() == {ANA_PAGE}, within=5)
    office.fake.party(ANA_PAGE).hang_up()
    assert (await office.story()).survey is None


async def test_a_new_server_asks_the_next_question():
    office = Office(surveyed({"questions": [QUESTION, QUESTION | {"label": "Product"}]}))
    caller = await rated(office)
    caller.press("3")
    await office.until(lambda: caller.hears() == {"survey_reason"}, within=3)
    office.new_server()
    office.fake.reconnect()
    await asyncio.sleep(0.5)
    assert caller.hears() == {"survey_reason"}
    caller.press("2")
    await office.until(lambda: caller.hears() == {"rate_service"}, within=3)
    caller.press("1")
    told = (await office.story()).survey
    assert told is not None and told.done
    assert [(one.meaning, one.reason) for one in told.answers] == [
        ("unsatisfied", "attitude"),
        ("very_satisfied", None),
    ]


async def test_a_comment_spoken_while_no_server_was_there_is_kept():
    office = Office(surveyed({"comment": {"system": "survey_comment"}}))
    caller = await rated(office)
    caller.press("1")
    await office.until(lambda: caller.hears() == {"survey_comment"}, within=3)
    await asyncio.sleep(3)  # he speaks
    office.new_server()
    await asyncio.sleep(2)
    office.fake.reconnect()
    await office.until(lambda: caller.hears() == {"rating_thanks"}, within=5)
    story = await office.story()
    assert story.survey is not None and story.survey.done
    [comment] = [one for one in story.recordings if one.id == story.survey.comment]
    assert comment.seconds


async def test_an_agent_who_hangs_up_while_the_server_is_away_is_followed_by_nothing():
    """The engine ends nobody: the caller is let go, or goes on waiting, as before."""
    office = Office(surveyed())
    _, caller, ana = await talking(office)
    office.new_server()
    ana.hang_up()
    await asyncio.sleep(1)
    office.fake.reconnect()
    await asyncio.sleep(2)
    caller.hang_up()
    assert (await office.story()).survey is None
