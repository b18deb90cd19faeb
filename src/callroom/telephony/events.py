"""What a telephone engine tells, and what of it survives the server."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from callroom.core.ids import DeviceId, EarId, FaxId, LegId, RoomId, SoundId, TapeId, TrunkId
from callroom.telephony.vocabulary import DeviceState, EndCause, FaxOutcome, Origin, TrunkState


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
class FaxToneHeard:
    """The party is a fax machine that wants to send. It was taken out of whatever it was in, and hears nothing."""

    at: float
    leg: LegId


@dataclass(frozen=True, slots=True)
class FaxPassed:
    """So many pages of a fax have been passed on so far. Not every page need be told."""

    at: float
    fax: FaxId
    leg: LegId
    pages: int


@dataclass(frozen=True, slots=True)
class FaxEnded:
    """A fax is over; its leg goes on, in no room, unless ``LegEnded`` follows."""

    at: float
    fax: FaxId
    leg: LegId
    outcome: FaxOutcome


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
    | FaxToneHeard
    | FaxPassed
    | FaxEnded
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
    ears: tuple[EarId, ...] = ()  # that still listen
    faxes: tuple[FaxId, ...] = ()  # being sent or taken
    faxes_over: Mapping[FaxId, FaxOutcome] = field(default_factory=dict[FaxId, FaxOutcome])  # that ended unheard
