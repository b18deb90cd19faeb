"""Work that takes long, kept in a table until it is done: waiting, running, then done, failed or cancelled.

Who runs a job holds a lease on it, which the job's own ``updated_at`` is: a worker that lives renews it, one that was
killed does not, and its job is taken up again. ``attempts`` counts the claims and is the claim's number: a worker that
was thought dead cannot write into a job that another one has meanwhile. Clocks of several machines may differ by less
than the lease.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.ids import new_id
from callroom.errors import NotFound, NotNow
from callroom.store.database import insert_for
from callroom.store.tables import Job

State = Literal["waiting", "running", "done", "failed", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")
HOUSEKEEPING = "housekeeping"
MAIL = "mail"
VOICEMAIL_MAIL = "voicemail_mail"
WEBHOOK = "webhook"
OFFER_WEBHOOK = "offer_webhook"
FAX = "fax"
FAX_JOB = "fax-"  # and the fax: it has one job
CUSTOMER_FIELD = "customer_field"
CUSTOMER_INDEX = "customer_index"
CUSTOMER_EDIT = "customer_edit"
ERASE = "erase"
IMPORT_READ = "customer_import_read"
IMPORT_RUN = "customer_import"
IMPORT_UNDO = "customer_import_undo"
CUSTOMER_RULES = "customer_rules"
SEGMENT_MESSAGES = "segment_messages"
SEGMENT_MAIL = "segment_mail"
LANES = (
    (HOUSEKEEPING,),
    (MAIL, VOICEMAIL_MAIL),
    (WEBHOOK,),
    (OFFER_WEBHOOK,),
    (FAX,),
    (IMPORT_READ,),
    # one after the other: what a field is, and who is there, must not change in the midst
    (CUSTOMER_FIELD, CUSTOMER_INDEX, CUSTOMER_EDIT, ERASE, IMPORT_RUN, IMPORT_UNDO),
    (CUSTOMER_RULES,),
    (SEGMENT_MESSAGES,),
    (SEGMENT_MAIL,),
)  # each goes on while another one is held up
KINDS = tuple(kind for lane in LANES for kind in lane)

LEASE = timedelta(seconds=60)
PAUSES = (  # before a retry; a mail server may be away for a night
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
MOST_ATTEMPTS = len(PAUSES) + 1


class JobLost(Exception):
    """The job was cancelled, or another worker has it: nothing more may be written to it."""


@dataclass
class WorkFailed(Exception):
    """The work met something that may be expected, such as a server that is away; ``lasting``: no use to try again."""

    why: str
    told: str = ""
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A job as one worker holds it; ``attempt`` 1 is the first."""

    id: str
    kind: str
    arguments: dict[str, Any]
    attempt: int


async def enqueue(session: AsyncSession, by: audit.Actor, kind: str, arguments: dict[str, Any], now: datetime) -> Job:
    """Put a job at the end of the line, with its entry in the operation log."""
    row = await put(session, kind, arguments, now)
    row.created_by = by.id
    await audit.record(session, by, "job.created", now=now, subject=("job", row.id), after={"kind": kind})
    return row


async def put(session: AsyncSession, kind: str, arguments: dict[str, Any], now: datetime) -> Job:
    """Put a job of the system's own in line; the operation log, which is of people, does not tell of it."""
    row = Job(**_fresh(new_id("job"), kind, arguments, now))
    session.add(row)
    await session.flush()
    return row


def done_at_once(row: Job, result: dict[str, Any], now: datetime) -> None:
    """The work was so little that no worker was needed."""
    row.state, row.progress, row.result, row.updated_at = "done", 1.0, result, now


async def enqueue_once(
    session: AsyncSession, job_id: str, kind: str, now: datetime, arguments: dict[str, Any] | None = None
) -> bool:
    """Put a job of the system's own in line unless one with this id was there; however many workers do so at once."""
    insert = insert_for(session)
    row = _fresh(job_id, kind, arguments or {}, now)
    statement = insert(Job).values(row).on_conflict_do_nothing(index_elements=["id"])
    return _touched(await session.execute(statement))


def _fresh(job_id: str, kind: str, arguments: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": job_id,
        "kind": kind,
        "state": "waiting",
        "progress": 0.0,
        "arguments": arguments,
        "created_at": now,
        "updated_at": now,
        "attempts": 0,
    }


# ---------------------------------------------------------------- what a worker does


async def anything_due(session: AsyncSession, now: datetime, kinds: Sequence[str] = KINDS) -> bool:
    """Whether a claim would find something: asked without a lock, as most times there is nothing."""
    return await session.scalar(select(Job.id).where(Job.kind.in_(kinds), _due(now)).limit(1)) is not None


async def claim(session: AsyncSession, now: datetime, kinds: Sequence[str] = KINDS) -> Claim | None:
    """Take the job that has waited longest; None when there is none. Two workers never get the same one."""
    while True:
        wanted = select(Job).where(Job.kind.in_(kinds), _due(now)).order_by(Job.created_at, Job.id).limit(1)
        row = (await session.scalars(wanted.with_for_update(skip_locked=True))).one_or_none()
        if row is None:
            return None
        row.updated_at = now
        if row.attempts < MOST_ATTEMPTS:
            row.state, row.attempts, row.progress = "running", row.attempts + 1, 0.0
            await session.flush()
            return Claim(row.id, row.kind, row.arguments, row.attempts)
        # its worker died each time, so that nobody could say that it failed
        row.state, row.result = "failed", {"error": "the worker died while it ran"}
        await session.flush()


async def renew(session: AsyncSession, held: Claim, now: datetime, progress: float | None = None) -> None:
    """Keep the lease, and tell how far the work is (0 to 1). Raises ``JobLost``."""
    await _write(session, held, {"updated_at": now} | ({} if progress is None else {"progress": progress}))


async def finish(session: AsyncSession, held: Claim, result: dict[str, Any], now: datetime) -> None:
    """Raises ``JobLost``."""
    await _write(session, held, {"state": "done", "progress": 1.0, "result": result, "updated_at": now})


async def fail(session: AsyncSession, held: Claim, error: str | WorkFailed, now: datetime) -> State:
    """The work failed: it is tried again after a pause, until it has been tried often enough. Raises ``JobLost``."""
    expected = error if isinstance(error, WorkFailed) else None
    over = held.attempt >= MOST_ATTEMPTS or (expected is not None and expected.lasting)
    state: State = "failed" if over else "waiting"
    result = {"error": expected.why, "told": expected.told} if expected else {"error": error}
    await _write(session, held, {"state": state, "result": result, "updated_at": now})
    return state


async def give_back(session: AsyncSession, held: Claim, now: datetime) -> None:
    """The worker stops: the job is taken up by the next one as if this attempt had not been. Raises ``JobLost``."""
    before = held.attempt - 1
    # due at once: the pause after the earlier attempts has been waited for already
    since = now - PAUSES[before - 1] if before else now
    await _write(session, held, {"state": "waiting", "attempts": before, "progress": 0.0, "updated_at": since})


async def cancel(session: AsyncSession, by: audit.Actor, job_id: str, now: datetime) -> Job:
    """A waiting job never starts; a running one stops soon. Raises ``NotFound``, ``NotNow`` when it is over."""
    row = await session.get(Job, job_id, with_for_update=True)
    if row is None:
        raise NotFound("job", job_id)
    if row.state in OVER:
        raise NotNow("cancel", row.state)
    row.state, row.updated_at = "cancelled", now
    await session.flush()
    await audit.record(session, by, "job.cancelled", now=now, subject=("job", job_id), after={"kind": row.kind})
    return row


async def still_runs(session: AsyncSession, job_id: str) -> None:
    """Hold a job so that nobody cancels it before what is written with this is there. Raises ``JobLost``."""
    row = await session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "running":
        raise JobLost(job_id)


def _due(now: datetime) -> ColumnElement[bool]:
    rested = [
        and_(Job.attempts == attempts, Job.updated_at <= now - pause) for attempts, pause in enumerate(PAUSES, start=1)
    ]
    return or_(
        and_(Job.state == "waiting", or_(Job.attempts == 0, *rested)),
        and_(Job.state == "running", Job.updated_at <= now - LEASE),
    )


async def _write(session: AsyncSession, held: Claim, values: dict[str, Any]) -> None:
    mine = and_(Job.id == held.id, Job.state == "running", Job.attempts == held.attempt)
    if not _touched(await session.execute(update(Job).where(mine).values(values))):
        raise JobLost(held.id)


def _touched(result: Any) -> bool:
    return cast(CursorResult[Any], result).rowcount > 0
