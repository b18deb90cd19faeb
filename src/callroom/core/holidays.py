"""Lists of holidays and make-up working days, as people have them: lines of text (CSV), or a calendar (ICS)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS = 400
WORKING = ("班", "work")  # in a name or a mark: a day on which one works though it is a weekend
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Listed:
    day: date
    name: str
    works: bool  # a make-up working day; else a holiday


class BadList(ValueError):
    """The list cannot be read; the text is the line that is wrong."""


def read_list(text: str) -> list[Listed]:
    """The days of a list, each once, by date.

    CSV: "2026-10-01,国庆节,休" or "2026-10-10,国庆节调休,班"; a comment begins with #, a heading has no date. ICS:
    whole-day events, whose name says that one works. Raises ``BadList``.
    """
    found = _calendar(text) if "BEGIN:VEVENT" in text else _lines(text)
    if len(found) > MOST_DAYS:
        raise BadList(f"> {MOST_DAYS}")
    return [found[day] for day in sorted(found)]


def _lines(text: str) -> dict[date, Listed]:
    found: dict[date, Listed] = {}
    for line in text.splitlines():
        first, *rest = [part.strip() for part in re.split(r"[,，;；\t]", line.strip())]
        if not first or first.startswith("#"):
            continue
        matched = _DATE.fullmatch(first.lstrip("\ufeff"))
        if matched is None and not found and not re.search(r"\d", line):
            continue  # the heading
        if matched is None:
            raise BadList(line[:80])
        day = _date(*matched.groups(), line=line)
        found[day] = Listed(day, rest[0][:40] if rest else "", _works(" ".join(rest)))
    return found


def _calendar(text: str) -> dict[date, Listed]:
    found: dict[date, Listed] = {}
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for event in re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", unfolded, flags=re.DOTALL):
        fields = dict(re.findall(r"^([A-Z-]+)[^:\r\n]*:([^\r\n]*)", event, flags=re.MULTILINE))
        begin = _DATE.match(fields.get("DTSTART", ""))
        if begin is None:
            raise BadList(fields.get("SUMMARY", event.strip())[:80])
        day = _date(*begin.groups(), line=fields["DTSTART"])
        until = _DATE.match(fields.get("DTEND", ""))
        end = _date(*until.groups(), line=fields["DTEND"]) if until else day + timedelta(days=1)
        name = fields.get("SUMMARY", "").replace("\\,", ",")[:40]
        for ahead in range(min(max(1, (end - day).days), MOST_DAYS)):
            each = day + timedelta(days=ahead)
            found[each] = Listed(each, name, _works(name))
    return found


def _works(text: str) -> bool:
    return any(mark in text.lower() for mark in WORKING)


def _date(year: str, month: str, day: str, *, line: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise BadList(line[:80]) from None
