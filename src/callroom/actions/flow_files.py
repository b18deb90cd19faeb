"""Attendants in files: what they lead to is known elsewhere by its name, as ids are those of one site."""

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.references import named_by
from callroom.core.ivr import model as ivr
from callroom.store.tables import (
    Connection,
    Extension,
    Flow,
    Prompt,
    Queue,
    RingGroup,
    Schedule,
    Skill,
    Survey,
)

_KINDS = (Connection, Extension, Flow, Prompt, Queue, RingGroup, Schedule, Skill, Survey)
Names = dict[str, dict[str, str]]  # kind of row → id → name


async def names_in(session: AsyncSession, flow: ivr.Flow) -> Names:
    """What the rows are called that a flow leads to, runs, says, goes by or asks."""
    wanted = named_by(flow)
    found: Names = {}
    for table in _KINDS:
        rows = await session.execute(select(table.id, table.name).where(table.id.in_(sorted(wanted))))
        if named := {one: name for one, name in rows}:
            found[table.__tablename__] = named
    return found


async def made_ours(session: AsyncSession, document: dict[str, Any], names: Names) -> dict[str, Any]:
    """The document with the ids of this site's rows of the same names; what is not here keeps its id, which the
    problems of the flow tell of then."""
    ours: dict[str, str] = {}
    for table in _KINDS:
        told = names.get(table.__tablename__, {})
        there = set(await session.scalars(select(table.id).where(table.id.in_(sorted(told)))))
        wanted = {name: one for one, name in told.items() if one not in there}
        for one, name in await session.execute(select(table.id, table.name).where(table.name.in_(sorted(wanted)))):
            ours[wanted[name]] = one
    return _replaced(document, ours)


def _replaced(value: Any, ours: dict[str, str]) -> Any:
    match value:
        case str():
            return ours.get(value, value)
        case dict():
            return {name: _replaced(one, ours) for name, one in cast(dict[str, Any], value).items()}
        case list():
            return [_replaced(one, ours) for one in cast(list[Any], value)]
        case _:
            return value
