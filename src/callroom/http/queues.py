"""Queues with their members, teams, and the reasons to be busy or away."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from callroom.actions.callcentre import PRESENCE_REASONS, QUEUES, TEAMS, members_of
from callroom.core.acd.model import Strategy
from callroom.http.exchange import columns
from callroom.http.fields import (
    PLAIN,
    Body,
    Destination,
    Id,
    Language,
    MaybeId,
    MaybeInsideNumber,
    Name,
    Shown,
)
from callroom.http.resources import Resource, Viewer, mount, plainly
from callroom.store.tables import Queue

router = APIRouter(prefix="/api/v1")
Seconds = Annotated[int, Field(ge=0, le=3600)]


class QueueIn(Body):
    """Times in seconds; ``max_wait`` and ``max_length`` null: no limit. ``members``: user ids in order.

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
    greeting_prompt_id: MaybeId = None
    music: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = "default"
    service_level_seconds: Annotated[int, Field(ge=1, le=600)] = 20
    alarm_waiting: Annotated[int | None, Field(ge=1, le=1000)] = None
    alarm_longest: Annotated[int | None, Field(ge=1, le=7200)] = None
    alarm_level: Annotated[int | None, Field(ge=1, le=100)] = None
    language: Language = "zh"
    record: bool = True
    members: list[Id] = Field(default=[], max_length=1000)


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
    greeting_prompt_id: str | None
    music: str
    service_level_seconds: int
    alarm_waiting: int | None
    alarm_longest: int | None
    alarm_level: int | None
    language: str
    record: bool
    members: list[str]


class TeamIn(Body):
    name: Name


class TeamOut(Shown):
    name: str


Minutes = Annotated[int | None, Field(ge=1, le=1440)]


class PresenceReasonIn(Body):
    """``limit_minutes`` at a time and ``limit_per_day_minutes``: past them the agent is warned and his tile on the wall
    shows it; null: no limit. ``chosen_by`` leaders: an agent cannot choose it himself."""

    name_zh: Annotated[str, Field(min_length=1, max_length=40), PLAIN]
    name_en: Annotated[str, Field(min_length=1, max_length=40), PLAIN]
    kind: Literal["busy", "away"]
    position: Annotated[int, Field(ge=0, le=9999)] = 0
    limit_minutes: Minutes = None
    limit_per_day_minutes: Minutes = None
    chosen_by: Literal["agents", "leaders"] = "agents"


class PresenceReasonOut(Shown):
    name_zh: str
    name_en: str
    kind: Literal["busy", "away"]
    position: int
    limit_minutes: int | None
    limit_per_day_minutes: int | None
    chosen_by: Literal["agents", "leaders"]


async def show_queues(viewer: Viewer, rows: Sequence[Queue]) -> list[QueueOut]:
    members = await members_of(viewer.session, [row.id for row in rows])
    return [QueueOut.model_validate(columns(row) | {"members": members[row.id]}) for row in rows]


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
        agents_see=("id", "name"),
    ),
)
mount(
    router,
    Resource(
        TEAMS, "Team", "Teams", TeamIn, TeamOut, sort=("name", "created_at"), search=("name",), show=plainly(TeamOut)
    ),
)
mount(
    router,
    Resource(
        PRESENCE_REASONS,
        "PresenceReason",
        "PresenceReasons",
        PresenceReasonIn,
        PresenceReasonOut,
        sort=("position", "name_zh", "name_en"),
        search=("name_zh", "name_en"),
        show=plainly(PresenceReasonOut),
        agents_see=tuple(PresenceReasonOut.model_fields),
    ),
)
