"""The lines of all queues: who waits, in which order, and until when his waiting changes nothing."""

from bisect import insort
from collections.abc import Iterator, Mapping
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import count

from callroom.core.acd import model as m
from callroom.core.acd.settings import PLAIN
from callroom.core.acd.state import Caller, Part, Queue
from callroom.core.acd.timers import Timers
from callroom.core.ids import AgentId, JourneyId, QueueId

ROUNDING = 1e-6  # seconds: at the very moment of a timer its time counts as passed


class Lines:
    def __init__(self, timers: Timers) -> None:
        self.queues: dict[QueueId, Queue] = {}
        self.callers: dict[JourneyId, Caller] = {}
        self._timers = timers
        self._order = count(1)

    def settle(self, settings: Mapping[QueueId, m.QueueSettings], now: float) -> None:
        """Have these queues and no others; what goes on in them goes on. Nobody waits in one that is no more."""
        before, self.queues = self.queues, {}
        for name, each in settings.items():
            places = {agent: place for place, agent in enumerate(each.members)}
            queue = self.queues[name] = before.get(name) or Queue(each, places)
            queue.settings, queue.places = each, places
            for caller in queue.line:
                self._unfile(caller)
                caller.credit = caller.tier * each.tier_weight
                caller.served_by = caller.served_by if each.sticky_days else None
            queue.line.sort(key=_place)
            for caller in queue.line:
                self._note_times(caller, now)

    def join(self, event: m.CallerJoined, now: float) -> None:
        queue = self.queues[event.queue]
        caller = Caller(
            event.journey,
            event.queue,
            event.priority,
            now - event.waited,
            next(self._order),
            event.patient,
            event.skills,
        )
        self.callers[event.journey] = caller
        self._rank(caller, queue.settings, event.tier, event.served_by)
        insort(queue.line, caller, key=_place)
        self._note_times(caller, now)

    def rank(self, caller: Caller, tier: int, served_by: AgentId | None, now: float) -> None:
        """Move a caller to where his tier puts him."""
        queue = self.queues[caller.queue]
        queue.line.remove(caller)
        self._unfile(caller)
        self._rank(caller, queue.settings, tier, served_by)
        insort(queue.line, caller, key=_place)
        self._note_times(caller, now)

    @staticmethod
    def _rank(caller: Caller, settings: m.QueueSettings, tier: int, served_by: AgentId | None) -> None:
        caller.tier, caller.credit = tier, tier * settings.tier_weight
        caller.served_by = served_by if settings.sticky_days and served_by not in caller.tried else None

    def leave(self, caller: Caller) -> None:
        del self.callers[caller.journey]
        self.queues[caller.queue].line.remove(caller)
        self._unfile(caller)

    def in_turn(self, done: set[tuple[QueueId, Part]]) -> Iterator[tuple[Queue, Caller]]:
        """The lines of all queues as one: the heaviest queue first, then who is served first in each.

        Of a part of a line that is put into ``done`` meanwhile nobody follows.
        """
        parts = [(queue, part, line) for queue in self.queues.values() for part, line in queue.parts.items()]
        heads = [(-queue.settings.weight, line[0].place, 0, at) for at, (queue, _, line) in enumerate(parts)]
        heapify(heads)
        while heads:
            weight, _, at, which = heappop(heads)
            queue, part, line = parts[which]
            yield queue, line[at]
            if at + 1 < len(line) and (queue.settings.id, part) not in done:
                heappush(heads, (weight, line[at + 1].place, at + 1, which))

    def _file(self, caller: Caller) -> None:
        caller.filed = caller.stage, caller.served_by is not None
        insort(self.queues[caller.queue].parts.setdefault(caller.filed, []), caller, key=_place)

    def _unfile(self, caller: Caller) -> None:
        parts = self.queues[caller.queue].parts
        if caller in parts.get(caller.filed, ()):
            parts[caller.filed].remove(caller)
            if not parts[caller.filed]:
                del parts[caller.filed]

    # ------------------------------------------------------------ times

    def deadline(self, caller: Caller) -> float | None:
        longest = self.queues[caller.queue].settings.max_wait
        return None if longest is None or caller.patient else caller.joined_at + longest

    def note_wake(self, caller: Caller, now: float) -> None:
        """Say what is asked for him now; the timer rings when his waiting next changes it."""
        settings = self.queues[caller.queue].settings
        self._unfile(caller)
        if settings.plain and not caller.skills:
            caller.stage, caller.wakes_at = PLAIN, None
        else:
            stage = settings.stage(waited(caller, now))
            caller.stage = replace(stage, skills=stage.skills + caller.skills) if caller.skills else stage
            caller.wakes_at = next_change(settings, caller, now)
        self._file(caller)
        if caller.wakes_at is not None:
            self._timers.add(caller.wakes_at, "wake", caller.journey)

    def _note_times(self, caller: Caller, now: float) -> None:
        if (deadline := self.deadline(caller)) is not None:
            self._timers.add(deadline, "caller", caller.journey)
        self.note_wake(caller, now)


def _place(caller: Caller) -> tuple[int, float, int]:
    return caller.place


def waited(caller: Caller, now: float) -> float:
    return now - caller.joined_at + ROUNDING


def next_change(settings: m.QueueSettings, caller: Caller, now: float) -> float | None:
    """When a rule of the queue will next ask something else for a caller because he waited."""
    so_far = waited(caller, now)
    after: list[float] = []
    for each in settings.skills:
        if each.widens and each.asked(so_far) > each.floor:
            after.append((so_far // each.every + 1) * each.every)
    if settings.tier_after:
        opened = so_far // settings.tier_after
        if opened < max(settings.tiers.values(), default=0):
            after.append((opened + 1) * settings.tier_after)
    after += [step.after for step in settings.steps]
    if caller.served_by is not None:
        after.append(settings.sticky_patience)
    return min((caller.joined_at + each for each in after if each > so_far), default=None)
