"""The telephony port: everything Callroom can ask of a telephone engine, and all it hears from one.

Two implementations: ``telephony.asterisk`` (a real engine) and ``telephony.fake`` (scripted, in virtual time).
One contract suite proves that both keep the same promises.

Vocabulary: a **leg** is one party's connection; in a **room** legs hear each other. Times are seconds; ``at`` is the
adapter's monotonic clock.

Promises:

- Events of one leg arrive in the order in which they happened; nothing of a leg comes after its ``LegEnded``,
  except ``TapeEnded``: a recording's file is closed, and measured, a moment later.
- Every command is *sent* by calling it; awaiting the result waits for the engine's answer. Commands of one
  implementation are carried out in the order in which they were called, so a flow need not wait between them.
  A result nobody awaits never raises: its error is logged, and ``LegGone`` (the party hung up first) is dropped.
- A leg that was dialled yields exactly one ``LegEnded``, whether it was ever answered or not.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from callroom.core.ids import DeviceId, LegId, RoomId, SoundId, TapeId, TrunkId

DEFAULT_MUSIC = "default"  # the engine's own


class EndCause(StrEnum):
    """Why a leg ended, in the field's words (SIP status behind each: RFC 3261, RFC 3398)."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"
    CONGESTION = "congestion"
    CANCELLED = "cancelled"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    FAILED = "failed"
    ENGINE_LOST = "engine_lost"


# ---------------------------------------------------------------- errors


class TelephonyError(Exception):
    """A command could not be carried out."""


@dataclass
class LegGone(TelephonyError):
    """The leg had already ended when the command arrived."""

    leg: LegId


@dataclass
class CommandRefused(TelephonyError):
    """The engine refused or failed the command; ``detail`` is the engine's own text, for the log only."""

    command: str
    detail: str


class EngineUnreachable(TelephonyError):
    """No connection to the engine; nothing was sent."""


# ---------------------------------------------------------------- what lies outside


@dataclass(frozen=True, slots=True)
class ToDevice:
    """A registered browser or SIP phone."""

    device: DeviceId


@dataclass(frozen=True, slots=True)
class ToNumber:
    """A number behind a trunk."""

    trunk: TrunkId
    number: str


DialTarget = ToDevice | ToNumber


@dataclass(frozen=True, slots=True)
class FromTrunk:
    trunk: TrunkId


@dataclass(frozen=True, slots=True)
class FromDevice:
    device: DeviceId


@dataclass(frozen=True, slots=True)
class FromUnknown:
    """An anonymous call: no trunk or device matched."""

    address: str


Origin = FromTrunk | FromDevice | FromUnknown


@dataclass(frozen=True, slots=True)
class DeviceSetup:
    """A device to be known to the engine. ``secret`` is its SIP digest password."""

    device: DeviceId
    kind: Literal["browser", "sip"]
    secret: str
    caller_name: str
    caller_number: str
    max_contacts: int = 1


@dataclass(frozen=True, slots=True)
class TrunkSetup:
    """A line to a carrier. ``register``: sign in there; ``address``: calls are matched by the peer's address."""

    trunk: TrunkId
    kind: Literal["register", "address"]
    host: str
    port: int = 5060
    username: str = ""
    secret: str = ""
    from_domain: str = ""
    outbound_proxy: str = ""
    match: tuple[str, ...] = ()  # addresses from which the carrier calls; empty: host
    codecs: tuple[str, ...] = ("alaw", "ulaw")


class DeviceState(StrEnum):
    OFFLINE = "offline"
    ONLINE = "online"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - offline, and somebody tried with a wrong secret a moment ago


class TrunkState(StrEnum):
    REGISTERED = "registered"  # or, for an address trunk, reachable
    REGISTERING = "registering"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a state, not a secret
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class LegArrived:
    """Somebody calls in: from a trunk, from a device of ours, or from nowhere known.

    ``dialled`` is the called number or what the phone's user typed; ``caller`` and ``caller_name`` as received.
    ``headers`` holds Callroom's own ``X-Callroom-*`` headers, keys in lower case without the prefix.
    """

    at: float
    leg: LegId
    origin: Origin
    dialled: str
    caller: str
    caller_name: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class LegRinging:
    at: float
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """A leg that was dialled has been answered (also sent once after ``answer`` of an arrived leg)."""

    at: float
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegEnded:
    at: float
    leg: LegId
    cause: EndCause


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The party pressed hold on its own phone."""

    at: float
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegResumed:
    at: float
    leg: LegId


@dataclass(frozen=True, slots=True)
class TransferDialled:
    """The party gave its call away on its own phone, to the number ``to``. ``leg`` ends soon after."""

    at: float
    leg: LegId
    to: str


@dataclass(frozen=True, slots=True)
class LegsJoined:
    """The party brought its two calls together on its own phone, and leaves. Both its legs end soon after."""

    at: float
    leg: LegId
    other: LegId


@dataclass(frozen=True, slots=True)
class DigitPressed:
    at: float
    leg: LegId
    digit: str  # one of 0-9 * # A-D


@dataclass(frozen=True, slots=True)
class SoundEnded:
    """A sound, or list of sounds, came to its end or was stopped. ``leg`` is None for a sound played in a room."""

    at: float
    sound: SoundId
    leg: LegId | None
    completed: bool  # False: stopped, failed, or the leg ended


@dataclass(frozen=True, slots=True)
class TapeEnded:
    """A recording is on disk. ``seconds`` is measured from the file, not taken from the engine's word."""

    at: float
    tape: TapeId
    leg: LegId | None
    seconds: float
    complete: bool  # False: shorter than it should be (disk full, engine lost)


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    at: float
    device: DeviceId
    state: DeviceState
    contact: str = ""  # where it is registered, e.g. an address, for the screen


@dataclass(frozen=True, slots=True)
class DeviceRefused:
    """Somebody gave a wrong secret, or the name of no device. A scanner may cause a flood of these."""

    at: float
    device: DeviceId  # the name that was given
    address: str  # where it came from, host:port


@dataclass(frozen=True, slots=True)
class TrunkChanged:
    at: float
    trunk: TrunkId
    state: TrunkState
    detail: str = ""  # the carrier's SIP status, "403", where it is known


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The connection to the engine broke. If the engine itself died, all its legs are gone."""

    at: float


@dataclass(frozen=True, slots=True)
class EngineReady:
    """The engine is connected (first time or again).

    ``snapshot`` is what it holds now. Devices and trunks must be put again when ``fresh`` is true: the engine was
    restarted (or met for the first time) and knows none of them. With ``fresh`` false it kept its calls.
    """

    at: float
    snapshot: "Snapshot"
    fresh: bool


TelephonyEvent = (
    LegArrived
    | LegRinging
    | LegAnswered
    | LegEnded
    | LegHeld
    | LegResumed
    | TransferDialled
    | LegsJoined
    | DigitPressed
    | SoundEnded
    | TapeEnded
    | DeviceChanged
    | DeviceRefused
    | TrunkChanged
    | EngineLost
    | EngineReady
)


# ---------------------------------------------------------------- what survives


@dataclass(frozen=True, slots=True)
class LegSeen:
    """A leg found alive when the server came back."""

    leg: LegId
    origin: Origin | None  # None: we dialled it
    answered: bool
    dialled: str
    caller: str
    checkpoint: str  # what the flow last wrote with ``set_checkpoint``; "" if nothing
    age: float  # seconds since it was created


@dataclass(frozen=True, slots=True)
class RoomSeen:
    room: RoomId
    legs: tuple[LegId, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    legs: tuple[LegSeen, ...] = ()
    rooms: tuple[RoomSeen, ...] = ()
    tapes: tuple[TapeId, ...] = ()  # recordings still running


# ---------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class CallerId:
    """What the called party is shown."""

    number: str
    name: str = ""


class Telephony(Protocol):
    """Commands to the engine. Ids are chosen by the caller, so that events can be awaited before the answer.

    Every method may raise ``EngineUnreachable``, ``CommandRefused`` and, where a leg is named, ``LegGone`` - from the
    awaited result, never from the call itself.
    """

    def subscribe(self, listener: Callable[[TelephonyEvent], None]) -> None:
        """Set the one listener of all events; it must not block."""
        ...

    # legs
    def ring(self, leg: LegId) -> Awaitable[None]:
        """Let a leg hear ringing: as 180 before it is answered, else as a tone, until a sound or a room."""
        ...

    def answer(self, leg: LegId) -> Awaitable[None]:
        """Answer an arrived leg. What is being played to it stops."""
        ...

    def hang_up(self, leg: LegId, cause: EndCause = EndCause.NORMAL) -> Awaitable[None]:
        """End a leg. Before answer ``cause`` becomes the SIP status (busy 486, no_answer 480, congestion 503,
        not_found 404, rejected 603); on a leg we dialled ``answered_elsewhere`` keeps it out of missed calls."""
        ...

    def dial(
        self,
        leg: LegId,
        target: DialTarget,
        *,
        shown: CallerId,
        timeout: float,
        headers: dict[str, str] | None = None,
        auto_answer: bool = False,
        checkpoint: str = "",
    ) -> Awaitable[None]:
        """Call a device or a number. ``headers`` become ``X-Callroom-*``. ``timeout`` seconds of ringing at most.

        The result says only that the attempt started; ``LegRinging``, ``LegAnswered``, ``LegEnded`` follow. A device
        with no registration yields ``LegEnded(unreachable)``.
        """
        ...

    def set_checkpoint(self, leg: LegId, checkpoint: str) -> Awaitable[None]:
        """Leave a note of up to 2,000 characters on the leg, which lives exactly as long as the leg does."""
        ...

    def send_digits(self, leg: LegId, digits: str) -> Awaitable[None]:
        """Send keypad tones to this party."""
        ...

    def mute(self, leg: LegId, on: bool) -> Awaitable[None]:
        """Whether the others stop hearing this party."""
        ...

    def tie(self, leg: LegId) -> Awaitable[None]:
        """From now on this party's phone can neither hold nor transfer whom it talks with: pressed there, the other
        hears no music and stays, and a transfer is refused. Of a second call of the same phone it says nothing."""
        ...

    def packets_from(self, leg: LegId) -> Awaitable[int]:
        """How many packets of sound have come from this party so far; it grows while the party is really there."""
        ...

    # rooms
    def open_room(self, room: RoomId) -> Awaitable[None]:
        """Make a room. Never use a room id twice."""
        ...

    def enter(self, room: RoomId, *legs: LegId) -> Awaitable[None]:
        """Move legs into a room (out of the one where they are).

        What is being played to them stops, as with ``leave``; so does their music."""
        ...

    def leave(self, room: RoomId, leg: LegId) -> Awaitable[None]: ...

    def close_room(self, room: RoomId) -> Awaitable[None]:
        """End a room; legs in it stay connected, in no room."""
        ...

    # sound
    def play(self, sound: SoundId, leg: LegId, files: Sequence[str]) -> Awaitable[None]:
        """Play sound files (absolute paths without extension) one after another to one leg; ``SoundEnded`` follows.

        Works before answer too (183, early media)."""
        ...

    def play_in_room(self, sound: SoundId, room: RoomId, files: Sequence[str]) -> Awaitable[None]: ...

    def stop_sound(self, sound: SoundId) -> Awaitable[None]: ...

    def set_music(self, files: Mapping[str, str]) -> Awaitable[None]:
        """Know these pieces of music by their names, and no others but the engine's own (``DEFAULT_MUSIC``): sound
        files (absolute paths without extension), each played over and over. Who hears one goes on hearing it."""
        ...

    def start_music(self, leg: LegId, music: str = DEFAULT_MUSIC) -> Awaitable[None]:
        """Music to one leg until ``stop_music``, or until it enters a room; it leaves the one where it is.

        A name that is not known is the engine's own music.

        A sound played to it meanwhile is heard alone, then the music goes on."""
        ...

    def stop_music(self, leg: LegId) -> Awaitable[None]: ...

    # recordings
    def record_conversation(self, tape: TapeId, leg: LegId, path: str) -> Awaitable[None]:
        """Record both directions of a leg until it ends or ``stop_tape``; ``path`` is relative to the recordings
        folder, without extension (``.wav``). Survives moves of the leg between rooms. ``TapeEnded`` follows."""
        ...

    def record_message(self, tape: TapeId, leg: LegId, path: str, *, longest: float, silence: float) -> Awaitable[None]:
        """Record what one party says, after a beep, until ``#``, ``silence`` seconds of silence, ``longest``
        seconds, or its end. ``TapeEnded`` follows."""
        ...

    def stop_tape(self, tape: TapeId) -> Awaitable[None]: ...

    # set-up
    def put_device(self, device: DeviceSetup) -> Awaitable[None]: ...

    def remove_device(self, device: DeviceId) -> Awaitable[None]: ...

    def put_trunk(self, trunk: TrunkSetup) -> Awaitable[None]: ...

    def remove_trunk(self, trunk: TrunkId) -> Awaitable[None]: ...

    def device_states(self) -> dict[DeviceId, DeviceState]: ...

    def trunk_states(self) -> dict[TrunkId, TrunkChanged]: ...
