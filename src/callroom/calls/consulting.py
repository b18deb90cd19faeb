"""Whom an agent asks while his customer waits (CC-16): a colleague, a free agent of a queue, or a number outside."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from callroom.calls.engagement import engage, release
from callroom.calls.lines import find_way, ring_outside
from callroom.calls.live import Consult
from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing, Target
from callroom.core import conversation as c
from callroom.core.acd.model import Engagement
from callroom.core.ids import AgentId, QueueId, RoomId
from callroom.core.journeys.facts import Consulted
from callroom.core.routing.matching import Refusal
from callroom.core.routing.model import Destination, DialPermission, ToExtension, ToOutside, ToQueue
from callroom.errors import NotNow
from callroom.telephony.port import CallerId, EndCause

if TYPE_CHECKING:
    from callroom.calls.conversation import Conversation

RING = 25.0  # seconds
MOST_AT_ONCE = 10  # free agents of a queue who are rung together, where it rings all


def can_be_consulted(to: Destination) -> bool:
    return isinstance(to, ToExtension | ToQueue | ToOutside)


@dataclass(frozen=True, slots=True)
class Line:
    """The agent's second leg, by which he asks on his SIP phone, and the room where the two meet."""

    party: Party
    room: RoomId


class Consultation:
    """``party`` is there once he answered. The conversation says what becomes of it."""

    def __init__(
        self, talk: "Conversation", to: Destination, party: Party | None = None, line: Line | None = None
    ) -> None:
        self._talk = talk
        self._call = talk.call
        self._exchange = talk.call.exchange
        self._to = to
        self._ringing: asyncio.Task[None] | None = None
        self._name, self._number = self._who()
        self._cause = ""
        self.party = party
        self.line = line
        self._met = line is not None and party is not None
        if party is not None:
            self._follow(party)
        if line is not None:
            line.party.ended.add_done_callback(lambda _: self._line_closed(line))

    def ring(self) -> None:
        if self.line is not None:
            self._exchange.mark_agent_leg(self._call, self.line.party)
            self._exchange.telephony.ring(self.line.party.leg)
        self._ringing = self._exchange.spawn(self._ring(), name=f"consultation of {self._call.journey}")

    def drop(self) -> None:
        """It is over: he is let go, or rings no more."""
        if self._ringing is not None:
            self._ringing.cancel()
        party, self.party = self.party, None
        if party is not None:
            release(self._call, party.agent)
            self._exchange.telephony.hang_up(party.leg)
        self._close_line()

    def meet(self, line: Line) -> None:
        """Let him and the agent's second line hear each other."""
        assert self.party is not None
        exchange, telephony, leg = self._exchange, self._exchange.telephony, line.party.leg
        self._met = True
        for sent in (
            telephony.answer(leg),
            telephony.open_room(line.room),
            telephony.enter(line.room, leg, self.party.leg),
        ):
            exchange.if_refused(sent, partial(telephony.hang_up, leg))

    def give(self) -> Party:
        """He stays, in another part, and enters another room at once."""
        assert self.party is not None
        party, self.party = self.party, None
        asyncio.get_running_loop().call_soon(self._close_line)
        return party

    def _close_line(self, cause: EndCause = EndCause.NORMAL) -> None:
        line, self.line = self.line, None
        if line is not None:
            self._exchange.telephony.hang_up(line.party.leg, cause)
            if self._met:
                self._exchange.telephony.close_room(line.room)

    def _line_closed(self, line: Line) -> None:
        """The agent hung up on his second line; nothing when that was the end of it all."""
        if self.line is line:
            with suppress(NotNow):
                self._talk.take(c.TakeBackPressed())

    def view(self, state: c.State) -> Consult | None:
        """As screens show it in this state of the conversation; None when there is nothing to show any more."""
        known = state.before if isinstance(state, c.Rejoining) else state
        if isinstance(known, c.Consulting):
            told = "ringing" if not known.answered else "waiting" if known.aside else "talking"
        elif self._cause and isinstance(known, c.Held):
            told = "failed"
        else:
            return None
        agent = self.party.agent if self.party else None
        if agent is None and told == "ringing" and isinstance(self._to, ToExtension):
            agent = self._exchange.directory.extensions[self._to.id].agent
        by_phone = isinstance(known, c.Consulting) and known.by_phone
        return Consult(agent, self._name, self._number, told, self._cause, by_phone)

    async def _ring(self) -> None:
        try:
            party = await self._reach()
        except NotAnswered as error:
            self._cause = str(error.cause)
            self._close_line(error.cause)
            self._talk.take(c.ConsultOver())
            return
        self.party = party
        engage(self._call, party.agent, Engagement.INTERNAL)
        self._call.note(Consulted(party.leg, self._talk.agent.agent))
        self._exchange.mark_agent_leg(self._call, party)
        self._follow(party)
        self._talk.take(c.ConsultAnswered())

    def _follow(self, party: Party) -> None:
        if party.agent is not None:
            self._name, self._number = self._exchange.name_of(party.agent), party.number
        else:
            self._number = self._number or party.number
        party.ended.add_done_callback(lambda _: self._left(party))

    def _left(self, party: Party) -> None:
        if self.party is party:
            self.party = None
            release(self._call, party.agent)
            self._close_line()
            self._talk.take(c.ConsultOver())

    async def _reach(self) -> Party:
        exchange, call = self._exchange, self._call
        directory, by = exchange.directory, self._talk.agent
        shown = CallerId(by.number, exchange.name_of(by.agent) if by.agent else "")
        match self._to:
            case ToExtension(id=extension) if (known := directory.extensions.get(extension)) is not None:
                if known.agent and exchange.agent_talks(known.agent):
                    raise NotAnswered(EndCause.BUSY)
                targets = exchange.phones.of_extension(known)
            case ToQueue(id=queue):
                return await self._agent_of(queue, shown)
            case ToOutside(number=number):
                permission = directory.agents[by.agent].permission if by.agent else DialPermission.INTERNAL
                way = find_way(directory, number, permission)
                if isinstance(way, Refusal):
                    raise NotAnswered(EndCause.REJECTED)
                return await ring_outside(call, number, way, shown=by.number)
            case _:
                targets = list[Target]()
        return await Ringing(call, targets, shown=shown, timeout=RING).answered()

    async def _agent_of(self, queue: QueueId, shown: CallerId) -> Party:
        """Ring its free agents as it rings them for callers, each at most once. Raises ``NotAnswered``."""
        exchange, by = self._exchange, self._talk.agent.agent
        tried = {by} if by else set[AgentId]()
        error = NotAnswered(EndCause.UNREACHABLE)
        while chosen := exchange.acd.distributor.whom(queue, tried, exchange.clock()):
            tried.update(chosen)
            targets = [phone for agent in chosen[:MOST_AT_ONCE] for phone in exchange.phones.of_agent(agent)]
            timeout = exchange.directory.queues[queue].settings.ring_timeout
            try:
                return await Ringing(self._call, targets, shown=shown, timeout=timeout).answered()
            except NotAnswered as failed:
                error = failed
        raise error

    def _who(self) -> tuple[str, str]:
        directory = self._exchange.directory
        match self._to:
            case ToExtension(id=extension) if (known := directory.extensions.get(extension)) is not None:
                return known.name, known.number
            case ToQueue(id=queue) if (line := directory.queues.get(queue)) is not None:
                return line.name, line.number
            case ToOutside(number=number):
                return "", number
            case _:
                return "", ""
