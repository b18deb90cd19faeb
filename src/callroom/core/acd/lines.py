"""The lines of all queues: who waits, in which order, and until when his waiting changes nothing."""

from bisect import insort
from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import count

from callroom.core.acd import model as m
from callroom.core.acd.state import Caller, Queue
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
                caller.credit = caller.tier * each.tier_weight
                self._note_times(caller, now)
            queue.line.sort(key=lambda caller: caller.place)

    def join(self, event: m.CallerJoined, now: float) -> None:
        queue = self.queues[event.queue]
        caller = Caller(
            event.journey, event.queue, event.priority, now - event.waited, next(self._order), event.patient
        )
        self.callers[event.journey] = caller
        self._rank(caller, queue.settings, event.tier, event.served_by)
        insort(queue.line, caller, key=lambda each: each.place)
        self._note_times(caller, now)

    def rank(self, caller: Caller, tier: int, served_by: AgentId | None, now: float) -> None:
        """Move a caller to where his tier puts him."""
        queue = self.queues[caller.queue]
        queue.line.remove(caller)
        self._rank(caller, queue.settings, tier, served_by)
        insort(queue.line, caller, key=lambda each: each.place)
        self._note_times(caller, now)

    @staticmethod
    def _rank(caller: Caller, settings: m.QueueSettings, tier: int, served_by: AgentId | None) -> None:
        caller.tier, caller.credit = tier, tier * settings.tier_weight
        caller.served_by = served_by if settings.sticky_days and served_by not in caller.tried else None

    def leave(self, caller: Caller) -> None:
        del self.callers[caller.journey]
        self.queues[caller.queue].line.remove(caller)

    def in_turn(self, done: set[QueueId]) -> Iterator[tuple[Queue, Caller]]:
        """The lines of all queues as one: the heaviest queue first, then who is served first in each.

        Of a queue that is put into ``done`` meanwhile nobody follows.
        """
        heads = [
            (-queue.settings.weight, queue.line[0].place, 0, name) for name, queue in self.queues.items() if queue.line
        ]
        heapify(heads)
        while heads:
            weight, _, at, name = heappop(heads)
            queue = self.queues[name]
            yield queue, queue.line[at]
            if name not in done and at + 1 < len(queue.line):
                heappush(heads, (weight, queue.line[at + 1].place, at + 1, name))

    # ------------------------------------------------------------ times

    def deadline(self, caller: Caller) -> float | None:
        longest = self.queues[caller.queue].settings.max_wait
        return None if longest is None or caller.patient else caller.joined_at + longest

    def note_wake(self, caller: Caller, now: float) -> None:
        """Let the timer ring when his waiting next changes who may be rung for him."""
        settings = self.queues[caller.queue].settings
        caller.wakes_at = None if settings.plain else next_change(settings, caller, now)
        if caller.wakes_at is not None:
            self._timers.add(caller.wakes_at, "wake", caller.journey)

    def _note_times(self, caller: Caller, now: float) -> None:
        if (deadline := self.deadline(caller)) is not None:
            self._timers.add(deadline, "caller", caller.journey)
        self.note_wake(caller, now)


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
