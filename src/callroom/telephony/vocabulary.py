"""The words of the telephony port: causes, errors, and what lies outside: devices, trunks, origins and targets."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from callroom.core.ids import DeviceId, LegId, TrunkId

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


class FaxFault(StrEnum):
    """Why a fax was not passed on whole."""

    NO_FAX = "no_fax"  # whoever is at the other end is no fax machine
    HUNG_UP = "hung_up"  # the other end left in the middle of it
    LINE = "line"  # the two machines could not understand each other: sound that is cut or delayed
    FILE = "file"  # the pages could not be read or written here
    ENGINE_LOST = "engine_lost"


@dataclass(frozen=True, slots=True)
class FaxOutcome:
    """``pages`` that were passed on whole; ``fault`` None: all of them. ``detail`` is the engine's own text, for the
    log only; ``station`` what the other machine calls itself."""

    pages: int
    fault: FaxFault | None = None
    station: str = ""
    t38: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TrunkSetup:
    """A line to a carrier. ``register``: sign in there; ``address``: calls are matched by the peer's address.

    ``t38``: faxes may be passed on as data, where the carrier can do so; False: as sound always."""

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
    t38: bool = True


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


@dataclass(frozen=True, slots=True)
class CallerId:
    """What the called party is shown."""

    number: str
    name: str = ""
