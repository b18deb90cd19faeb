"""What another system is told of a call: in the address of its page about the caller, and by a webhook."""

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

Occasion = Literal["call.offered", "call.dialled"]  # by a webhook: his phone rings for a call, or he dials one
When = Literal["ring", "answer"]  # the page is opened
Where = Literal["tab", "desk"]  # in a new tab, or within the desk
NAMES = frozenset(
    ("number", "customer_id", "customer_name", "call_id", "agent", "agent_name", "line", "queue", "direction")
)
_PLACE = re.compile(r"\{([^{}]*)\}")


def names_in(address: str) -> set[str]:
    """What an address has to be filled with."""
    return set(_PLACE.findall(address))


def filled(address: str, facts: Mapping[str, str]) -> str:
    """The address with the facts in their places, percent-encoded whole (RFC 3986): none leads out of its place."""
    return _PLACE.sub(lambda place: quote(facts.get(place[1], ""), safe=""), address)
