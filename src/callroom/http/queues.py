"""Queues with their members and rules."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions.callcentre import QUEUES, later_tiers, members_of
from callroom.core.acd.model import Strategy
from callroom.http.exchange import columns
from callroom.http.fields import (
    Body,
    CallerNumber,
    Destination,
    Id,
    Key,
    Language,
    MaybeId,
    MaybeInsideNumber,
    MaybeKey,
    Name,
    Shown,
)
from callroom.http.resources import Resource, Viewer, mount
from callroom.store.tables import Queue

router = APIRouter(prefix="/api/v1")
Seconds = Annotated[int, Field(ge=0, le=3600)]


class SkillAsked(BaseModel):
    """With a ``step`` the level falls by so much ``every`` so many seconds of waiting, to ``floor``; 0: anybody."""

    model_config = ConfigDict(extra="forbid")
    skill: Id
    level: Annotated[int, Field(ge=1, le=10)]
    step: Annotated[int, Field(ge=0, le=10)] = 0
    every: Annotated[int, Field(ge=1, le=3600)] = 30
    floor: Annotated[int, Field(ge=0, le=10)] = 0


class OverflowStep(BaseModel):
    """Who waited ``after`` seconds is offered to the agents of this queue too."""

    model_config = ConfigDict(extra="forbid")
    after: Annotated[int, Field(ge=1, le=7200)]
    queue: Id


class QueueIn(Body):
    """Times in seconds; ``max_wait`` and ``max_length`` null: no limit. ``members``: user ids in order.

    ``tiers``: of members who have another tier than 0; a higher one is rung when nobody of a lower one is free, and
    not before the caller waited ``tier_after`` seconds for each. ``tier_weight``: seconds of waiting that one tier of a
    customer is worth. ``sticky_days``: within them, who served a caller last is rung first, and while he talks waited
    for, up to ``sticky_patience`` seconds. ``misses_until_busy``: so many missed calls in a row make an agent busy.
    Outside the hours of ``schedule_id`` callers go to ``closed``. 0 and null turn a rule off.
    ``exit_keys``: where a key leads that is pressed while waiting; ``callback_key``: the one that asks to be called
    back, null: nobody is. ``music_prompt_id`` null: the usual music. ``whisper_prompt_id``: heard by the agent alone.
    ``survey_id``: what callers are asked when their agent has hung up; the same caller not again within
    ``survey_pause_days``. ``caller_number`` is shown to who is called back, "": the line's.
    The wall shows an alarm from ``alarm_waiting`` callers, ``alarm_longest`` seconds of the longest wait, or below
    ``alarm_level`` percent of service level; null: none.
    """

    name: Name
    number: MaybeInsideNumber = None
    strategy: Strategy = Strategy.RING_ALL
    ring_timeout: Annotated[int, Field(ge=5, le=120)] = 20
    wrap_up: Seconds = 10
    max_wait: Annotated[int | None, Field(ge=5, le=7200)] = 300
    max_length: Annotated[int | None, Field(ge=1, le=1000)] = None
    no_agent: Literal["wait", "flow_out"] = "wait"
    overflow: Destination = Destination(kind="voicemail_queue")
    weight: Annotated[int, Field(ge=0, le=100)] = 0
    announce_position: bool = True
    announce_every: Annotated[int, Field(ge=10, le=600)] = 30
    announce_wait: bool = False
    announce_agent: bool = False
    greeting_prompt_id: MaybeId = None
    periodic_prompt_id: MaybeId = None
    music_prompt_id: MaybeId = None
    whisper_prompt_id: MaybeId = None
    exit_keys: dict[Key, Destination] = Field(default={})
    callback_key: MaybeKey = None
    callback_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    callback_retry_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    caller_number: CallerNumber = ""
    service_level_seconds: Annotated[int, Field(ge=1, le=600)] = 20
    alarm_waiting: Annotated[int | None, Field(ge=1, le=1000)] = None
    alarm_longest: Annotated[int | None, Field(ge=1, le=7200)] = None
    alarm_level: Annotated[int | None, Field(ge=1, le=100)] = None
    language: Language = "zh"
    record: bool = True
    members: list[Id] = Field(default=[], max_length=1000)
    tiers: dict[Id, Annotated[int, Field(ge=0, le=9)]] = Field(default={}, max_length=1000)
    tier_after: Seconds = 0
    skills: list[SkillAsked] = Field(default=[], max_length=20)
    tier_weight: Seconds = 0
    sticky_days: Annotated[int, Field(ge=0, le=365)] = 0
    sticky_patience: Seconds = 0
    prefer_team_id: MaybeId = None
    misses_until_busy: Annotated[int, Field(ge=0, le=99)] = 0
    overflow_steps: list[OverflowStep] = Field(default=[], max_length=10)
    schedule_id: MaybeId = None
    closed: Destination = Destination(kind="voicemail_queue")
    survey_id: MaybeId = None
    survey_pause_days: Annotated[int, Field(ge=0, le=365)] = 0


class QueueOut(Shown):
    name: str
    number: str | None
    strategy: Strategy
    ring_timeout: int
    wrap_up: int
    max_wait: int | None
    max_length: int | None
    no_agent: str
    overflow: Destination
    weight: int
    announce_position: bool
    announce_every: int
    announce_wait: bool
    announce_agent: bool
    greeting_prompt_id: str | None
    periodic_prompt_id: str | None
    music_prompt_id: str | None
    whisper_prompt_id: str | None
    exit_keys: dict[str, Destination]
    callback_key: str | None
    callback_attempts: int
    callback_retry_minutes: int
    caller_number: str
    service_level_seconds: int
    alarm_waiting: int | None
    alarm_longest: int | None
    alarm_level: int | None
    language: str
    record: bool
    members: list[str]
    tiers: dict[str, int]
    tier_after: int
    skills: list[SkillAsked]
    tier_weight: int
    sticky_days: int
    sticky_patience: int
    prefer_team_id: str | None
    misses_until_busy: int
    overflow_steps: list[OverflowStep]
    schedule_id: str | None
    closed: Destination
    survey_id: str | None
    survey_pause_days: int


async def show_queues(viewer: Viewer, rows: Sequence[Queue]) -> list[QueueOut]:
    members = await members_of(viewer.session, [row.id for row in rows])
    return [
        QueueOut.model_validate(
            columns(row) | {"members": list(members[row.id]), "tiers": later_tiers(members[row.id])}
        )
        for row in rows
    ]


mount(
    router,
    Resource(
        QUEUES,
        "Queue",
        "Queues",
        QueueIn,
        QueueOut,
        sort=("name", "weight", "created_at"),
        search=("name", "number"),
        show=show_queues,
        agents_see=("id", "name", "survey_id"),
    ),
)
