"""Imports of customers: a file is sent, its columns are mapped, its first rows looked at; then the worker runs it."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import customer_imports
from callroom.actions.customer_imports import Choices, folder_of, rows_of, source_of
from callroom.actions.customers import form_of
from callroom.actions.ids import new_id
from callroom.core.imports import Rule, targets_of
from callroom.core.imports.targets import label_of
from callroom.errors import NotFound, NotNow, TooLarge, invalid
from callroom.http.customer_import_preview import Preview, previewed
from callroom.http.fields import Body
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.problems import speaks_english
from callroom.http.resources import Admin
from callroom.http.rules import text_of
from callroom.http.site import Read, Site, SiteDep, Write, actor_of
from callroom.store.database import writing
from callroom.store.journeys import after
from callroom.store.tables import CustomerImport

router = APIRouter(prefix="/api/v1", tags=["customer-imports"])
MEGABYTES = 200  # of a file
State = Literal["reading", "ready", "running", "done", "failed", "cancelled", "undoing", "undone"]
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Undone(BaseModel):
    """Customers that were ``deleted``, put back as they were, and ``kept`` since others changed them meanwhile."""

    deleted: int
    restored: int
    kept: int


class ImportOut(BaseModel):
    """``mapping``: what each of the ``heads`` is, "" for one that is left out. Of ``rows``, ``done`` are done: each of
    them was ``created``, ``updated``, ``skipped`` or ``failed``. ``fault``: why the file cannot be taken, or the run
    ended. ``size`` in bytes. ``undone``: as far as it was taken back."""

    id: str
    created_at: datetime
    updated_at: datetime
    by: str
    file_name: str
    size: int
    state: State
    fault: str | None
    format: Literal["", "csv", "xlsx"]
    encoding: str
    delimiter: str
    heads: list[str]
    mapping: list[str]
    match: str
    rule: Rule
    shared_phones: bool
    rows: int
    done: int
    created: int
    updated: int
    skipped: int
    failed: int
    has_faults_file: bool
    undone: Undone | None


class ImportList(BaseModel):
    items: list[ImportOut]
    next: str | None


class Target(BaseModel):
    """What a column may be; ``unique``: rows may be told apart by it."""

    id: str
    label: str
    unique: bool
    required: bool


class Targets(BaseModel):
    items: list[Target]


class ImportChoices(Body):
    """``mapping``: for each column a target, or "". Who is there already is found by ``match``: "phones", or
    "values.ID" of a unique field; ``rule``: he is left as he is, gets what the row says, or what he lacks.
    ``shared_phones``: a phone may be another customer's too."""

    mapping: list[Annotated[str, Field(max_length=60)]] = Field(max_length=200)
    match: Annotated[str, Field(max_length=60)] = "phones"
    rule: Rule = Rule.SKIP
    shared_phones: bool = False

    @property
    def choices(self) -> Choices:
        return Choices(self.mapping, self.match, Rule(self.rule), self.shared_phones)


@router.get("/customer-imports/targets", operation_id="listImportTargets")
async def list_targets(me: Admin, request: Request, session: Read) -> Targets:
    """What columns may be, in the order of forms."""
    form = await form_of(session)
    language = "en" if speaks_english(request) else "zh"
    items: list[Target] = []
    for target in targets_of(form.fields):
        field = form.fields.get(target.removeprefix("values."))
        items.append(
            Target(
                id=target,
                label=label_of(target, form.fields, language),
                unique=field is not None and field.unique,
                required=target == "name" or (field is not None and field.required and field.default is None),
            )
        )
    return Targets(items=items)


@router.post("/customer-imports", status_code=201, operation_id="uploadCustomerImport", openapi_extra=FILE)
async def upload(
    me: Admin,
    request: Request,
    site: SiteDep,
    name: Annotated[str, Query(min_length=1, max_length=200, description="of the file")],
) -> ImportOut:
    """A csv or xlsx file of 200 MB at most, as the body; the worker reads it within moments. Nothing is left of one
    that does not come whole."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MEGABYTES << 20:
        raise TooLarge(MEGABYTES)
    if "\0" in name:
        raise invalid("name", "bad_character")
    import_id = new_id("ci")
    async with _taken(site, import_id) as folder:
        size = await _received(request, source_of(folder))
        if not size:
            raise invalid("file", "empty_file")
        async with writing(site.engine) as session, session.begin():
            actor, now = actor_of(me, request), site.now()
            row = await customer_imports.created(session, actor, import_id, Path(name).name or name, size, now)
    async with writing(site.engine) as session:
        return await _shown(session, request, row, site)


@asynccontextmanager
async def _taken(site: Site, import_id: str) -> AsyncGenerator[Path]:
    """The folder of a new import, gone again when it comes to nothing."""
    folder = folder_of(site.home, import_id)
    await asyncio.to_thread(folder.mkdir, parents=True)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


async def _received(request: Request, path: Path) -> int:
    size = 0
    with path.open("wb") as file:
        async for block in request.stream():
            size += len(block)
            if size > MEGABYTES << 20:
                raise TooLarge(MEGABYTES)
            await asyncio.to_thread(file.write, block)
    return size


@router.get("/customer-imports", operation_id="listCustomerImports")
async def list_imports(
    me: Admin, request: Request, site: SiteDep, session: Read, limit: Limit = 50, cursor: Cursor = ""
) -> ImportList:
    """Newest first."""
    wanted = select(CustomerImport).order_by(CustomerImport.created_at.desc(), CustomerImport.id.desc())
    if cursor:
        wanted = wanted.where(after(CustomerImport.created_at, CustomerImport.id, decoded(cursor), newest=True))
    rows = list(await session.scalars(wanted.limit(limit + 1)))
    items = [await _shown(session, request, row, site) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return ImportList(items=items, next=encoded(last.created_at, last.id) if last else None)


@router.get("/customer-imports/{id}", operation_id="getCustomerImport")
async def get_import(id: str, me: Admin, request: Request, site: SiteDep, session: Read) -> ImportOut:
    return await _shown(session, request, await customer_imports.get(session, id), site)


@router.post("/customer-imports/{id}/preview", operation_id="previewCustomerImport")
async def preview(id: str, body: ImportChoices, me: Admin, request: Request, site: SiteDep, session: Read) -> Preview:
    """What would become of the first rows; nothing is written."""
    row = await customer_imports.get(session, id)
    if row.state != "ready":
        raise NotNow("preview", row.state)
    path = rows_of(folder_of(site.home, id))
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("customer_import", id)
    return await previewed(session, row, body.choices, path, 1 if speaks_english(request) else 0)


@router.post("/customer-imports/{id}/run", status_code=202, operation_id="runCustomerImport")
async def run(id: str, body: ImportChoices, me: Admin, request: Request, site: SiteDep, session: Write) -> ImportOut:
    """The worker takes it up within moments; what is chosen is proposed for the next file with the same heads."""
    row = await customer_imports.run(session, actor_of(me, request), id, body.choices, site.now())
    return await _shown(session, request, row, site)


@router.post("/customer-imports/{id}/cancel", operation_id="cancelCustomerImport")
async def cancel(id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> ImportOut:
    """What is written stays, and can be undone."""
    row = await customer_imports.cancel(session, actor_of(me, request), id, site.now())
    return await _shown(session, request, row, site)


@router.post("/customer-imports/{id}/undo", status_code=202, operation_id="undoCustomerImport")
async def undo(id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> ImportOut:
    """The worker deletes whom it made and puts back what it changed, but for what others changed since."""
    row = await customer_imports.undo(session, actor_of(me, request), id, site.now())
    return await _shown(session, request, row, site)


async def _shown(session: AsyncSession, request: Request, row: CustomerImport, site: Site) -> ImportOut:
    state = await customer_imports.state_of(session, row)
    fault = None
    if row.fault:
        fault = text_of(row.fault["rule"], row.fault["values"])[speaks_english(request)]
    elif state == "failed":
        fault = text_of("import_broke", {})[speaks_english(request)]
    plain = ("id", "created_at", "updated_at", "by", "file_name", "size", "format", "delimiter", "heads", "mapping",
             "match", "shared_phones", "rows", "done", "created", "updated", "skipped", "failed")  # fmt: skip
    kept = row.failed > 0 and await asyncio.to_thread(customer_imports.faults_of(folder_of(site.home, row.id)).is_file)
    return ImportOut(
        **{name: getattr(row, name) for name in plain},
        state=state,  # pyright: ignore[reportArgumentType]
        encoding=row.encoding.upper().removesuffix("-SIG"),
        rule=Rule(row.rule),
        fault=fault,
        has_faults_file=kept,
        undone=Undone(**{name: row.undone.get(name, 0) for name in Undone.model_fields}) if row.undone else None,
    )
