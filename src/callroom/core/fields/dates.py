"""Days and times as people write them, in Chinese and English."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callroom.core.fields.model import Place, Wrong

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW"})
YEAR_FIRST = frozenset({"CN", "TW", "HK", "MO", "JP", "KR", "MN", "HU", "LT"})  # 3/4/2026 has no plain sense there
EARLIEST, LATEST = 1000, 9998  # years

_YEAR_MONTH_DAY = re.compile(
    r"(?P<y>\d{4})(?:\s*[-/.]\s*|\s*年\s*)(?P<m>\d{1,2})(?:\s*[-/.]\s*|\s*月\s*)(?P<d>\d{1,2})\s*[日号]?"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)")
_TWO_AND_YEAR = re.compile(r"(?P<a>\d{1,2})\s*(?P<sign>[-/.])\s*(?P<b>\d{1,2})\s*(?P=sign)\s*(?P<y>\d{4})(?!\d)")
_DAY_NAMED = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*(?P<name>[a-z]{3,9})\.?[\s\-/.,]*(?P<y>\d{4})(?!\d)", re.I
)
_NAMED_DAY = re.compile(
    r"(?P<name>[a-z]{3,9})\.?\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<y>\d{4})(?!\d)", re.I
)
_TIME = re.compile(
    r"(?P<half>上午|下午|凌晨|早上|中午|晚上|[ap]\.?m\.?)?\s*(?P<h>\d{1,2})"
    r"(?:\s*[:时点]\s*(?:(?P<min>\d{1,2})\s*分?)?)?(?:\s*[:]?\s*(?P<s>\d{1,2})(?:\.\d{1,9})?\s*秒?)?"
    r"\s*(?P<after>[ap]\.?m\.?)?\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?",
    re.I,
)
_AFTERNOON = frozenset({"下午", "晚上", "中午"})


def read_time(given: str | date | datetime, place: Place) -> str | Wrong:
    """A day as "2026-11-25"; a time in UTC as "2026-11-25T06:30:00Z". What names no zone is meant in the place's."""
    match given:
        case datetime():
            return _moment(given, place)
        case date():
            return given.isoformat()
        case str():
            return _read_text(unicodedata.normalize("NFKC", given).strip(), place)


def _read_text(text: str, place: Place) -> str | Wrong:
    day, rest = _day_in(text, place)
    if not isinstance(day, date):
        return day
    rest = re.sub(r"^\s*[tT,]?\s*(?:星期|周)?[一二三四五六日天]?\s*", "", rest)
    if not rest:
        return day.isoformat()
    return _with_time(day, rest, place)


def _day_in(text: str, place: Place) -> tuple[date | Wrong, str]:
    for form in (_YEAR_MONTH_DAY, _COMPACT, _TWO_AND_YEAR, _DAY_NAMED, _NAMED_DAY):
        found = form.match(text)
        if found is None:
            continue
        named = found.groupdict()
        if "name" in named:
            month = _month(named["name"])
            numbers = (int(named["y"]), month, int(named["d"]))
        elif "a" in named:
            order = _day_and_month(int(named["a"]), int(named["b"]), place)
            if isinstance(order, Wrong):
                return order, ""
            numbers = (int(named["y"]), order[1], order[0])
        else:
            numbers = (int(named["y"]), int(named["m"]), int(named["d"]))
        if not EARLIEST <= numbers[0] <= LATEST:
            return Wrong("not_a_moment"), ""
        try:
            return date(*numbers), text[found.end() :]
        except ValueError:  # the 30th of February
            return Wrong("no_such_day"), ""
    return Wrong("not_a_moment"), ""


def _month(name: str) -> int:
    short = name.lower()[:3]
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def _day_and_month(first: int, second: int, place: Place) -> tuple[int, int] | Wrong:
    if first > 12 or first == second:
        return first, second
    if second > 12 or place.country in MONTH_FIRST:
        return second, first
    return Wrong("day_or_month") if place.country in YEAR_FIRST else (first, second)


def _with_time(day: date, text: str, place: Place) -> str | Wrong:
    found = _TIME.fullmatch(text)
    if found is None or (found["min"] is None and not re.search("[时点apAP]", text)):
        return Wrong("not_a_moment")
    half = (found["half"] or found["after"] or "").lower()
    hour, minute, second = _of_24(int(found["h"]), half), int(found["min"] or 0), int(found["s"] or 0)
    following = hour == 24 and minute == second == 0
    try:
        clock = time(0 if following else hour, minute, second)
    except ValueError:
        return Wrong("not_a_moment")
    local = datetime.combine(day, clock) + timedelta(days=following)
    zone = (found["zone"] or "").lower()
    if zone in ("z", "utc", "gmt"):
        local = local.replace(tzinfo=UTC)
    elif zone:
        local = datetime.fromisoformat(f"{local.isoformat()}{zone if ':' in zone else zone[:3] + ':' + zone[3:]}")
    return _moment(local, place)


def _of_24(hour: int, half: str) -> int:
    """``half`` of the day as it was written; 12 at night is 0, 11 and 12 at noon (中午) are 11 and 12."""
    if not half or hour > 12 or (half == "中午" and hour >= 11):
        return hour
    return hour % 12 + (12 if half in _AFTERNOON or half.startswith("p") else 0)


def _moment(given: datetime, place: Place) -> str | Wrong:
    zoned = given if given.tzinfo is not None else given.replace(tzinfo=ZoneInfo(place.zone))
    try:
        at = zoned.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    except OverflowError:
        return Wrong("not_a_moment")
    return f"{at.isoformat()}Z"
