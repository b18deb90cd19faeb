"""Ringing one or several targets at once: the first to answer is taken, the others are told so."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from callroom.calls.party import NotAnswered, Party
from callroom.core.ids import AgentId, LegId, TrunkId
from callroom.core.journeys.facts import Role
from callroom.core.numbers import Visibility, hidden, hidden_within
from callroom.telephony.port import CallerId, EndCause, ToDevice, ToNumber

if TYPE_CHECKING:
    from callroom.calls.call import Call

# When several fail, the cause that tells most is the one told.
_TELLING = [
    EndCause.REJECTED,
    EndCause.BUSY,
    EndCause.NO_ANSWER,
    EndCause.NOT_FOUND,
    EndCause.CONGESTION,
    EndCause.FAILED,
    EndCause.ENGINE_LOST,
    EndCause.CANCELLED,
    EndCause.UNREACHABLE,
]


@dataclass(frozen=True, slots=True)
class Target:
    to: ToDevice | ToNumber
    role: Role
    number: str
    agent: AgentId | None = None
    browser: bool = False


OWN_PHONE = 20.0  # seconds the phone of somebody who dials in the page is rung


async def ring_own_phone(call: "Call", agent: AgentId, shown: str) -> Party | None:
    """Let the phone of somebody who acts in the page answer by itself, and follow it; None when it did not."""
    phones = call.exchange.phones.of_agent(agent)
    ring = Ringing(call, phones, shown=CallerId(shown), timeout=OWN_PHONE, auto_answer=True)
    try:
        by = await ring.answered()
    except NotAnswered as error:
        call.lost, call.ended_by = str(error.cause), "agent"
        return None
    call.follow(by)
    return by


class Ringing:
    """Await ``result``: the party that answered, or ``NotAnswered``. ``stop`` ends it early; then nothing comes."""

    def __init__(
        self,
        call: "Call",
        targets: Sequence[Target],
        *,
        shown: CallerId,
        timeout: float,
        auto_answer: bool = False,
    ) -> None:
        self.call = call
        self.result: asyncio.Future[Party] = asyncio.get_running_loop().create_future()
        self._ringing: dict[LegId, Party] = {}
        self._causes: list[EndCause] = []
        self._stopped = False
        exchange = call.exchange
        for target in targets:
            leg = LegId(exchange.new_id("leg"))
            trunk: TrunkId | None = target.to.trunk if isinstance(target.to, ToNumber) else None
            device = target.to.device if isinstance(target.to, ToDevice) else None
            party = exchange.add_party(
                call, leg, target.role, target.number, target.agent, device, browser=target.browser, trunk=trunk
            )
            self._ringing[leg] = party
            party.answered.add_done_callback(lambda _, party=party: self._answered(party))
            party.ended.add_done_callback(lambda ended, party=party: self._ended(party, ended.result()))
            headers: dict[str, str] | None = None
            if device is not None:
                headers = {"Call": call.journey, **({"Auto": "1"} if auto_answer else {})}
            note = {"j": call.journey, "r": target.role, "a": target.agent}
            sent = exchange.telephony.dial(
                leg,
                target.to,
                shown=self._seen_by(target.agent, shown),
                timeout=timeout,
                headers=headers,
                auto_answer=auto_answer,
                checkpoint=msgspec.json.encode(note).decode(),
            )
            exchange.if_refused(sent, partial(exchange.not_dialled, leg))
        if not targets:
            self.result.set_exception(NotAnswered(EndCause.UNREACHABLE))
        self.result.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _seen_by(self, agent: AgentId | None, shown: CallerId) -> CallerId:
        """An agent's phone shows as much of a number as his page (CC-24)."""
        known = self.call.exchange.directory.agents.get(agent) if agent else None
        if known is None or known.sees is Visibility.FULL:
            return shown
        return CallerId(hidden(shown.number, known.sees), hidden_within(shown.name, known.sees))

    def stop(self, cause: EndCause = EndCause.CANCELLED) -> None:
        """Give up whoever rings, or has answered without being taken; they are told ``cause``. Once."""
        if self._stopped:
            return
        self._stopped = True
        if not self.result.done():
            self.result.cancel()
        elif not self.result.cancelled() and self.result.exception() is None:
            self.call.exchange.telephony.hang_up(self.result.result().leg, cause)
        for party in list(self._ringing.values()):
            self.call.exchange.telephony.hang_up(party.leg, cause)

    async def answered(self) -> Party:
        """The party that answered. Raises ``NotAnswered``. When this is cancelled, ringing stops."""
        try:
            return await asyncio.shield(self.result)
        except asyncio.CancelledError:
            self.stop()
            raise

    def _answered(self, party: Party) -> None:
        if self._ringing.pop(party.leg, None) is None:
            return
        if self.result.done():  # two answered within a moment, or ringing was stopped
            self.call.exchange.telephony.hang_up(party.leg, EndCause.ANSWERED_ELSEWHERE)
            return
        self.result.set_result(party)
        for other in self._ringing.values():
            self.call.exchange.telephony.hang_up(other.leg, EndCause.ANSWERED_ELSEWHERE)

    def _ended(self, party: Party, cause: EndCause) -> None:
        self._ringing.pop(party.leg, None)
        self._causes.append(cause)
        if not self._ringing and not self.result.done():
            told = min(self._causes, key=lambda c: _TELLING.index(c) if c in _TELLING else len(_TELLING))
            self.result.set_exception(NotAnswered(told))
