"""The exchange: hears the engine, knows every party and call, and is what the rest of the site asks for calls."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec
import structlog

from callroom.calls import faxing, transfers
from callroom.calls.acd import Acd
from callroom.calls.adoption import adopt
from callroom.calls.alarms import Alarms
from callroom.calls.arrivals import arrived
from callroom.calls.awaited import Awaited
from callroom.calls.board import Board
from callroom.calls.call import Call
from callroom.calls.callbacks import Callbacks
from callroom.calls.faxes import Faxes
from callroom.calls.ivr.caller import Data
from callroom.calls.knowing import Customers, FlowVersions, NoData
from callroom.calls.lamps import Lamps
from callroom.calls.letters import Letters
from callroom.calls.live import CallView, Live
from callroom.calls.mailbox import new_guesses
from callroom.calls.notes import Notes
from callroom.calls.party import Party
from callroom.calls.phones import Phones
from callroom.calls.refusals import Refusals
from callroom.calls.rests import Rests
from callroom.calls.setup import push
from callroom.calls.silent import Silent
from callroom.calls.sounds import Sounds, Speech
from callroom.calls.studio import Studio
from callroom.core.acd import model as m
from callroom.core.conversation import HangUpPressed, Side
from callroom.core.directory import Attendant, Directory
from callroom.core.ids import AgentId, DeviceId, ExtensionId, FlowId, JourneyId, LegId, QueueId, ScheduleId, TrunkId
from callroom.core.journeys.facts import (
    Direction,
    EndedBy,
    LegAnswered,
    LegEnded,
    LegStarted,
    Role,
    SupervisionMode,
)
from callroom.core.numbers import Traced
from callroom.core.pops import Occasion
from callroom.media.number_places import traced
from callroom.telephony import port
from callroom.telephony.port import EndCause

log = structlog.get_logger(__name__)
SEE_OFF = 5.0  # seconds until a leg that should have gone is hung up again


class Exchange:
    """One site's calls. ``clock`` counts seconds of the running loop; ``now`` tells UTC."""

    def __init__(
        self,
        telephony: port.Telephony,
        notes: Notes,
        live: Live,
        *,
        customers: Customers,
        letters: Letters,
        recordings: Path,
        tape_seconds: Callable[[str], float],
        now: Callable[[], datetime],
        clock: Callable[[], float],
        new_id: Callable[[str], str],
        supervised: Callable[[AgentId, JourneyId, AgentId, SupervisionMode], None] | None = None,
        tell_others: Callable[[str, Occasion, dict[str, str]], None] | None = None,
        fax_file: Callable[[str], str] = lambda path: path,
        switched: Callable[[ScheduleId, str, ExtensionId], Awaitable[bool]] | None = None,
        data: Data | None = None,
        versions: FlowVersions | None = None,
        speech: Speech | None = None,
    ) -> None:
        """``letters``: the messages in the boxes. ``supervised`` is told what a leader did from his phone: who, in
        which call, in whose talk, how. ``tell_others`` of a call: the address, what happened, the facts."""
        self.telephony = telephony
        self.notes = notes
        self.live = live
        self.recordings = recordings
        self.tape_seconds = tape_seconds  # measures a recording by its path, 0 if it is missing
        self.now = now
        self.clock = clock
        self.new_id = new_id
        self._supervised = supervised
        self.tell_others = tell_others
        self._switched = switched
        self.data: Data = data or NoData()
        self.fax_file = fax_file  # where the engine finds, or writes, the pages of a fax's path
        self._versions = versions
        self.started_at = now()
        self.directory = Directory()
        self.sounds = Sounds(lambda: self.directory, speech)
        self.calls: dict[JourneyId, Call] = {}
        self.parties: dict[LegId, Party] = {}
        self.engine_answers = False
        self.acd = Acd(self)
        self.board = Board(self)
        self.alarms = Alarms(self)
        self.rests = Rests(self)
        self.phones = Phones(self)
        self.refusals = Refusals(self)
        self.callbacks = Callbacks(self)
        self.letters = letters
        self.lamps = Lamps(self)
        self.guesses = new_guesses()  # of PINs of boxes
        self.faxes = Faxes(self)
        self.studio = Studio(self)
        self.customers = customers
        self.awaited = Awaited(self.spawn, clock)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._left = False
        telephony.subscribe(self._hear)

    # ------------------------------------------------------------ configuration

    def set_directory(self, directory: Directory) -> None:
        """Take a changed configuration: living calls go on, devices and trunks are pushed where they differ."""
        before, self.directory = self.directory, directory
        self.acd.set_directory(directory, before)
        if self.engine_answers:
            push(self.telephony, directory, before)
        if directory.masked_values != before.masked_values:
            for call in self.calls.values():
                call.show_values()
                call.tell()
        for agent in directory.agents:
            self.rests.look(agent)
            self.phones.check(agent)
        for queue in directory.queues | before.queues:
            if directory.queues.get(queue) != before.queues.get(queue):
                self.board.show_queue(queue)

    async def flow_version(self, flow: FlowId, version: int) -> Attendant | None:
        """An attendant as it was published then, or as it is now if that is not kept."""
        present = self.directory.attendants.get(flow)
        if version and self._versions is not None and (present is None or present.version != version):
            return await self._versions.flow(flow, version) or present
        return present

    def restore_agents(self, rests: dict[AgentId, tuple[str, str, tuple[QueueId, ...]]]) -> None:
        """Sign agents in again as a former server process knew them: chosen state, reason, queues."""
        for agent, (rest, reason, queues) in rests.items():
            known = self.directory.agents.get(agent)
            if known is not None and known.takes_calls and rest != "offline":
                self.acd.handle(m.AgentSignedIn(agent, known.queues & frozenset(queues)))
                if rest in ("busy", "away"):
                    self._choose(agent, rest, reason)
                self.phones.check(agent)

    # ------------------------------------------------------------ parties and tasks

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return task

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of a call failed", task=task.get_name(), exc_info=error)

    def add_party(
        self,
        call: Call,
        leg: LegId,
        role: Role,
        number: str,
        agent: AgentId | None = None,
        device: DeviceId | None = None,
        *,
        browser: bool = False,
        trunk: TrunkId | None = None,
        known: bool = False,
    ) -> Party:
        """Make a leg known as a party of a call; ``known``: its journey was told of it by a former process."""
        loop = asyncio.get_running_loop()
        party = Party(
            leg, call.journey, role, number, loop.create_future(), loop.create_future(), agent, device, browser, trunk
        )
        self.parties[leg] = party
        if not known:
            call.note(LegStarted(leg, role, number, agent, device, trunk))
        return party

    def new_call(self, journey: JourneyId, direction: Direction, from_number: str, to_number: str, **more: Any) -> Call:
        at, company = self.now(), self.directory.company
        outside = {"inbound": from_number, "outbound": to_number}.get(direction)
        view = CallView(
            id=journey,
            direction=direction,
            from_number=from_number,
            to_number=to_number,
            started_at=at,
            since=at,
            whence=self.traced(outside) if outside else Traced(),
            pop=company.pop_when if company.pop_url and direction != "internal" else "",
            **more,
        )
        call = Call(self, journey, view, company.language)
        self.calls[journey] = call
        return call

    def call_ended(self, call: Call, by: EndedBy, loss_reason: str | None) -> None:
        self.calls.pop(call.journey, None)
        left = [party for party in self.parties.values() if party.journey == call.journey and not party.gone]
        for party in left:
            if party is not call.main:
                self.telephony.hang_up(party.leg)
        if left:
            self.spawn(self._see_off(left), name=f"end of {call.journey}")
        over = {"id": call.journey, "ended_by": by, "loss_reason": loss_reason, "into": call.went_to}
        self.live.tell("call.ended", over, call.audience, call.about)

    async def _see_off(self, parties: list[Party]) -> None:
        """Until all have gone: a leg whose hang-up the engine refused, or did not hear, must not live for ever."""
        while left := [party for party in parties if not party.gone]:
            await asyncio.wait([party.ended for party in left], timeout=SEE_OFF)
            for party in left:
                if not party.gone and self.engine_answers:
                    self.telephony.hang_up(party.leg)

    def if_refused(self, sent: Awaitable[None], then: Callable[[], object]) -> None:
        """``then`` is called if the engine refuses a command, which nothing else would tell."""

        def answered(answer: asyncio.Future[None]) -> None:
            # Of other errors the leg's end, or the engine's return, tells on its own.
            if not answer.cancelled() and isinstance(answer.exception(), port.CommandRefused) and not self._left:
                then()

        asyncio.ensure_future(sent).add_done_callback(answered)

    def not_dialled(self, leg: LegId) -> None:
        """The engine refused to dial a leg: it ends without having begun."""
        self._hear(port.LegEnded(self.clock(), leg, EndCause.FAILED))

    def mark_agent_leg(self, call: Call, party: Party) -> None:
        """After a restart of the server this leg is found as the agent's side, not as the main one."""
        note = {"j": call.journey, "r": "agent", "a": party.agent}
        self.telephony.set_checkpoint(party.leg, msgspec.json.encode(note).decode())

    # ------------------------------------------------------------ what flows ask

    def agent_talks(self, agent: AgentId) -> bool:
        return isinstance(self.acd.distributor.state_of(agent), m.Talking)

    def name_of(self, agent: AgentId) -> str:
        known = self.directory.agents.get(agent)
        return known.name if known else agent

    def log_supervision(self, leader: AgentId, target: Call, agent: AgentId, mode: SupervisionMode) -> None:
        if self._supervised is not None:
            self._supervised(leader, target.journey, agent, mode)

    def traced(self, number: str) -> Traced:
        """Whence an outside number is."""
        company = self.directory.company
        return traced(number, company.country, company.area_code)

    def local_now(self) -> datetime:
        """By the site's clock."""
        return self.now().astimezone(ZoneInfo(self.directory.company.time_zone))

    async def switch_hours(self, schedule: ScheduleId, state: str, by: ExtensionId) -> bool:
        """Let a phone switch opening hours by hand; whether it was done."""
        return self._switched is not None and await self._switched(schedule, state, by)

    def calls_on(self, trunk: TrunkId) -> int:
        return sum(party.trunk == trunk for party in self.parties.values())

    def forget_file(self, path: str) -> None:
        """Remove a sound that was made only to be heard once."""
        (self.recordings / path).unlink(missing_ok=True)

    # ------------------------------------------------------------ what the engine tells

    def _hear(self, event: port.TelephonyEvent) -> None:
        match event:
            case port.LegArrived():
                arrived(self, event)
            case port.LegAnswered(leg=leg) if party := self.parties.get(leg):
                if not party.answered.done():
                    self.notes.note(party.journey, LegAnswered(leg))
                    party.answered.set_result(None)
            case port.LegAnswered(leg=leg):
                self.telephony.hang_up(leg)  # its call was over before it answered
            case port.LegEnded(leg=leg, cause=cause) if party := self.parties.pop(leg, None):
                self.notes.note(party.journey, LegEnded(leg, cause))
                party.ended.set_result(cause)
            case port.DigitPressed(leg=leg, digit=digit) if party := self.parties.get(leg):
                party.keys.press(digit)
            case port.LegHeld(leg=leg) | port.LegResumed(leg=leg):
                transfers.held(self, leg, on=isinstance(event, port.LegHeld))
            case port.TransferDialled(leg=leg, to=to):
                transfers.dialled(self, leg, to)
            case port.LegsJoined(leg=leg, other=other):
                transfers.joined(self, leg, other)
            case port.SoundEnded(sound=sound, completed=completed):
                self.awaited.sound_ended(sound, completed=completed)
            case port.TapeEnded():
                self.awaited.tape_ended(event)
            case port.FaxToneHeard(leg=leg):
                faxing.tone_heard(self, leg)
            case port.FaxPassed():
                self.faxes.passed(event)
            case port.FaxEnded():
                self.awaited.fax_ended(event)
            case port.DeviceChanged(device=device, state=state, contact=contact):
                self.phones.device_changed(device, state, contact)
            case port.DeviceRefused(device=device, address=address):
                self.refusals.refused(device, address)
            case port.TrunkChanged(trunk=trunk, state=state, detail=detail):
                self.phones.trunk_changed(trunk, state, detail)
            case port.EngineLost():
                self.engine_answers = False
                log.warning("engine lost")
                self.live.tell("engine.changed", {"answers": False})
            case port.EngineReady():
                self._engine_ready(event)
            case _:
                pass

    def _engine_ready(self, event: port.EngineReady) -> None:
        log.info("engine answers", fresh=event.fresh, legs=len(event.snapshot.legs))
        self.engine_answers = True
        self.awaited.forget_sounds()
        self.awaited.faxes_found(event.snapshot)
        # All of it each time: what changed while one of the two was away is right again afterwards.
        push(self.telephony, self.directory, None)
        adopt(self, event.snapshot, fresh=event.fresh)
        self.faxes.go_on()
        self.live.tell("engine.changed", {"answers": True})

    # ------------------------------------------------------------ what people ask

    def sign_in(self, agent: AgentId, queues: frozenset[QueueId] | None = None) -> None:
        """Sign an agent in to queues of his (None: all of them); he is ready."""
        mine = self.directory.agents[agent].queues
        self.acd.handle(m.AgentSignedIn(agent, mine if queues is None else queues & mine))
        self.phones.check(agent)

    def sign_out(self, agent: AgentId) -> None:
        self.acd.handle(m.PresenceChosen(agent, m.SignedOut()))

    def set_presence(self, agent: AgentId, state: str, reason: str = "") -> None:
        """``ready`` during wrap-up ends it; ``busy`` and ``away`` chosen in a talk count from its end."""
        self._choose(agent, state, reason)
        if state == "ready":
            self.acd.handle(m.WrapUpEnded(agent))

    def _choose(self, agent: AgentId, state: str, reason: str) -> None:
        at = self.clock()
        rest = {"ready": m.Ready(at), "busy": m.Busy(at, reason), "away": m.Away(at, reason)}[state]
        self.acd.handle(m.PresenceChosen(agent, rest))
        self.board.show_agent(agent)

    def is_signed_in(self, agent: AgentId) -> bool:
        return not isinstance(self.acd.distributor.rest_of(agent), m.SignedOut)

    def calls_of(self, agent: AgentId) -> list[Call]:
        """Those in which he takes part, or which ring for him."""
        his = {party.journey for party in self.parties.values() if party.agent == agent}
        return [call for call in self.calls.values() if call.journey in his or call.view.agent == agent]

    def takes_part(self, agent: AgentId, call: Call) -> bool:
        return call in self.calls_of(agent)

    def hang_up(self, call: Call, agent: AgentId) -> None:
        """An agent ends his call, in whatever stage it is; a caller who is only offered to him goes on waiting, and a
        talk he only took part in goes on without him."""
        mine = [p for p in self.parties.values() if p.journey == call.journey and p.agent == agent]
        if call.conversation is not None:
            if call.conversation.led_by(agent):
                call.conversation.press(HangUpPressed())
                return
        elif call.view.agent == agent or any(party is call.main for party in mine):
            call.stop("agent")
        for party in mine:
            self.telephony.hang_up(party.leg)

    def force_hang_up(self, call: Call) -> None:
        """A leader ends the call; to both sides it is over as if the other had hung up."""
        if call.conversation is not None:
            call.conversation.press(HangUpPressed(Side.LEADER))
        else:
            call.stop("system")

    async def leave(self) -> None:
        """The server stops: calls are left to the engine as they are, and the next process adopts them."""
        self._left = True
        self.notes.freeze()
        self.acd.stop()
        self.refusals.stop()
        self.alarms.stop()
        self.rests.stop()
        self.telephony = cast(port.Telephony, Silent())  # cleaning up now would end the calls
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
