"""How long two people talked, and how long one of them was on hold."""

from collections.abc import Callable

from callroom.core.ids import LegId
from callroom.core.journeys.facts import TalkEnded


class TalkTime:
    """Seconds of ``talk`` and ``hold`` with one agent's phone, up to the last ``count``."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self.talk = self.hold = 0.0

    def go_on(self, talk: float, hold: float, away: float, *, held: bool) -> None:
        """A former server process counted so far, ``away`` seconds ago."""
        self.talk, self.hold = talk + (0.0 if held else away), hold + (away if held else 0.0)

    def count(self, *, talking: bool) -> None:
        """The time since the last change was talk, or hold."""
        now = self._clock()
        if talking:
            self.talk += now - self._since
        else:
            self.hold += now - self._since
        self._since = now

    def booked(self, leg: LegId) -> TalkEnded:
        """What was with this phone; another one begins."""
        fact = TalkEnded(leg, round(self.talk, 2), round(self.hold, 2))
        self.talk = self.hold = 0.0
        return fact
