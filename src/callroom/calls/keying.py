"""Digits that somebody keys in one after the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callroom.calls.call import Call

BETWEEN = 6.0  # seconds between two digits; more is taken as the end


async def keyed(call: "Call", said: Sequence[str], *, most: int, first: float = BETWEEN) -> str:
    """Play sounds, then take digits until ``#``, or until no more come; ``first``: seconds until the first one.

    At ``most`` digits no more are waited for. A star gives up what was keyed in: "*".
    """
    digits = ""
    while len(digits) < most:
        key = await call.ask(() if digits else said, timeout=BETWEEN if digits else first)
        if key == "*":
            return "*"
        if key in ("", "#"):
            break
        digits += key
    return digits
