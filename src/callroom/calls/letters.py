"""The messages in the boxes, as people at a phone ask for them. The database keeps them: ``actions.letters``."""

from typing import Protocol

from callroom.core.guesses import Lock
from callroom.core.letters import Hand, Letter
from callroom.core.mailboxes import Moment


class Letters(Protocol):
    """Each may raise ``LettersAway``."""

    async def counts(self) -> dict[str, tuple[int, int]]:
        """How many new and old messages each box holds; empty ones may be missing."""
        ...

    async def of(self, box: str) -> list[Letter]:
        """New ones first, each kind in the order in which they came."""
        ...

    async def heard(self, letter: str, by: Hand) -> None: ...

    async def deleted(self, letters: list[str], by: Hand) -> None: ...

    async def forwarded(self, letter: str, to: str, intro: str, by: Hand) -> None:
        """Put a copy into another box; ``intro``: the path of a recording that is heard before it, "": none."""
        ...

    async def called_back(self, letter: str, by: Hand) -> None: ...

    async def pin_is(self, box: str, pin: str) -> bool: ...

    async def set_pin(self, box: str, pin: str, by: Hand) -> None: ...

    async def set_greeting(self, box: str, moment: Moment, path: str, seconds: float, by: Hand) -> None:
        """``path`` of a recording, "": the system's words again."""
        ...

    async def locked(self, box: str, caller: str, locks: list[Lock]) -> None:
        """Note that too many wrong PINs were given, and keep the locks for a server that starts meanwhile."""
        ...
