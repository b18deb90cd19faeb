"""Long work: what is waiting, running and done; put in line and cancelled by admins."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from callroom.actions import jobs
from callroom.actions.users import Role
from callroom.errors import NotFound
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.site import Read, SiteDep, Write, actor_of, allow
from callroom.store.journeys import after
from callroom.store.tables import Job, User

router = APIRouter(prefix="/api/v1", tags=["jobs"])
Admin = Annotated[User, Depends(allow(Role.ADMIN))]


class JobIn(BaseModel):
    """``housekeeping`` needs nothing more; it runs every hour by itself."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["housekeeping"]


class JobOut(BaseModel):
    """``progress``: 0 to 1. ``result`` of a job that failed holds ``error``; it is tried ``attempts`` times."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    progress: float
    result: dict[str, Any] | None
    created_by: str | None  # user; null: the system itself
    created_at: datetime
    updated_at: datetime
    attempts: int


class JobList(BaseModel):
    items: list[JobOut]
    next: str | None


@router.get("/jobs", operation_id="listJobs")
async def list_jobs(
    me: Admin,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    state: Literal["waiting", "running", "done", "failed", "cancelled"] | None = None,
    kind: Annotated[str, Query(max_length=40)] = "",
) -> JobList:
    """Newest first."""
    wanted = select(Job).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit + 1)
    if cursor:
        wanted = wanted.where(after(Job.created_at, Job.id, decoded(cursor), newest=True))
    if state:
        wanted = wanted.where(Job.state == state)
    if kind:
        wanted = wanted.where(Job.kind == kind)
    items = [JobOut.model_validate(row) for row in await session.scalars(wanted)]
    last = items[limit - 1] if len(items) > limit else None
    return JobList(items=items[:limit], next=encoded(last.created_at, last.id) if last else None)


@router.post("/jobs", status_code=202, operation_id="createJob")
async def create_job(body: JobIn, me: Admin, request: Request, site: SiteDep, session: Write) -> JobOut:
    """The worker takes it up within moments; ask for it again to see how far it is."""
    return JobOut.model_validate(await jobs.enqueue(session, actor_of(me, request), body.kind, {}, site.now()))


@router.get("/jobs/{job_id}", operation_id="getJob")
async def get_job(job_id: str, me: Admin, session: Read) -> JobOut:
    row = await session.get(Job, job_id)
    if row is None:
        raise NotFound("job", job_id)
    return JobOut.model_validate(row)


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob")
async def cancel_job(job_id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> JobOut:
    """A running job stops within seconds; one that is over answers 409."""
    return JobOut.model_validate(await jobs.cancel(session, actor_of(me, request), job_id, site.now()))
