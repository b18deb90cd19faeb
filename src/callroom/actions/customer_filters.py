"""Which customers are meant: by words, by what they are filed under, by what stands in their fields and what happened.
The same filter serves lists, segments, rules and changes of many."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement

from callroom.actions.customers import STAGES, VALUE, Form
from callroom.core.customers import CHOSEN, facets_of
from callroom.core.fields import Field, FieldType, Wrong, parsed
from callroom.core.search import facet, plain
from callroom.errors import invalid
from callroom.store.customer_facts import PERIODIC, Asked, Compared, Fact, holds
from callroom.store.customer_value import By, Period, moved
from callroom.store.customers import Sight, Wanted
from callroom.store.fields import within
from callroom.store.tables import Customer
from callroom.store.texts import has_part

NOBODY = "none"  # as an owner: customers who have none
Operator = Literal["eq", "ge", "le", "contains", "empty", "filled"]
Text = Annotated[str, msgspec.Meta(max_length=400)]
PERIOD = r"^(|[0-9]{1,5}|[0-9]{4}-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})$"


class FieldIs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a field. ``value`` as people write it; of a choice several, parted as in a sheet, mean any."""

    field: str
    op: Operator
    value: Text = ""


class FactIs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What happened, compared as ``store.customer_facts`` does. ``period``, of what can be counted in one: the last so
    many days ("90"), or days of the site from the first to the last ("2026-01-01..2026-03-31"); "": ever."""

    fact: Fact
    op: Compared
    value: Annotated[float, msgspec.Meta(ge=0, le=1e12)]
    period: Annotated[str, msgspec.Meta(pattern=PERIOD)] = ""


class MovedIs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose tier or stage was ``before`` and became ``after``, within a ``period`` as in ``FactIs``; "": any."""

    what: By
    before: Annotated[str, msgspec.Meta(max_length=12)] = ""
    after: Annotated[str, msgspec.Meta(max_length=12)] = ""
    period: Annotated[str, msgspec.Meta(pattern=PERIOD)] = ""


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of it must hold; of several tags all, of several tiers, stages or owners any. ``without_tags``: none. Of a
    ``segment`` too, which whoever asks looks up."""

    q: Annotated[str, msgspec.Meta(max_length=80)] = ""
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    stages: tuple[str, ...] = ()
    do_not_call: bool | None = None
    no_mail: bool | None = None
    fields: tuple[FieldIs, ...] = ()
    facts: tuple[FactIs, ...] = ()
    segment: str = ""
    moved: tuple[MovedIs, ...] = ()


def filter_from(document: dict[str, Any]) -> Filter:
    """Read a stored filter. Raises ``Invalid``."""
    try:
        return msgspec.convert(document, Filter)
    except msgspec.ValidationError:
        raise invalid("filter", "not_a_filter") from None


def wanted_by(
    given: Filter,
    form: Form,
    sight: Sight,
    now: datetime,
    *,
    deleted: bool = False,
    callers: Sequence[str] = (),
) -> Wanted:
    """``callers``: forms of a number that they must have. Raises ``Invalid`` for a field that is not there, a value
    that cannot stand in it, and for masked fields when one may not see them."""
    groups: list[Sequence[str]] = [[facet("tag", plain(tag))] for tag in given.tags]
    conditions: list[ColumnElement[bool]] = []
    if callers:
        groups.append([facet("phone", number) for number in callers])
    if given.tiers:
        groups.append([facet("tier", str(tier)) for tier in given.tiers])
    if given.stages:
        if not set(given.stages) <= set(STAGES):
            raise invalid("stages", "literal_error")
        groups.append([facet("stage", stage) for stage in given.stages])
    if NOBODY in given.owners:
        own = [owner for owner in given.owners if owner != NOBODY]
        conditions.append(Customer.owner_id.is_(None) | Customer.owner_id.in_(own))
    elif given.owners:
        groups.append([facet("owner", owner) for owner in given.owners])
    for wish, asked in ((Customer.do_not_call, given.do_not_call), (Customer.no_mail, given.no_mail)):
        if asked:
            groups.append([facet(wish.key, "1")])
        elif asked is not None:
            conditions.append(wish.is_(False))
    for one in given.fields:
        field = form.fields.get(one.field)
        if field is None:
            raise invalid(f"{VALUE}{one.field[:40]}", "no_such_field")
        if field.masked and not sight.masked:
            raise invalid(f"{VALUE}{one.field}", "hidden_value")
        if one.op == "eq":
            groups.append(_whole(field, one.value, form))
        else:
            conditions.append(_condition(field, one, form, sight))
    conditions += [holds(_asked(one, form, now)) for one in given.facts]
    for one in given.moved:
        period = Period(*_period(one.period, form, now))
        conditions.append(moved(one.what, period, one.before, one.after))
    without = [[facet("tag", plain(tag))] for tag in given.without_tags]
    return Wanted(given.q, groups, conditions, deleted, without)


def both(one: Wanted, other: Wanted) -> Wanted:
    """Those whom both want."""
    return Wanted(
        f"{one.q} {other.q}".strip(),
        [*one.facets, *other.facets],
        [*one.conditions, *other.conditions],
        one.deleted,
        [*one.without, *other.without],
    )


def _asked(one: FactIs, form: Form, now: datetime) -> Asked:
    if one.period and one.fact not in PERIODIC:
        raise invalid("facts", "cannot_be_asked")
    return Asked(one.fact, one.op, one.value, now, *_period(one.period, form, now))


def _period(period: str, form: Form, now: datetime) -> tuple[datetime | None, datetime | None]:
    """From when, and to before when. Raises ``Invalid``."""
    if not period:
        return None, None
    if ".." not in period:
        return now - timedelta(days=int(period)), None
    try:
        first, last = (date.fromisoformat(day) for day in period.split(".."))
        zone = ZoneInfo(form.place.zone)
        return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        raise invalid("facts", "not_a_filter") from None


def _read(field: Field, value: str, form: Form) -> Any:
    read = parsed(field, value, form.place, former=[one.id for one in field.options])
    if isinstance(read, Wrong):
        raise invalid(f"{VALUE}{field.id}", read.rule, **read.values)
    if read is None:
        raise invalid(f"{VALUE}{field.id}", "missing")
    return read


def _whole(field: Field, value: str, form: Form) -> list[str]:
    if field.type in CHOSEN:
        several = Field(field.id, field.label, FieldType.CHOICES, field.options)
        return facets_of(several, _read(several, value, form))
    plainly = Field(field.id, field.label, field.type)  # without its rules: an older value may break them
    return facets_of(plainly, _read(plainly, value, form))


def _condition(field: Field, one: FieldIs, form: Form, sight: Sight) -> ColumnElement[bool]:
    stands = Customer.values[field.id]
    if one.op in ("empty", "filled"):
        nothing = stands.as_string().is_(None)
        return nothing if one.op == "empty" else ~nothing
    if one.op == "contains":
        if field.type not in (FieldType.LINE, FieldType.TEXT, FieldType.EMAIL) or not one.value:
            raise invalid(f"{VALUE}{field.id}", "cannot_be_asked")
        return has_part(stands.as_string(), one.value, numbers=sight.numbers)
    if field.type not in (FieldType.NUMBER, FieldType.DATETIME):
        raise invalid(f"{VALUE}{field.id}", "cannot_be_asked")
    bound = _read(Field(field.id, field.label, field.type), one.value, form)
    if field.type is FieldType.DATETIME:
        first, last = (bound, "") if one.op == "ge" else ("", bound)
        return within(stands.as_string(), first, last, form.place.zone)
    return stands.as_float() >= bound if one.op == "ge" else stands.as_float() <= bound
