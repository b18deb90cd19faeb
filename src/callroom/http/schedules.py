"""Opening hours: the timetable, days with hours of their own, lists of holidays, and the switch by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import select

from callroom.actions.callcentre import SCHEDULES, switch_schedule
from callroom.actions.settings import read_settings
from callroom.actions.users import Role
from callroom.core.holidays import BadList, read_list
from callroom.core.schedules import minutes
from callroom.errors import Fault, Invalid
from callroom.http.exchange import columns
from callroom.http.fields import PLAIN, Body, Id, Name, Shown, rule
from callroom.http.resources import Everyone, Reader, Resource, Viewer, mount
from callroom.http.site import Read, SiteDep, Write, actor_of, allow
from callroom.media.holidays import holiday_lists
from callroom.store.directory import schedule_of
from callroom.store.tables import Schedule, User

router = APIRouter(prefix="/api/v1")
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]


def _is_clock(value: str) -> bool:
    try:
        minutes(value)
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


Clock = Annotated[str, Field(max_length=5), rule("not_a_time_of_day", _is_clock)]
Day = Annotated[str, Field(max_length=10), rule("not_a_date", _is_date)]
Weekday = Annotated[int, Field(ge=1, le=7)]  # 1 Monday … 7
MONDAY = 1
SwitchCode = Annotated[
    Annotated[str, Field(pattern="^[1-9]$")] | None, BeforeValidator(lambda value: value if value else None)
]


class OpenHours(BaseModel):
    """Open on a ``day`` of the week (1 Monday … 7) from "09:00" to before "18:00"; the latest end is "24:00"."""

    model_config = ConfigDict(extra="forbid")
    day: Weekday
    begins: Clock
    ends: Clock


class HoursOfDay(BaseModel):
    model_config = ConfigDict(extra="forbid")
    begins: Clock
    ends: Clock


class SpecialDay(BaseModel):
    """A date with hours of its own: those of the weekday ``like`` (a make-up day), else ``hours``; none: closed."""

    model_config = ConfigDict(extra="forbid")
    date: Day
    name: Annotated[str, Field(max_length=40), PLAIN] = ""
    like: Weekday | None = None
    hours: list[HoursOfDay] = Field(default=[], max_length=10)


class ScheduleIn(Body):
    """Opening hours by the site's clock; ``closed``: dates on which it stays closed, 2026-10-01; ``days`` go before.

    ``switch_code``: phones of ``switch_extensions`` dial *28 and this digit to switch it by hand."""

    read_only: ClassVar = frozenset({"override", "override_until", "override_by", "open_now", "next_change"})
    name: Name
    hours: list[OpenHours] = Field(default=[], max_length=50)
    closed: list[Day] = Field(default=[], max_length=400)
    days: list[SpecialDay] = Field(default=[], max_length=800)
    switch_code: SwitchCode = None
    switch_extensions: list[Id] = Field(default=[], max_length=200)


class ScheduleOut(Shown):
    """``override``: how ``override_by`` switched it by hand, until ``override_until`` (null: until switched back); null
    in all: it keeps the timetable. ``next_change``: when it opens or closes next; null: not within a year."""

    name: str
    hours: list[OpenHours]
    closed: list[str]
    days: list[SpecialDay]
    switch_code: str | None
    switch_extensions: list[str]
    override: Literal["open", "closed"] | None
    override_until: datetime | None
    override_by: str | None
    open_now: bool
    next_change: datetime | None


async def show_schedules(viewer: Viewer, rows: Sequence[Schedule]) -> list[ScheduleOut]:
    zone = ZoneInfo((await read_settings(viewer.session))[0]["time_zone"])
    now = viewer.site.now().astimezone(zone)

    def show(row: Schedule) -> ScheduleOut:
        kept = schedule_of(row)
        told = columns(row) | {"open_now": kept.is_open(now), "next_change": kept.next_change(now)}
        if kept.override is not None and not kept.override.counts(now):  # its time is over
            told |= {"override": None, "override_until": None, "override_by": None}
        return ScheduleOut.model_validate(told)

    return [show(row) for row in rows]


class Switch(BaseModel):
    """``until`` null: until it is switched back."""

    model_config = ConfigDict(extra="forbid")
    state: Literal["open", "closed", "timetable"]
    until: AwareDatetime | None = None


@router.post("/schedules/{id}/switch", operation_id="switchSchedule", tags=["schedules"])
async def switch(id: str, body: Switch, me: Leader, request: Request, site: SiteDep, session: Write) -> ScheduleOut:
    """Open or close by hand, or go back to the timetable."""
    row = await switch_schedule(session, actor_of(me, request), id, body.state, body.until, site.now())
    return (await show_schedules(Viewer(session, site, me), [row]))[0]


class Switched(BaseModel):
    """Opening hours that somebody keeps open or closed by hand, whatever the timetable says; ``until`` null: until they
    are switched back. ``by``: his name; null: nobody noted it."""

    id: str
    name: str
    state: Literal["open", "closed"]
    until: datetime | None
    by: str | None


class SwitchedHours(BaseModel):
    items: list[Switched]
    next: str | None = None


@router.get("/schedules/switched", operation_id="listSwitchedSchedules", tags=["schedules"])
async def switched(me: Everyone, site: SiteDep, session: Read) -> SwitchedHours:
    """What is switched by hand now: everybody who answers calls should know why none come, or why some still do."""
    rows = await session.scalars(select(Schedule).where(Schedule.override.is_not(None)).order_by(Schedule.name))
    shown = await show_schedules(Viewer(session, site, me), list(rows))
    return SwitchedHours(
        items=[
            Switched(id=row.id, name=row.name, state=row.override, until=row.override_until, by=row.override_by)
            for row in shown
            if row.override is not None
        ]
    )


class HolidayText(BaseModel):
    """CSV (date, name, 休 or 班) or ICS. Make-up working days have the hours of the weekday ``like``."""

    text: Annotated[str, Field(max_length=200_000)]
    like: Weekday = MONDAY


class HolidayList(BaseModel):
    id: str
    name_zh: str
    name_en: str
    days: list[SpecialDay]


class HolidayLists(BaseModel):
    items: list[HolidayList]
    next: str | None = None


class Days(BaseModel):
    days: list[SpecialDay]


def _days(text: str, like: int) -> list[SpecialDay]:
    """Holidays are closed; make-up working days have the hours of the weekday ``like``."""
    return [SpecialDay(date=d.day.isoformat(), name=d.name, like=like if d.works else None) for d in read_list(text)]


@router.get("/holidays", operation_id="listHolidays", tags=["schedules"])
async def holidays(me: Reader, like: Weekday = MONDAY) -> HolidayLists:
    """The lists that come with Callroom; make-up working days have the hours of the weekday ``like``."""
    return HolidayLists(
        items=[
            HolidayList(id=id, name_zh=zh, name_en=en, days=_days(text, like)) for id, zh, en, text in holiday_lists()
        ]
    )


@router.post("/holidays/read", operation_id="readHolidays", tags=["schedules"])
async def read(body: HolidayText, me: Reader) -> Days:
    """The days of a list that was pasted or chosen as a file; nothing is stored."""
    try:
        return Days(days=_days(body.text, body.like))
    except BadList as error:
        texts = (f"无法识别这一行：{error}", f"This line cannot be read: {error}")
        raise Invalid((Fault("text", "bad_list", texts=texts),)) from None


mount(
    router,
    Resource(
        SCHEDULES,
        "Schedule",
        "Schedules",
        ScheduleIn,
        ScheduleOut,
        sort=("name", "created_at"),
        search=("name",),
        show=show_schedules,
    ),
)
