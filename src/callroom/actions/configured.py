"""Rows that an admin edits: made, replaced, deleted; each write is one action with its entry in the operation log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar, cast

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.ids import new_id
from callroom.errors import ChangedMeanwhile, NotFound, Taken, invalid, unknown_reference
from callroom.store.tables import Configured, Extension, FaxBox, Flow, Queue, RingGroup, Survey

Row = TypeVar("Row", bound=Configured)
Values = dict[str, Any]
_COMMON = frozenset({"id", "version", "created_at", "updated_at"})
_CHANGES = "changed kinds"
NUMBERED = (Extension, Queue, Flow, RingGroup, Survey, FaxBox)  # what can be dialled inside


class Kind(Generic[Row]):
    """One kind of row. What is special about it overrides the methods; all run within the write's transaction."""

    table: type[Row]
    name: str  # in the log: queue.created
    plural: str  # the resource, and what others are told: queues
    prefix: str  # of its ids
    unique: ClassVar[tuple[str, ...]] = ("name",)
    secrets: ClassVar[frozenset[str]] = frozenset()  # columns that never reach the log
    beside: ClassVar[tuple[str, ...]] = ()  # values kept in other tables; ``stored`` writes them
    touches: ClassVar[tuple[str, ...]] = ()  # further resources that change with it

    async def check(self, session: AsyncSession, values: Values, row: Row | None) -> None:
        """Raise what forbids these values; may complete them. ``row`` is the present one when replacing."""

    async def stored(
        self, session: AsyncSession, by: audit.Actor, row: Row, beside: Values, now: datetime, *, fresh: bool
    ) -> None:
        """Write what lies in other tables."""

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Row) -> None:
        """Raise when the row must stay."""

    async def seen(self, session: AsyncSession, row: Row) -> Values:
        """The row as the log tells of it, without secrets."""
        hidden = _COMMON | self.secrets
        columns = inspect(self.table).columns.keys()
        return {name: _plain(getattr(row, name)) for name in columns if name not in hidden}


async def create(session: AsyncSession, by: audit.Actor, kind: Kind[Row], values: Values, now: datetime) -> Row:
    """Make a row. Raises ``Taken``, ``Invalid`` and what the kind forbids."""
    await audit.hold(session)
    await _check_unique(session, kind, values, None)
    await kind.check(session, values, None)
    beside = {name: values.pop(name) for name in kind.beside if name in values}
    row = kind.table()
    own = {"id": new_id(kind.prefix), "version": 1, "created_at": now, "updated_at": now}
    for name, value in (own | values).items():
        setattr(row, name, value)
    session.add(row)
    await session.flush()
    # A column's default stands in for a None while inserting, though None was said: "no limit" is not "the usual one".
    for name, value in values.items():
        if value is None and getattr(row, name) is not None:
            setattr(row, name, None)
    await kind.stored(session, by, row, beside, now, fresh=True)
    after = await kind.seen(session, row)
    await audit.record(session, by, f"{kind.name}.created", now=now, subject=(kind.name, row.id), after=after)
    tell(session, kind.plural, *kind.touches)
    return row


async def replace(
    session: AsyncSession, by: audit.Actor, kind: Kind[Row], row_id: str, version: int, values: Values, now: datetime
) -> Row:
    """Give a row new values. Raises ``NotFound``, ``ChangedMeanwhile``, ``Taken``, ``Invalid``."""
    await audit.hold(session)
    row = await get(session, kind, row_id)
    if row.version != version:
        raise ChangedMeanwhile(row.version)
    before = await kind.seen(session, row)
    await _check_unique(session, kind, values, row_id)
    await kind.check(session, values, row)
    beside = {name: values.pop(name) for name in kind.beside if name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = now
    await session.flush()
    await kind.stored(session, by, row, beside, now, fresh=False)
    after = await kind.seen(session, row)
    await audit.record(
        session, by, f"{kind.name}.updated", now=now, subject=(kind.name, row.id), before=before, after=after
    )
    tell(session, kind.plural, *kind.touches)
    return row


async def remove(session: AsyncSession, by: audit.Actor, kind: Kind[Row], row_id: str, now: datetime) -> Row:
    """Delete a row; returns what it was. Raises ``NotFound``, ``InUse``."""
    await audit.hold(session)
    row = await get(session, kind, row_id)
    await kind.may_go(session, by, row)
    before = await kind.seen(session, row)
    await session.delete(row)
    await session.flush()
    await audit.record(session, by, f"{kind.name}.deleted", now=now, subject=(kind.name, row_id), before=before)
    tell(session, kind.plural, *kind.touches)
    return row


async def get(session: AsyncSession, kind: Kind[Row], row_id: str) -> Row:
    row = await session.get(kind.table, row_id)
    if row is None:
        raise NotFound(kind.name, row_id)
    return row


def tell(session: AsyncSession, *kinds: str) -> None:
    """Note what this transaction changes; who wrote it tells others after the commit (see ``changes_of``)."""
    session.info.setdefault(_CHANGES, {}).update(dict.fromkeys(kinds))


def changes_of(session: AsyncSession) -> Iterable[str]:
    """Which resources the transaction changed, in order, each once."""
    return list(session.info.pop(_CHANGES, {}))


async def must_exist(
    session: AsyncSession, table: type[Configured], ids: str | Sequence[str] | None, field: str
) -> None:
    """Raise ``Invalid`` with the field when one of the rows is missing, or named twice."""
    wanted = [ids] if isinstance(ids, str) else list(ids or ())
    if not wanted:
        return
    if len(set(wanted)) != len(wanted):
        raise invalid(field, "twice")
    found = await session.scalars(select(table.id).where(table.id.in_(wanted)))
    if len(set(found)) != len(wanted):
        raise unknown_reference(field)


async def number_free(session: AsyncSession, number: str | None, row_id: str | None) -> None:
    """Raise ``Taken`` when something else inside is dialled by this number already."""
    if not number:
        return
    for table in NUMBERED:
        other = await session.scalar(select(table.id).where(table.number == number))
        if other is not None and other != row_id:
            raise Taken("number", number)


async def _check_unique(session: AsyncSession, kind: Kind[Row], values: Values, row_id: str | None) -> None:
    for field in kind.unique:
        value = values.get(field)
        if value is None:
            continue
        other = await session.scalar(select(kind.table.id).where(getattr(kind.table, field) == value))
        if other is not None and other != row_id:
            raise Taken(field, str(value))


def without_empty(value: Any) -> Any:
    """A document without fields that are null: they say nothing."""
    match value:
        case dict():
            fields = cast(dict[str, Any], value)
            return {name: without_empty(one) for name, one in fields.items() if one is not None}
        case list():
            return [without_empty(one) for one in cast(list[Any], value)]
        case _:
            return value


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Enum():
            return value.value
        case _:
            return value
