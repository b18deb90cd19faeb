"""What a customer may demand by law: all that is kept of him, as a file, and that it is erased."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from callroom.actions import audit, erasing, persons
from callroom.calls.arrivals import calls_of
from callroom.errors import NotNow
from callroom.http.jobs import JobOut
from callroom.http.resources import Admin
from callroom.http.site import Read, SiteDep, Write, actor_of
from callroom.store.database import reading, writing

router = APIRouter(prefix="/api/v1", tags=["customers"])


class PersonOut(BaseModel):
    """``counts``: how much there is of him, by kind. ``code``: confirms that just this is to be erased."""

    id: str
    name: str
    counts: dict[str, int]
    code: str


class EraseIn(BaseModel):
    """``name``: his, typed by who erases him; ``code``: of what was shown to be erased."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=80)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


@router.get("/customers/{customer_id}/person", operation_id="getPerson")
async def get_person(customer_id: str, me: Admin, session: Read) -> PersonOut:
    """Also of a customer who is deleted."""
    person, counts, code = await erasing.plan(session, customer_id)
    return PersonOut(id=person.id, name=person.customer.name, counts=counts, code=code)


@router.get("/customers/{customer_id}/person/file", operation_id="downloadPerson", response_class=Response)
async def download_person(customer_id: str, me: Admin, request: Request, site: SiteDep) -> Response:
    """All that is kept of him as a zip file: data.json, his recordings, messages and faxes."""
    async with reading(site.engine) as session:
        person = await persons.person_of(session, customer_id)
        told = await persons.everything(session, person)
    async with writing(site.engine) as session, session.begin():
        subject = ("customer", customer_id)
        await audit.record(session, actor_of(me, request), "customer.exported", now=site.now(), subject=subject)
    handle, path = tempfile.mkstemp(prefix="callroom-", suffix=".zip")
    os.close(handle)
    try:
        await asyncio.to_thread(persons.packed, told, site.home, Path(path))
    except BaseException:
        os.unlink(path)
        raise
    headers = {"Content-Disposition": f'attachment; filename="{customer_id}.zip"', "Cache-Control": "no-store"}
    return FileResponse(path, media_type="application/zip", headers=headers, background=BackgroundTask(os.unlink, path))


@router.post("/customers/{customer_id}/erase", status_code=202, operation_id="erasePerson")
async def erase_person(
    customer_id: str, body: EraseIn, me: Admin, request: Request, site: SiteDep, session: Write
) -> JobOut:
    """For good, by the worker; nobody finds him from now on. 412 when there is more of him than was shown, 409 while a
    call with him goes on: its story would be written anew when it ends."""
    if site.exchange is not None and calls_of(site.exchange, {customer_id}):
        raise NotNow("erase", "in a call")
    job = await erasing.begin(session, actor_of(me, request), customer_id, body.code, body.name, site.now())
    return JobOut.model_validate(job)
