"""A leader in an agent's talk (CC-18): he listens, whispers to the agent, barges in, or takes the talk over.

It is a call of the leader's own: his phone is rung for it, or he dials a code. His leg stays in a room of its own,
where an ear on the agent's leg lets him hear both; what he says there reaches the agent alone, and while he only
listens he is muted. To barge in he goes into the room of the talk, as its guest.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, get_args

import structlog

from callroom.calls.engagement import release
from callroom.calls.live import Supervising
from callroom.calls.pages import is_lost
from callroom.calls.party import Party
from callroom.calls.ringing import ring_own_phone
from callroom.core.acd.model import Talking
from callroom.core.ids import AgentId, EarId, LegId
from callroom.core.journeys.facts import Supervised, SupervisionEnded, SupervisionMode, TalkEnded, TalkStarted
from callroom.core.routing.model import ToExtension
from callroom.errors import CannotSupervise, InternalCall, NotLed, NotNow
from callroom.telephony.port import Snapshot

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.conversation import Conversation
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)
CODES: dict[str, SupervisionMode] = {"*21": "listen", "*22": "whisper", "*23": "barge"}  # before the extension
KEYS: dict[str, SupervisionMode] = {"4": "listen", "5": "whisper", "6": "barge"}  # while he is in the talk
MODES: tuple[SupervisionMode, ...] = get_args(SupervisionMode)


# ---------------------------------------------------------------- whose talk


def agent_in(exchange: "Exchange", leader: AgentId, call: "Call", agent: AgentId | None) -> AgentId:
    """Whom a leader supervises in a call: ``agent``, or whom of it he leads. Raises ``CannotSupervise``, ``NotLed``."""
    talk = call.conversation
    present = [party.agent for party in (talk.agent, call.main) if party and party.agent] if talk is not None else []
    asked = [one for one in present if agent is None or one == agent]
    if not asked or leader in present:
        raise CannotSupervise("no_agent_talks" if leader not in present else "own_talk")
    led = next((one for one in asked if exchange.directory.may_lead(leader, one)), None)
    if led is None:
        raise NotLed(exchange.name_of(asked[0]))
    return led


def supervision_of(exchange: "Exchange", leader: AgentId) -> "Supervision | None":
    running = (call.supervision for call in exchange.calls.values())
    return next((each for each in running if each is not None and each.leader.agent == leader), None)


def check_phone(exchange: "Exchange", leader: AgentId) -> None:
    """Whether his phone can be rung for it. Raises ``CannotSupervise``."""
    if exchange.agent_talks(leader):
        raise CannotSupervise("in_a_talk")
    if not exchange.phones.agent_online(leader):
        raise CannotSupervise("no_phone")


# ---------------------------------------------------------------- flows


async def supervise_for(
    call: "Call", leader: AgentId, target: "Call", talk: "Conversation", agent: AgentId, mode: SupervisionMode
) -> None:
    """The page asked for it: first the leader's phone, which answers by itself. He counts as engaged already."""
    try:
        by = await ring_own_phone(call, leader, call.view.to_number)
        if by is not None:
            await _take_part(call, by, target, talk, agent, mode)
    finally:
        release(call, leader)


async def supervise_by_code(call: "Call", by: Party, mode: SupervisionMode, number: str) -> None:
    """A leader dialled a code with an agent's extension; a refusal is spoken."""
    exchange = call.exchange
    inside = exchange.directory.inside(number)
    agent = exchange.directory.extensions[inside.id].agent if isinstance(inside, ToExtension) else None
    if by.agent is None or agent is None or not exchange.directory.may_lead(by.agent, agent):
        call.lost = "not_permitted"
        await _tell(call, "not_allowed")
        return
    state = exchange.acd.distributor.state_of(agent)
    target = exchange.calls.get(state.journey) if isinstance(state, Talking) else None
    talk = target.conversation if target is not None else None
    if target is None or talk is None or by.agent in (talk.agent.agent, target.main.agent if target.main else None):
        await _tell(call, "party_unavailable")
        return
    exchange.log_supervision(by.agent, target, agent, mode)
    await _take_part(call, by, target, talk, agent, mode)


async def _take_part(
    call: "Call", by: Party, target: "Call", talk: "Conversation", agent: AgentId, mode: SupervisionMode
) -> None:
    supervision = Supervision(call, by, target, talk, agent)
    if not supervision.possible:  # it ended while his phone rang
        await _tell(call, "party_unavailable")
        return
    await call.answer()
    await supervision.run(mode)
    if call.main is None:  # he has gone on in the agent's place
        call.ended_by = "agent"
    else:
        await _tell(call, "goodbye")


async def _tell(call: "Call", prompt: str) -> None:
    await call.inform(prompt)
    call.ended_by = "system"


class Supervision:
    """``call`` is the leader's own, ``target`` the one he supervises; ``switch`` changes the way, ``mode``."""

    def __init__(self, call: "Call", leader: Party, target: "Call", talk: "Conversation", agent: AgentId) -> None:
        self.call = call
        self.leader = leader
        self.target = target
        self.mode: SupervisionMode | None = None
        self.ear: EarId | None = None
        self._talk = talk
        self.agent = agent
        self._on: LegId | None = None  # the leg that the ear is on
        self._room = call.new_room()
        self._muted = False
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watch: asyncio.Task[None] | None = None
        self._left = False

    @property
    def possible(self) -> bool:
        return self._side() is not None

    def _side(self) -> Party | None:
        """The agent's party in the talk."""
        if self._talk.over:
            return None
        sides = (self._talk.agent, self.target.main)
        return next((side for side in sides if side is not None and side.agent == self.agent), None)

    async def run(self, mode: SupervisionMode) -> None:
        """Until the talk is over for the agent, or the leader goes on in his place; he may hang up meanwhile."""
        call, exchange, leader = self.call, self.call.exchange, self.leader
        call.supervision, leader.leads = self, True
        since = exchange.clock()
        exchange.telephony.open_room(self._room)
        call.note(TalkStarted(leader.agent, exchange.name_of(leader.agent) if leader.agent else "", leader.leg))
        call.show(state="talking", answered_at=exchange.now(), internal=True)
        unheed = self._talk.heed(self._follow)
        unhear = exchange.phones.hear(leader.device, self._page_changed) if leader.browser and leader.device else None
        keys = exchange.spawn(self._hear_keys(), name=f"keys of {call.journey}")
        try:
            self.switch(mode)
            await self._over
        finally:
            keys.cancel()
            unheed()
            if unhear is not None:
                unhear()
            if self._watch is not None:
                self._watch.cancel()
            self._leave()
            exchange.telephony.close_room(self._room)
            call.note(TalkEnded(leader.leg, round(exchange.clock() - since, 2), 0.0))
            call.supervision, leader.leads = None, False
            call.view.supervises = None

    def _leave(self) -> None:
        """He is in the talk no more."""
        if self._left:
            return
        self._left = True
        if self.mode == "barge":
            self._talk.drop_guest(self.leader)  # else he would be hung up with the other guests before he is told
        self._stop_ear()
        if self.leader.agent and self.target.journey in self.call.exchange.calls:
            self.target.note(SupervisionEnded(self.leader.agent))

    # ------------------------------------------------------------ ways of taking part

    def switch(self, mode: SupervisionMode) -> None:
        """Take part in another way from now on. Raises ``NotNow``, ``InternalCall``."""
        if self._over.done():
            raise NotNow(mode, "over")
        if mode == "take_over" and self._talk.internal:
            raise InternalCall(mode)
        if mode == self.mode:
            return
        before, self.mode = self.mode, mode
        self._mute(mode == "listen")
        match mode:
            case "take_over":
                self._stop_ear()
                self._talk.replace_agent(self.leader)  # which tells ``_follow``
                return
            case "barge":
                self._stop_ear()
                self._talk.add_guest(self.leader)
            case "listen" | "whisper" if before in ("listen", "whisper"):
                pass
            case "listen" | "whisper":
                if before == "barge":
                    self._talk.drop_guest(self.leader)
                self._go_beside()
        self._note(mode)

    def _mute(self, on: bool) -> None:
        if on is not self._muted:
            self._muted = on
            self.call.exchange.telephony.mute(self.leader.leg, on)

    def _go_beside(self) -> None:
        """Into the leader's own room, with an ear on the agent."""
        self.call.exchange.telephony.enter(self._room, self.leader.leg)
        self.call.checkpoint(s="supervise")  # as a guest of the talk his leg had that one's note
        self._put_ear()

    def _put_ear(self) -> None:
        exchange, side = self.call.exchange, self._side()
        if side is None:
            return
        self._stop_ear()  # one alone in its room for a while would hear the agent only
        self._on = side.leg
        self.ear = ear = EarId(exchange.new_id("ear"))
        sent = exchange.telephony.listen_to(ear, side.leg, self._room)
        exchange.if_refused(sent, lambda: self._deaf(ear))

    def _stop_ear(self) -> None:
        if self.ear is not None:
            self.call.exchange.telephony.stop_listening(self.ear)
            self.ear = self._on = None

    def _deaf(self, ear: EarId) -> None:
        if ear == self.ear and not self._over.done():
            log.error("a leader cannot listen", call=self.call.journey)
            self._over.set_result(None)

    def _note(self, mode: SupervisionMode) -> None:
        exchange, leader = self.call.exchange, self.leader.agent
        if leader is None:
            return
        self.target.note(Supervised(leader, exchange.name_of(leader), self.agent, mode))
        name = exchange.name_of(self.agent)
        self.call.show(supervises=Supervising(self.target.journey, self.agent, name, mode))

    # ------------------------------------------------------------ what happens meanwhile

    def _follow(self) -> None:
        """The agent goes on at another phone, another is the agent, or the talk is over."""
        if self._over.done():
            return
        if self._talk.agent is self.leader:
            self.mode = "take_over"
            self._note("take_over")
            self._leave()
            self._over.set_result(None)
        elif (side := self._side()) is None:
            self._leave()  # at once: guests are hung up, and the story of the call is closed
            self._over.set_result(None)
        elif side.leg != self._on and self.ear is not None:
            self._put_ear()

    async def _hear_keys(self) -> None:
        while True:
            mode = KEYS.get(await self.leader.keys.take())
            if mode is not None and mode != self.mode and self.leader.agent:
                with suppress(NotNow):  # the talk ended in this moment
                    self.switch(mode)
                    self.call.exchange.log_supervision(self.leader.agent, self.target, self.agent, mode)

    def _page_changed(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self.call.exchange.spawn(self._look_for_page(), name=f"page of {self.call.journey}")

    async def _look_for_page(self) -> None:
        """A page that was closed, or loaded anew, supervises no more; the talk goes on."""
        if await is_lost(self.call.exchange, self.leader):
            self.call.exchange.telephony.hang_up(self.leader.leg)

    def reconcile(self, snapshot: Snapshot) -> None:
        """What was asked while the connection to the engine was lost is asked again."""
        if self._over.done() or self.mode not in ("listen", "whisper"):
            return
        telephony = self.call.exchange.telephony
        if all(room.room != self._room for room in snapshot.rooms):
            self._room = self.call.new_room()
            telephony.open_room(self._room)
        telephony.mute(self.leader.leg, self._muted)
        self._go_beside()
