"""Surveys: their forms, and what callers answered."""

from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callroom.actions.settings import read_settings
from callroom.actions.surveys import SURVEYS
from callroom.core.surveys import MOST_QUESTIONS, Meaning, Reason, Tally
from callroom.errors import invalid
from callroom.http.fields import Body, Key, MaybeInsideNumber, Name, Shown
from callroom.http.flow_document import Sound
from callroom.http.resources import Reader, Resource, mount, plainly
from callroom.http.site import Read
from callroom.store.journeys import sight_of
from callroom.store.surveys import By, Wanted, tallies

router = APIRouter(prefix="/api/v1")
LONGEST_PERIOD = 400  # days


class SurveyQuestion(BaseModel):
    """``keys``: what each key means. Who presses one for unsatisfied is asked why, if there are ``reasons``."""

    model_config = ConfigDict(extra="forbid")
    label: Name
    sound: Sound
    keys: dict[Key, Meaning]
    reasons: dict[Key, Reason] = {}
    reason_sound: Sound | None = None


class SurveyForm(BaseModel):
    """``invitation``: the caller presses ``accept_key`` first, or is not asked. ``comment`` asks for his own words,
    which are recorded, ``comment_seconds`` at most. ``timeout`` in seconds, for each of ``attempts``."""

    model_config = ConfigDict(extra="forbid")
    questions: list[SurveyQuestion] = Field(min_length=1, max_length=MOST_QUESTIONS)
    invitation: Sound | None = None
    accept_key: Key = "1"
    comment: Sound | None = None
    comment_seconds: Annotated[float, Field(ge=5, le=180)] = 60
    thanks: Sound | None = None
    timeout: Annotated[float, Field(ge=1, le=60)] = 8
    attempts: Annotated[int, Field(ge=1, le=5)] = 2


class SurveyIn(Body):
    """``number``: at which agents transfer to it; null: it has none."""

    name: Name
    number: MaybeInsideNumber = None
    form: SurveyForm


class SurveyOut(Shown):
    name: str
    number: str | None
    form: SurveyForm


class SatisfactionRow(BaseModel):
    """Counts of calls; ``response_rate`` and ``satisfaction`` (very satisfied, satisfied of answered) from 0 to 1."""

    id: str | None
    name: str | None
    asked: int
    answered: int
    very_satisfied: int
    satisfied: int
    unsatisfied: int
    service: int
    attitude: int
    other: int
    response_rate: float | None
    satisfaction: float | None


class Satisfaction(BaseModel):
    rows: list[SatisfactionRow]
    total: SatisfactionRow


# Before the rows themselves: else "satisfaction" would be taken for the id of one.
@router.get("/surveys/satisfaction", operation_id="getSatisfaction", tags=["surveys"])
async def satisfaction(
    me: Reader,
    session: Read,
    begin: Annotated[AwareDatetime, Query(alias="from")],
    end: Annotated[AwareDatetime, Query(alias="to")],
    by: By = "agent",
    survey: Annotated[str, Query(max_length=40)] = "",
    agent: Annotated[str, Query(max_length=40)] = "",
    queue: Annotated[str, Query(max_length=40)] = "",
    question: Annotated[int, Query(ge=0, lt=MOST_QUESTIONS)] = 0,
) -> Satisfaction:
    """How callers answered a question, by agent, queue or local day; of calls that began in the period."""
    if not 0 < (end - begin).total_seconds() <= LONGEST_PERIOD * 86_400:
        raise invalid("to", "bad_period")
    wanted = Wanted(begin, end, survey, agent, queue, question)
    zone = ZoneInfo((await read_settings(session))[0]["time_zone"])
    found = await tallies(session, await sight_of(session, me), wanted, by, zone)
    total = Tally()
    for _, _, tally in found:
        for name, count in asdict(tally).items():
            setattr(total, name, getattr(total, name) + count)
    return Satisfaction(rows=[_row(*one) for one in found], total=_row(None, None, total))


def _row(id: str | None, name: str | None, tally: Tally) -> SatisfactionRow:
    return SatisfactionRow(
        id=id,
        name=name,
        answered=tally.answered,
        response_rate=tally.response_rate,
        satisfaction=tally.satisfaction,
        **asdict(tally),
    )


mount(
    router,
    Resource(
        SURVEYS,
        "Survey",
        "Surveys",
        SurveyIn,
        SurveyOut,
        sort=("name", "created_at"),
        search=("name", "number"),
        show=plainly(SurveyOut),
    ),
)
