"""The recording of a talk: of the customer's leg, so that it goes on when the agent changes."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from callroom.core.ids import AgentId, TapeId
from callroom.core.journeys.facts import RecordingStarted
from callroom.telephony.port import TapeEnded

if TYPE_CHECKING:
    from callroom.calls.call import Call


class Taping:
    def __init__(self, call: "Call") -> None:
        self._call = call
        self._tape: TapeId | None = None

    def start(self, agent: AgentId | None) -> None:
        call, exchange = self._call, self._call.exchange
        assert call.main is not None
        tape = TapeId(exchange.new_id("rec"))
        path = f"{exchange.now():%Y/%m/%d}/{tape}"
        call.note(RecordingStarted(tape, path, agent))
        self.go_on(tape, exchange.telephony.record_conversation(tape, call.main.leg, path))

    def go_on(self, tape: TapeId, sent: Awaitable[None] | None = None) -> None:
        """Book its end; ``sent``: the command that starts it, None for one that runs."""
        self._tape = tape

        def ended(event: TapeEnded) -> None:
            self._call.book_tape(event)
            if self._tape == tape:
                self._tape = None

        self._call.expect_tape(tape, ended, sent)

    def stop(self) -> None:
        if self._tape is not None:
            self._call.exchange.telephony.stop_tape(self._tape)
