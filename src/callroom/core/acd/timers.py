"""Times at which something is due; one that does not count any more is left in the heap and passed over."""

from collections.abc import Callable
from heapq import heappop, heappush

Still = Callable[[str, str, float], bool]  # kind, name, when: whether it still counts


class Timers:
    def __init__(self) -> None:
        self._heap: list[tuple[float, str, str]] = []

    def add(self, at: float, kind: str, name: str) -> None:
        heappush(self._heap, (at, kind, name))

    def first(self, still: Still) -> float | None:
        """When the next one is due."""
        while self._heap:
            at, kind, name = self._heap[0]
            if still(kind, name, at):
                return at
            heappop(self._heap)
        return None

    def due(self, now: float, still: Still) -> list[tuple[str, str]]:
        """Take those that are due, the earliest first."""
        found: dict[tuple[str, str], None] = {}  # one may have been noted twice
        while self._heap and self._heap[0][0] <= now:
            at, kind, name = heappop(self._heap)
            if still(kind, name, at):
                found[kind, name] = None
        return list(found)
