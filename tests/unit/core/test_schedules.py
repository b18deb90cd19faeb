"""When a queue is open."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.core.ids import ScheduleId
from callroom.core.schedules import DAY, Hours, Schedule, minutes

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
