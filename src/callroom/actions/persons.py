"""All that a site keeps of one customer, wherever it stands: to hand it over to him, and to erase it."""

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, func, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.customers import form_of, labelled_phones
from callroom.actions.sounds import sound_file
from callroom.core.fields import FieldType
from callroom.core.fields.writing import phone_shown
from callroom.core.numbers import digits_of, search_forms
from callroom.errors import NotFound
from callroom.store.tables import (
    CallbackRow,
    Customer,
    CustomerChange,
    CustomerPhone,
    FaxRow,
    FollowUp,
    IvrStepRow,
    JourneyRow,
    MailingLetter,
    Memo,
    MessageRow,
    NoticeRow,
    Order,
    OrderLine,
    QueueVisitRow,
    Record,
    Recording,
    ServiceHistory,
    SurveyAnswerRow,
    Voicemail,
)

SHORTEST_NUMBER = 7  # digits: shorter ones are extensions and service numbers, which are not his alone
SHORTEST_WORD = 4  # characters of a value that is his
Rows = tuple[str, Any, ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Person:
    """``numbers``: all forms of those phones that no other customer has, longest first; ``words``: what else tells of
    him where a row is known to be about him."""

    customer: Customer
    numbers: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.customer.id


async def person_of(session: AsyncSession, customer_id: str) -> Person:
    """Also one who is deleted. Raises ``NotFound``."""
    row = await session.get(Customer, customer_id, populate_existing=True)
    if row is None:
        raise NotFound("customer", customer_id)
    form = await form_of(session)
    known = [one.number for one in (await labelled_phones(session, [row.id]))[row.id]]
    words = [row.name, row.company, row.memo]
    for id, value in row.values.items():
        field = form.fields.get(id)
        if field is not None and field.type is FieldType.PHONE:
            known.append(str(value))
        elif isinstance(value, str) and (field is None or field.type not in (FieldType.CHOICE, FieldType.DATETIME)):
            words.append(value)
    others = select(CustomerPhone.number).where(CustomerPhone.number.in_(known), CustomerPhone.customer_id != row.id)
    shared = set(await session.scalars(others))
    forms: set[str] = set()
    for number in known:
        if number not in shared and len(digits_of(number)) >= SHORTEST_NUMBER:
            alike = search_forms(number, form.place.country, form.place.area_code)
            forms |= {number, digits_of(number), phone_shown(number, form.place), *alike}
            forms |= {f"00{digits_of(number)}", digits_of(phone_shown(number, form.place)).lstrip("0")}
    numbers = tuple(sorted((one for one in forms if len(one) >= SHORTEST_NUMBER), key=len, reverse=True))
    told = {word for word in words if len(word) >= SHORTEST_WORD or word == row.name}
    return Person(row, numbers, tuple(sorted(told - {""}, key=len, reverse=True)))


def rows_about(person: Person) -> list[Rows]:
    """Where he stands beside the customers' own tables: a name, the table, and which of its rows."""
    him = person.id
    of_call = or_(
        JourneyRow.customer_id == him,
        and_(
            JourneyRow.customer_id.is_(None),
            or_(JourneyRow.from_number.in_(person.numbers), JourneyRow.to_number.in_(person.numbers)),
        ),
    )
    calls = select(JourneyRow.id).where(of_call)
    kept: list[Rows] = [
        (name, table, table.customer_id == him)
        for name, table in (("records", Record), ("orders", Order), ("memos", Memo), ("follow_ups", FollowUp))
    ]
    subjects = [
        and_(
            ServiceHistory.subject_kind == name.removesuffix("s"),
            ServiceHistory.subject_id.in_(select(table.id).where(which)),
        )
        for name, table, which in kept
    ]
    orders = select(Order.id).where(Order.customer_id == him)
    return [
        ("phones", CustomerPhone, CustomerPhone.customer_id == him),
        ("changes", CustomerChange, CustomerChange.customer_id == him),
        ("journeys", JourneyRow, of_call),
        ("queue_visits", QueueVisitRow, QueueVisitRow.journey_id.in_(calls)),
        ("ivr_steps", IvrStepRow, IvrStepRow.journey_id.in_(calls)),
        ("survey_answers", SurveyAnswerRow, SurveyAnswerRow.journey_id.in_(calls)),
        ("recordings", Recording, Recording.journey_id.in_(calls)),
        ("voicemails", Voicemail, or_(Voicemail.journey_id.in_(calls), Voicemail.caller.in_(person.numbers))),
        ("faxes", FaxRow, or_(FaxRow.journey_id.in_(calls), FaxRow.number.in_(person.numbers))),
        ("callbacks", CallbackRow, or_(CallbackRow.origin_journey.in_(calls), CallbackRow.number.in_(person.numbers))),
        (
            "messages",
            MessageRow,
            or_(
                MessageRow.customer_id == him,
                and_(MessageRow.customer_id.is_(None), MessageRow.number.in_(person.numbers)),
            ),
        ),
        ("mails", MailingLetter, MailingLetter.customer_id == him),
        ("order_lines", OrderLine, OrderLine.order_id.in_(orders)),
        ("history", ServiceHistory, or_(*subjects)),
        *kept,
    ]


async def counted(session: AsyncSession, person: Person) -> dict[str, int]:
    """How much there is of each."""
    found: dict[str, int] = {}
    for name, table, which in rows_about(person):
        found[name] = await session.scalar(select(func.count()).select_from(table).where(which)) or 0
    return found


# ---------------------------------------------------------------- handed over


def _plain(row: Any) -> dict[str, Any]:
    mapper: Any = inspect(cast(Any, type(row)))
    names = [str(one.key) for one in mapper.column_attrs]
    return {name: getattr(row, name) for name in names if not name.startswith("search_")}


async def everything(session: AsyncSession, person: Person) -> dict[str, Any]:
    """All rows about him as JSON has them, by the tables' names."""
    form = await form_of(session)
    told: dict[str, Any] = {"customer": _plain(person.customer)}
    told["fields"] = {id: field.label for id, field in form.fields.items()}
    for name, table, which in rows_about(person):
        told[name] = [_plain(row) for row in await session.scalars(select(table).where(which))]
    return told


def packed(told: dict[str, Any], home: Path, path: Path) -> None:
    """Write it as a zip file: data.json, and the sounds and pages that are there yet."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1, default=_written))
        for name, found in files_of(home, told["recordings"], told["voicemails"], told["faxes"]):
            file.write(found, name)


def files_of(
    home: Path,
    recordings: Sequence[dict[str, Any]],
    voicemails: Sequence[dict[str, Any]],
    faxes: Sequence[dict[str, Any]],
) -> Iterator[tuple[str, Path]]:
    """What there is of their files, with the names they get."""
    for folder, rows in (("recordings", recordings), ("voicemails", voicemails)):
        for row in rows:
            try:
                yield f"{folder}/{row['id']}.wav", sound_file(home / "recordings", row["path"], folder, row["id"])
            except NotFound:
                continue  # it was deleted, or has run out
    root = (home / "faxes").resolve()
    for row in faxes:
        for ending in (".pdf", ".tif"):
            page = (root / f"{row['path']}{ending}").resolve()
            if page.is_relative_to(root) and page.is_file():
                yield f"faxes/{row['id']}{ending}", page


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def notices_about(subjects: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    by_kind: dict[str, list[str]] = {}
    for kind, id in subjects:
        by_kind.setdefault(kind, []).append(id)
    return or_(*(and_(NoticeRow.subject_kind == kind, NoticeRow.subject_id.in_(ids)) for kind, ids in by_kind.items()))
