"""Faxes: received and sent, looked at, sent, called off, deleted."""

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Header, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import faxes
from callroom.actions.idempotency import begin, finish
from callroom.actions.users import Role
from callroom.calls.lines import find_way
from callroom.core.numbers import NumberKind, Visibility, cleaned, kind_of, search_forms, to_dial
from callroom.core.routing.matching import Refusal
from callroom.core.routing.model import DialPermission
from callroom.errors import CannotDial, NotFound, TooLarge, unknown_reference
from callroom.http.fields import PLAIN
from callroom.http.journeys import Named, named
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.place import place_of
from callroom.http.recordings import download_name
from callroom.http.seen import OutsideNumber, OutsideText
from callroom.http.site import Me, Read, Site, SiteDep, Write, actor_of, allow
from callroom.media import fax_pages
from callroom.store.database import writing
from callroom.store.journeys import after, with_number
from callroom.store.tables import FaxBox, FaxRow, User

router = APIRouter(prefix="/api/v1", tags=["faxes"])
Sender = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]  # an auditor changes nothing
MEGABYTES = 20
A_MINUTE = 20  # faxes that one person may put in line
State = Literal[
    "arrived", "received", "unreadable", "preparing", "waiting", "dialling", "sending", "sent", "failed", "cancelled"
]


class FaxOut(BaseModel):
    """``arrived`` becomes ``received``, or ``unreadable``; ``preparing``, ``waiting``, ``dialling`` and ``sending``
    end in ``sent``, ``failed`` or ``cancelled``.

    ``pages``: passed on so far, of ``pages_total``; ``reason``: why it failed, why the last attempt did, or why part of
    a received fax is missing. ``seen_at``: when somebody first opened it."""

    id: str
    direction: Literal["in", "out"]
    state: State
    box: Named
    number: OutsideNumber
    name: OutsideText
    cover: OutsideText
    pages: int
    pages_total: int
    seconds: float
    station: OutsideText
    t38: bool
    reason: str
    attempts: int
    due_at: datetime | None
    created_at: datetime
    changed_at: datetime
    created_by: Named | None
    journey: str | None
    seen_at: datetime | None


class FaxList(BaseModel):
    items: list[FaxOut]
    next: str | None


def _shown(row: FaxRow, box: str | None, sender: str | None) -> FaxOut:
    return FaxOut(
        id=row.id,
        direction="in" if row.direction == "in" else "out",
        state=row.state,  # pyright: ignore[reportArgumentType]
        box=Named(id=row.box_id, name=box or ""),
        number=row.number,
        name=row.name,
        cover=row.cover,
        pages=row.pages,
        pages_total=row.pages_total,
        seconds=row.seconds,
        station=row.station,
        t38=row.t38,
        reason=row.reason,
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        changed_at=row.changed_at,
        created_by=named(row.created_by, sender),
        journey=row.journey_id,
        seen_at=row.seen_at,
    )


async def _one(session: AsyncSession, row: FaxRow) -> FaxOut:
    box = await session.get(FaxBox, row.box_id)
    sender = await session.get(User, row.created_by) if row.created_by else None
    return _shown(row, box.name if box else None, sender.name if sender else None)


@router.get("/faxes", operation_id="listFaxes")
async def list_faxes(
    me: Me,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    direction: Literal["in", "out"] | None = None,
    box: Annotated[str, Query(max_length=40)] = "",
    state: State | None = None,
    number: Annotated[str, Query(max_length=40)] = "",
) -> FaxList:
    """Newest first; admins and auditors see all, others those of their boxes."""
    wanted = (
        select(FaxRow, FaxBox.name, User.name)
        .outerjoin(FaxBox, FaxBox.id == FaxRow.box_id)
        .outerjoin(User, User.id == FaxRow.created_by)
        .where(await faxes.within(session, me))
        .order_by(FaxRow.created_at.desc(), FaxRow.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        wanted = wanted.where(after(FaxRow.created_at, FaxRow.id, decoded(cursor), newest=True))
    for column, value in ((FaxRow.direction, direction), (FaxRow.box_id, box), (FaxRow.state, state)):
        if value:
            wanted = wanted.where(column == value)
    if number:
        # As with calls: who may not see numbers must know a whole one, or he could guess it digit by digit.
        whole = me.sees is not Visibility.FULL
        forms = search_forms(number, *await place_of(session)) or [number.strip()]
        wanted = wanted.where(with_number(forms, whole=whole, columns=(FaxRow.number,)))
    found = (await session.execute(wanted)).all()
    items = [_shown(row, name, sender) for row, name, sender in found[:limit]]
    last = items[-1] if items and len(found) > limit else None
    return FaxList(items=items, next=encoded(last.created_at, last.id) if last else None)


@router.get("/faxes/{fax_id}", operation_id="getFax")
async def get_fax(fax_id: str, me: Me, session: Read) -> FaxOut:
    return await _one(session, await faxes.seen_by(session, me, fax_id))


# ---------------------------------------------------------------- sending


@router.post("/faxes", status_code=201, operation_id="sendFax")
async def send_fax(
    file: Annotated[UploadFile, File(description="a PDF, 20 MB and 100 pages at most")],
    box_id: Annotated[str, Form(min_length=1, max_length=40)],
    number: Annotated[str, Form(min_length=2, max_length=40)],
    me: Sender,
    request: Request,
    site: SiteDep,
    session: Read,
    cover: Annotated[str, Form(max_length=fax_pages.LONGEST_COVER), PLAIN] = "",
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=80)] = None,
) -> FaxOut:
    """Put a fax in line: a busy number, or one that does not answer, is dialled three times. ``cover`` stands above the
    first page. With ``Idempotency-Key`` a repeated request sends once."""
    await site.limit("fax", me.id, A_MINUTE)
    data = await file.read((MEGABYTES << 20) + 1)
    if len(data) > MEGABYTES << 20:
        raise TooLarge(MEGABYTES)
    box = next((each for each in await faxes.boxes_of(session, me) if each.id == box_id), None)
    if box is None:
        raise unknown_reference("box_id")
    to = _checked_number(site, number, DialPermission(me.dial_permission))
    fax_id, cover = faxes.new_fax_id(), cover.strip()
    path = f"{site.now():%Y/%m/%d}/{fax_id}"
    pdf = site.home / "faxes" / f"{path}.pdf"
    kept = False
    try:
        await asyncio.to_thread(_write, pdf, data)
        pages = await fax_pages.count(pdf, cover)
        digest = hashlib.sha256(repr((box_id, number, cover)).encode() + data).hexdigest()
        # Only now: who writes keeps all others from writing, and a document takes its time.
        async with writing(site.engine) as writes, writes.begin():
            if key is not None and (known := await begin(writes, me.id, key, digest, site.now())) is not None:
                return FaxOut.model_validate(known.body)
            row = await faxes.put_in_line(
                writes,
                actor_of(me, request),
                fax_id,
                box=box,
                number=to,
                path=path,
                name=Path(file.filename or "").name[:120],
                cover=cover,
                pages=pages,
                permission=me.dial_permission,
                now=site.now(),
            )
            shown = _shown(row, box.name, me.name)
            if key is not None:
                await finish(writes, me.id, key, 201, shown.model_dump(mode="json"))
        kept = True
        return shown
    finally:
        if not kept:
            await asyncio.to_thread(pdf.unlink, missing_ok=True)


def _checked_number(site: Site, number: str, permission: DialPermission) -> str:
    """The number as it is dialled. Raises ``CannotDial``, and ``NotNow`` where no calls are served."""
    directory = site.calls.directory
    company = directory.company
    to = to_dial(cleaned(number), company.country)
    if not to.lstrip("+").isdigit() or len(to) > 32 or directory.inside(to) is not None:
        raise CannotDial(number, "bad_number")
    if kind_of(to, company.country, company.area_code) is NumberKind.EMERGENCY:
        raise CannotDial(number, "no_fax_for_help")
    way = find_way(directory, to, permission, keyed=False)
    if isinstance(way, Refusal):
        raise CannotDial(number, way.value)
    return to


def _write(pdf: Path, data: bytes) -> None:
    pdf.parent.mkdir(parents=True, exist_ok=True)
    pdf.write_bytes(data)


@router.post("/faxes/{fax_id}/cancel", status_code=204, operation_id="cancelFax")
async def cancel_fax(fax_id: str, me: Sender, request: Request, site: SiteDep, session: Write) -> None:
    """Send it no more, or break it off; one that is over answers 409."""
    row = await faxes.seen_by(session, me, fax_id)
    stopped = site.calls.faxes.cancel(fax_id)
    await faxes.call_off(session, actor_of(me, request), row, site.now(), stopped=stopped)


@router.post("/faxes/{fax_id}/send-again", operation_id="sendFaxAgain")
async def send_fax_again(fax_id: str, me: Sender, request: Request, site: SiteDep, session: Write) -> FaxOut:
    """One that failed or was called off is dialled anew, as often as a new one; any other answers 409."""
    await site.limit("fax", me.id, A_MINUTE)
    row = await faxes.seen_by(session, me, fax_id)
    if row.direction == "out":
        _checked_number(site, row.number, DialPermission(me.dial_permission))
        await asyncio.to_thread(_file, site, row, ".pdf")
    await faxes.send_again(session, actor_of(me, request), row, me.dial_permission, site.now())
    return await _one(session, row)


# ---------------------------------------------------------------- reading

PDF_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "The pages"}}
PNG_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}, "description": "The page"}}


@router.get("/faxes/{fax_id}/pdf", operation_id="getFaxPdf", response_class=FileResponse, responses=PDF_ANSWER)
async def get_pdf(fax_id: str, me: Me, request: Request, site: SiteDep, session: Write) -> FileResponse:
    """The pages as a file; of one that was sent, as it was uploaded. The opening is put into the operation log."""
    row = await faxes.seen_by(session, me, fax_id)
    file = await asyncio.to_thread(_file, site, row, ".pdf")
    await faxes.open_fax(session, actor_of(me, request), row, site.now(), counts=me.role != Role.AUDITOR)
    name = download_name(row.created_at, row.number, me.sees).replace(".wav", ".pdf")
    return FileResponse(file, media_type="application/pdf", filename=f"fax-{name}")


@router.get("/faxes/{fax_id}/pages/{page}", operation_id="getFaxPage", response_class=Response, responses=PNG_ANSWER)
async def get_page(
    fax_id: str,
    page: Annotated[int, Field(ge=1, le=1000)],
    me: Me,
    request: Request,
    site: SiteDep,
    session: Read,
) -> Response:
    """A page as a picture, as the fax machines see it. The opening is put into the operation log."""
    row = await faxes.seen_by(session, me, fax_id)
    file = await asyncio.to_thread(_file, site, row, ".tif")
    try:
        picture = await fax_pages.picture(file, page)
    except fax_pages.NotAPdf:
        raise NotFound("fax", fax_id) from None
    async with writing(site.engine) as writes, writes.begin():
        row = await faxes.seen_by(writes, me, fax_id)
        await faxes.open_fax(writes, actor_of(me, request), row, site.now(), counts=me.role != Role.AUDITOR)
    return Response(picture, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def _file(site: Site, row: FaxRow, extension: str) -> Path:
    """Raises ``NotFound`` when it is not there, or not yet."""
    root = (site.home / "faxes").resolve()
    file = (root / f"{row.path}{extension}").resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise NotFound("fax", row.id)
    return file


@router.delete("/faxes/{fax_id}", status_code=204, operation_id="deleteFax")
async def delete_fax(fax_id: str, me: Sender, request: Request, site: SiteDep, session: Write) -> None:
    """With its files; one that is being sent answers 409."""
    row = await faxes.seen_by(session, me, fax_id)
    await faxes.delete_fax(session, actor_of(me, request), row, site.home / "faxes", site.now())
