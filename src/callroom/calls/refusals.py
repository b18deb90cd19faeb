"""Phones that gave a wrong secret, or a name nobody has: told in the log and on the screens, however many they are."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from callroom.core.ids import DeviceId
from callroom.telephony.port import DeviceState

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)
SHOWN_FOR = 600.0  # seconds after the last attempt, unless the phone registers rightly before
TOLD_EVERY = 60.0  # seconds: what comes in between is counted


class Refusals:
    """One line in the log a minute for each phone of ours, and one for all the names that nobody has."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._wrong: dict[DeviceId, tuple[float, str]] = {}  # when it last tried, and from where
        self._counts: dict[DeviceId | None, int] = {}  # not told yet, while its minute runs; None: unknown names
        self._last: tuple[str, str] = "", ""  # an unknown name, and where it came from
        self._timers: dict[tuple[str, DeviceId | None], asyncio.TimerHandle] = {}

    def refused(self, device: DeviceId, address: str) -> None:
        """Somebody could not sign in; ``address`` is host:port."""
        known = device if device in self._exchange.directory.devices else None
        if known is None:
            self._last = device, address
        else:
            self._wrong[known] = self._exchange.clock(), address
            self._after("shown", known, SHOWN_FOR)
        if known in self._counts:
            self._counts[known] += 1
        else:
            self._tell(known, 1)

    def state(self, device: DeviceId) -> tuple[str, str] | None:
        """The state to show of a phone that is not there: None unless its last attempt was with a wrong secret."""
        tried = self._wrong.get(device)
        if tried is None or self._exchange.clock() - tried[0] >= SHOWN_FOR:
            return None
        return DeviceState.WRONG_PASSWORD, tried[1]

    def forget(self, device: DeviceId) -> None:
        """The phone has registered rightly."""
        self._wrong.pop(device, None)

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _tell(self, device: DeviceId | None, times: int) -> None:
        self._counts[device] = 0
        self._after("told", device, TOLD_EVERY)
        if device is None:
            name, address = self._last
            log.warning("unknown phones were refused", times=times, last_name=name, last_address=address)
        elif device in self._wrong:
            address = self._wrong[device][1]
            log.warning("a phone gave a wrong password", device=device, times=times, address=address)
            self._exchange.board.show_device(device)

    def _after(self, what: str, device: DeviceId | None, seconds: float) -> None:
        if (timer := self._timers.get((what, device))) is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers[what, device] = loop.call_later(seconds, self._over, what, device)

    def _over(self, what: str, device: DeviceId | None) -> None:
        del self._timers[what, device]
        if what == "told":
            if times := self._counts.pop(device):
                self._tell(device, times)
        elif device is not None and self._wrong.pop(device, None) is not None:
            self._exchange.board.show_device(device)
