"""What queues and people are arranged by: teams, skills, and the reasons to be busy or away."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from callroom.actions.callcentre import PRESENCE_REASONS, SKILLS, TEAMS
from callroom.http.fields import PLAIN, Body, Name, Shown
from callroom.http.resources import Resource, mount, plainly

router = APIRouter(prefix="/api/v1")


class SkillIn(Body):
    name: Name


class SkillOut(Shown):
    name: str


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
