"""How long an agent may rest for one reason: at a time, and on one day of the site."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Limit = Literal["stay", "day"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why agents are busy or away. ``stay`` and ``day``: seconds allowed at a time and a day, None without a limit;
    ``by_leaders``: only a leader may choose it, for them."""

    id: str
    kind: Literal["busy", "away"]
    position: int = 0
    stay: float | None = None
    day: float | None = None
    by_leaders: bool = False


@dataclass
class Rested:
    """What is known of an agent's rests of a day: seconds of the finished ones by reason, and since when the present
    one lasts (None: he does not rest)."""

    sums: dict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))
    since: datetime | None = None


def first_limit(reason: Reason, *, stay: float, today: float) -> tuple[Limit, float] | None:
    """The limit that is passed first, and in how many seconds: 0 or less when it has been. None without a limit.

    ``stay``: seconds of this rest so far; ``today``: all of today for this reason, this rest's part included.
    """
    left: list[tuple[float, Limit]] = []
    if reason.stay is not None:
        left.append((reason.stay - stay, "stay"))
    if reason.day is not None:
        left.append((reason.day - today, "day"))
    if not left:
        return None
    seconds, limit = min(left)
    return limit, seconds
