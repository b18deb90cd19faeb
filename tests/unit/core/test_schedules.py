"""When a queue is open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callroom.core.ids import ScheduleId
from callroom.core.schedules import DAY, Hours, Override, Schedule, SpecialDay, minutes

MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
OFFICE = Schedule(
    ScheduleId("office"),
    "Office",
    (Hours(1, minutes("9:00"), minutes("12:00")), Hours(1, minutes("13:30"), minutes("24:00"))),
    frozenset({date(2026, 11, 30)}),
)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False), ("13:30", True), ("23:59", True)],
)
def test_open_from_the_first_minute_to_before_the_last(clock: str, is_open: bool):
    at = MONDAY + timedelta(minutes=minutes(clock), seconds=59)
    assert OFFICE.is_open(at) is is_open
    assert not OFFICE.is_open(at + timedelta(days=1)), "no hours on a Tuesday"
    assert not OFFICE.is_open(at + timedelta(days=7)), "a holiday"
    assert OFFICE.is_open(at + timedelta(days=14)) is is_open


@given(st.integers(0, DAY))
def test_every_minute_is_read_as_it_is_written(minute: int):
    assert minutes(f"{minute // 60:02}:{minute % 60:02}") == minutes(f"{minute // 60}:{minute % 60:02}") == minute


@pytest.mark.parametrize("wrong", ["", "9", "9:5", "09:60", "24:01", "-1:00", "９:00", "09:00:00", "a:00"])
def test_other_texts_are_no_times(wrong: str):
    with pytest.raises(ValueError):
        minutes(wrong)


# ---------------------------------------------------------------- special days, the switch, and the next change

OCTOBER = replace(
    OFFICE,
    hours=tuple(Hours(day, minutes("9:00"), minutes("18:00")) for day in range(1, 6)),
    days=(
        SpecialDay(date(2026, 10, 1), "国庆节"),
        SpecialDay(date(2026, 10, 10), "国庆节调休", like=1),
        SpecialDay(date(2026, 10, 12), "Late start", hours=((minutes("13:00"), minutes("15:00")),)),
    ),
)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-10-01T10:00", False),
        ("2026-10-02T10:00", True),
        ("2026-10-10T10:00", True),  # a Saturday to make up for it
        ("2026-10-11T10:00", False),
        ("2026-10-12T10:00", False),
        ("2026-10-12T13:00", True),
        ("2026-10-12T15:00", False),
    ],
)
def test_special_days_go_before_the_week(moment: str, is_open: bool):
    assert OCTOBER.is_open(at(moment)) is is_open


def test_the_next_change_skips_a_holiday_and_sees_a_make_up_day():
    assert OCTOBER.next_change(at("2026-09-30T17:00")) == at("2026-09-30T18:00")
    assert OCTOBER.next_change(at("2026-09-30T18:00")) == at("2026-10-02T09:00")
    assert OCTOBER.next_change(at("2026-10-09T18:00")) == at("2026-10-10T09:00")
    assert replace(OFFICE, hours=()).next_change(MONDAY) is None


def test_hours_over_midnight_are_one_opening():
    night = replace(OFFICE, hours=(Hours(5, minutes("22:00"), DAY), Hours(6, 0, minutes("6:00"))))
    assert night.next_change(at("2026-11-27T22:00")) == at("2026-11-28T06:00")


def test_the_switch_counts_until_its_time():
    closed = replace(OCTOBER, override=Override(open=False, until=at("2026-10-02T11:00").astimezone(UTC)))
    assert not closed.is_open(at("2026-10-02T10:59"))
    assert closed.is_open(at("2026-10-02T11:00"))
    assert closed.next_change(at("2026-10-02T10:00")) == at("2026-10-02T11:00")
    over_night = replace(OCTOBER, override=Override(open=False, until=at("2026-10-02T20:00")))
    assert over_night.next_change(at("2026-10-02T10:00")) == at("2026-10-05T09:00")
    held = replace(OCTOBER, override=Override(open=True))
    assert held.is_open(at("2026-10-01T03:00")) and held.next_change(at("2026-10-01T03:00")) is None


ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")  # the last one by half an hour
HOURS = st.tuples(st.integers(1, 7), st.integers(0, DAY - 1), st.integers(1, DAY)).filter(lambda one: one[1] < one[2])


@given(
    st.sampled_from(ZONES),
    st.lists(HOURS, max_size=4),
    st.sampled_from(["2026-03-28", "2026-03-07", "2026-10-24", "2026-10-31", "2026-04-04", "2026-10-03", "2026-12-30"]),
    st.integers(0, DAY - 1),
)
@settings(max_examples=40, deadline=None)
def test_the_next_change_is_the_first_minute_at_which_it_differs(
    zone: str, hours: list[tuple[int, int, int]], day: str, minute: int
):
    kept = replace(OFFICE, hours=tuple(Hours(*one) for one in hours), closed=frozenset())
    begin = (at(day, zone).astimezone(UTC) + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
    told = kept.next_change(begin)
    found = None
    for ahead in range(1, 3 * DAY):
        moment = (begin.astimezone(UTC) + timedelta(minutes=ahead)).astimezone(ZoneInfo(zone))
        if kept.is_open(moment) != kept.is_open(begin):
            found = moment
            break
    if found is not None:
        assert told == found
    else:
        assert told is None or (told - begin).total_seconds() > (3 * DAY - 60) * 60 - 3600
