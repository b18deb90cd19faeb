"""What stands in fields that the site makes itself, as the database is asked for it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_

LENGTH_OF_DAY = len("2026-11-25")


def text_in(column: Any, field: str) -> Any:
    """What stands in a JSON column under ``field``, as text."""
    return func.coalesce(column[field].as_string(), "")


def within(text: Any, first: str, last: str, zone: str) -> ColumnElement[bool]:
    """Whether a field of days and times holds one from ``first`` to ``last``.

    The bounds are what such a field holds, a day by the clock of ``zone`` or a time in UTC; "": none. All of a day
    counts, of the last one too.
    """
    days: list[ColumnElement[bool]] = [func.length(text) == LENGTH_OF_DAY]
    times: list[ColumnElement[bool]] = [func.length(text) > LENGTH_OF_DAY]
    if first:
        days.append(text >= _day_of(first, zone))
        times.append(text >= (first if "T" in first else _midnight(date.fromisoformat(first), zone)))
    if last:
        days.append(text <= _day_of(last, zone))
        after = _midnight(date.fromisoformat(last) + timedelta(days=1), zone) if "T" not in last else ""
        times.append(text < after if after else text <= last)
    return or_(and_(*days), and_(*times))


def _day_of(bound: str, zone: str) -> str:
    if "T" not in bound:
        return bound
    return datetime.fromisoformat(bound).astimezone(ZoneInfo(zone)).date().isoformat()


def _midnight(day: date, zone: str) -> str:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
