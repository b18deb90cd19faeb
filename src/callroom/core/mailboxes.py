"""Voicemail boxes as calls know them: whose, what they say, and the rules of their PINs."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

BoxKind = Literal["queue", "extension"]
Moment = Literal["usual", "busy", "away"]  # in which a caller is asked for a message
MOMENTS: tuple[Moment, ...] = ("usual", "busy", "away")
SHORTEST_PIN, LONGEST_PIN = 6, 12  # digits
LONGEST_MESSAGE = 180.0  # seconds, unless the box says otherwise


@dataclass(frozen=True, slots=True)
class Box:
    """``id`` is its queue's or extension's. ``greetings``: sound files (absolute, without extension) in place of the
    system's words. ``asks_pin``: also at the extension's own phones. ``longest``: seconds of a message."""

    id: str
    kind: BoxKind
    number: str = ""  # by which it is chosen on a phone; "": it cannot be
    has_pin: bool = False
    asks_pin: bool = True
    longest: float = LONGEST_MESSAGE
    greetings: dict[Moment, str] = field(default_factory=dict[Moment, str])

    def greeting(self, moment: Moment) -> str | None:
        """What is said in this moment, else what is usually said; None: the system's words."""
        return self.greetings.get(moment) or self.greetings.get("usual")


def pin_fits(pin: str) -> bool:
    """Whether a PIN may be chosen: long enough, and neither one digit repeated nor digits in a row."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps not in ({0}, {1}, {-1})
