"""Messages in voicemail boxes, as calls and the database speak of them."""

from dataclasses import dataclass
from datetime import datetime

from callroom.core.ids import AgentId


@dataclass(frozen=True, slots=True)
class Letter:
    """A message; ``path`` relative to the recordings folder, without extension."""

    id: str
    box: str
    caller: str
    left_at: datetime
    path: str
    heard: bool


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something at a phone: a user, or somebody who gave the PIN of ``box`` (its number)."""

    user: AgentId | None
    box: str


class LettersAway(Exception):
    """The messages cannot be reached at the moment."""
