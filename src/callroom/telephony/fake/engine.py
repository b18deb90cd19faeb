"""What the engine does with legs, rooms and recordings: both for the server's commands and for the parties' acts."""

import asyncio
from collections.abc import Callable

from callroom.core.ids import EarId, LegId, RoomId, TapeId
from callroom.telephony import port
from callroom.telephony.fake.link import Link
from callroom.telephony.fake.party import PartyState
from callroom.telephony.fake.sounds import Sounds, heard
from callroom.telephony.fake.state import Ear, Fax, Leg, Playing, Room, Tape, TapeDone
from callroom.telephony.port import CommandRefused, EndCause, LegGone

NO_FAX_AFTER = 35.0  # seconds until a machine gives up a party that is none (T.30, T1)
FILE_CLOSES_AFTER = 0.02  # seconds from the end of a recording until it is told


class Engine:
    """Legs, rooms and recordings in memory; implements ``party.Exchange``."""

    def __init__(self) -> None:
        self.link = Link()
        self.legs: dict[LegId, Leg] = {}
        self.rooms: dict[RoomId, Room] = {}
        self.used_rooms: set[RoomId] = set()
        self.ears: dict[EarId, Ear] = {}
        self.tapes: dict[TapeId, Tape] = {}
        self.tapes_done: dict[TapeId, TapeDone] = {}
        self.music: dict[str, str] = {}  # files by their names
        self.sounds = Sounds(self._sound_ended, self.changed)
        self.faxes_unheard: list[port.FaxEnded] = []
        self._untold: list[port.TapeEnded] = []
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def later(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, act)

    # ------------------------------------------------------------ waiting for a state

    def changed(self) -> None:
        """Something a test may wait for has changed."""
        for condition, future in self._waiting:
            if not future.done() and condition():
                future.set_result(None)

    async def until(self, condition: Callable[[], bool], *, within: float = 60.0, what: str = "") -> None:
        """Wait until something of the fake's own state is so; AssertionError after ``within`` seconds."""
        if condition():
            return
        entry = (condition, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(within):
                await entry[1]
        except TimeoutError:
            raise AssertionError(f"{what or 'the awaited state'}: not within {within:g} s") from None
        finally:
            self._waiting.remove(entry)

    # ------------------------------------------------------------ legs

    def leg(self, leg: LegId) -> Leg:
        if (found := self.legs.get(leg)) is None:
            raise LegGone(leg)
        return found

    def movable(self, leg: LegId, command: str) -> Leg:
        found = self.usable(leg, command)
        if any(tape.leg is found and tape.silence is not None for tape in self.tapes.values()):
            raise CommandRefused(command, f"{leg} is leaving a message")
        return found

    def usable(self, leg: LegId, command: str) -> Leg:
        found = self.leg(leg)
        if not found.controllable:
            raise CommandRefused(command, f"{leg} is not answered")
        return found

    def answered(self, leg: Leg) -> None:
        """The engine or the party has answered."""
        leg.party.state = PartyState.TALKING
        self._stop_timers(leg)
        if leg.origin is None and not self.link.connected:
            self.end(leg, EndCause.NORMAL)  # nobody is there to take an answered call up
            return
        self.link.tell(port.LegAnswered(self.now, leg.id))
        self.changed()

    def end(self, leg: Leg, cause: EndCause, party_learns: EndCause | None = None) -> None:
        if leg.fax is not None:
            lost = cause is EndCause.ENGINE_LOST
            self.end_fax(leg, port.FaxFault.ENGINE_LOST if lost else port.FaxFault.HUNG_UP)
        del self.legs[leg.id]
        self._stop_timers(leg)
        tapes = [tape for tape in self.tapes.values() if tape.leg is leg]
        for tape in tapes:
            self.end_tape(tape)
        for ear in list(leg.ears):
            self.end_ear(ear)
        self.sounds.stop_all(leg.sounds)
        if leg.room is not None:
            leg.room.legs.remove(leg)
            leg.room = None
        leg.party.state, leg.party.held, leg.party.end_cause = PartyState.ENDED, False, party_learns or cause
        self.link.tell(port.LegEnded(self.now, leg.id, cause))
        self.changed()

    def _stop_timers(self, leg: Leg) -> None:
        while leg.timers:
            leg.timers.pop().cancel()

    # ------------------------------------------------------------ rooms

    def room(self, room: RoomId, command: str) -> Room:
        if (found := self.rooms.get(room)) is None:
            raise CommandRefused(command, f"there is no room {room}")
        return found

    def move(self, leg: Leg, room: Room | None) -> None:
        """Into a room, or into none. What is being played to the leg stops."""
        self.sounds.stop_all(leg.sounds)
        if leg.room is not None:
            leg.room.legs.remove(leg)
        leg.room = room
        if room is not None:
            leg.music = ""
            room.legs.append(leg)
        self.changed()

    def close(self, room: Room) -> None:
        del self.rooms[room.id]
        for leg in room.legs:
            leg.room = None
        for ear in room.ears:
            ear.room = None
        self.sounds.stop_all(room.sounds)

    # ------------------------------------------------------------ ears

    def start_ear(self, ear: Ear, room: Room) -> None:
        self.ears[ear.id] = ear
        ear.leg.ears.append(ear)
        room.ears.append(ear)
        self.changed()

    def end_ear(self, ear: Ear) -> None:
        del self.ears[ear.id]
        ear.leg.ears.remove(ear)
        if ear.room is not None:
            ear.room.ears.remove(ear)
        self.changed()

    # ------------------------------------------------------------ sounds

    def _sound_ended(self, playing: Playing, completed: bool) -> None:
        self.link.tell(port.SoundEnded(self.now, playing.id, playing.leg, completed))

    def heard_by(self, leg: LegId) -> set[str]:
        return heard(self.legs[leg], self.music) if leg in self.legs else set()

    # ------------------------------------------------------------ recordings

    def start_tape(self, tape: Tape, longest: float | None) -> None:
        known = {t.path for t in self.tapes.values()} | {t.path for t in self.tapes_done.values()}
        if tape.path in known or tape.id in self.tapes or tape.id in self.tapes_done:
            raise CommandRefused("record", f"{tape.path} exists")
        self.tapes[tape.id] = tape
        if longest is not None:
            tape.longest = self.later(longest, lambda: self.end_tape(tape))
        if tape.leg.party.silent:
            self._listen(tape)
        self.changed()

    def _listen(self, tape: Tape) -> None:
        """The party of a message fell silent."""
        if tape.silence is not None and tape.quiet is None:
            tape.quiet_since = self.now
            tape.quiet = self.later(tape.silence, lambda: self.end_tape(tape))

    def end_tape(self, tape: Tape, *, complete: bool = True) -> None:
        del self.tapes[tape.id]
        for timer in (tape.longest, tape.quiet):
            if timer is not None:
                timer.cancel()
        end = tape.quiet_since if tape.quiet_since is not None else self.now
        seconds = max(0.0, end - tape.since)
        complete = complete and (tape.silence is None or seconds > 0)
        party = tape.leg.party
        speaks = party.state is PartyState.TALKING and not party.silent
        voices = {party.name} if speaks else set[str]()
        if tape.silence is None:
            voices |= heard(tape.leg, self.music)
        self.tapes_done[tape.id] = TapeDone(tape.path, tape.leg.id, seconds, complete, frozenset(voices))
        ended = port.TapeEnded(self.now + FILE_CLOSES_AFTER, tape.id, tape.leg.id, seconds, complete)
        self.later(FILE_CLOSES_AFTER, lambda: self._tell_tape(ended))
        self.changed()

    def _tell_tape(self, ended: port.TapeEnded) -> None:
        if self.link.connected:
            self.link.tell(ended)
        else:
            self._untold.append(ended)

    def tell_missed_tapes(self) -> None:
        while self._untold:
            self.link.tell(self._untold.pop(0))

    # ------------------------------------------------------------ faxes

    def start_fax(self, leg: Leg, fax: Fax) -> None:
        if leg.party.state is not PartyState.TALKING:
            raise CommandRefused("fax", f"{leg.id} is not answered")
        self.move(leg, None)
        leg.fax, leg.music, leg.ringing = fax, "", False
        self._next_page(leg, fax)
        self.changed()

    def _next_page(self, leg: Leg, fax: Fax) -> None:
        machine = leg.party.fax
        if machine is None:
            fax.timer = self.later(NO_FAX_AFTER, lambda: self.end_fax(leg, port.FaxFault.NO_FAX))
        elif fax.pages >= machine.pages:
            self.end_fax(leg, machine.fault)
        else:
            fax.timer = self.later(machine.seconds, lambda: self._page_over(leg, fax))

    def _page_over(self, leg: Leg, fax: Fax) -> None:
        fax.pages += 1
        self.link.tell(port.FaxPassed(self.now, fax.id, leg.id, fax.pages))
        self._next_page(leg, fax)

    def end_fax(self, leg: Leg, fault: port.FaxFault | None) -> None:
        fax, leg.fax = leg.fax, None
        assert fax is not None
        if fax.timer is not None:
            fax.timer.cancel()
        station = leg.party.fax.station if leg.party.fax and fault is not port.FaxFault.NO_FAX else ""
        ended = port.FaxEnded(self.now, fax.id, leg.id, port.FaxOutcome(fax.pages, fault, station))
        if self.link.connected:
            self.link.tell(ended)
        else:
            self.faxes_unheard.append(ended)
        self.changed()

    # ------------------------------------------------------------ what parties do

    def party_answers(self, leg: LegId) -> None:
        self.answered(self.legs[leg])

    def party_ends(self, leg: LegId, cause: EndCause) -> None:
        self.end(self.legs[leg], cause)

    def party_presses(self, leg: LegId, digit: str) -> None:
        if digit not in set("0123456789*#ABCD"):
            raise ValueError(f"no key {digit!r}")
        self.link.tell(port.DigitPressed(self.now, leg, digit))
        if digit == "#":
            for tape in [t for t in self.tapes.values() if t.leg.id == leg and t.silence is not None]:
                self.end_tape(tape)

    def party_holds(self, leg: LegId, on: bool) -> None:
        party = self.legs[leg].party
        if party.held is not on:
            party.held = on
            self.link.tell(port.LegHeld(self.now, leg) if on else port.LegResumed(self.now, leg))
            self.changed()

    def party_speaks(self, leg: LegId, on: bool) -> None:
        self.leg(leg).party.silent = not on
        for tape in [t for t in self.tapes.values() if t.leg.id == leg]:
            if not on:
                self._listen(tape)
            elif tape.quiet is not None:
                tape.quiet.cancel()
                tape.quiet = tape.quiet_since = None
        self.changed()

    def party_calls_as_fax(self, leg: LegId) -> None:
        found = self.leg(leg)
        if found.fax is None and self.now < found.fax_noticed_until:
            found.fax_noticed_until = 0.0
            self.move(found, None)
            found.music, found.ringing = "", False
            self.link.tell(port.FaxToneHeard(self.now, leg))

    def party_transfers(self, leg: LegId, to: str) -> None:
        if self.legs[leg].tied:
            return  # the phone is refused, and all stays as it is
        self.link.tell(port.TransferDialled(self.now, leg, to))
        self.end(self.legs[leg], EndCause.NORMAL)

    def party_joins(self, leg: LegId, other: LegId) -> None:
        self.link.tell(port.LegsJoined(self.now, leg, other))
        for each in (leg, other):
            if each in self.legs:
                self.end(self.legs[each], EndCause.NORMAL)
