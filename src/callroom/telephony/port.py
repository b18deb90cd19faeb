"""The telephony port: everything Callroom can ask of a telephone engine, and all it hears from one.

Two implementations: ``telephony.asterisk`` (a real engine) and ``telephony.fake`` (scripted, in virtual time).
One contract suite proves that both keep the same promises.

Vocabulary: a **leg** is one party's connection; in a **room** legs hear each other; an **ear** lets a room listen to a
leg, and whisper to it. Times are seconds; ``at`` is the adapter's monotonic clock.

Promises:

- Events of one leg arrive in the order in which they happened; nothing of a leg comes after its ``LegEnded``,
  except ``TapeEnded``: a recording's file is closed, and measured, a moment later.
- Every command is *sent* by calling it; awaiting the result waits for the engine's answer. Commands of one
  implementation are carried out in the order in which they were called, so a flow need not wait between them.
  A result nobody awaits never raises: its error is logged, and ``LegGone`` (the party hung up first) is dropped.
- A leg that was dialled yields exactly one ``LegEnded``, whether it was ever answered or not.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from callroom.core.ids import DeviceId, EarId, FaxId, LegId, RoomId, SoundId, TapeId, TrunkId
from callroom.telephony.events import (
    DeviceChanged,
    DeviceRefused,
    DigitPressed,
    EngineLost,
    EngineReady,
    FaxEnded,
    FaxPassed,
    FaxToneHeard,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegHeld,
    LegResumed,
    LegRinging,
    LegSeen,
    LegsJoined,
    RoomSeen,
    Snapshot,
    SoundEnded,
    TapeEnded,
    TelephonyEvent,
    TransferDialled,
    TrunkChanged,
)
from callroom.telephony.vocabulary import (
    DEFAULT_MUSIC,
    CallerId,
    CommandRefused,
    DeviceSetup,
    DeviceState,
    DialTarget,
    EndCause,
    EngineUnreachable,
    FaxFault,
    FaxOutcome,
    FromDevice,
    FromTrunk,
    FromUnknown,
    LegGone,
    Origin,
    TelephonyError,
    ToDevice,
    ToNumber,
    TrunkSetup,
    TrunkState,
)

__all__ = [
    "DEFAULT_MUSIC",
    "CallerId",
    "CommandRefused",
    "DeviceChanged",
    "DeviceRefused",
    "DeviceSetup",
    "DeviceState",
    "DialTarget",
    "DigitPressed",
    "EndCause",
    "EngineLost",
    "EngineReady",
    "EngineUnreachable",
    "FaxEnded",
    "FaxFault",
    "FaxOutcome",
    "FaxPassed",
    "FaxToneHeard",
    "FromDevice",
    "FromTrunk",
    "FromUnknown",
    "LegAnswered",
    "LegArrived",
    "LegEnded",
    "LegGone",
    "LegHeld",
    "LegResumed",
    "LegRinging",
    "LegSeen",
    "LegsJoined",
    "Origin",
    "RoomSeen",
    "Snapshot",
    "SoundEnded",
    "TapeEnded",
    "Telephony",
    "TelephonyError",
    "TelephonyEvent",
    "ToDevice",
    "ToNumber",
    "TransferDialled",
    "TrunkChanged",
    "TrunkSetup",
    "TrunkState",
]


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

    # listening
    def listen_to(self, ear: EarId, leg: LegId, room: RoomId) -> Awaitable[None]:
        """Put an ear on a leg, in a room: who is in that room hears what the leg's party says and hears, and what is
        said there reaches that party alone. The ear goes with its leg from room to room, until the leg's end or
        ``stop_listening``. Never use an ear's id twice, and have one ear only in a room."""
        ...

    def stop_listening(self, ear: EarId) -> Awaitable[None]:
        """Nothing happens when the ear has gone with its leg."""
        ...

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

    # faxes
    def notice_fax(self, leg: LegId, within: float) -> Awaitable[None]:
        """Tell, for ``within`` seconds, when an arrived leg's party sends the tone of a fax machine by
        ``FaxToneHeard``."""
        ...

    def take_fax(self, fax: FaxId, leg: LegId, file: str) -> Awaitable[None]:
        """Take a fax from an answered leg, as data where both ends can, else as sound. ``FaxEnded`` follows.

        ``file`` is the absolute path, without ``.tif``, where its pages are written. Until ``FaxEnded`` the leg, which
        leaves the room where it is, can only be hung up."""
        ...

    def send_fax(self, fax: FaxId, leg: LegId, file: str, *, station: str = "", header: str = "") -> Awaitable[None]:
        """Send pages (``file`` without ``.tif``, G3 or G4) to an answered leg, otherwise as ``take_fax``.

        ``station`` is what our machine calls itself, up to 20 digits, spaces and +; ``header`` stands at the top of
        each page, in ASCII."""
        ...

    # set-up
    def put_device(self, device: DeviceSetup) -> Awaitable[None]: ...

    def remove_device(self, device: DeviceId) -> Awaitable[None]: ...

    def put_trunk(self, trunk: TrunkSetup) -> Awaitable[None]: ...

    def remove_trunk(self, trunk: TrunkId) -> Awaitable[None]: ...

    def show_messages(self, device: DeviceId, new: int, old: int) -> Awaitable[None]:
        """Let a registered phone's message lamp tell of so many new and old messages; lit while there are new ones
        (RFC 3842). A phone that is not registered is not told: say it again when it comes."""
        ...

    def device_states(self) -> dict[DeviceId, DeviceState]: ...

    def trunk_states(self) -> dict[TrunkId, TrunkChanged]: ...
