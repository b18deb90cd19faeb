"""``POST /what-if``: how many agents a load, or a day of a queue's history, needs (X-08)."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from callroom.actions.settings import read_settings
from callroom.actions.users import Role
from callroom.errors import NotAllowed, invalid, unknown_reference
from callroom.http.fields import Body, Id
from callroom.http.site import SiteDep, allow
from callroom.store.database import reading
from callroom.store.journeys import sight_of
from callroom.store.tables import Queue, User
from callroom.what_if import (
    MOST_STAFF,
    DayAnswer,
    DayQuestion,
    LoadAnswer,
    LoadQuestion,
    aside,
)

router = APIRouter(prefix="/api/v1", tags=["what-if"])
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]
A_MINUTE = 12  # questions of one person; each keeps a processor busy for seconds


class _Goal(Body):
    goal: Annotated[float, Field(ge=1, le=99.9, allow_inf_nan=False)] = 80
    within: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = 20


class WhatIfLoad(_Goal):
    """A steady load. ``goal``: per cent of the calls to be answered ``within`` seconds; ``handling``: mean seconds of
    talk and wrap-up; ``patience``: mean seconds until a waiting caller hangs up, null: never."""

    kind: Literal["load"]
    calls_per_hour: Annotated[float, Field(ge=0.1, le=20_000, allow_inf_nan=False)]
    handling: Annotated[float, Field(ge=1, le=7200, allow_inf_nan=False)]
    patience: Annotated[float | None, Field(ge=1, le=7200, allow_inf_nan=False)] = None


class WhatIfDay(_Goal):
    """A local day of a queue, played again. ``staff``: agents in each half hour, or one number for all of them; null:
    as many as were there."""

    kind: Literal["day"]
    queue: Id
    day: date
    staff: Annotated[list[Annotated[int, Field(ge=0, le=MOST_STAFF)]] | None, Field(min_length=1, max_length=50)] = None


@router.post("/what-if", operation_id="askWhatIf")
async def ask(
    body: Annotated[WhatIfLoad | WhatIfDay, Field(discriminator="kind")], me: Leader, site: SiteDep
) -> Annotated[LoadAnswer | DayAnswer, Field(discriminator="kind")]:
    """One question is reckoned at a time; the next one waits."""
    question = await _question(body, me, site)
    await site.limit("what-if", me.id, A_MINUTE)
    async with site.reckoning:
        return await aside(site.engine.url.render_as_string(hide_password=False), question)


async def _question(body: WhatIfLoad | WhatIfDay, me: User, site: SiteDep) -> LoadQuestion | DayQuestion:
    """Raises ``Invalid`` for a load too heavy and an unknown queue, ``NotAllowed`` for one he does not lead."""
    async with reading(site.engine) as session:
        settings, _ = await read_settings(session)
    short = float(settings["short_abandon_seconds"])
    if isinstance(body, WhatIfLoad):
        load = LoadQuestion(body.calls_per_hour, body.handling, body.patience, body.goal, body.within, short=short)
        if load.too_heavy:
            raise invalid("calls_per_hour", "too_heavy")
        return load
    async with reading(site.engine) as session:
        if await session.get(Queue, body.queue) is None:
            raise unknown_reference("queue")
        led = (await sight_of(session, me)).queues
        if led is not None and body.queue not in led:
            raise NotAllowed(me.role)
    zone = settings["time_zone"]
    return DayQuestion(body.queue, body.day, zone, body.goal, body.within, site.now(), body.staff, short=short)
