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
from callroom.http.resources import Resource, Viewer, mount, plainly
from callroom.store.tables import Queue

router = APIRouter(prefix="/api/v1")
Seconds = Annotated[int, Field(ge=0, le=3600)]


class QueueIn(Body):
    """Times in seconds; ``max_wait`` and ``max_length`` null: no limit. ``members``: user ids in order.

    ``exit_keys``: where a key leads that is pressed while waiting; ``callback_key``: the one that asks to be called
    back, null: nobody is. ``music_prompt_id`` null: the usual music. ``whisper_prompt_id``: heard by the agent alone.
    ``caller_number`` is shown to who is called back, "": the line's.
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
    language: str
    record: bool
    members: list[str]


class TeamIn(Body):
    name: Name


class TeamOut(Shown):
    name: str


class PresenceReasonIn(Body):
    name_zh: Annotated[str, Field(min_length=1, max_length=40), PLAIN]
    name_en: Annotated[str, Field(min_length=1, max_length=40), PLAIN]
    kind: Literal["busy", "away"]
    position: Annotated[int, Field(ge=0, le=9999)] = 0


class PresenceReasonOut(Shown):
    name_zh: str
    name_en: str
    kind: Literal["busy", "away"]
    position: int


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
