"""What queues and people are arranged by: teams, skills, opening hours, and the reasons to be busy or away."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions.callcentre import PRESENCE_REASONS, SCHEDULES, SKILLS, TEAMS
from callroom.core.schedules import minutes
from callroom.http.fields import PLAIN, Body, Name, Shown, rule
from callroom.http.resources import Resource, mount, plainly

router = APIRouter(prefix="/api/v1")


def _is_clock(value: str) -> bool:
    try:
        minutes(value)
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


Clock = Annotated[str, Field(max_length=5), rule("not_a_time_of_day", _is_clock)]
Day = Annotated[str, Field(max_length=10), rule("not_a_date", _is_date)]


class SkillIn(Body):
    name: Name


class SkillOut(Shown):
    name: str


class OpenHours(BaseModel):
    """Open on a ``day`` of the week (1 Monday … 7) from "09:00" to before "18:00"; the latest end is "24:00"."""

    model_config = ConfigDict(extra="forbid")
    day: Annotated[int, Field(ge=1, le=7)]
    begins: Clock
    ends: Clock


class ScheduleIn(Body):
    """Opening hours by the site's clock; ``closed``: dates on which it stays closed, 2026-10-01."""

    name: Name
    hours: list[OpenHours] = Field(default=[], max_length=50)
    closed: list[Day] = Field(default=[], max_length=400)


class ScheduleOut(Shown):
    name: str
    hours: list[OpenHours]
    closed: list[str]


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
mount(
    router,
    Resource(
        SKILLS,
        "Skill",
        "Skills",
        SkillIn,
        SkillOut,
        sort=("name", "created_at"),
        search=("name",),
        show=plainly(SkillOut),
    ),
)
mount(
    router,
    Resource(
        SCHEDULES,
        "Schedule",
        "Schedules",
        ScheduleIn,
        ScheduleOut,
        sort=("name", "created_at"),
        search=("name",),
        show=plainly(ScheduleOut),
    ),
)
