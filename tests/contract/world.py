"""What the contract suite needs around an implementation of the port: parties that hear, and events that were told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from callroom.core.ids import DeviceId, TrunkId
from callroom.demo.phone.patience import PATIENCE
from callroom.telephony.port import EndCause, LegEnded, TapeEnded, Telephony, TelephonyEvent

ANA = DeviceId("ana")  # put, not registered until ``phone_on``
CITY = TrunkId("city")  # put; every number behind it is one scripted carrier
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file that can be told from others: ``file`` is its path without extension."""

    file: str
    hertz: int


class Somebody(Protocol):
    """A party of a call. What waits raises, or fails the test, after a few seconds."""

    @property
    def shown_number(self) -> str:
        """Whom it sees calling."""
        ...

    def header(self, name: str) -> str | None:
        """What came with its call as ``X-Callroom-<name>``."""
        ...

    async def answered(self) -> None:
        """Until its call in is answered."""
        ...

    def ring(self) -> None: ...
    async def answer(self) -> None: ...
    def refuse(self, cause: EndCause) -> None: ...
    async def press(self, digits: str) -> None: ...
    async def hold(self) -> None: ...
    async def resume(self) -> None: ...
    async def hang_up(self) -> None: ...
    def call_as_fax(self) -> None:
        """Send the tone of a fax machine that wants to send."""
        ...

    def fall_silent(self) -> None:
        """Send no sound any more, like a phone whose network is gone."""
        ...

    @property
    def answers_by_itself(self) -> bool:
        """Whether its call asks it to answer at once."""
        ...

    async def hears(self, what: "Somebody | Sound") -> None:
        """Until it hears this, and nothing else beside it."""
        ...

    async def hears_both(self, one: "Somebody", other: "Somebody") -> None:
        """Until it hears these two at once, and nothing else beside them."""
        ...

    async def hears_music(self) -> None: ...
    async def hears_ringing(self) -> None: ...
    async def hears_nothing(self) -> None: ...
    async def digits(self, count: int) -> str: ...

    async def ended(self) -> EndCause | None:
        """Until its call ends; how it was refused, None if it was answered or given up."""
        ...


class World(Protocol):
    """An implementation, connected, with its surroundings."""

    telephony: Telephony
    events: list[TelephonyEvent]

    async def saw(self, kind: type[E], check: Callable[[E], bool] = ..., *, timeout: float = ...) -> E: ...
    async def phone_on(self) -> None:
        """Ana's phone registers."""
        ...

    async def lamp(self, new: int, old: int) -> None:
        """Until the lamp of Ana's phone tells of so many new and old messages."""
        ...

    async def wrong_secret(self) -> None:
        """A phone tries to register as Ana with a wrong secret."""
        ...

    async def call_in(self, dialled: str, caller: str = "13800138000") -> Somebody:
        """Somebody calls through the carrier; the second and third one sound different from the first."""
        ...

    async def ana_calls(self, dialled: str, headers: dict[str, str] | None = None) -> Somebody: ...
    async def at_ana(self) -> Somebody:
        """The next call that reaches Ana's phone."""
        ...

    async def at_carrier(self) -> Somebody: ...
    def sound(self, hertz: int, seconds: float) -> Sound: ...

    def file(self, name: str) -> str:
        """A path that the engine may write to."""
        ...

    async def message_grows(self, path: str) -> None:
        """Until about a second of a message is recorded."""
        ...

    def check_tape(self, told: TapeEnded, path: str, *voices: Somebody) -> None:
        """The recording is as long as was told, and all these voices are on it at its end."""
        ...

    async def lose_connection(self) -> None: ...
    async def connect_again(self) -> None: ...
    async def new_server(self) -> None:
        """The server dies without a word; another one, which knows nothing, is ``telephony`` from now on."""
        ...

    async def server_away(self) -> None:
        """The server dies without a word; ``new_server`` brings another one."""
        ...

    async def restart_engine(self) -> None:
        """Kill the engine with all its calls, and start it anew."""
        ...

    async def left_over(self) -> list[str]:
        """What the engine still holds."""
        ...


async def finished(world: World) -> None:
    """At the end of each test: nothing is left, and the events were in the order which the port promises.

    An arrived leg is told as ended while an engine still takes it down: that may take a moment.
    """
    end = asyncio.get_running_loop().time() + PATIENCE
    while left := await world.left_over():
        assert asyncio.get_running_loop().time() < end, left
        await asyncio.sleep(0.02)
    ended: set[str] = set()
    for event in world.events:
        leg = getattr(event, "leg", None)
        assert leg not in ended or isinstance(event, TapeEnded), f"{event} came after the end of its leg"
        if isinstance(event, LegEnded):
            ended.add(event.leg)
