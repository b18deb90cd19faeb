"""What callers answered in surveys: counted, and the calls behind each count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.surveys import Tally
from callroom.store.journeys import Condition, Sight, visible
from callroom.store.tables import JourneyRow, Queue, SurveyAnswerRow, User

By = Literal["agent", "queue", "day"]
Answered = Literal["asked", "answered", "unanswered", "very_satisfied", "satisfied", "unsatisfied"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers: of one question of a survey, about an agent, for a queue; "": of all. The period is that of the
    calls' starts, from ``begin`` to before ``end``."""

    begin: datetime
    end: datetime
    survey: str = ""
    agent: str = ""
    queue: str = ""
    question: int = 0


async def tallies(
    session: AsyncSession, sight: Sight, wanted: Wanted, by: By, zone: ZoneInfo
) -> list[tuple[str | None, str | None, Tally]]:
    """Id (of a day: its date), name and counts of each agent, queue or local day that was asked about, in order; None:
    no agent, or no queue; the name is None where it is not known any more.

    Who was asked and did not come to a later question counts as asked in it."""
    row, first = SurveyAnswerRow, SurveyAnswerRow.__table__.alias("first")
    answered = select(row).where(row.question == wanted.question).subquery()
    columns = (first.c.agent_id, first.c.queue_id, JourneyRow.started_at, answered.c.meaning, answered.c.reason)
    where = [
        visible(session, sight),
        JourneyRow.started_at >= wanted.begin,
        JourneyRow.started_at < wanted.end,
        first.c.question == 0,
        *_about(first.c, wanted.survey, wanted.agent, wanted.queue),
    ]
    source = (
        select(*columns)
        .join(JourneyRow, JourneyRow.id == first.c.journey_id)
        .outerjoin(answered, answered.c.journey_id == first.c.journey_id)
        .where(*where)
    )
    found: dict[str | None, Tally] = {}
    if by == "day":
        for _, _, started, meaning, reason in await session.execute(source):
            day = started.astimezone(zone).date().isoformat()
            found.setdefault(day, Tally()).add(meaning, reason)
        return [(day, day, found[day]) for day in sorted(found, key=str)]
    inner = source.subquery()
    key = inner.c.agent_id if by == "agent" else inner.c.queue_id
    counted = select(key, inner.c.meaning, inner.c.reason, func.count()).group_by(key, inner.c.meaning, inner.c.reason)
    for id, meaning, reason, calls in await session.execute(counted):
        found.setdefault(id, Tally()).add(meaning, reason, calls)
    table = User if by == "agent" else Queue
    names = await session.execute(select(table.id, table.name).where(table.id.in_([id for id in found if id])))
    known = {id: name for id, name in names}
    return sorted(((id, known.get(id or ""), tally) for id, tally in found.items()), key=lambda one: one[1] or "~")


def behind(
    answer: Answered, *, survey: str = "", agent: str = "", queue: str = "", question: int = 0, reason: str = ""
) -> Condition:
    """Which rows of ``JourneyRow`` such a count is made of."""
    row = SurveyAnswerRow
    about = _about(row, survey, agent, queue)
    asked = select(1).where(row.journey_id == JourneyRow.id, row.question == 0, *about).exists()
    if answer == "asked":
        return asked
    of_question: list[ColumnElement[bool]] = [row.journey_id == JourneyRow.id, row.question == question, *about]
    if answer == "unanswered":
        return asked & ~select(1).where(*of_question, row.meaning.is_not(None)).exists()
    meaning = row.meaning.is_not(None) if answer == "answered" else row.meaning == answer
    why = row.reason == reason if reason else true()
    return select(1).where(*of_question, meaning, why).exists()


def _about(columns: Any, survey: str, agent: str, queue: str) -> Sequence[ColumnElement[bool]]:
    """``-`` stands for none: no agent, no queue."""
    pairs = ((columns.survey_id, survey), (columns.agent_id, agent), (columns.queue_id, queue))
    return [column.is_(None) if id == "-" else column == id for column, id in pairs if id]
