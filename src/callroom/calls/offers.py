"""To whom a caller was offered while he waits, by which rules and how each offer ended, for his journey (X-05)."""

from dataclasses import dataclass, field
from datetime import datetime

from callroom.core.acd.matching import TOLD
from callroom.core.acd.model import PassedOver, RingAgent
from callroom.core.acd.settings import QueueSettings
from callroom.core.ids import OfferId
from callroom.core.journeys import facts as f


@dataclass(slots=True)
class _Rung:
    command: RingAgent
    since: float
    ended: f.OfferEnd | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class _Choice:
    """Agents who were chosen together."""

    at: datetime
    settings: QueueSettings
    rung: list[_Rung] = field(default_factory=list[_Rung])

    def told(self) -> f.Offered:
        first = self.rung[0].command
        kept = self.rung
        if len(kept) > TOLD:
            kept = sorted(kept, key=lambda one: one.ended != "answered")[:TOLD]
        return f.Offered(
            self.at,
            self.settings.strategy.value,
            tuple(_rung(one, self.settings) for one in kept),
            len(self.rung),
            tuple(_passed_over(one) for one in first.passed_over),
            first.others,
            first.grounds.sticky,
            first.grounds.skills,
            first.grounds.lowered,
            first.grounds.credit,
        )


class Offers:
    """Of one visit of a queue. Times are seconds of the site's clock."""

    def __init__(self) -> None:
        self._open: dict[int, _Choice] = {}
        self._rung: dict[OfferId, _Rung] = {}

    def ring(self, command: RingAgent, settings: QueueSettings, at: datetime, now: float) -> None:
        rung = self._rung[command.offer] = _Rung(command, now)
        choice = self._open.get(command.choice)
        if choice is None:
            choice = self._open[command.choice] = _Choice(at, settings)
        choice.rung.append(rung)

    def end(self, offer: OfferId, ended: f.OfferEnd, now: float) -> None:
        """One of the agents rings no more; nothing when that was told before."""
        if rung := self._rung.pop(offer, None):
            rung.ended, rung.seconds = ended, round(now - rung.since, 1)

    def failed(self) -> list[f.Offered]:
        """Those of whom nobody rings any more; they are told once."""
        over = [number for number, choice in self._open.items() if all(one.ended for one in choice.rung)]
        return [self._open.pop(number).told() for number in over]

    def close(self, ended: f.OfferEnd, now: float) -> tuple[f.Offered, ...]:
        """The visit is over, and for whoever still rings his offer: all that were not told yet."""
        for offer in list(self._rung):
            self.end(offer, ended, now)
        return tuple(self.failed())


def _rung(one: _Rung, settings: QueueSettings) -> f.RungAgent:
    command, grounds = one.command, one.command.grounds
    team = settings.prefer_team if grounds.team else None
    return f.RungAgent(command.agent, one.ended or "", one.seconds, command.score, grounds.tier, team, grounds.through)


def _passed_over(one: PassedOver) -> f.PassedOver:
    return f.PassedOver(one.agent, one.obstacle.value, one.score)
