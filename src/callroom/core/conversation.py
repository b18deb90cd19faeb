"""Two people talking, as a pure state machine: what may be done when, and what has to be done then.

``customer`` is the side that stays when the agent hands the call on; in an internal call it is the one who dialled.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from callroom.core.routing.model import Destination

# ---------------------------------------------------------------- states


@dataclass(frozen=True, slots=True)
class Talking:
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """The customer hears music."""

    muted: bool = False


@dataclass(frozen=True, slots=True)
class Rejoining:
    """The agent's page is gone (reload, crash, network); the customer hears music until it is back."""

    before: Talking | Held


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


State = Talking | Held | Rejoining | HungUp | Transferred
Outcome = HungUp | Transferred

# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class HoldPressed:
    pass


@dataclass(frozen=True, slots=True)
class ResumePressed:
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
    | MutePressed
    | TransferPressed
    | HangUpPressed
    | AgentLeft
    | AgentReplaced
    | PageLost
    | PageBack
    | PageGivenUp
)

# ---------------------------------------------------------------- commands


class Command(StrEnum):
    JOIN = "join"  # both into the room
    PLAY_MUSIC = "play_music"  # the customer out of the room, to the music
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
        case _, HangUpPressed(by=by):
            return HungUp(by), [Command.DROP_AGENT, Command.FINISH]
        case ((Talking() | Held()), AgentLeft()):
            return HungUp(Side.AGENT), [Command.FINISH]
        case _, AgentReplaced():
            return Talking(), [Command.JOIN]
        case Rejoining(), AgentLeft():
            return state, []  # the lost page's leg, which was dropped
        case Talking(muted=muted), HoldPressed():
            return Held(muted), [Command.PLAY_MUSIC]
        case Held(muted=muted), ResumePressed():
            return Talking(muted), [Command.JOIN]
        case ((Talking() | Held()), MutePressed(on=on)):
            return replace(state, muted=on), [Command.MUTE if on else Command.UNMUTE]
        case ((Talking() | Held()), TransferPressed(to=to)):
            return Transferred(to), [Command.DROP_AGENT, Command.FINISH]
        case ((Talking() | Held()), PageLost()):
            return Rejoining(state), [Command.PLAY_MUSIC, Command.DROP_AGENT, Command.RING_AGENT_BACK]
        case Rejoining(before=Talking() as before), PageBack():
            return before, [Command.JOIN, *([Command.MUTE] if before.muted else [])]
        case Rejoining(before=before), PageBack():
            return before, [Command.MUTE] if before.muted else []
        case Rejoining(), PageGivenUp():
            return HungUp(Side.NOBODY), [Command.FINISH]
        case (
            (Talking() | Held() | Rejoining()),
            (
                HoldPressed()
                | ResumePressed()
                | MutePressed()
                | TransferPressed()
                | PageLost()
                | PageBack()
                | PageGivenUp()
            ),
        ):
            raise Impossible
