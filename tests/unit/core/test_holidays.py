"""Lists of holidays are read as people have them."""

from datetime import date

import pytest

from callroom.core.holidays import BadList, read_list
from callroom.media.holidays import holiday_lists

ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261001
DTEND;VALUE=DATE:20261004
SUMMARY:国庆节（休）
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261010
SUMMARY:国庆节（班）
END:VEVENT
END:VCALENDAR
"""


def test_lines_and_calendars_say_the_same():
    lines = (
        "日期,名称,类型\n# a remark\n2026/10/1，国庆节,休\n2026-10-02\t国庆节\n"
        "2026年10月3日,国庆节,休\n20261010,调休,班\n"
    )
    for text in (lines, ICS, ICS.replace("\n", "\r\n")):
        found = read_list(text)
        assert [one.day for one in found] == [
            date(2026, 10, 1),
            date(2026, 10, 2),
            date(2026, 10, 3),
            date(2026, 10, 10),
        ]
        assert [one.works for one in found] == [False, False, False, True]
        assert found[0].name.startswith("国庆节")


@pytest.mark.parametrize("wrong", ["2026-10-01,a\nsoon,b", "2026-02-30,x", "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT"])
def test_what_is_no_list_is_told_by_its_line(wrong: str):
    with pytest.raises(BadList):
        read_list(wrong)


@pytest.mark.parametrize(("id", "text"), [(id, text) for id, _, _, text in holiday_lists()])
def test_the_lists_that_come_with_callroom_are_sound(id: str, text: str):
    days = read_list(text)
    assert {one.day.year for one in days} == {int(id[-4:])}
    assert all(one.name for one in days)
    assert all(one.day.isoweekday() > 5 for one in days if one.works), "one makes up on weekends"
    assert sum(not one.works for one in days) >= 28
