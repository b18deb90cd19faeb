"""Imports of customers: a file that was uploaded is read, mapped by a person, run by the worker, and may be undone.

reading → ready → running → done, then undoing → undone; failed and cancelled where it went otherwise. What a run has
written stays when it is cancelled, and can be undone as well. Of each import ``home/imports/ID`` holds the file itself,
its rows (``media/sheets``), and the bad ones with their faults. Every state but those of waiting ends with its job.
"""

import asyncio
import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.actions.customers import Form, form_of
from callroom.core.fields import SORTS_UNIQUE
from callroom.core.imports import Plan, Rule, proposed, targets_of
from callroom.core.imports.targets import PHONE, VALUE
from callroom.errors import NotFound, NotNow, invalid
from callroom.media.sheets import Unrolled
from callroom.store.tables import CustomerImport, Job, User

RULES = tuple(Rule)
PHONES = "phones"
AT_WORK = ("reading", "running", "undoing")
HAS_RUN = ("done", "failed", "cancelled")
BETWEEN_DIGITS = re.compile(r"[\s().-]+")  # as people write them
FILES_KEPT = timedelta(days=30)
UNUSED_KEPT = timedelta(days=2)  # files that nobody went on with


@dataclass(frozen=True, slots=True)
class Choices:
    """How an import is to run: a target for each column (``core/imports``), and what happens to who is there."""

    mapping: Sequence[str]
    match: str = PHONES
    rule: Rule = Rule.SKIP
    shared_phones: bool = False


def folder_of(home: Path, import_id: str) -> Path:
    return home / "imports" / import_id


def source_of(folder: Path) -> Path:
    return folder / "source"


def rows_of(folder: Path) -> Path:
    return folder / "rows"


def faults_of(folder: Path) -> Path:
    return folder / "faults"


async def get(session: AsyncSession, import_id: str) -> CustomerImport:
    """Raises ``NotFound``."""
    row = await session.get(CustomerImport, import_id, populate_existing=True)
    if row is None:
        raise NotFound("customer_import", import_id)
    return row


async def created(
    session: AsyncSession, by: audit.Actor, import_id: str, file_name: str, size: int, now: datetime
) -> CustomerImport:
    """A file has come, and lies in the folder of the id: the worker reads it."""
    row = CustomerImport(
        id=import_id, created_at=now, updated_at=now, by_id=by.id, by=by.name, file_name=file_name, size=size,
        state="reading", rows=0, done=0, created=0, updated=0, skipped=0, failed=0, reached=0, faults=0,
    )  # fmt: skip
    session.add(row)
    row.job_id = (await jobs.put(session, jobs.IMPORT_READ, {"import": import_id}, now)).id
    await session.flush()
    told = {"file": file_name, "bytes": size}
    await audit.record(session, by, "customers.import_uploaded", now=now, subject=_subject(row), after=told)
    return row


async def was_read(session: AsyncSession, import_id: str, found: Unrolled, now: datetime) -> None:
    """Propose what its columns are: as people chose it for the same heads the last time, else by their names."""
    row = await get(session, import_id)
    if row.state != "reading":
        return
    form = await form_of(session)
    row.heads_key = heads_key(found.heads)
    former = await session.scalar(
        select(CustomerImport)
        .where(CustomerImport.heads_key == row.heads_key, CustomerImport.state.in_((*HAS_RUN, "running", "undone")))
        .order_by(CustomerImport.created_at.desc())
        .limit(1)
    )
    known = dict(zip(former.heads, former.mapping, strict=False)) if former else {}
    if former:
        match = former.match if former.match == PHONES or former.match.removeprefix(VALUE) in form.fields else PHONES
        row.match, row.rule, row.shared_phones = match, former.rule, former.shared_phones
    row.mapping = proposed(found.heads, form.fields, known)
    row.format, row.encoding, row.delimiter, row.heads = found.format, found.encoding, found.delimiter, found.heads
    row.rows, row.reached, row.state, row.updated_at = found.rows, found.begins, "ready", now
    await session.flush()


async def was_unreadable(
    session: AsyncSession, import_id: str, rule: str, values: dict[str, Any], now: datetime
) -> None:
    row = await get(session, import_id)
    if row.state != "reading":
        return
    row.state, row.fault, row.updated_at = "failed", {"rule": rule, "values": values}, now
    await session.flush()


async def run(
    session: AsyncSession, by: audit.Actor, import_id: str, choices: Choices, now: datetime
) -> CustomerImport:
    """Put it in line. Raises ``NotFound``, ``NotNow`` unless it is ready, ``Invalid``."""
    await audit.hold(session)
    row = await get(session, import_id)
    if row.state != "ready":
        raise NotNow("import", row.state)
    check(choices, row, await form_of(session))
    row.mapping, row.match, row.rule = list(choices.mapping), choices.match, choices.rule
    row.shared_phones, row.by_id, row.by = choices.shared_phones, by.id, by.name
    row.state, row.updated_at = "running", now
    row.job_id = (await jobs.put(session, jobs.IMPORT_RUN, {"import": row.id}, now)).id
    await session.flush()
    columns = {head: target for head, target in zip(row.heads, row.mapping, strict=True) if target}
    told = {"file": row.file_name, "rows": row.rows, "columns": columns, "match": row.match, "rule": row.rule}
    await audit.record(session, by, "customers.import_started", now=now, subject=_subject(row), after=told)
    return row


async def cancel(session: AsyncSession, by: audit.Actor, import_id: str, now: datetime) -> CustomerImport:
    """Stop it, or go on with it no more. What is written stays. Raises ``NotFound``, ``NotNow`` when it is over."""
    await audit.hold(session)
    row = await get(session, import_id)
    if row.state not in ("reading", "ready", "running"):
        raise NotNow("cancel", row.state)
    job = await session.get(Job, row.job_id, with_for_update=True) if row.job_id else None
    if job is not None and job.state not in jobs.OVER:
        job.state, job.updated_at = "cancelled", now
    row.state, row.updated_at = "cancelled", now
    await session.flush()
    await audit.record(session, by, "customers.import_cancelled", now=now, subject=_subject(row), after=counts(row))
    return row


async def undo(session: AsyncSession, by: audit.Actor, import_id: str, now: datetime) -> CustomerImport:
    """Put its undoing in line. Raises ``NotFound``, ``NotNow`` while it runs, and when it has written nothing."""
    await audit.hold(session)
    row = await get(session, import_id)
    state = await state_of(session, row)
    if state not in HAS_RUN or not (row.created or row.updated):
        raise NotNow("undo", state)
    row.state, row.updated_at, row.undone = "undoing", now, {"by": [by.id, by.name, by.address]}
    row.job_id = (await jobs.put(session, jobs.IMPORT_UNDO, {"import": row.id}, now)).id
    await session.flush()
    told = {"file": row.file_name}
    await audit.record(session, by, "customers.import_undo_started", now=now, subject=_subject(row), after=told)
    return row


async def state_of(session: AsyncSession, row: CustomerImport) -> str:
    """Its state; of one whose job was given up, failed: nobody tells the import."""
    if row.state not in AT_WORK or row.job_id is None:
        return row.state
    job = await session.get(Job, row.job_id)
    if job is None:  # long ago: it is kept until it is over, and a while longer
        return "failed"
    return job.state if job.state in ("failed", "cancelled") else row.state


def check(choices: Choices, row: CustomerImport, form: Form) -> None:
    """Raises ``Invalid`` for a mapping that says nothing or twice the same, and a field that cannot tell who is who."""
    possible = {"", *targets_of(form.fields)}
    if len(choices.mapping) != len(row.heads):
        raise invalid("mapping", "not_all_columns", columns=len(row.heads))
    for column, target in enumerate(choices.mapping):
        if target not in possible:
            raise invalid(f"mapping.{column}", "no_such_field")
        if target and target != PHONE and choices.mapping.index(target) != column:
            raise invalid(f"mapping.{column}", "column_twice")
    if not any(choices.mapping):
        raise invalid("mapping", "no_columns")
    if choices.match != PHONES:
        field = form.fields.get(choices.match.removeprefix(VALUE))
        if field is None or not field.unique or field.type not in SORTS_UNIQUE:
            raise invalid("match", "tells_nobody_apart")
        if choices.match not in choices.mapping:
            raise invalid("match", "not_in_file")


async def plan_of(session: AsyncSession, choices: Choices, form: Form) -> Plan:
    owners: dict[str, str] = {}
    twice: set[str] = set()
    for id, login, name in await session.execute(select(User.id, User.login, User.name).where(User.active)):
        if name in owners:
            twice.add(name)
        owners |= {name: id}
        owners[login] = id
    plain = {name: id for name, id in owners.items() if name not in twice}
    return Plan(choices.mapping, form.fields, form.place, plain)


def choices_of(row: CustomerImport) -> Choices:
    return Choices(row.mapping, row.match, Rule(row.rule), row.shared_phones)


def counts(row: CustomerImport) -> dict[str, Any]:
    names = ("rows", "done", "created", "updated", "skipped", "failed")
    return {"file": row.file_name} | {name: getattr(row, name) for name in names}


def heads_key(heads: Sequence[str]) -> str:
    """The same for the same heads in whatever order."""
    return hashlib.sha256(json.dumps(sorted(head.casefold() for head in heads)).encode()).hexdigest()


async def forget_unused(session: AsyncSession, home: Path, now: datetime) -> int:
    """Throw away the files of imports that are long over, and cancel those that nobody went on with; how many."""
    unused = select(CustomerImport).where(
        CustomerImport.state == "ready", CustomerImport.updated_at < now - UNUSED_KEPT
    )
    for row in await session.scalars(unused):
        row.state, row.updated_at = "cancelled", now
    rows = list(await session.scalars(select(CustomerImport)))
    known = {row.id: (await state_of(session, row), row.updated_at) for row in rows}
    dropped = 0
    for folder in (home / "imports").iterdir() if (home / "imports").is_dir() else ():
        state, at = known.get(folder.name, ("gone", datetime.fromtimestamp(folder.stat().st_mtime, now.tzinfo)))
        kept = UNUSED_KEPT if state in ("gone", "cancelled") else FILES_KEPT
        if state not in (*AT_WORK, "ready") and at < now - kept:
            shutil.rmtree(folder, ignore_errors=True)
            dropped += 1
    return dropped


async def telling_of(session: AsyncSession, home: Path, told: Sequence[str]) -> list[str]:
    """Imports whose rows hold one of these numbers or names, however a number is written in them; none at work."""
    pattern = re.compile("|".join(map(re.escape, told)))
    rows = list(await session.scalars(select(CustomerImport)))
    ended = [row.id for row in rows if await state_of(session, row) not in AT_WORK]
    return [id for id in ended if await asyncio.to_thread(_tells, rows_of(folder_of(home, id)), pattern)]


async def forget_files(session: AsyncSession, home: Path, ids: Sequence[str], now: datetime) -> None:
    """Throw away the files of these imports; one that has not run yet is cancelled. What was written can be undone."""
    waiting = CustomerImport.id.in_(ids), CustomerImport.state == "ready"
    await session.execute(update(CustomerImport).where(*waiting).values(state="cancelled", updated_at=now))
    for id in ids:
        await asyncio.to_thread(shutil.rmtree, folder_of(home, id), ignore_errors=True)


def _tells(rows: Path, pattern: re.Pattern[str]) -> bool:
    if not rows.is_file():
        return False
    with rows.open(encoding="utf-8") as lines:
        return any(pattern.search(line) or pattern.search(BETWEEN_DIGITS.sub("", line)) for line in lines)


def _subject(row: CustomerImport) -> tuple[str, str]:
    return "customer_import", row.id
