"""Many customers changed at once: owners, tags, stage, tier, what they do not want, a field; each change is in its
customer's history and can be undone.

A job stands for each such edit, and its id names the changes (``batch``). Few customers are changed at once, more by
the worker in chunks, each a transaction of its own; who takes the job over goes on after the last one changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.actions.configured import must_exist, tell
from callroom.actions.customer_filters import Filter, wanted_by
from callroom.actions.customers import STAGES, VALUE, Form, clean_tags, form_of, labelled_phones, standing_of
from callroom.actions.customers_bulk import put_rows
from callroom.actions.fields import read_values
from callroom.actions.segments import within_segment
from callroom.core.customer_value import changed_by_hand
from callroom.core.customers import MOST_TAGS, Filing, searched
from callroom.errors import NotFound, NotNow, invalid
from callroom.store import customers as stored
from callroom.store.customers import Sight
from callroom.store.database import on_postgresql
from callroom.store.tables import Customer, CustomerChange, Job, User

FEW = 200  # customers: so many are changed within the request, more by the worker
CHUNK = 1_000
MOST_PICKED = 5_000
CHANGE_COLUMNS = ("customer_id", "version", "at", "by_id", "by", "field", "before", "after", "batch")
ALL_SIGHT = Sight()
_FILED = ("tags", "owner_id", "tier", "stage", "do_not_call", "no_mail")  # as ``Filing`` has it
_PLAIN = _FILED[2:]


class Edit(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """``owners``: among whom the customers are spread evenly, [None]: nobody has them any more. ``values`` by field,
    as somebody wrote them. What is left out stays."""

    owners: tuple[str | None, ...] = ()
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    stage: str | None = None
    tier: int | None = None
    do_not_call: bool | None = None
    no_mail: bool | None = None
    values: dict[str, Any] = {}


class Whom(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The customers with these ids, or, without any, all that the filter finds; or those whom another edit changed
    (``undoes``)."""

    ids: tuple[Annotated[str, msgspec.Meta(max_length=40)], ...] = ()
    filter: Filter = Filter()
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """An edit as it is written: the site's fields, and ``values`` parsed."""

    edit: Edit
    form: Form
    values: Mapping[str, Any]

    def of(self, row: Customer, place: int) -> dict[str, Any]:
        """What the row, the one at ``place`` of all, gets."""
        edit = self.edit
        wanted: dict[str, Any] = {VALUE + id: value for id, value in self.values.items()}
        if edit.owners:
            wanted["owner_id"] = edit.owners[place % len(edit.owners)]
        if edit.add_tags or edit.remove_tags:
            gone = {tag.casefold() for tag in edit.remove_tags}
            kept = [tag for tag in row.tags if tag.casefold() not in gone]
            has = {tag.casefold() for tag in kept}
            more = [tag for tag in clean_tags(edit.add_tags) if tag.casefold() not in has]
            wanted["tags"] = [*kept, *more][:MOST_TAGS]
        for name in _PLAIN:
            if (value := getattr(edit, name)) is not None:
                wanted[name] = value
        return wanted


async def count(session: AsyncSession, whom: Whom, now: datetime) -> int:
    """How many are meant."""
    query = await _meant(session, whom, await form_of(session), now)
    return await session.scalar(select(func.count()).select_from(query.subquery())) or 0


async def begin(session: AsyncSession, by: audit.Actor, whom: Whom, edit: Edit, most: int | None, now: datetime) -> Job:
    """Change those who are meant: the job is over already when they are few.

    Raises ``Invalid``, also when by now they are more than the ``most`` that somebody was told of.
    """
    await audit.hold(session)
    read = await _readable(session, edit)
    found = await count(session, whom, now)
    if most is not None and found > most:
        raise invalid("count", "more_by_now", count=found)
    arguments = {
        "whom": msgspec.to_builtins(whom),
        "edit": msgspec.to_builtins(edit),
        "by": [by.id, by.name, by.address],
    }
    row = await jobs.put(session, jobs.CUSTOMER_EDIT, arguments | {"count": found}, now)
    row.created_by = by.id
    after = {"batch": row.id, "customers": found, "fields": sorted(told_fields(edit))}
    await audit.record(session, by, "customers.edited", now=now, subject=("job", row.id), after=after)
    if found <= FEW:
        changed = await _some(session, by, whom, read, row.id, 0, now)
        jobs.done_at_once(row, {"changed": changed.changed}, now)
    return row


async def begin_undo(session: AsyncSession, by: audit.Actor, edit_id: str, now: datetime) -> Job:
    """Give those whom an edit changed back what they had, except where somebody changed it since.

    Raises ``NotFound``, ``NotNow`` while it goes on, and when it was undone already or is being so.
    """
    await audit.hold(session)
    done = await edit_of(session, edit_id)
    if done.state not in jobs.OVER:
        raise NotNow("undo", done.state)
    if done.arguments["whom"].get("undoes") or await undoings(session, [done]):
        raise NotNow("undo", "undone")
    undo = await begin(session, by, Whom(undoes=edit_id), Edit(), None, now)
    done.result = (done.result or {}) | {"undone_by": undo.id}
    return undo


async def undoings(session: AsyncSession, edits: Sequence[Job]) -> dict[str, str]:
    """By edit the one that took it back, or does so: none that was called off, or given up."""
    known = {row.id: row.result["undone_by"] for row in edits if row.result and "undone_by" in row.result}
    over = select(Job.id).where(Job.id.in_(known.values()), Job.state.in_(("failed", "cancelled")))
    gone = set(await session.scalars(over))
    return {id: undo for id, undo in known.items() if undo not in gone}


async def edit_of(session: AsyncSession, edit_id: str) -> Job:
    """Raises ``NotFound``."""
    row = await session.get(Job, edit_id, populate_existing=True)
    if row is None or row.kind != jobs.CUSTOMER_EDIT:
        raise NotFound("customer_edit", edit_id)
    return row


@dataclass(frozen=True, slots=True)
class Step:
    """``last``: number of the last customer seen, 0: there were no more. ``seen`` and ``changed``: how many."""

    last: int
    seen: int
    changed: int


async def last_changed(session: AsyncSession, batch: str) -> tuple[int, int]:
    """Number of the last customer whom the edit has changed, and how many it has: where it goes on."""
    mine = select(Customer.seq).join(CustomerChange, CustomerChange.customer_id == Customer.id)
    numbers = mine.where(CustomerChange.batch == batch).distinct().subquery()
    last, changed = (await session.execute(select(func.max(numbers.c.seq), func.count()).select_from(numbers))).one()
    return last or 0, changed


async def change_some(
    session: AsyncSession, arguments: Mapping[str, Any], batch: str, after_seq: int, place: int, now: datetime
) -> Step:
    """The worker's next chunk; ``place``: how many came before. Raises ``Invalid`` when a field has gone meanwhile."""
    await audit.hold(session)
    read = await _readable(session, msgspec.convert(arguments["edit"], Edit))
    whom = msgspec.convert(arguments["whom"], Whom)
    return await _some(session, audit.Actor(*arguments["by"]), whom, read, batch, after_seq, now, place=place)


# ---------------------------------------------------------------- who, and what they get


async def _readable(session: AsyncSession, edit: Edit) -> _Read:
    form = await form_of(session)
    for id in edit.values:
        field = form.fields.get(id)
        if field is not None and field.unique:
            raise invalid(f"{VALUE}{id}", "unique_for_many")
        if id in form.changing:
            raise invalid(f"{VALUE}{id}", "field_is_changing")
    for owner in edit.owners:
        await must_exist(session, User, owner, "owners")
    if edit.stage is not None and edit.stage not in STAGES:
        raise invalid("stage", "literal_error")
    return _Read(edit, form, read_values(form.fields, edit.values, form.place, {}, fresh=False))


async def _meant(session: AsyncSession, whom: Whom, form: Form, now: datetime) -> Select[int]:
    if whom.undoes:
        changed = select(CustomerChange.customer_id).where(CustomerChange.batch == whom.undoes)
        return select(Customer.seq).where(Customer.id.in_(changed), Customer.deleted_at.is_(None))
    if whom.ids:
        return select(Customer.seq).where(Customer.id.in_(whom.ids), Customer.deleted_at.is_(None))
    postgresql = on_postgresql(session)
    place = (form.place.country, form.place.area_code)
    wanted = wanted_by(whom.filter, form, ALL_SIGHT, now)
    wanted = await within_segment(session, wanted, whom.filter, form, ALL_SIGHT, now)
    found = stored.search_for(wanted, ALL_SIGHT, place, postgresql=postgresql)
    return stored.all_of(found, postgresql=postgresql)


async def _some(
    session: AsyncSession,
    by: audit.Actor,
    whom: Whom,
    read: _Read,
    batch: str,
    after_seq: int,
    now: datetime,
    *,
    place: int = 0,
) -> Step:
    meant = (await _meant(session, whom, read.form, now)).where(Customer.seq > after_seq).order_by(Customer.seq)
    numbers = list(await session.scalars(meant.limit(CHUNK)))
    if not numbers:
        return Step(0, 0, 0)
    wanted = select(Customer).where(Customer.seq.in_(numbers)).order_by(Customer.seq)
    rows = list(await session.scalars(wanted.execution_options(populate_existing=True)))
    if whom.undoes:
        former = await _former(session, [row.id for row in rows], whom.undoes)
        given = [former.get(row.id, {}) for row in rows]
    else:
        given = [read.of(row, place + at) for at, row in enumerate(rows)]
    changed = await write(session, by, read.form, list(zip(rows, given, strict=True)), now, batch)
    return Step(numbers[-1], len(rows), changed)


async def _former(session: AsyncSession, customers: Sequence[str], batch: str) -> dict[str, dict[str, Any]]:
    """By customer what an edit found in the fields that it changed, and that nobody has changed since."""
    theirs = (
        select(CustomerChange)
        .where(CustomerChange.customer_id.in_(customers))
        .order_by(CustomerChange.customer_id, CustomerChange.version)
    )
    former: dict[str, dict[str, Any]] = {}
    for change in await session.scalars(theirs):
        known = former.setdefault(change.customer_id, {})
        if change.batch == batch:
            known[change.field] = change.before["value"]
        else:
            known.pop(change.field, None)
    return former


async def write(
    session: AsyncSession,
    by: audit.Actor,
    form: Form,
    wanted: Sequence[tuple[Customer, Mapping[str, Any]]],
    now: datetime,
    batch: str | None = None,
) -> int:
    """Write ``wanted`` into customers, by the names that changes have, in a few statements; how many were changed.

    Only while ``audit.hold`` holds. No phones, and no unique fields.
    """
    phones = await labelled_phones(session, [row.id for row, _ in wanted])
    changed: list[dict[str, Any]] = []
    history: list[tuple[Any, ...]] = []
    for row, given in wanted:
        values = dict(row.values)
        own: dict[str, Any] = {}
        before = len(history)
        for name, value in given.items():
            id = name.removeprefix(VALUE)
            is_value = name.startswith(VALUE)
            if is_value and id not in form.fields:
                continue
            former = values.get(id) if is_value else getattr(row, name)
            if former == value:
                continue
            if not is_value:
                own[name] = value
            elif value is None:
                values.pop(id, None)
            else:
                values[id] = value
            told = (msgspec.json.encode({"value": one}).decode() for one in (former, value))
            history.append((row.id, row.version + 1, now, by.id, by.name, name, *told, batch))
        if len(history) == before:
            continue
        now_is: dict[str, Any] = {name: own.get(name, getattr(row, name)) for name in _FILED}
        filing = Filing(*now_is.values())
        now_is["by_hand"] = row.by_hand
        if by.id:
            now_is["by_hand"] = changed_by_hand(standing_of(row), filing.tier, filing.stage, filing.tags)
        index = searched(
            form.fields, row.name, (row.company, row.memo), (one.number for one in phones[row.id]), values, filing
        )
        changed.append(
            now_is
            | {"id": row.id, "values": values, "version": row.version + 1, "updated_at": now}
            | {"search_text": index.text, "search_numbers": index.numbers}
            | {"search_masked": index.masked, "search_tokens": index.tokens}
        )
    if changed:
        await session.execute(update(Customer), changed, execution_options={"synchronize_session": False})
        await put_rows(await session.connection(), "customer_changes", CHANGE_COLUMNS, history)
        tell(session, "customers")
    return len(changed)


def told_fields(edit: Edit) -> set[str]:
    """What an edit concerns, by the names that changes have."""
    given = {name for name in _PLAIN if getattr(edit, name) is not None}
    if edit.owners:
        given.add("owner_id")
    if edit.add_tags or edit.remove_tags:
        given.add("tags")
    return given | {VALUE + id for id in edit.values}
