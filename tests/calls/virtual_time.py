"""An event loop whose time jumps to the next timer as soon as nothing else is left to do.

Hours pass in milliseconds, and the same way each time: callbacks of the same instant run in the order in which they
were asked for. Work given to a thread with ``to_thread`` or ``run_in_executor`` is waited for in real time before the
clock moves; threads started otherwise (a database driver's own) are not known here.
"""

import asyncio
import heapq
import selectors
from typing import Any

LONGEST = 24 * 3600.0  # virtual seconds
MOST_TURNS = 200_000
_REAL_PATIENCE = 5.0  # real seconds to wait for a thread or socket when nothing else can happen


class RanTooLong(RuntimeError):
    """The test does not come to an end by itself."""


class _OrderedTimer(asyncio.TimerHandle):
    """Timers of the same instant fire in the order in which they were made; asyncio alone does not promise it."""

    number = 0

    def __lt__(self, other: asyncio.TimerHandle) -> bool:
        if isinstance(other, _OrderedTimer) and self.when() == other.when():
            return self.number < other.number
        return self.when() < other.when()


class _Select(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Never waits for time to pass: it moves the clock of its loop instead."""

    loop: "VirtualTimeLoop"

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            self.loop.turn()
            return ready
        if timeout is None or self.loop.threads_at_work:
            ready = super().select(_REAL_PATIENCE)
            if not ready:
                raise RanTooLong(f"nothing can happen any more at {self.loop.time():g} s: the test waits for ever")
            return ready
        self.loop.jump()
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Starts at 1000 seconds, so that a time is never taken for a duration. Not the time of the machine's clock."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._ends = self._now + LONGEST
        self._turns = 0
        self._numbers = 0
        self.threads_at_work = 0
        self.errors: list[dict[str, Any]] = []  # what callbacks and forgotten tasks raised
        selector = _Select()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-9
        self.set_exception_handler(lambda _, context: self.errors.append(context))

    def time(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        self._check_closed()
        timer = _OrderedTimer(when, callback, args, self, context)
        self._numbers += 1
        timer.number = self._numbers
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> "asyncio.Future[Any]":
        done = super().run_in_executor(executor, func, *args)
        self.threads_at_work += 1

        def back(_: object) -> None:
            self.threads_at_work -= 1

        done.add_done_callback(back)
        return done

    def turn(self) -> None:
        """Count a turn of the loop."""
        self._turns += 1
        if self._turns > MOST_TURNS:
            self._turns = 0  # what cleans up after the test may run
            raise RanTooLong(f"{MOST_TURNS} turns of the loop, at {self._now:g} s")

    def jump(self) -> None:
        """Move the clock to the next timer."""
        self.turn()
        self._now = max(self._now, self._scheduled[0].when())
        if self._now > self._ends:
            self._ends = self._now + LONGEST
            raise RanTooLong(f"{LONGEST / 3600:g} hours of virtual time")
