"""When a queue's load asks for somebody's attention: pure, so that the wall, tests and simulations agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

AlarmKind = Literal["waiting", "longest", "level"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """None: no alarm. ``waiting`` callers and ``longest`` seconds count when reached, ``level`` (percent) below it."""

    waiting: int | None = None
    longest: float | None = None
    level: float | None = None

    @property
    def any(self) -> bool:
        return (self.waiting, self.longest, self.level) != (None, None, None)


NO_ALARMS = Thresholds()


@dataclass(frozen=True, slots=True)
class Load:
    """``longest``: seconds the first caller has waited, None when nobody waits; ``level``: percent, None without a
    call to divide by."""

    waiting: int = 0
    longest: float | None = None
    level: float | None = None


def passed(limits: Thresholds, load: Load) -> dict[AlarmKind, float]:
    """The alarms there are now, each with the value that passed its limit."""
    found: dict[AlarmKind, float] = {}
    if limits.waiting is not None and load.waiting >= limits.waiting:
        found["waiting"] = load.waiting
    if limits.longest is not None and load.longest is not None and load.longest >= limits.longest:
        found["longest"] = load.longest
    if limits.level is not None and load.level is not None and load.level < limits.level:
        found["level"] = load.level
    return found


def changes_in(limits: Thresholds, load: Load) -> float | None:
    """Seconds until time alone raises an alarm, if nothing else happens."""
    if limits.longest is None or load.longest is None or load.longest >= limits.longest:
        return None
    return limits.longest - load.longest


def service_level(today: Mapping[str, int]) -> float | None:
    """Percent answered within the goal, of answered and abandoned without short abandons (METRICS)."""
    counted = today["answered"] + today["abandoned"] - today["short"]
    return None if counted <= 0 else 100 * today["in_time"] / counted
