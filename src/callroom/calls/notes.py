"""The journeys of living calls: every fact is applied here and written to the journal, which the database follows."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from callroom.core.ids import JourneyId
from callroom.core.journeys.facts import AgentLine, Fact, JourneyLine, Line
from callroom.core.journeys.model import Journey
from callroom.core.journeys.story import apply


class Journal(Protocol):
    """Where facts are kept; it never waits for a database."""

    def append(self, line: Line) -> None: ...


class Notes:
    def __init__(self, journal: Journal, now: Callable[[], datetime]) -> None:
        self.now = now
        self._journal = journal
        self._journeys: dict[JourneyId, Journey] = {}
        self._kept: Counter[JourneyId] = Counter()
        self._frozen = False

    def open_journeys(self) -> dict[JourneyId, Journey]:
        return self._journeys

    def adopt(self, journey: Journey) -> None:
        """Go on with a journey of a former run of the server."""
        self._journeys[JourneyId(journey.id)] = journey

    def note(self, journey: JourneyId, fact: Fact) -> None:
        if self._frozen:
            return
        known = self._journeys.setdefault(journey, Journey(id=journey))
        line = JourneyLine(journey, known.number + 1, self.now(), fact)
        apply(known, line)
        self._journal.append(line)
        self._let_go(journey)

    def note_agent(self, line: AgentLine) -> None:
        if not self._frozen:
            self._journal.append(line)

    def keep(self, journey: JourneyId) -> None:
        """More will be told of this journey after its end; ``done`` follows."""
        self._kept[journey] += 1

    def done(self, journey: JourneyId) -> None:
        self._kept[journey] -= 1
        self._let_go(journey)

    def freeze(self) -> None:
        """The server leaves: calls go on without it, so their ends are not to be noted."""
        self._frozen = True

    def _let_go(self, journey: JourneyId) -> None:
        if self._kept[journey] <= 0 and journey in self._journeys and self._journeys[journey].settled:
            del self._journeys[journey], self._kept[journey]
