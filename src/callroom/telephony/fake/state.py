"""What the fake engine holds: legs, rooms, sounds being played, recordings."""

import asyncio
from dataclasses import dataclass, field

from callroom.core.ids import EarId, FaxId, LegId, RoomId, SoundId, TapeId
from callroom.telephony.fake.party import Party, PartyState
from callroom.telephony.port import Origin


@dataclass(slots=True, eq=False)
class Playing:
    """One list of sound files, on a leg or in a room; ``index`` is the file playing now."""

    id: SoundId
    files: tuple[str, ...]
    line: "list[Playing]"  # sounds of one leg or room wait for each other here; the first one plays
    leg: LegId | None
    index: int = 0
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True, eq=False)
class Room:
    id: RoomId
    legs: "list[Leg]" = field(default_factory=list["Leg"])
    ears: "list[Ear]" = field(default_factory=list["Ear"])
    sounds: list[Playing] = field(default_factory=list[Playing])


@dataclass(slots=True, eq=False)
class Fax:
    id: FaxId
    pages: int = 0  # passed on so far
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True, eq=False)
class Leg:
    id: LegId
    party: Party
    origin: Origin | None  # None: we dialled it
    caller: str
    created: float
    checkpoint: str = ""
    room: Room | None = None
    muted: bool = False
    tied: bool = False
    fax: Fax | None = None
    fax_noticed_until: float = 0.0
    music: str = ""  # its name
    ringing: bool = False
    ears: "list[Ear]" = field(default_factory=list["Ear"])
    sounds: list[Playing] = field(default_factory=list[Playing])
    timers: list[asyncio.TimerHandle] = field(default_factory=list[asyncio.TimerHandle])

    @property
    def controllable(self) -> bool:
        """A leg we dialled can only be hung up until it is answered, any leg while it has a fax."""
        return self.fax is None and (self.origin is not None or self.party.state is PartyState.TALKING)


@dataclass(slots=True, eq=False)
class Ear:
    """Lets a room hear what a leg's party says and hears, and whisper to it; ``room`` None: that room was closed."""

    id: EarId
    leg: Leg
    room: Room | None


@dataclass(slots=True, eq=False)
class Tape:
    id: TapeId
    leg: Leg
    path: str
    since: float
    silence: float | None  # a message ends after so much silence; None: a conversation
    quiet_since: float | None = None
    longest: asyncio.TimerHandle | None = None
    quiet: asyncio.TimerHandle | None = None


@dataclass(frozen=True, slots=True)
class TapeDone:
    """A finished recording. ``voices``: names of the parties, and sounds, that could be heard on it at its end."""

    path: str
    leg: LegId
    seconds: float
    complete: bool
    voices: frozenset[str]
