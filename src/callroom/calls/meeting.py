"""The room of a talk: in it they are brought together who are to hear each other now."""

from functools import partial
from typing import TYPE_CHECKING

import structlog

from callroom.calls.party import Party
from callroom.core.ids import RoomId
from callroom.telephony.port import Snapshot

if TYPE_CHECKING:
    from callroom.calls.conversation import Conversation

log = structlog.get_logger(__name__)


class Meeting:
    """``room`` is the present one: another where the engine refuses it, or has lost it."""

    def __init__(self, talk: "Conversation", room: RoomId) -> None:
        self.room = room
        self._talk = talk
        self._call = talk.call
        self._exchange = talk.call.exchange

    def open(self) -> None:
        self._exchange.telephony.open_room(self.room)

    def gather(self, *, again: bool = True) -> None:
        """Bring together who is to talk; in another room, or not at all, if the engine refuses."""
        talk, exchange = self._talk, self._exchange
        sent = exchange.telephony.enter(self.room, *(party.leg for party in talk.present()))
        if talk.with_customer:
            self._call.joined_a_room()
        if talk.internal:
            for party in talk.present():
                exchange.telephony.tie(party.leg)

        def refused() -> None:
            if not talk.goes_on:
                return
            if again:
                self._move()
            else:
                log.error("parties cannot be brought together", call=self._call.journey)
                exchange.telephony.hang_up(talk.agent.leg)
                talk.give_up()

        exchange.if_refused(sent, refused)

    def add(self, guest: Party) -> None:
        telephony = self._exchange.telephony
        sent = telephony.enter(self.room, guest.leg)
        self._exchange.if_refused(sent, partial(telephony.hang_up, guest.leg))

    def leave(self, party: Party) -> None:
        self._exchange.telephony.leave(self.room, party.leg)

    def reconcile(self, snapshot: Snapshot) -> None:
        """Join them again if the engine did not hear of it."""
        talk = self._talk
        if not talk.goes_on or talk.agent.gone:
            return
        seen = next((room for room in snapshot.rooms if room.room == self.room), None)
        if seen is None:
            self._move()
        elif not {party.leg for party in talk.present()} <= set(seen.legs):
            self.gather()

    def close(self) -> None:
        close = partial(self._exchange.telephony.close_room, self.room)
        self._exchange.if_refused(close(), close)

    def _move(self) -> None:
        self._exchange.telephony.close_room(self.room)
        self.room = self._call.new_room()
        self.open()
        self._talk.checkpoint()
        self.gather(again=False)
