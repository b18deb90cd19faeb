"""Customers as they are sent and shown: an agent gets only what he may see, and may send it back as he got it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.configured import Values
from callroom.actions.customers import VALUE, Form, Phone, labelled_phones
from callroom.actions.users import Role
from callroom.core.customers import MOST_PHONES, MOST_TAGS
from callroom.core.fields import Field as CustomField
from callroom.core.fields import FieldType, Stored
from callroom.core.numbers import STARS, Visibility, digits_of, hidden, hidden_within, normalise, put_back
from callroom.errors import invalid
from callroom.http.fields import PLAIN, MaybeId
from callroom.http.seen import OutsideNumber, OutsideText, OutsideWhence
from callroom.media.number_places import traced
from callroom.store import customers as stored
from callroom.store.tables import Customer, User

PhoneText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=32, pattern=r"[0-9０-９*]")
]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20, pattern=r"^[^,，]+$"), PLAIN]
Stage = Literal["potential", "new", "satisfied", "retained", "old"]
Text = StringConstraints(strip_whitespace=True)
TEXTS = ("name", "company", "memo")
WRITTEN = (FieldType.LINE, FieldType.TEXT, FieldType.EMAIL)  # fields in which a number may stand, as in a mail address


class PhoneIn(BaseModel):
    """A ``number``, or one that its writer need not see: the phone of this customer with the ``id``, or the other party
    of a call of his (``journey``). ``label``: mobile, landline, home, work, other, or a word of one's own."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    number: PhoneText = ""
    label: Annotated[str, Field(max_length=20)] = ""
    id: Annotated[str, Field(max_length=40)] = ""
    journey: Annotated[str, Field(max_length=40)] = ""


class CustomerChange(BaseModel):
    """What is left out stays. ``phones`` as people write them, the first is dialled first; an entry that shows a known
    phone with its digits hidden stands for that phone. ``tier``: 0 a usual customer, up to 9 for those who come first
    in queues that ask. ``values``: by id of field, read as the field's type is; null empties one. ``shared_phones``: a
    phone may be another customer's too, as in a family.
    """

    model_config = ConfigDict(str_strip_whitespace=True)
    name: Annotated[str, Text, Field(min_length=1, max_length=80)] = ""
    company: str = Field(default="", max_length=120)
    memo: str = Field(default="", max_length=10_000)
    phones: list[PhoneText | PhoneIn] = Field(default=[], max_length=MOST_PHONES)
    tier: int = Field(default=0, ge=0, le=9)
    values: dict[str, Any] = Field(default={}, max_length=200)
    owner: MaybeId = None
    tags: list[Tag] = Field(default=[], max_length=MOST_TAGS)
    stage: Stage = "new"
    do_not_call: bool = False
    no_mail: bool = False
    shared_phones: bool = False


class CustomerIn(CustomerChange):
    """A whole customer. Of one who is there, ``values``, ``owner``, ``tags``, ``stage``, ``do_not_call`` and
    ``no_mail`` stay where they are left out."""

    name: Annotated[str, Text, Field(min_length=1, max_length=80)]  # pyright: ignore[reportGeneralTypeIssues]


class PhoneOut(BaseModel):
    """``whence``: where the number belongs, as far as one may know; null: nothing is known."""

    id: str
    number: OutsideNumber
    label: OutsideText
    whence: OutsideWhence


class CustomerOut(BaseModel):
    """``phones``: E.164, or as dialled where a number has no such form; ``phone_list`` has their labels, in the same
    order. ``values``: by id of field, in the fields' order; "****" where one may not see it. ``by_hand``: what of tier,
    stage and tags ("tag:…") a person chose, which rules leave alone."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    name: OutsideText
    company: OutsideText
    memo: OutsideText
    tier: int
    phones: list[OutsideNumber]
    phone_list: list[PhoneOut]
    values: dict[str, Any]
    owner: str | None  # user
    owner_name: str | None
    tags: list[OutsideText]
    stage: Stage
    do_not_call: bool
    no_mail: bool
    by_hand: list[OutsideText]


class CustomerList(BaseModel):
    items: list[CustomerOut]
    next: str | None


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees of customers: ``numbers``, and the ``masked`` fields or not."""

    numbers: Visibility
    masked: bool

    @property
    def searching(self) -> stored.Sight:
        return stored.Sight(self.numbers is Visibility.FULL, self.masked)

    def of_value(self, field: CustomField, value: Stored) -> Stored:
        if value is not None and field.masked and not self.masked:
            return STARS
        if not isinstance(value, str):
            return value
        if field.type is FieldType.PHONE:
            return hidden(value, self.numbers)
        return hidden_within(value, self.numbers) if field.type in WRITTEN else value

    def of_change(self, form: Form, name: str, value: Any) -> Any:
        """What he sees of one side of a change."""
        if name == "merged" and value:  # all that stood with another customer
            return {own: self.of_change(form, own, one) for own, one in value.items()}
        if name == "phones":
            return [self._of_phone(**one) for one in value or ()]
        if name in ("tags", "by_hand") and value:
            return [hidden_within(tag, self.numbers) for tag in value]
        if name in TEXTS and isinstance(value, str):
            return hidden_within(value, self.numbers)
        if not name.startswith(VALUE) or value is None:
            return value
        field = form.fields.get(name.removeprefix(VALUE))
        if field is None:  # it is gone, and with it who might see it
            return value if self.masked and self.numbers is Visibility.FULL else STARS
        return self.of_value(field, value)

    def _of_phone(self, number: str, label: str = "") -> dict[str, str]:
        return {"number": hidden(number, self.numbers), "label": hidden_within(label, self.numbers)}


def sight_of_customers(me: User) -> Sight:
    return Sight(me.sees, masked=me.role != Role.AGENT)


def given_by(
    body: CustomerChange,
    form: Form,
    sight: Sight,
    row: Customer | None,
    phones: Sequence[Phone],
    lent: Mapping[str, str],
) -> Values:
    """What the body says, with what its sender sees hidden taken for what it is; ``lent``: the numbers of journeys.

    Raises ``Invalid``."""
    said = body.model_fields_set - {"shared_phones"}
    given: Values = {name: getattr(body, name) for name in said - {"phones", "values", "owner"}}
    if row is not None:
        given |= {name: put_back(given[name], getattr(row, name), sight.numbers) for name in said.intersection(TEXTS)}
        tags = {hidden_within(tag, sight.numbers): tag for tag in row.tags}
        given |= {name: [tags.get(tag, tag) for tag in given[name]] for name in said.intersection(("tags",))}
    if "owner" in said:
        given["owner_id"] = body.owner
    if "phones" in said:
        given["phones"] = _meant_phones(body.phones, form, sight, phones, lent)
    if "values" in said:
        former = row.values if row is not None else {}
        given["values"] = {
            id: meant_value(form.fields.get(id), value, former.get(id), sight) for id, value in body.values.items()
        }
    return given


def _meant_phones(
    typed: Sequence[str | PhoneIn], form: Form, sight: Sight, known: Sequence[Phone], lent: Mapping[str, str]
) -> list[Phone]:
    left, phones = list(known), list[Phone]()
    by_id = {phone.id: phone.number for phone in known}
    for one in typed:
        if isinstance(one, str):
            number, label = one, None
        else:
            number = lent.get(one.journey) or by_id.get(one.id) or one.number
            label = one.label if "label" in one.model_fields_set else None
        if not digits_of(number):
            raise invalid("phones", "not_a_number")
        meant = next((phone for phone in left if hidden(phone.number, sight.numbers) == number), None)
        if meant is not None:
            left.remove(meant)  # two phones may look the same when hidden
        elif STARS in number:
            raise invalid("phones", "not_a_number")  # hidden, but no phone of this customer
        stored = meant.number if meant else normalise(number, form.place.country, form.place.area_code)
        former = next((phone.label for phone in known if phone.number == stored), "")
        phones.append(Phone(stored, former if label is None else put_back(label, former, sight.numbers)))
    return phones


def meant_value(field: CustomField | None, given: object, former: Stored, sight: Sight) -> object:
    """``given``, with what was sent back as it was shown hidden taken for what it is. Raises ``Invalid``."""
    if field is None or not isinstance(given, str):
        return given
    seen = sight.of_value(field, former)
    if seen != former and given.strip() == seen:
        return former
    masked = field.masked and not sight.masked
    if STARS in given and (field.type is FieldType.PHONE or (masked and given.strip() == STARS)):
        raise invalid(f"{VALUE}{field.id}", "hidden_value")
    if field.type in WRITTEN and isinstance(former, str) and not masked:
        return put_back(given, former, sight.numbers)
    return given


async def shown(session: AsyncSession, rows: Sequence[Customer], form: Form, sight: Sight) -> list[CustomerOut]:
    phones = await labelled_phones(session, [row.id for row in rows])
    names = await _names(session, {row.owner_id for row in rows if row.owner_id})
    return [_out(row, phones[row.id], names, form, sight) for row in rows]


async def _names(session: AsyncSession, ids: set[str]) -> Mapping[str, str]:
    if not ids:
        return {}
    return {id: name for id, name in await session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def _out(row: Customer, phones: Sequence[Phone], names: Mapping[str, str], form: Form, sight: Sight) -> CustomerOut:
    place = (form.place.country, form.place.area_code)
    numbers = [
        PhoneOut(id=one.id, number=one.number, label=one.label, whence=traced(one.number, *place)) for one in phones
    ]
    return CustomerOut(
        id=row.id,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        deleted_at=row.deleted_at,
        name=row.name,
        company=row.company,
        memo=row.memo,
        tier=row.tier,
        phones=[one.number for one in numbers],
        phone_list=numbers,
        values={id: sight.of_value(field, row.values[id]) for id, field in form.fields.items() if id in row.values},
        owner=row.owner_id,
        owner_name=names.get(row.owner_id or ""),
        tags=row.tags,
        stage=row.stage,  # pyright: ignore[reportArgumentType]
        do_not_call=row.do_not_call,
        no_mail=row.no_mail,
        by_hand=row.by_hand,
    )
