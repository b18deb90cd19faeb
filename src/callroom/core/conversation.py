"""Two people talking, as a pure state machine: what may be done when, and what has to be done then.

``customer`` is the side that stays when the agent hands the call on; in an internal call it is the one who dialled.
The ``consulted`` one is whom the agent asks while the customer waits (CC-16). They all meet in one room: who does not
talk at the moment is out of it, with music. Guests (three-way talks, barging) are in it all the time and not told of
here.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from callroom.core.ids import LegId
from callroom.core.routing.model import Destination

# ---------------------------------------------------------------- states


@dataclass(frozen=True, slots=True)
class Talking:
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """The customer hears music. ``by_phone``: the agent's phone holds him, so that the engine plays it in the room,
    where the phone must find him to give him away."""

    muted: bool = False
    by_phone: bool = False


@dataclass(frozen=True, slots=True)
class Consulting:
    """The agent asks somebody at ``to``. ``answered``: he is there; ``aside``: it is him who waits meanwhile, and the
    agent talks to the customer. ``by_phone``: he asks on his SIP phone's second line, in a room of that line; the phone
    holds one of the two, and the engine plays music to him where he is."""

    to: Destination
    answered: bool = False
    aside: bool = False
    muted: bool = False
    by_phone: bool = False


@dataclass(frozen=True, slots=True)
class Rejoining:
    """The agent's page is gone (reload, crash, network); the customer hears music until it is back."""

    before: Talking | Held | Consulting


class Side(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    LEADER = "leader"  # who ended it from outside
    NOBODY = "nobody"  # the agent's page did not come back


@dataclass(frozen=True, slots=True)
class HungUp:
    by: Side


@dataclass(frozen=True, slots=True)
class Transferred:
    to: Destination


State = Talking | Held | Consulting | Rejoining | HungUp | Transferred
Outcome = HungUp | Transferred


def muted_in(state: State) -> bool | None:
    """Whether the agent is muted; None where that is nobody's concern any more."""
    match state:
        case Talking(muted=muted) | Held(muted=muted) | Consulting(muted=muted):
            return muted
        case Rejoining(before=before):
            return before.muted
        case _:
            return None


def is_held(state: State) -> bool:
    """Whether the customer is on hold, or will be when the agent's page is back."""
    match state:
        case Rejoining(before=before):
            return is_held(before)
        case Consulting(aside=aside):
            return not aside
        case _:
            return isinstance(state, Held)


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class HoldPressed:
    pass


@dataclass(frozen=True, slots=True)
class ResumePressed:
    pass


@dataclass(frozen=True, slots=True)
class PhoneHeld:
    pass


@dataclass(frozen=True, slots=True)
class PhoneResumed:
    pass


@dataclass(frozen=True, slots=True)
class MutePressed:
    on: bool


@dataclass(frozen=True, slots=True)
class TransferPressed:
    to: Destination


@dataclass(frozen=True, slots=True)
class HangUpPressed:
    """In the page or over the API: by the agent, or by a leader for him."""

    by: Side = Side.AGENT


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """The agent's phone hung up."""


@dataclass(frozen=True, slots=True)
class ConsultPressed:
    to: Destination


@dataclass(frozen=True, slots=True)
class ConsultDialled:
    """On the second line of the phone that holds the customer; ``line``: its leg."""

    to: Destination
    line: LegId


@dataclass(frozen=True, slots=True)
class ConsultAnswered:
    pass


@dataclass(frozen=True, slots=True)
class ConsultOver:
    """Nobody answered, or the one who did hung up."""


@dataclass(frozen=True, slots=True)
class SwapPressed:
    """Talk to the other of the two who wait in turn."""


@dataclass(frozen=True, slots=True)
class ConferPressed:
    """All three together."""


@dataclass(frozen=True, slots=True)
class CompletePressed:
    """The consulted one takes the call."""


@dataclass(frozen=True, slots=True)
class TakeBackPressed:
    """Back to the customer, without the consulted one."""


@dataclass(frozen=True, slots=True)
class AgentReplaced:
    """Another goes on in his place."""


@dataclass(frozen=True, slots=True)
class PageLost:
    pass


@dataclass(frozen=True, slots=True)
class PageBack:
    pass


@dataclass(frozen=True, slots=True)
class PageGivenUp:
    pass


Event = (
    HoldPressed
    | ResumePressed
    | PhoneHeld
    | PhoneResumed
    | MutePressed
    | TransferPressed
    | HangUpPressed
    | AgentLeft
    | ConsultPressed
    | ConsultDialled
    | ConsultAnswered
    | ConsultOver
    | SwapPressed
    | ConferPressed
    | CompletePressed
    | TakeBackPressed
    | AgentReplaced
    | PageLost
    | PageBack
    | PageGivenUp
)

# ---------------------------------------------------------------- commands


class Command(StrEnum):
    JOIN = "join"  # both into the room
    PLAY_MUSIC = "play_music"  # the customer out of the room, to the music
    RING_CONSULTED = "ring_consulted"  # the agent hears it ring
    JOIN_CONSULTED = "join_consulted"  # he and the agent into the room
    PARK_CONSULTED = "park_consulted"  # he out of the room, to the music
    DROP_CONSULTED = "drop_consulted"
    STOP_RINGING = "stop_ringing"  # nobody answered: the agent waits in the room
    MAKE_GUEST = "make_guest"  # of the consulted one
    HAND_OVER = "hand_over"  # the consulted one is the agent from now on, and the former one is let go
    MUTE = "mute"
    UNMUTE = "unmute"
    DROP_AGENT = "drop_agent"
    RING_AGENT_BACK = "ring_agent_back"
    FINISH = "finish"


class Impossible(Exception):
    """The event cannot happen in this state."""


def step(state: State, event: Event) -> tuple[State, list[Command]]:
    """The next state and what to do. Raises ``Impossible``, and nothing changes."""
    match state, event:
        case ((HungUp() | Transferred()), _):
            raise Impossible
        case ((Consulting() | Rejoining(before=Consulting())), AgentReplaced()):
            return Talking(), [Command.DROP_CONSULTED, Command.JOIN]
        case _, AgentReplaced():
            return Talking(), [Command.JOIN]
        case Consulting(), _:
            return _consulting(state, event)
        case Rejoining(), _:
            return _rejoining(state, event)
        case _, HangUpPressed(by=by):
            return HungUp(by), [Command.DROP_AGENT, Command.FINISH]
        case _, AgentLeft():
            return HungUp(Side.AGENT), [Command.FINISH]
        case Talking(muted=muted), HoldPressed():
            return Held(muted), [Command.PLAY_MUSIC]
        case Held(muted=muted), ResumePressed():
            return Talking(muted), [Command.JOIN]
        case Talking(muted=muted), PhoneHeld():
            return Held(muted, by_phone=True), []
        case Held(muted=muted, by_phone=by_phone), PhoneResumed():
            return Talking(muted), [] if by_phone else [Command.JOIN]
        case _, MutePressed(on=on):
            return replace(state, muted=on), [Command.MUTE if on else Command.UNMUTE]
        case _, TransferPressed(to=to):
            return Transferred(to), [Command.DROP_AGENT, Command.FINISH]
        case Talking(muted=muted), ConsultPressed(to=to):
            return Consulting(to, muted=muted), [Command.PLAY_MUSIC, Command.RING_CONSULTED]
        case Held(muted=muted, by_phone=by_phone), ConsultPressed(to=to):
            return Consulting(to, muted=muted), [*_music_if(by_phone), Command.RING_CONSULTED]
        case Held(muted=muted, by_phone=True), ConsultDialled(to=to):
            return Consulting(to, muted=muted, by_phone=True), [Command.RING_CONSULTED]
        case Talking(), PageLost():
            return Rejoining(state), [Command.PLAY_MUSIC, Command.DROP_AGENT, Command.RING_AGENT_BACK]
        case Held(by_phone=by_phone), PageLost():
            return Rejoining(Held(state.muted)), [
                *_music_if(by_phone),
                Command.DROP_AGENT,
                Command.RING_AGENT_BACK,
            ]
        case _:
            raise Impossible


def _music_if(needed: bool) -> list[Command]:
    return [Command.PLAY_MUSIC] if needed else []


def _consulting(state: Consulting, event: Event) -> tuple[State, list[Command]]:
    """A customer is never lost by a consultation: whoever is there when the agent leaves goes on with him."""
    muted = state.muted
    match state, event:
        case Consulting(by_phone=True), PhoneHeld() | PhoneResumed():
            return replace(state, aside=isinstance(event, PhoneResumed)), []
        case Consulting(by_phone=True), ConsultOver():
            return _beside_the_line(state), []
        case Consulting(by_phone=True), TakeBackPressed():
            return _beside_the_line(state), [Command.DROP_CONSULTED]
        case Consulting(by_phone=True), TransferPressed(to=to):
            return Transferred(to), [Command.DROP_AGENT, Command.FINISH]
        case Consulting(by_phone=True), SwapPressed() | ConferPressed() | PageLost():
            raise Impossible  # whom it holds is the phone's own decision, and it has no page
        case Consulting(answered=False), ConsultAnswered():
            return replace(state, answered=True), [Command.JOIN_CONSULTED]
        case Consulting(aside=True), ConsultOver():
            return Talking(muted), []
        case Consulting(answered=answered), ConsultOver():  # the agent goes back to his customer when he is ready
            return Held(muted), [] if answered else [Command.STOP_RINGING]
        case Consulting(answered=True, aside=False), SwapPressed():
            return replace(state, aside=True), [Command.PARK_CONSULTED, Command.JOIN]
        case Consulting(answered=True), SwapPressed():
            return replace(state, aside=False), [Command.PLAY_MUSIC, Command.JOIN_CONSULTED]
        case Consulting(answered=True), ConferPressed():
            return Talking(muted), [Command.MAKE_GUEST, Command.JOIN]
        case Consulting(), TakeBackPressed():
            return Talking(muted), [Command.DROP_CONSULTED, Command.JOIN]
        case Consulting(), MutePressed(on=on):
            return replace(state, muted=on), [Command.MUTE if on else Command.UNMUTE]
        case Consulting(answered=True), CompletePressed():
            return Talking(), [Command.HAND_OVER, Command.JOIN]
        case Consulting(aside=False, answered=True), (AgentLeft() | HangUpPressed(by=Side.AGENT)):
            return Talking(), [Command.HAND_OVER, Command.JOIN]
        case Consulting(to=to, answered=False), (AgentLeft() | HangUpPressed(by=Side.AGENT) | CompletePressed()):
            return Transferred(to), [Command.DROP_AGENT, Command.FINISH]
        case Consulting(), AgentLeft():
            return HungUp(Side.AGENT), [Command.FINISH]
        case Consulting(), HangUpPressed(by=by):
            return HungUp(by), [Command.DROP_AGENT, Command.FINISH]
        case Consulting(), PageLost():
            parked = [Command.PLAY_MUSIC] if state.aside else [Command.PARK_CONSULTED] if state.answered else []
            return Rejoining(state), [*parked, Command.DROP_AGENT, Command.RING_AGENT_BACK]
        case _:
            raise Impossible


def _beside_the_line(state: Consulting) -> State:
    """As it stands when the second line is closed."""
    return Talking(state.muted) if state.aside else Held(state.muted, by_phone=True)


def _rejoining(state: Rejoining, event: Event) -> tuple[State, list[Command]]:
    before = state.before
    match before, event:
        case _, HangUpPressed(by=by):
            return HungUp(by), [Command.DROP_AGENT, Command.FINISH]
        case _, AgentLeft():
            return state, []  # the lost page's leg, which was dropped
        # He presses already in the page that comes: it holds when he is back.
        case Talking(muted=muted), HoldPressed():
            return Rejoining(Held(muted)), []
        case Held(muted=muted), ResumePressed():
            return Rejoining(Talking(muted)), []
        case _, MutePressed(on=on):
            return Rejoining(replace(before, muted=on)), []
        case Consulting(answered=False), ConsultAnswered():
            return Rejoining(replace(before, answered=True)), [Command.PARK_CONSULTED]
        case Consulting(aside=aside, muted=muted), ConsultOver():
            return Rejoining(Talking(muted) if aside else Held(muted)), []
        case Consulting(answered=True), PageGivenUp():
            return Talking(), [Command.HAND_OVER, Command.JOIN]
        case _, PageGivenUp():
            return HungUp(Side.NOBODY), [Command.FINISH]
        case _, PageBack():
            muted = [Command.MUTE] if before.muted else []
            return before, [*_together(before), *muted]
        case _:
            raise Impossible


def _together(state: Talking | Held | Consulting) -> list[Command]:
    """Who talks when the agent's page is back."""
    match state:
        case Talking() | Consulting(aside=True):
            return [Command.JOIN]
        case Consulting(answered=True):
            return [Command.JOIN_CONSULTED]
        case Held() | Consulting():
            return []
