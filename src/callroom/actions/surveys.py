"""Surveys: the forms by which callers are asked about the service."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values, must_exist, number_free, without_empty
from callroom.actions.references import not_led_to
from callroom.core.surveys import MOST_QUESTIONS, BadForm, form_from, sounds_of
from callroom.errors import invalid
from callroom.media.voices import installed
from callroom.store.tables import Prompt, Survey


class Surveys(Kind[Survey]):
    table = Survey
    name = "survey"
    plural = "surveys"
    prefix = "sv"

    async def check(self, session: AsyncSession, values: Values, row: Survey | None) -> None:
        await number_free(session, values["number"], row.id if row else None)
        try:
            form = form_from(without_empty(values["form"]))
        except BadForm:
            raise invalid("form", "not_a_form") from None
        if not 1 <= len(form.questions) <= MOST_QUESTIONS:
            raise invalid("form.questions", "survey_questions")
        if any(not question.keys for question in form.questions):
            raise invalid("form.questions", "survey_keys")
        for field, sound in sounds_of(form):
            if not sound.chosen:
                raise invalid(f"form.{field}", "needs_sound")
            if sound.text and not installed():
                raise invalid(f"form.{field}", "needs_voices")
            await must_exist(session, Prompt, sound.prompt or None, f"form.{field}")
        values["form"] = msgspec.to_builtins(form)

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Survey) -> None:
        await not_led_to(session, row)


SURVEYS = Surveys()
