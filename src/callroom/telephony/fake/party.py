"""A scripted party: what it does, and what it hears."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from callroom.core.ids import LegId
from callroom.telephony.port import CallerId, EndCause, FaxFault


class PartyState(StrEnum):
    CALLING = "calling"  # called in, not answered yet
    DIALLED = "dialled"  # we dial it; it does not ring yet
    RINGING = "ringing"
    TALKING = "talking"  # answered, whatever it hears
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class FaxMachine:
    """A party that sends or takes faxes: so many ``pages``, ``seconds`` each; with a ``fault`` it ends in that."""

    pages: int = 1
    seconds: float = 10.0
    fault: FaxFault | None = None
    station: str = "0571 88001"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a party does when it is dialled; seconds from being dialled, and from its answer."""

    rings: bool = True
    answers_after: float | None = None
    refuses: EndCause | None = None
    refuses_after: float = 0.0
    hangs_up_after: float | None = None
    fax: FaxMachine | None = None


class Exchange(Protocol):
    """What a party can do to the engine it is connected to."""

    def party_answers(self, leg: LegId) -> None: ...
    def party_ends(self, leg: LegId, cause: EndCause) -> None: ...
    def party_presses(self, leg: LegId, digit: str) -> None: ...
    def party_holds(self, leg: LegId, on: bool) -> None: ...
    def party_speaks(self, leg: LegId, on: bool) -> None: ...
    def party_transfers(self, leg: LegId, to: str) -> None: ...
    def party_joins(self, leg: LegId, other: LegId) -> None: ...
    def party_calls_as_fax(self, leg: LegId) -> None: ...
    def heard_by(self, leg: LegId) -> set[str]: ...


@dataclass(slots=True, eq=False)
class Party:
    """Somebody at the other end of a leg. Doing what a party cannot do in its state is an error of the test."""

    name: str
    leg: LegId
    exchange: Exchange
    state: PartyState
    dialled: str = ""  # what it dialled, if it called in
    shown: CallerId | None = None  # whom it sees calling, if it was dialled
    headers: dict[str, str] = field(default_factory=dict[str, str])  # keys in lower case
    auto_answer: bool = False
    held: bool = False
    silent: bool = False
    vanished: bool = False  # its page or phone is gone without a word: no packet comes any more
    digits_heard: str = ""
    fax: FaxMachine | None = None  # None: nobody who could send or take one
    end_cause: EndCause | None = None  # as the party learns it; a refused caller: the refusal

    def vanish(self) -> None:
        """Be gone without hanging up, like a page that is reloaded."""
        self.vanished = True

    def answer(self) -> None:
        self._need(PartyState.DIALLED, PartyState.RINGING)
        self.exchange.party_answers(self.leg)

    def refuse(self, cause: EndCause = EndCause.BUSY) -> None:
        self._need(PartyState.DIALLED, PartyState.RINGING)
        self.exchange.party_ends(self.leg, cause)

    def hang_up(self) -> None:
        """End its call; a caller not answered yet gives up."""
        self._need(PartyState.CALLING, PartyState.TALKING)
        calling = self.state is PartyState.CALLING
        self.exchange.party_ends(self.leg, EndCause.CANCELLED if calling else EndCause.NORMAL)

    def press(self, digits: str) -> None:
        self._need(PartyState.CALLING, PartyState.TALKING)
        for digit in digits:
            self.exchange.party_presses(self.leg, digit)

    def hold(self) -> None:
        self._need(PartyState.TALKING)
        self.exchange.party_holds(self.leg, True)

    def resume(self) -> None:
        self._need(PartyState.TALKING)
        self.exchange.party_holds(self.leg, False)

    def send_fax_tone(self) -> None:
        self._need(PartyState.TALKING)
        self.fax = self.fax or FaxMachine()
        self.exchange.party_calls_as_fax(self.leg)

    def fall_silent(self) -> None:
        self.exchange.party_speaks(self.leg, False)

    def speak(self) -> None:
        self.exchange.party_speaks(self.leg, True)

    def transfer_to(self, number: str) -> None:
        """Give the call away on the phone, to a number; nothing happens where that is not allowed."""
        self._need(PartyState.TALKING)
        self.exchange.party_transfers(self.leg, number)

    def join_with(self, other: "Party") -> None:
        """Bring this call and another one of the same phone together, and leave."""
        self._need(PartyState.TALKING)
        self.exchange.party_joins(self.leg, other.leg)

    def hears(self) -> set[str]:
        """``music``, ``ringing``, names of sound files being played, names of parties; empty: silence."""
        return self.exchange.heard_by(self.leg)

    def _need(self, *states: PartyState) -> None:
        if self.state not in states:
            raise RuntimeError(f"{self.name} cannot do that: it is {self.state}")
