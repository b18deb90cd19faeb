"""The alarms of queues: raised and cleared as their load changes, or as time passes while somebody waits."""

import asyncio
from typing import TYPE_CHECKING

import msgspec

from callroom.calls.live import About, AlarmView
from callroom.core.alarms import NO_ALARMS, AlarmKind, Load, changes_in, passed, service_level
from callroom.core.ids import QueueId

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange


class Alarms:
    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._raised: dict[QueueId, dict[AlarmKind, AlarmView]] = {}
        self._timers: dict[QueueId, asyncio.TimerHandle] = {}

    def all(self) -> list[AlarmView]:
        return [alarm for of_queue in self._raised.values() for alarm in of_queue.values()]

    def look(self, queue: QueueId) -> None:
        """The queue's load, or its limits, may have changed."""
        if (timer := self._timers.pop(queue, None)) is not None:
            timer.cancel()
        known = self._exchange.directory.queues.get(queue)
        limits = known.alarms if known else NO_ALARMS
        if not limits.any and queue not in self._raised:
            return
        load = self._load(queue)
        now, before = passed(limits, load), self._raised.get(queue, {})
        name = known.name if known else ""
        after: dict[AlarmKind, AlarmView] = {}
        for kind, value in now.items():
            after[kind] = before.get(kind) or AlarmView(
                queue, name, kind, round(value, 1), getattr(limits, kind), self._exchange.now()
            )
        if after:
            self._raised[queue] = after
        else:
            self._raised.pop(queue, None)
        about = About(queues=frozenset((queue,)))
        for kind in before.keys() - after.keys():
            self._exchange.live.tell("alarm.cleared", msgspec.to_builtins(before[kind]), about=about)
        for kind in after.keys() - before.keys():
            self._exchange.live.tell("alarm.raised", msgspec.to_builtins(after[kind]), about=about)
        if (seconds := changes_in(limits, load)) is not None:
            self._timers[queue] = asyncio.get_running_loop().call_later(seconds, self.look, queue)

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _load(self, queue: QueueId) -> Load:
        distributor = self._exchange.acd.distributor
        waiting = distributor.waiting(queue)
        joined = min((at for j in waiting if (at := distributor.joined_at(j)) is not None), default=None)
        longest = None if joined is None else self._exchange.clock() - joined
        return Load(len(waiting), longest, service_level(self._exchange.board.today_of(queue)))
