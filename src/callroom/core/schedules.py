"""Opening hours: a weekly timetable, days with hours of their own, and the switch by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from callroom.core.ids import ExtensionId, ScheduleId

DAY = 24 * 60  # minutes
LOOKED_AHEAD = 367  # days


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on a day of the week (1 Monday … 7 Sunday) from ``begins`` until before ``ends``, minutes of that day."""

    day: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date with hours of its own: those of another weekday (``like``), or ``hours`` as minutes; none: closed."""

    day: date
    name: str = ""
    like: int | None = None
    hours: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """Switched by hand: open or closed whatever the timetable says, until a time (None: until switched back)."""

    open: bool
    until: datetime | None = None

    def counts(self, at: datetime) -> bool:
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class Schedule:
    """``switch_code``: with which digit phones of ``switch_extensions`` switch it by hand; "": none."""

    id: ScheduleId
    name: str
    hours: tuple[Hours, ...]
    closed: frozenset[date] = frozenset()
    days: tuple[SpecialDay, ...] = ()
    override: Override | None = None
    switch_code: str = ""
    switch_extensions: frozenset[ExtensionId] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at a time of the site's clock. Hours over midnight are two entries, until 24:00 and from
        0:00."""
        if self.override is not None and self.override.counts(at):
            return self.override.open
        return self.keeps_open(at)

    def keeps_open(self, at: datetime) -> bool:
        """Whether the timetable alone says open."""
        minute = at.hour * 60 + at.minute
        return any(begins <= minute < ends for begins, ends in self.on(at.date()))

    def on(self, day: date) -> list[tuple[int, int]]:
        """The hours of a date, in minutes."""
        for special in self.days:
            if special.day == day:
                return self._of(special.like) if special.like is not None else list(special.hours)
        return [] if day in self.closed else self._of(day.isoweekday())

    def _of(self, weekday: int) -> list[tuple[int, int]]:
        return [(each.begins, each.ends) for each in self.hours if each.day == weekday]

    def next_change(self, at: datetime) -> datetime | None:
        """When it opens or closes next, within a year; None when it does not. ``at`` carries the site's zone."""
        now = self.is_open(at)
        begin = at
        if self.override is not None and self.override.counts(at):
            if self.override.until is None:
                return None
            begin = self.override.until.astimezone(at.tzinfo)
            if self.keeps_open(begin) != now:
                return begin
        for ahead in range(LOOKED_AHEAD):
            for moment in self._moments(begin.date() + timedelta(days=ahead), begin.tzinfo):
                if moment > begin and self.keeps_open(moment) != now:
                    return moment
        return None

    def _moments(self, day: date, zone: tzinfo | None) -> list[datetime]:
        """The moments of a date, in order, at which the timetable may change.

        On a day on which clocks are changed this is each minute, as an hour is missing or comes twice."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        following = day + timedelta(days=1)
        length = datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC) - midnight
        if length == timedelta(days=1):
            wanted = sorted({0, *(minute for span in self.on(day) for minute in span if minute < DAY)})
        else:
            wanted = list(range(int(length.total_seconds() // 60)))
        return [(midnight + timedelta(minutes=minute)).astimezone(zone) for minute in wanted]


def minutes(clock: str) -> int:
    """Minutes of a day, "9:30" or "09:30", to "24:00". Raises ``ValueError``."""
    hour, colon, minute = clock.partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(minute) == 2):
        raise ValueError(clock)
    of_day = int(hour) * 60 + int(minute)
    if int(minute) > 59 or of_day > DAY:
        raise ValueError(clock)
    return of_day
