"""Opening hours: a weekly timetable and the dates on which all stays closed."""

from dataclasses import dataclass
from datetime import date, datetime

from callroom.core.ids import ScheduleId

DAY = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on a day of the week (1 Monday … 7 Sunday) from ``begins`` until before ``ends``, minutes of that day."""

    day: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Schedule:
    id: ScheduleId
    name: str
    hours: tuple[Hours, ...]
    closed: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at a time of the site's clock. Hours over midnight are two entries, until 24:00 and from
        0:00."""
        if at.date() in self.closed:
            return False
        minute = at.hour * 60 + at.minute
        return any(each.day == at.isoweekday() and each.begins <= minute < each.ends for each in self.hours)


def minutes(clock: str) -> int:
    """Minutes of a day, "9:30" or "09:30", to "24:00". Raises ``ValueError``."""
    hour, colon, minute = clock.partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(minute) == 2):
        raise ValueError(clock)
    of_day = int(hour) * 60 + int(minute)
    if int(minute) > 59 or of_day > DAY:
        raise ValueError(clock)
    return of_day
