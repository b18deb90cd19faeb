"""Fax boxes, and the faxes in them: put in line, prepared by the worker, opened and deleted."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs, mail
from callroom.actions.configured import Kind, Values, must_exist, number_free
from callroom.actions.ids import new_id
from callroom.actions.references import not_led_to
from callroom.actions.sounds import note_hearing
from callroom.actions.users import Role
from callroom.core.numbers import hidden, least
from callroom.errors import InUse, NotFound, NotNow
from callroom.store.tables import FaxBox, FaxRow, Job, User

PREPARED = ("arrived", "preparing")  # by the worker
OPEN = ("preparing", "waiting", "dialling", "sending")
OVER = ("received", "unreadable", "sent", "failed", "cancelled")


class FaxBoxes(Kind[FaxBox]):
    table = FaxBox
    name = "fax_box"
    plural = "fax-boxes"
    prefix = "fb"

    async def check(self, session: AsyncSession, values: Values, row: FaxBox | None) -> None:
        await number_free(session, values["number"], row.id if row else None)
        await must_exist(session, User, values["user_ids"], "user_ids")

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: FaxBox) -> None:
        await not_led_to(session, row)
        if open_one := await session.scalar(
            select(FaxRow.number).where(FaxRow.box_id == row.id, FaxRow.state.in_((*OPEN, "arrived"))).limit(1)
        ):
            raise InUse("fax", open_one)


FAX_BOXES = FaxBoxes()


async def boxes_of(session: AsyncSession, me: User) -> Sequence[FaxBox]:
    """The boxes whose faxes somebody may see, by name: those he is named in; admins and auditors see all."""
    found = await session.scalars(select(FaxBox).order_by(FaxBox.name))
    return [box for box in found if me.role in (Role.ADMIN, Role.AUDITOR) or me.id in box.user_ids]


async def within(session: AsyncSession, me: User) -> ColumnElement[bool]:
    """Which rows of ``FaxRow`` somebody may see."""
    if me.role in (Role.ADMIN, Role.AUDITOR):  # those of a box that was deleted too
        return true()
    return FaxRow.box_id.in_([box.id for box in await boxes_of(session, me)])


async def seen_by(session: AsyncSession, me: User, fax_id: str) -> FaxRow:
    """Raises ``NotFound``."""
    wanted = select(FaxRow).where(FaxRow.id == fax_id, await within(session, me))
    row = (await session.scalars(wanted)).one_or_none()
    if row is None:
        raise NotFound("fax", fax_id)
    return row


# ---------------------------------------------------------------- what people do


async def put_in_line(
    session: AsyncSession,
    by: audit.Actor,
    fax_id: str,
    *,
    box: FaxBox,
    number: str,
    path: str,
    name: str,
    cover: str,
    pages: int,
    permission: str,
    now: datetime,
) -> FaxRow:
    """A fax to be sent, whose PDF lies at its place: the worker prepares it, then the server dials."""
    row = FaxRow(
        id=fax_id, box_id=box.id, direction="out", state="preparing", number=number, path=path, name=name, cover=cover,
        pages=0, pages_total=pages, seconds=0.0, station="", t38=False, reason="", attempts=0, permission=permission,
        created_at=now, changed_at=now, created_by=by.id,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    told = {"box": box.id, "pages": pages, "pii_number": number}
    await audit.record(session, by, "fax.sent", now=now, subject=("fax", fax_id), after=told)
    return row


async def open_fax(session: AsyncSession, by: audit.Actor, row: FaxRow, now: datetime, *, counts: bool) -> None:
    """Somebody looks at it: logged once for each reading; the first one is kept, unless he only audits."""
    await note_hearing(session, by, "fax", row.id, now, done="opened")
    if counts and row.seen_at is None:
        row.seen_at, row.seen_by = now, by.id


async def call_off(session: AsyncSession, by: audit.Actor, row: FaxRow, now: datetime, *, stopped: bool) -> None:
    """``stopped``: the server had it in hand, and keeps its state. Raises ``NotNow`` when it is over."""
    if not stopped:
        early = update(FaxRow).where(FaxRow.id == row.id, FaxRow.state.in_(("preparing", "waiting")))
        changed = await session.execute(early.values(state="cancelled", changed_at=now).returning(FaxRow.id))
        if changed.first() is None:
            raise NotNow("cancel", row.state)
    await audit.record(session, by, "fax.cancelled", now=now, subject=("fax", row.id))


async def send_again(session: AsyncSession, by: audit.Actor, row: FaxRow, permission: str, now: datetime) -> None:
    """One that failed or was called off goes the whole way once more. Raises ``NotNow`` for any other."""
    given_up = update(FaxRow).where(
        FaxRow.id == row.id, FaxRow.direction == "out", FaxRow.state.in_(("failed", "cancelled"))
    )
    fresh = {"state": "preparing", "reason": "", "attempts": 0, "pages": 0, "due_at": None, "permission": permission}
    changed = await session.execute(given_up.values(**fresh, changed_at=now).returning(FaxRow.id))
    if changed.first() is None:
        raise NotNow("send_again", row.state)
    await session.execute(delete(Job).where(Job.id == jobs.FAX_JOB + row.id))  # the worker prepares it anew
    await audit.record(session, by, "fax.tried_again", now=now, subject=("fax", row.id))
    await session.refresh(row)


async def delete_fax(session: AsyncSession, by: audit.Actor, row: FaxRow, folder: Path, now: datetime) -> None:
    """Row and files. Raises ``NotNow`` while it is being sent."""
    if row.state not in OVER:
        raise NotNow("delete", row.state)
    before = {"box": row.box_id, "direction": row.direction, "created_at": row.created_at.isoformat()}
    await session.delete(row)
    await audit.record(session, by, "fax.deleted", now=now, subject=("fax", row.id), before=before)
    remove_files(folder, row.path)  # last, as with recordings


def remove_files(folder: Path, path: str) -> None:
    root = folder.resolve()
    for extension in (".pdf", ".tif"):
        file = (root / f"{path}{extension}").resolve()
        if file.is_relative_to(root):
            file.unlink(missing_ok=True)


# ---------------------------------------------------------------- what the worker does


async def to_prepare(session: AsyncSession) -> list[str]:
    """Faxes that came in or are to go out, and need the worker."""
    return list(await session.scalars(select(FaxRow.id).where(FaxRow.state.in_(PREPARED)).limit(100)))


async def prepared(session: AsyncSession, fax_id: str, now: datetime, *, pages: int, fault: str = "") -> None:
    """The worker is done with it: a fax in goes to those who want it by mail, one out may be dialled."""
    row = await session.get(FaxRow, fax_id, with_for_update=True)
    if row is None or row.state not in PREPARED:  # deleted, or called off, meanwhile
        return
    row.changed_at = now
    if row.direction == "out":
        row.state, row.reason = ("failed", fault) if fault else ("waiting", "")
        row.pages_total = pages or row.pages_total
    else:
        row.state, row.pages_total = ("unreadable" if fault else "received"), pages
        if not fault:
            await _post(session, row, now)
    await session.flush()


async def _post(session: AsyncSession, row: FaxRow, now: datetime) -> None:
    box = await session.get(FaxBox, row.box_id)
    if box is None or not box.emails:
        return
    lookers = await session.scalars(select(User).where(User.id.in_(box.user_ids)))
    number = hidden(row.number, least(user.sees for user in lookers)) or "?"
    incomplete = bool(row.reason)
    text = (
        f"传真信箱“{box.name}”收到来自 {number} 的传真，共 {row.pages_total} 页"
        f"{'（不完整）' if incomplete else ''}，见附件。\n"
        f"The fax box “{box.name}” received a fax of {row.pages_total} page(s) from {number}"
        f"{', not all of it' if incomplete else ''}; it is attached.\n"
    )
    file = mail.Attachment(f"faxes/{row.path}.pdf", f"fax-{row.created_at:%Y%m%d-%H%M%S}.pdf")
    letter = mail.Mail(tuple(box.emails), f"传真 Fax: {number}", text, (file,))
    await mail.send(session, letter, now)


def new_fax_id() -> str:
    return new_id("fx")
