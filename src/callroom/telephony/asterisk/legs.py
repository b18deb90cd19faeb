"""What the adapter remembers of legs, sounds and tapes while they live."""

from dataclasses import dataclass, field

from callroom.core.ids import DeviceId, FaxId, LegId, RoomId, SoundId, TapeId, TrunkId
from callroom.telephony.asterisk.ari import Channel
from callroom.telephony.asterisk.setup import TRUNK
from callroom.telephony.port import EndCause, FromDevice, FromTrunk, FromUnknown, Origin


@dataclass(slots=True)
class Fax:
    id: FaxId
    file: str  # absolute, without extension
    pages: int = 0


@dataclass(slots=True)
class Leg:
    id: LegId
    dialled_by_us: bool
    answered: bool = False
    ringing: bool = False
    ended_by_us: EndCause | None = None
    gives_up_at: float = 0.0
    room: RoomId | None = None
    music: str = ""  # what it hears while nothing else is played to it
    sounds: set[SoundId] = field(default_factory=set[SoundId])
    fax: Fax | None = None  # being sent or taken, by the engine's own plan
    fax_tone: bool = False  # it was taken out of what it was in, because its party sent the tone of a fax
    transfers: bool = False  # its phone gives its call away: its end is told after that


@dataclass(slots=True)
class PlayingSound:
    leg: LegId | None
    stopped: bool = False


@dataclass(slots=True)
class Tape:
    id: TapeId
    leg: LegId
    path: str
    since: float  # monotonic
    snoop: str  # the channel that listens, "" for a message
    silence: float = 0.0
    asked: bool = False  # the engine was asked to record
    stopped: bool = False


def origin_of(kind: str, name: str) -> Origin:
    """What the dialplan passed: ``trunk``, ``device`` or ``unknown``, and the endpoint or address."""
    if kind == "trunk":
        return FromTrunk(TrunkId(name.removeprefix(TRUNK)))
    if kind == "device":
        return FromDevice(DeviceId(name))
    return FromUnknown(name)


def seen_origin(channel: Channel) -> Origin | None:
    kind, _, name = channel.channelvars.get("CALLROOM_ORIGIN", "").partition(":")
    return origin_of(kind, name) if kind and kind != "dialled" else None
