"""Asking a caller how satisfied he is (CC-22): when his agent has hung up, or sends him there, or a flow does."""

import asyncio
from collections.abc import Container
from datetime import timedelta
from typing import TYPE_CHECKING

from callroom.calls.party import Party
from callroom.core.directory import Queue
from callroom.core.ids import AgentId, QueueId, SurveyId, TapeId
from callroom.core.ivr.model import Sound
from callroom.core.journeys.facts import (
    RecordingStarted,
    SurveyAnswered,
    SurveyCommented,
    SurveyDone,
    SurveyReasoned,
    SurveyStarted,
)
from callroom.core.routing.model import Destination, ToHangUp
from callroom.core.surveys import Form, Question

if TYPE_CHECKING:
    from callroom.calls.call import Call

LOOKED_UP = 1.0  # seconds until whether he was asked before must be known; he is not kept waiting longer
SILENCE = 5.0  # seconds after which a comment is taken to be over
THANKS = Sound(system="rating_thanks")


def surveyed_queue(call: "Call", agent: Party) -> Queue | None:
    """The queue whose caller is to be asked when this agent hangs up; None when he is not."""
    if call.main is None or call.main.gone or agent.agent is None or call.view.queue is None:
        return None
    queue = call.exchange.directory.queues.get(QueueId(call.view.queue.id))
    if queue is None or queue.survey not in call.exchange.directory.surveys:
        return None
    visits = call.story.queue_visits
    served = bool(visits) and visits[-1].outcome == "answered" and call.view.direction == "inbound"
    return queue if served or call.view.origin == "callback" else None


async def survey_after_talk(call: "Call", queue: Queue) -> Destination:
    """Ask the caller of a queue, unless he was asked within the days in which it leaves him in peace."""
    exchange, view = call.exchange, call.view
    if queue.survey is None:
        return ToHangUp()
    if queue.survey_pause:
        number = view.to_number if view.direction == "outbound" else view.from_number
        since = exchange.now() - timedelta(days=queue.survey_pause)
        customer = view.customer.id if view.customer else None
        try:
            async with asyncio.timeout(LOOKED_UP):
                asked = await exchange.customers.surveyed(number, customer, call.journey, since)
        except TimeoutError:
            asked = True
        if asked:
            return ToHangUp()
    return await ask_survey(call, queue.survey)


async def ask_survey(call: "Call", survey_id: SurveyId) -> Destination:
    """Ask all questions of a survey, once in a call; whatever he answered is kept when he hangs up meanwhile.

    A survey that a former server process began goes on with the first question that has no answer.
    """
    survey = call.exchange.directory.surveys.get(survey_id)
    begun = call.story.survey
    if survey is None or call.main is None or (begun is not None and (begun.done or begun.survey != survey_id)):
        return ToHangUp()
    call.main.keys.forget()  # what was pressed before was meant for something else
    await call.answer()
    call.show(state="survey", agent=None, offered_to=[])
    call.checkpoint(s="survey", survey=survey.id)
    if begun is None:
        _note_begun(call, survey.id, survey.name)
    said = await _Asking(call, survey.form).all()
    await call.say(said)
    return ToHangUp()


def _note_begun(call: "Call", survey: SurveyId, name: str) -> None:
    agent, queue = call.story.agent, call.view.queue
    agent_name = call.exchange.name_of(AgentId(agent)) if agent else ""
    call.note(SurveyStarted(survey, name, agent, agent_name, queue.id if queue else None, queue.name if queue else ""))


class _Asking:
    """One caller answers one form."""

    def __init__(self, call: "Call", form: Form) -> None:
        self._call = call
        self._form = form

    async def all(self) -> list[str]:
        """Ask; returns what is said to him at the end."""
        call, form = self._call, self._form
        sounds, answers = call.exchange.sounds, self._answers()
        if form.invitation is not None and not answers and not await self._key(form.invitation, form.accept_key):
            return sounds.system(call.language, "goodbye")
        for number, question in enumerate(form.questions):
            if number >= len(self._answers()):
                key = await self._key(question.sound, question.keys)
                if not key:  # nobody is there, or he does not want to
                    return sounds.system(call.language, "goodbye")
                call.note(SurveyAnswered(number, question.label, key, question.keys[key]))
            await self._why(number, question)
        if form.comment is not None:
            await self._comment(form.comment)
        call.note(SurveyDone())
        return list(sounds.of(form.thanks or THANKS, call.language))

    def _answers(self) -> list[str]:
        begun = self._call.story.survey
        return [answer.meaning for answer in begun.answers] if begun else []

    async def _why(self, number: int, question: Question) -> None:
        """Ask who is not satisfied what it was."""
        begun = self._call.story.survey
        answer = next((one for one in begun.answers if one.question == number), None) if begun else None
        if answer is None or answer.meaning != "unsatisfied" or answer.reason or not question.reasons:
            return
        sound = question.reason_sound or Sound(system="survey_reason")
        if key := await self._key(sound, question.reasons):
            self._call.note(SurveyReasoned(number, question.reasons[key]))

    async def _key(self, sound: Sound, keys: Container[str]) -> str:
        """One of these keys, or "" after the form's rounds."""
        call, sounds = self._call, self._call.exchange.sounds
        for _ in range(self._form.attempts):
            key = await call.ask(sounds.of(sound, call.language), timeout=self._form.timeout)
            if key and key in keys:
                return key
            await call.say(sounds.system(call.language, "invalid_key" if key else "no_input"))
        return ""

    async def _comment(self, sound: Sound) -> None:
        """Record his own words; they count also when he simply hangs up after them."""
        call, exchange = self._call, self._call.exchange
        begun = call.story.survey
        if call.main is None or (begun is not None and begun.comment is not None):
            return  # it was spoken while no server was there
        await call.say(exchange.sounds.of(sound, call.language))
        tape = TapeId(exchange.new_id("sv"))
        path = f"survey/{exchange.now():%Y/%m/%d}/{tape}"
        call.note(RecordingStarted(tape, path))
        call.note(SurveyCommented(tape))
        await call.record(tape, path, longest=self._form.comment_seconds, silence=SILENCE, then=call.book_tape)
