"""The run of an import: chunk by chunk, each with its rows, their faults and how far it is in one transaction.

A worker that dies leaves the import where its last chunk ended; the next one goes on there, and no row comes twice.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import CursorResult, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, customers_bulk
from callroom.actions.customer_import_reading import Chunk, Rows, Way, new_customer, picture_of
from callroom.actions.customer_imports import PHONES, Choices, choices_of, counts, get, plan_of
from callroom.actions.customers import form_of
from callroom.actions.customers_bulk import Edit, Key, insert_many, owners_of, update_many
from callroom.actions.jobs import JobLost
from callroom.actions.new_customers import Prepared, prepared
from callroom.core.imports import Draft, Fault, Plan, Rule, joined
from callroom.core.imports.merging import Picture
from callroom.store.database import on_postgresql
from callroom.store.tables import Customer, CustomerImport

CHUNK = 2_000  # rows a transaction


@dataclass(slots=True)
class Known:
    """A customer that rows speak of: ``row`` None where the one at a ``place`` among them makes him, whose ``after`` is
    known only once another speaks of him, too."""

    row: Customer | None
    before: Picture | None
    after: Picture | None
    place: int = -1


@dataclass
class Sorted:
    """What becomes of some rows, before anything is written. ``fates``, of each: created, updated, skipped or bad;
    ``bad``: what is wrong with those, by their places."""

    fresh: list[Known] = field(default_factory=list[Known])
    known: list[Known] = field(default_factory=list[Known])
    updated: int = 0
    skipped: int = 0
    bad: dict[int, list[Fault]] = field(default_factory=dict[int, list[Fault]])
    fates: list[str] = field(default_factory=list[str])


async def sort_out(session: AsyncSession, rows: Rows, plan: Plan, choices: Choices) -> Sorted:
    """Find for each row whom it speaks of, among those who are there and those whom earlier rows make."""
    owners = await owners_of(session, dict.fromkeys(key for some in rows.keys for key in some))
    present = await customers_bulk.pictures(session, list(dict.fromkeys(owners.values())))
    people = {id: Known(row, picture, picture) for id, (row, picture) in present.items()}
    index: dict[Key, Known] = {key: people[id] for key, id in owners.items() if id in people}
    found = Sorted(known=list(people.values()))
    for place, own in enumerate(rows.keys):
        fate, made = _fate_of(place, own, rows, index, plan, choices, found)
        if fate in ("created", "updated") and made is not None:
            for key in own:
                index.setdefault(key, made)
        found.fates.append(fate)
    found.updated, found.skipped = found.fates.count("updated"), found.fates.count("skipped")
    return found


def _fate_of(
    place: int, own: list[Key], rows: Rows, index: dict[Key, Known], plan: Plan, choices: Choices, found: Sorted
) -> tuple[str, Known | None]:
    """What becomes of a row, and of whom it speaks."""
    bad = rows.bad.get(place)
    faults = list(bad.faults) if bad else []
    met = None if faults else next((index[key] for key in own if key[0] == choices.match and key in index), None)
    if met is None and bad:
        faults += bad.lacking
    if not faults and (met is None or choices.rule is not Rule.SKIP):
        faults = _taken(index, met, own, plan, choices)
    if met is not None and not faults:
        before = met.after = met.after or picture_of(rows.draft(met.place), plan)
        after = joined(before, rows.draft(place), choices.rule)
        if after == before:
            return "skipped", met
        faults = plan.too_many(before, after)
        if not faults:
            met.before, met.after = met.before or before, after
            return "updated", met
    if faults:
        found.bad[place] = faults
        return "bad", met
    made = Known(None, None, None, place)
    found.fresh.append(made)
    return "created", made


def _taken(index: dict[Key, Known], met: Known | None, own: list[Key], plan: Plan, choices: Choices) -> list[Fault]:
    """What of a row another customer has, who is not the one it speaks of."""
    return [
        (plan.column_of_key(kind), "taken_by_other", {"value": value})
        for kind, value in own
        if (other := index.get((kind, value))) is not None
        and other is not met
        and not (kind == PHONES and choices.shared_phones)
    ]


async def way_of(session: AsyncSession, row: CustomerImport, rows: Path) -> Way:
    form = await form_of(session)
    plan = await plan_of(session, choices_of(row), form)
    return Way(form, plan, row.by_id, row.id, rows)


async def write_chunk(
    session: AsyncSession, import_id: str, chunk: Chunk, way: Way, faults: Path, now: datetime
) -> bool:
    """Write what became of the rows; False, and nothing is written, when the form was changed since they were read.

    Raises ``JobLost`` when the import is not running any more, or another worker was here.
    """
    if on_postgresql(session):  # what a crash of it takes is read again: how far the import came goes with it
        await session.execute(text("SET LOCAL synchronous_commit = off"))
    await audit.hold(session)
    row = await get(session, import_id)
    if row.state != "running" or row.reached != chunk.begins:
        raise JobLost(import_id)
    if await form_of(session) != way.form:
        return False
    found = await sort_out(session, chunk.rows, way.plan, choices_of(row))
    _, length = await asyncio.gather(
        insert_many(session, _made(chunk, way, found.fresh)),
        asyncio.to_thread(keep_faults, faults, row.faults, _told_bad(chunk.rows, found)),  # until it is on the disk
    )
    edits = [
        Edit(one.row, one.before, one.after)
        for one in found.known
        if one.row and one.before and one.after and one.after != one.before
    ]
    if edits:
        await update_many(session, audit.Actor(row.by_id, row.by), way.form, edits, now, import_id)
    moved = await session.execute(
        update(CustomerImport)
        .where(
            CustomerImport.id == import_id, CustomerImport.state == "running", CustomerImport.reached == chunk.begins
        )
        .values(
            reached=chunk.ends,
            faults=length,
            done=row.done + len(chunk.rows),
            created=row.created + len(found.fresh),
            updated=row.updated + found.updated,
            skipped=row.skipped + found.skipped,
            failed=row.failed + len(found.bad),
            updated_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    if not _touched(moved):
        raise JobLost(import_id)
    return True


def _made(chunk: Chunk, way: Way, fresh: Sequence[Known]) -> Prepared:
    """Those whom rows make: as they were made ready, but for whom later rows have changed."""
    changed = [new_customer(one.after) for one in fresh if one.after and one.before]
    places = {one.place for one in fresh if not one.before}
    ready = chunk.ready
    if len(places) == len(ready.customers):
        return ready
    ids = {row[0] for place, row in zip(chunk.rows.able, ready.customers, strict=True) if place in places}
    more = prepared(way.form, changed, way.by_id, ready.at, way.import_id)
    return Prepared(
        ready.at,
        [*(row for row in ready.customers if row[0] in ids), *more.customers],
        [*(row for row in ready.phones if row[1] in ids), *more.phones],
        [*(row for row in ready.uniques if row[2] in ids), *more.uniques],
    )


def _told_bad(rows: Rows, found: Sorted) -> list[tuple[Draft, list[Fault]]]:
    return [(rows.draft(place), faults) for place, faults in found.bad.items()]


def keep_faults(path: Path, length: int, bad: Sequence[tuple[Draft, list[Fault]]]) -> int:
    """Add the bad rows after the first ``length`` bytes, which is how far the database knows the file; its new length.

    What a worker wrote whose transaction came to nothing is overwritten."""
    if not bad:
        return length
    lines = b"".join(msgspec.json.encode([draft.number, draft.cells, faults]) + b"\n" for draft, faults in bad)
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(length)
        file.seek(length)
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    return length + len(lines)


async def finish(session: AsyncSession, import_id: str, now: datetime) -> dict[str, Any]:
    """All rows are written: tell of it. Raises ``JobLost`` when it was cancelled at the end."""
    await audit.hold(session)
    row = await get(session, import_id)
    if row.state == "done":  # by a worker who died right after
        return _told(row)
    if row.state != "running":
        raise JobLost(import_id)
    row.state, row.updated_at = "done", now
    await session.flush()
    by, subject = audit.Actor(row.by_id, row.by), ("customer_import", row.id)
    await audit.record(session, by, "customers.imported", now=now, subject=subject, after=counts(row))
    return _told(row)


def _told(row: CustomerImport) -> dict[str, Any]:
    return {name: count for name, count in counts(row).items() if name != "file"}


def _touched(result: Any) -> bool:
    told: CursorResult[Any] = result
    return told.rowcount > 0
