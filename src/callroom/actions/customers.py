"""Customers: made, changed field by field, deleted and brought back. Each change is kept with who made it and when.

The operation log tells that a customer was changed and in which fields; what stood there is kept beside him only, so
that it goes when he is erased.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.actions.configured import Values, must_exist, tell
from callroom.actions.fields import field_of_row, place_of_site, read_values
from callroom.actions.ids import new_id
from callroom.core.customer_value import Standing, by_hand_of, changed_by_hand
from callroom.core.customers import Filing, Form, Phone, searched
from callroom.core.fields import unique_key
from callroom.errors import ChangedMeanwhile, NotFound, Taken, invalid
from callroom.store.tables import Customer, CustomerChange, CustomerField, CustomerPhone, CustomerUnique, Job, User

STAGES = ("potential", "new", "satisfied", "retained", "old")  # 潜在 新 满意 留住 老
COLUMNS = ("name", "company", "memo", "tier", "owner_id", "tags", "stage", "do_not_call", "no_mail")
VALUE = "values."


async def form_of(session: AsyncSession) -> Form:
    rows = list(await session.scalars(select(CustomerField).order_by(CustomerField.rank, CustomerField.id)))
    fields = {row.id: field_of_row(row.id, row) for row in rows}
    changing = frozenset(row.id for row in rows if row.changing)
    return Form(fields, await place_of_site(session), changing)


async def create(
    session: AsyncSession, by: audit.Actor, given: Values, now: datetime, *, shared_phones: bool = False
) -> Customer:
    """Make a customer of ``COLUMNS``, ``phones`` ([``Phone``]) and ``values`` (by field, as somebody wrote them).

    Raises ``Taken`` for a phone that another customer has, unless phones may be shared, and for what is unique;
    ``Invalid``.
    """
    await audit.hold(session)
    form = await form_of(session)
    values = read_values(form.fields, given.get("values", {}), form.place, {}, fresh=True)
    _not_changing(form, values)
    own = {name: given[name] for name in COLUMNS if name in given}
    row = Customer(
        id=new_id("c"),
        version=1,
        created_at=now,
        updated_at=now,
        created_by=by.id,
        seq=await next_seq(session),
        values=values,
        **await _checked(session, own),
    )
    row.by_hand = by_hand_of(row.tier or 0, row.stage or STAGES[1], row.tags or (), STAGES[1]) if by.id else []
    phones = _once(given.get("phones", ()))
    if not shared_phones:
        await _phones_free(session, phones, None)
    session.add(row)
    await session.flush()
    file(row, form, phones)
    await _keep_phones(session, row.id, phones)
    await _keep_uniques(session, form, row, values)
    await audit.record(session, by, "customer.created", now=now, subject=("customer", row.id))
    tell(session, "customers")
    return row


async def change(
    session: AsyncSession,
    by: audit.Actor,
    customer_id: str,
    version: int,
    given: Values,
    now: datetime,
    *,
    whole: bool = False,
    shared_phones: bool = False,
) -> Customer:
    """Change what is given, as in ``create``; what is left out stays.

    ``version`` is the one that was read. Others may have changed him since: that is no harm unless they changed the
    same fields, or the customer was written as a ``whole``. Raises ``NotFound``, ``ChangedMeanwhile`` with the fields,
    ``Taken``, ``Invalid``.
    """
    await audit.hold(session)
    row = await get(session, customer_id)
    form = await form_of(session)
    written = read_values(form.fields, given.get("values", {}), form.place, row.values, fresh=False)
    own = await _checked(session, {name: given[name] for name in COLUMNS if name in given})
    wanted: dict[str, Any] = own | {VALUE + id: value for id, value in written.items()}
    before = await picture(session, row)
    if "phones" in given:
        wanted["phones"] = [{"number": one.number, "label": one.label} for one in _once(given["phones"])]
    if row.version != version:
        await _no_conflict(session, row, version, wanted, whole=whole)
    changed = {name: value for name, value in wanted.items() if before.get(name) != value}
    if not changed:
        return row
    _not_changing(form, [name.removeprefix(VALUE) for name in changed if name.startswith(VALUE)])
    stood = standing_of(row)
    for name in own.keys() & changed.keys():
        setattr(row, name, changed[name])
    if by.id and changed.keys() & {"tier", "stage", "tags"}:
        row.by_hand = changed_by_hand(stood, row.tier, row.stage, row.tags)
    row.values = {id: one for id, one in (row.values | written).items() if one is not None}
    phones = [Phone(**one) for one in wanted.get("phones", before["phones"])]
    if "phones" in changed:
        known = {one["number"] for one in before["phones"]}
        if not shared_phones:
            await _phones_free(session, [one for one in phones if one.number not in known], row.id)
        await _keep_phones(session, row.id, phones)
    row.version, row.updated_at = row.version + 1, now
    file(row, form, phones)
    await session.flush()
    await _keep_uniques(session, form, row, written)
    await remember(session, by, row, {name: (before.get(name), value) for name, value in changed.items()}, now)
    await _told(session, by, "customer.updated", row, now, sorted(changed))
    return row


async def remove(session: AsyncSession, by: audit.Actor, customer_id: str, now: datetime) -> Customer:
    """Delete a customer; he can be brought back for a while. Raises ``NotFound``."""
    await audit.hold(session)
    row = await get(session, customer_id)
    row.deleted_at, row.updated_at, row.version = now, now, row.version + 1
    await session.flush()
    await session.execute(delete(CustomerUnique).where(CustomerUnique.customer_id == row.id))
    await remember(session, by, row, {"deleted": (False, True)}, now)
    await _told(session, by, "customer.deleted", row, now)
    return row


async def restore(session: AsyncSession, by: audit.Actor, customer_id: str, now: datetime) -> Customer:
    """Bring a deleted customer back. Raises ``NotFound``, also for one who is to be erased, ``Taken`` when somebody has
    his phone or unique value."""
    await audit.hold(session)
    row = await session.get(Customer, customer_id, populate_existing=True)
    if row is None or row.deleted_at is None or await _being_erased(session, customer_id):
        raise NotFound("customer", customer_id)
    phones = (await phones_of(session, [row.id]))[row.id]
    await _phones_free(session, [Phone(number) for number in phones], row.id)
    row.deleted_at, row.updated_at, row.version = None, now, row.version + 1
    await session.flush()
    await _keep_uniques(session, await form_of(session), row, row.values)
    await remember(session, by, row, {"deleted": (True, False)}, now)
    await _told(session, by, "customer.restored", row, now)
    return row


async def _being_erased(session: AsyncSession, customer_id: str) -> bool:
    """Brought back and merged into another meanwhile, he would escape it."""
    erasing = select(Job.arguments).where(Job.kind == jobs.ERASE, Job.state.not_in(jobs.OVER))
    return any(one["customer"] == customer_id for one in await session.scalars(erasing))


async def leave_to_rules(session: AsyncSession, by: audit.Actor, customer_id: str, now: datetime) -> Customer:
    """What people chose of his tier, stage and tags is the rules' again. Raises ``NotFound``."""
    await audit.hold(session)
    row = await get(session, customer_id)
    if row.by_hand:
        before, row.by_hand = row.by_hand, []
        row.version, row.updated_at = row.version + 1, now
        await session.flush()
        await remember(session, by, row, {"by_hand": (before, [])}, now)
        await _told(session, by, "customer.left_to_rules", row, now)
    return row


# ---------------------------------------------------------------- reading


async def get(session: AsyncSession, customer_id: str) -> Customer:
    """Raises ``NotFound``, also for one who is deleted."""
    row = await session.get(Customer, customer_id, populate_existing=True)  # as it is now that others wait
    if row is None or row.deleted_at is not None:
        raise NotFound("customer", customer_id)
    return row


async def phones_of(session: AsyncSession, customers: Sequence[str]) -> dict[str, list[str]]:
    """Each customer's numbers, in their order."""
    return {id: [one.number for one in phones] for id, phones in (await labelled_phones(session, customers)).items()}


async def labelled_phones(session: AsyncSession, customers: Sequence[str]) -> dict[str, list[Phone]]:
    phones: dict[str, list[Phone]] = {customer: [] for customer in customers}
    found = await session.execute(
        select(CustomerPhone.customer_id, CustomerPhone.number, CustomerPhone.label, CustomerPhone.id)
        .where(CustomerPhone.customer_id.in_(customers))
        .order_by(CustomerPhone.position)
    )
    for customer, *phone in found:
        phones[customer].append(Phone(*phone))
    return phones


async def picture(session: AsyncSession, row: Customer) -> dict[str, Any]:
    """All that can be changed of a customer, by the names that changes have."""
    phones = (await labelled_phones(session, [row.id]))[row.id]
    return (
        {name: getattr(row, name) for name in COLUMNS}
        | {VALUE + id: value for id, value in row.values.items()}
        | {"phones": [{"number": one.number, "label": one.label} for one in phones]}
    )


def standing_of(row: Customer) -> Standing:
    return Standing(row.tier, row.stage, row.tags, frozenset(row.by_hand))


async def next_seq(session: AsyncSession) -> int:
    """The number of the next customer; only while ``audit.hold`` holds."""
    return (await session.scalar(select(func.max(Customer.seq))) or 0) + 1


# ---------------------------------------------------------------- what is checked and kept


def file(row: Customer, form: Form, phones: Iterable[Phone]) -> None:
    """Write into the row what it is found by."""
    filing = Filing(
        row.tags or (), row.owner_id, row.tier or 0, row.stage or STAGES[1], bool(row.do_not_call), bool(row.no_mail)
    )
    texts = (row.company or "", row.memo or "")
    found = searched(form.fields, row.name, texts, (one.number for one in phones), row.values, filing)
    row.search_name, row.search_text, row.search_numbers = found.name, found.text, found.numbers
    row.search_masked, row.search_tokens = found.masked, found.tokens


async def remember(
    session: AsyncSession, by: audit.Actor, row: Customer, changed: Mapping[str, tuple[Any, Any]], now: datetime
) -> None:
    session.add_all(remembered(by, row, changed, now))
    await session.flush()


def remembered(
    by: audit.Actor, row: Customer, changed: Mapping[str, tuple[Any, Any]], now: datetime, batch: str | None = None
) -> list[CustomerChange]:
    """The rows that keep changes, each (before, after). A rule that changes is an actor too, by its id and name."""
    return [
        CustomerChange(
            customer_id=row.id,
            version=row.version,
            at=now,
            by_id=by.id,
            by=by.name,
            field=name,
            before={"value": before},
            after={"value": after},
            batch=batch,
        )
        for name, (before, after) in changed.items()
    ]


async def _told(
    session: AsyncSession, by: audit.Actor, action: str, row: Customer, now: datetime, fields: Sequence[str] = ()
) -> None:
    after = {"fields": list(fields)} if fields else None
    await audit.record(session, by, action, now=now, subject=("customer", row.id), after=after)
    tell(session, "customers")


async def _no_conflict(
    session: AsyncSession, row: Customer, version: int, wanted: Mapping[str, Any], *, whole: bool
) -> None:
    if whole or not 0 < version < row.version:
        raise ChangedMeanwhile(row.version)
    since = select(CustomerChange.field).where(CustomerChange.customer_id == row.id, CustomerChange.version > version)
    both = set(await session.scalars(since)) & wanted.keys()
    if both:
        raise ChangedMeanwhile(row.version, tuple(sorted(both)))


async def _checked(session: AsyncSession, own: Values) -> Values:
    await must_exist(session, User, own.get("owner_id"), "owner")
    if own.get("stage", "new") not in STAGES:
        raise invalid("stage", "literal_error")
    if "tags" in own:
        own["tags"] = clean_tags(own["tags"])
    return own


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Each tag once, whatever its letters' size; the first writing counts."""
    plain = [" ".join(tag.split()) for tag in tags]
    return list({tag.casefold(): tag for tag in reversed(plain) if tag}.values())[::-1]


def _not_changing(form: Form, ids: Iterable[str]) -> None:
    for id in ids:
        if id in form.changing:
            raise invalid(f"{VALUE}{id}", "field_is_changing")


def _once(phones: Iterable[Phone]) -> list[Phone]:
    return list({one.number: one for one in reversed(list(phones))}.values())[::-1]


async def _phones_free(session: AsyncSession, phones: Sequence[Phone], customer_id: str | None) -> None:
    others = (
        select(CustomerPhone.number)
        .join(Customer, Customer.id == CustomerPhone.customer_id)
        .where(CustomerPhone.number.in_([one.number for one in phones]), Customer.deleted_at.is_(None))
    )
    if customer_id is not None:
        others = others.where(Customer.id != customer_id)
    number = await session.scalar(others.limit(1))
    if number is not None:
        raise Taken("phones", number)


async def _keep_phones(session: AsyncSession, customer_id: str, phones: Sequence[Phone]) -> None:
    known = (await labelled_phones(session, [customer_id]))[customer_id]
    ids = {phone.number: {"id": phone.id} for phone in known}
    await session.execute(delete(CustomerPhone).where(CustomerPhone.customer_id == customer_id))
    session.add_all(
        CustomerPhone(
            customer_id=customer_id, number=one.number, label=one.label, position=position, **ids.get(one.number, {})
        )
        for position, one in enumerate(phones)
    )
    await session.flush()


async def _keep_uniques(session: AsyncSession, form: Form, row: Customer, written: Iterable[str]) -> None:
    """Raises ``Taken``; what two write at the same time, the table's key decides."""
    for id in written:
        field = form.fields.get(id)
        if field is None or not field.unique:
            continue
        mine = (CustomerUnique.field_id == id, CustomerUnique.customer_id == row.id)
        await session.execute(delete(CustomerUnique).where(*mine))
        key = unique_key(field, row.values.get(id))
        if key is None:
            continue
        if await session.get(CustomerUnique, (id, key), populate_existing=True) is not None:
            raise Taken(f"{VALUE}{id}", str(row.values[id]))
        session.add(CustomerUnique(field_id=id, value=key, customer_id=row.id))
        await session.flush()
