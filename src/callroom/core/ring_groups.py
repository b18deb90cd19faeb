"""Ring groups: people, inside and outside, of whom the first to answer takes the call."""

from dataclasses import dataclass
from enum import StrEnum

from callroom.core.ids import ExtensionId, RingGroupId
from callroom.core.routing.model import Destination


class Order(StrEnum):
    TOGETHER = "together"
    IN_TURN = "in_turn"


@dataclass(frozen=True, slots=True)
class Member:
    """An extension, or a number outside; he is rung for ``seconds``, and ``delay`` seconds after the call came."""

    extension: ExtensionId | None = None
    number: str = ""
    seconds: float = 20.0
    delay: float = 0.0  # counts when all are rung together


@dataclass(frozen=True, slots=True)
class RingGroup:
    """``longest``: seconds that it rings in all; then, or when nobody is left to ring, the call goes ``otherwise``."""

    id: RingGroupId
    name: str
    number: str
    members: tuple[Member, ...]
    otherwise: Destination
    order: Order = Order.TOGETHER
    longest: float = 60.0
    confirm: bool = True  # members outside press 1 to take the call, so that no voicemail of theirs does
    record: bool = True
