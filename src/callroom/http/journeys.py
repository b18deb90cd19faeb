"""Journeys: what happened to every call, as far as the signed-in person may see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.users import Role
from callroom.core.numbers import Traced, Visibility, digits_of, search_forms
from callroom.core.surveys import MOST_QUESTIONS, Meaning, Reason
from callroom.errors import NotFound
from callroom.http.customer_shapes import Stage
from callroom.http.offers import OfferedOut, PassedOver, tell
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.place import place_of
from callroom.http.reaching import other_party
from callroom.http.seen import OutsideNumber, OutsideText, OutsideWhence
from callroom.http.site import Me, Read, SiteDep
from callroom.media.number_places import traced
from callroom.store import journeys as happened
from callroom.store.customer_value import filed_as
from callroom.store.surveys import Answered, behind
from callroom.store.tables import JourneyRow, Queue, Recording, Skill, Team, Trunk, User

router = APIRouter(prefix="/api/v1", tags=["journeys"])

Direction = Literal["inbound", "outbound", "internal"]
LONGEST_SEARCH = 80
DELETED = ("（已删除）", "(deleted)")  # a skill, team or queue


class Named(BaseModel):
    id: str
    name: str


class NamedCustomer(BaseModel):
    id: str
    name: OutsideText


class JourneyItem(BaseModel):
    """A journey as lists show it; ``trunk`` is an id. Durations are in seconds."""

    id: str
    direction: str
    origin: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    from_: OutsideNumber = Field(serialization_alias="from")
    to: OutsideNumber
    trunk: str | None
    trunk_name: str | None
    did: str
    customer: NamedCustomer | None
    agent: Named | None
    queue: Named | None
    talk_seconds: float
    wait_seconds: float
    ended_by: str
    loss_reason: str | None
    has_recording: bool


class JourneyList(BaseModel):
    items: list[JourneyItem]
    next: str | None


class LegOut(BaseModel):
    id: str | None = None
    party: str  # caller | agent | called
    agent: str | None = None
    agent_name: str | None = None
    number: OutsideNumber = ""
    device: str | None = None
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    talk: float = 0
    hold: float = 0
    cause: str = ""
    consulted_by: str | None = Field(default=None, description="The agent's name who asked him during the talk")


class ClosedQueueOut(BaseModel):
    """A queue that the caller found closed."""

    queue: str
    queue_name: str = ""
    at: datetime


class IvrStepOut(BaseModel):
    """A visit to a step of a flow. ``exit``: by which it was left, "hung_up" in it, null while the caller is there."""

    node: str
    label: str = ""
    key: str = ""
    at: datetime
    flow: str = ""
    kind: str = ""
    exit: str | None = ""


class WhyAgent(BaseModel):
    """Of the offer that was answered; ``offered``: the agents who were rung together."""

    strategy: str = ""
    offered: list[str] = []
    passed_over: list[PassedOver] = []
    text_zh: str = ""
    text_en: str = ""


class QueueVisitOut(BaseModel):
    queue: str
    queue_name: str = ""
    entered_at: datetime
    wait: float = 0
    outcome: str | None = None  # answered | abandoned | flowed_out; null: still waiting
    agent: str | None = None
    agent_name: str | None = None
    why_agent: WhyAgent | None = None
    offered: list[OfferedOut] = []  # the last ones, oldest first
    choices: int = 0  # how often it was chosen whom to ring
    reason: str = ""  # why he flowed out: max_wait, max_length, no_agent, queue_gone, exit_key, callback
    key: str = ""  # with which he left


class RecordingPart(BaseModel):
    id: str
    started_at: datetime
    seconds: float | None = None  # null: still being made
    complete: bool = False


class VoicemailPart(BaseModel):
    id: str
    box_kind: str
    box_id: str
    seconds: float
    left_at: datetime


class FaxPart(BaseModel):
    """``direction``: in or out; ``fault``: why not all pages got over, empty when they did."""

    id: str
    direction: str
    pages: int = 0
    fault: str = ""
    t38: bool = False
    started_at: datetime
    ended_at: datetime | None = None


class SupervisionPart(BaseModel):
    """A leader in an agent's talk: listen, whisper, barge or take_over."""

    leader: str
    leader_name: str
    agent: str
    mode: str
    since: datetime
    until: datetime | None = None


class SurveyAnswerPart(BaseModel):
    question: int
    label: str
    key: str
    meaning: Meaning
    reason: Reason | None = None
    at: datetime


class SurveyPart(BaseModel):
    """What the caller said about the service; without answers he declined or hung up. ``comment``: a recording."""

    survey: str
    name: str
    asked_at: datetime
    agent: str | None = None
    agent_name: str = ""
    queue: str | None = None
    queue_name: str = ""
    answers: list[SurveyAnswerPart] = []
    comment: str | None = None
    done: bool = False


class JourneyOut(BaseModel):
    """The whole story of one call. Durations are in seconds; ``whence``: where the other party's number belongs."""

    id: str
    direction: str
    origin: str | None = None
    origin_journey: str = ""  # the call from which this one comes, such as the one in which a call back was asked for
    campaign: str | None = None
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    from_: OutsideNumber = Field(validation_alias="from", serialization_alias="from")
    to: OutsideNumber
    whence: OutsideWhence = Traced()
    trunk: str | None = None
    trunk_name: str | None = None
    did: str = ""
    customer: NamedCustomer | None = None
    legs: list[LegOut] = []
    ivr_steps: list[IvrStepOut] = []
    queue_visits: list[QueueVisitOut] = []
    closed_queues: list[ClosedQueueOut] = []
    recordings: list[RecordingPart] = []
    supervisions: list[SupervisionPart] = []  # for supervisors and admins; of one's own talks none
    voicemail: VoicemailPart | None = None
    survey: SurveyPart | None = None
    fax: FaxPart | None = None
    ended_by: str = ""
    loss_reason: str | None = None


@router.get("/journeys", operation_id="listJourneys")
async def list_journeys(
    me: Me,
    site: SiteDep,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Literal["-started_at", "started_at"] = "-started_at",
    started_from: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    started_before: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    direction: Direction | None = None,
    agent: Annotated[str, Query(max_length=40)] = "",
    queue: Annotated[str, Query(max_length=40)] = "",
    customer: Annotated[str, Query(max_length=40)] = "",
    customer_tier: Annotated[int | None, Query(ge=0, le=9)] = None,
    customer_stage: Stage | None = None,
    number: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
    party: Annotated[str, Query(max_length=40)] = "",
    outcome: Literal["answered", "missed"] | None = None,
    has_recording: bool | None = None,
    survey: Annotated[Answered | None, Query(description="What was answered to ``survey_question`` (from 0)")] = None,
    survey_form: Annotated[str, Query(max_length=40)] = "",
    survey_agent: Annotated[str, Query(max_length=40)] = "",
    survey_queue: Annotated[str, Query(max_length=40)] = "",
    survey_question: Annotated[int, Query(ge=0, lt=MOST_QUESTIONS)] = 0,
    survey_reason: Reason | None = None,
    q: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
) -> JourneyList:
    """Newest first. ``from`` is the first moment of a start that counts, ``to`` the first that no longer does.

    ``party``: a journey; those with its other party are told, whose number one need not see.
    ``survey_form``, ``survey_agent`` and ``survey_queue`` (ids; "-": none) narrow ``survey``."""
    newest = sort.startswith("-")
    where = [happened.visible(session, await happened.sight_of(session, me))]
    if cursor:
        where.append(happened.after(JourneyRow.started_at, JourneyRow.id, decoded(cursor), newest=newest))
    if started_from:
        where.append(JourneyRow.started_at >= started_from)
    if started_before:
        where.append(JourneyRow.started_at < started_before)
    if direction:
        where.append(JourneyRow.direction == direction)
    if agent:
        where.append(happened.with_agent(session, frozenset({agent})))
    if queue:
        where.append(happened.in_queue(frozenset({queue})))
    if customer:
        where.append(JourneyRow.customer_id == customer)
    where += filed_as(customer_tier, customer_stage, JourneyRow.customer_id)
    if outcome:
        where.append(happened.with_outcome(outcome))
    if has_recording is not None:
        where.append(JourneyRow.has_recording == has_recording)
    if survey:
        where.append(
            behind(
                survey,
                survey=survey_form,
                agent=survey_agent,
                queue=survey_queue,
                question=survey_question,
                reason=survey_reason or "",
            )
        )
    place = await place_of(session)
    # Who may not see numbers must know a whole one to find its calls, or he could guess it digit by digit.
    whole = me.sees is not Visibility.FULL
    if number:
        where.append(happened.with_number(search_forms(number, *place) or [number.strip()], whole=whole))
    if party:
        other = (await other_party(session, site, me, party)).number
        where.append(happened.with_number(search_forms(other, *place) or [other], whole=True))
    if q.strip():
        wanted = happened.with_name(q.strip(), numbers=not whole)
        if digits_of(q):
            wanted |= happened.with_number(search_forms(q, *place), whole=whole)
        where.append(wanted)
    lines = await happened.journeys(session, where, limit=limit + 1, newest=newest)
    more = len(lines) > limit
    return JourneyList(
        items=[item(line) for line in lines[:limit]],
        next=encoded(lines[limit - 1].row.started_at, lines[limit - 1].row.id) if more else None,
    )


@router.get("/journeys/{journey_id}", operation_id="getJourney")
async def get_journey(journey_id: str, me: Me, session: Read) -> JourneyOut:
    row = await happened.journey(session, await happened.sight_of(session, me), journey_id)
    if row is None:
        raise NotFound("journey", journey_id)
    out = JourneyOut.model_validate(row.document)
    if out.direction != "internal":
        out.whence = traced(out.from_ if out.direction == "inbound" else out.to, *await place_of(session))
    kept = set(await session.scalars(select(Recording.id).where(Recording.journey_id == journey_id)))
    out.recordings = [one for one in out.recordings if one.seconds is None or one.id in kept]
    leads = me.role in (Role.ADMIN, Role.SUPERVISOR)
    out.supervisions = [one for one in out.supervisions if leads and one.agent != me.id]
    people = {agent for leg in out.legs for agent in (leg.agent, leg.consulted_by) if agent}
    offered = [one for visit in out.queue_visits for one in visit.offered]
    people |= {each.agent for one in offered for each in (*one.rung, *one.passed_over)}
    names = {id: name for id, name in await session.execute(select(User.id, User.name).where(User.id.in_(people)))}
    await _tell(session, out, names)
    for leg in out.legs:
        leg.agent_name = names.get(leg.agent or "")
        leg.consulted_by = names.get(leg.consulted_by or "", leg.consulted_by)
    if out.trunk:
        out.trunk_name = await session.scalar(select(Trunk.name).where(Trunk.id == out.trunk))
    return out


async def _tell(session: AsyncSession, out: JourneyOut, names: Mapping[str, str]) -> None:
    """Put each offer, and why the agent who answered was rung, into words."""
    offered = [one for visit in out.queue_visits for one in visit.offered]
    of_rules = {skill for one in offered for skill, _ in one.skills}
    of_rules |= {id for one in offered for each in one.rung for id in (each.team, each.through) if id}
    called: dict[str, tuple[str, str]] = {}
    for table in (Skill, Team, Queue) if of_rules else ():
        found = await session.execute(select(table.id, table.name).where(table.id.in_(of_rules)))
        called |= {id: (name, name) for id, name in found}
    for one in offered:
        tell(one, lambda agent: names.get(agent, agent), lambda id: called.get(id, DELETED))
    for visit in out.queue_visits:
        if taken := next((one for one in reversed(visit.offered) if one.answered), None):
            visit.why_agent = WhyAgent(
                strategy=taken.strategy,
                offered=[each.agent for each in taken.rung],
                passed_over=taken.passed_over,
                text_zh=taken.text_zh,
                text_en=taken.text_en,
            )


def item(line: happened.JourneyLine) -> JourneyItem:
    row = line.row
    return JourneyItem(
        id=row.id,
        direction=row.direction,
        origin=row.origin,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        from_=row.from_number,
        to=row.to_number,
        trunk=row.trunk_id,
        trunk_name=line.trunk,
        did=row.did,
        customer=named_customer(row.customer_id, line.customer),
        agent=named(row.agent_id, line.agent),
        queue=named(row.queue_id, line.queue),
        talk_seconds=row.talk_seconds,
        wait_seconds=row.wait_seconds,
        ended_by=row.ended_by,
        loss_reason=row.loss_reason,
        has_recording=row.has_recording,
    )


def named_customer(id: str | None, name: str | None) -> NamedCustomer | None:
    return NamedCustomer(id=id, name=name) if id and name is not None else None


def named(id: str | None, name: str | None) -> Named | None:
    return Named(id=id, name=name) if id and name is not None else None
