"""An import taken back: whom it made is deleted, what it changed is put back, unless others changed it since."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.customer_imports import get
from callroom.actions.customers import Form, form_of
from callroom.actions.customers_bulk import Edit, Key, delete_many, owners_of, pictures, update_many
from callroom.actions.jobs import JobLost
from callroom.core.fields import parsed, unique_key
from callroom.core.imports.targets import VALUE
from callroom.store.tables import Customer, CustomerChange, CustomerImport

CHUNK = 1_000  # customers a transaction
UNDONE = "undo:"  # and the import: the batch of what is put back


async def undo_some(session: AsyncSession, import_id: str, now: datetime) -> CustomerImport:
    """Take back the next customers; the import, which is ``undone`` when there are no more. Raises ``JobLost``."""
    await audit.hold(session)
    row = await get(session, import_id)
    if row.state == "undone":
        return row
    if row.state != "undoing":
        raise JobLost(import_id)
    told: dict[str, Any] = {"step": "created", "last": "", "deleted": 0, "restored": 0, "kept": 0} | row.undone
    by = audit.Actor(*told["by"])
    step = _delete_some if told["step"] == "created" else _restore_some
    told = await step(session, row, told, by, now)
    if told["step"] == "over":
        row.state = "undone"
        after = {name: told[name] for name in ("deleted", "restored", "kept")} | {"file": row.file_name}
        subject = ("customer_import", row.id)
        await audit.record(session, by, "customers.import_undone", now=now, subject=subject, after=after)
    row.undone, row.updated_at = told, now
    await session.flush()
    return row


async def _delete_some(
    session: AsyncSession, row: CustomerImport, told: dict[str, Any], by: audit.Actor, now: datetime
) -> dict[str, Any]:
    last = int(told["last"] or 0)
    wanted = select(Customer).where(Customer.batch == row.id, Customer.deleted_at.is_(None), Customer.seq > last)
    rows = list(await session.scalars(wanted.order_by(Customer.seq).limit(CHUNK)))
    if not rows:
        return told | {"step": "updated", "last": ""}
    others = select(CustomerChange.customer_id).where(
        CustomerChange.customer_id.in_([one.id for one in rows]), _by_others(row)
    )
    changed = set(await session.scalars(others))
    gone = [one for one in rows if one.id not in changed]
    await delete_many(session, by, gone, now, UNDONE + row.id)
    return told | {
        "last": str(rows[-1].seq),
        "deleted": told["deleted"] + len(gone),
        "kept": told["kept"] + len(rows) - len(gone),
    }


async def _restore_some(
    session: AsyncSession, row: CustomerImport, told: dict[str, Any], by: audit.Actor, now: datetime
) -> dict[str, Any]:
    wanted = (
        select(CustomerChange.customer_id)
        .join(Customer, Customer.id == CustomerChange.customer_id)
        .where(CustomerChange.batch == row.id, CustomerChange.customer_id > told["last"])
        .where(or_(Customer.batch.is_(None), Customer.batch != row.id), Customer.deleted_at.is_(None))
        .distinct()
        .order_by(CustomerChange.customer_id)
        .limit(CHUNK)
    )
    ids = list(await session.scalars(wanted))
    if not ids:
        return told | {"step": "over"}
    form = await form_of(session)
    people, whole = await pictures(session, ids), dict.fromkeys(ids, True)
    former: dict[str, dict[str, Any]] = {id: {} for id in ids}
    written: dict[str, dict[str, int]] = {id: {} for id in ids}  # by whom it was changed last: versions of the import
    changes = select(CustomerChange).where(CustomerChange.customer_id.in_(ids)).order_by(CustomerChange.id)
    for change in await session.scalars(changes):
        own = former[change.customer_id]
        if change.batch == row.id:
            own.setdefault(change.field, change.before["value"])
            written[change.customer_id][change.field] = change.version
        elif change.version > written[change.customer_id].get(change.field, change.version):
            own.pop(change.field, None)  # somebody changed it since
            whole[change.customer_id] = False
    edits: list[Edit] = []
    for id, (customer, picture) in people.items():
        back = {name: value for name, value in former[id].items() if _still_fits(form, name, value)}
        whole[id] &= len(back) == len(former[id])
        edits.append(Edit(customer, picture, picture | back))
    for id in await _not_free(session, form, edits):
        whole[id] = False
    free = [Edit(one.row, one.before, one.after) for one in edits if one.after != one.before]
    await update_many(session, by, form, free, now, UNDONE + row.id)
    kept = sum(not whole[id] for id in ids)
    return told | {
        "last": ids[-1],
        "restored": told["restored"] + len(ids) - kept,
        "kept": told["kept"] + kept,
    }


def _still_fits(form: Form, name: str, value: Any) -> bool:
    """Whether a value may stand where it stood: its field may be gone, or of another type."""
    if not name.startswith(VALUE) or value is None:
        return True
    field = form.fields.get(name.removeprefix(VALUE))
    return field is not None and parsed(field, value, form.place, former=value) == value


async def _not_free(session: AsyncSession, form: Form, edits: list[Edit]) -> set[str]:
    """Leave as it is what another customer has meanwhile; the customers of whom that is so."""
    unique = {VALUE + id for id, field in form.fields.items() if field.unique}
    wanted: dict[Key, list[tuple[Edit, str]]] = {}
    for edit in edits:
        for name in edit.after.keys() & unique:
            if edit.after[name] == edit.before.get(name):
                continue
            key = unique_key(form.fields[name.removeprefix(VALUE)], edit.after[name])
            if key is not None:
                wanted.setdefault((name, key), []).append((edit, name))
    owners, left = await owners_of(session, wanted), set[str]()
    for key, places in wanted.items():
        for edit, name in places:
            if owners.get(key, edit.row.id) != edit.row.id:
                edit.after[name] = edit.before.get(name)
                left.add(edit.row.id)
    return left


def _by_others(row: CustomerImport) -> Any:
    return or_(CustomerChange.batch.is_(None), CustomerChange.batch.not_in((row.id, UNDONE + row.id)))
