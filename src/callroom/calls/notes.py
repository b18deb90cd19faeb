"""The journeys of living calls: every fact is applied here and written to the journal, which the database follows."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from callroom.core.ids import JourneyId
from callroom.core.journeys.facts import AgentLine, CallbackLine, Fact, FaxLine, JourneyLine, Line, Started
from callroom.core.journeys.model import Journey
from callroom.core.journeys.story import DoesNotFit, apply

log = structlog.get_logger(__name__)


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

    def note(self, journey: JourneyId, fact: Fact) -> Journey | None:
        """The journey with the fact in it; None, and nothing is noted, when it is complete and let go."""
        if self._frozen:
            return self._journeys.get(journey)
        if isinstance(fact, Started):
            self._journeys[journey] = Journey(id=journey)
        if (known := self._journeys.get(journey)) is None:
            log.warning("a fact came after its journey was complete", call=journey, fact=type(fact).__name__)
            return None
        line = JourneyLine(journey, known.number + 1, self.now(), fact)
        try:
            apply(known, line)
        except DoesNotFit as error:  # the call itself must go on
            log.error("a fact does not fit its journey", call=journey, fact=type(fact).__name__, error=str(error))
        self._journal.append(line)
        self._let_go(journey)
        return known

    def note_agent(self, line: AgentLine) -> None:
        if not self._frozen:
            self._journal.append(line)

    def note_callback(self, line: CallbackLine) -> None:
        if not self._frozen:
            self._journal.append(line)

    def note_fax(self, line: FaxLine) -> None:
        if not self._frozen:
            self._journal.append(line)

    def awaits_more(self, journey: JourneyId) -> bool:
        """Whether ``keep`` waits for ``done``."""
        return self._kept[journey] > 0

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
        if self._kept[journey] > 0:
            return
        self._kept.pop(journey, None)
        if journey in self._journeys and self._journeys[journey].settled:
            del self._journeys[journey]
