"""Dial patterns and the routes chosen by them.

A pattern is digits with ``X`` for 0-9, ``Z`` for 1-9, ``N`` for 2-9; a trailing ``.`` stands for one or more further
characters and ``!`` for none or more. An empty pattern matches everything.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from callroom.core.ids import TrunkId
from callroom.core.routing.model import DialPermission, InboundRoute, OutboundRoute

PATTERN = re.compile(r"[+*#0-9XZNxzn]*[.!]?")
_CLASSES = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}


def is_pattern(text: str) -> bool:
    return PATTERN.fullmatch(text) is not None


def matches(pattern: str, number: str) -> bool:
    """Whether a number fits; a leading ``+`` of the number counts only where the pattern names it."""
    if not pattern:
        return True
    return _expression(pattern).fullmatch(number) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_CLASSES.get(c, re.escape(c)) for c in pattern.upper()))


def specificity(pattern: str) -> tuple[int, int, int]:
    """Greater is more specific: named digits first, then digit classes, then an open end."""
    fixed = sum(c.isdigit() or c in "+*#" for c in pattern)
    classes = sum(c.upper() in "XZN" for c in pattern)
    return fixed, classes, 0 if pattern[-1:] in (".", "!") or not pattern else 1


def choose_inbound(routes: Iterable[InboundRoute], *, trunk: TrunkId, did: str, caller: str) -> InboundRoute | None:
    """The most specific route: first by dialled number, then by caller, then by trunk, then by id."""
    fitting = [
        route
        for route in routes
        if route.trunk in (None, trunk) and matches(route.did, did) and matches(route.caller, caller)
    ]
    return max(
        fitting,
        key=lambda r: (specificity(r.did), specificity(r.caller), r.trunk is not None, r.id),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One trunk to try, with the number as it is sent there."""

    trunk: TrunkId
    number: str


class Refusal(StrEnum):
    NO_ROUTE = "no_route"
    NOT_PERMITTED = "not_permitted"


@dataclass(frozen=True, slots=True)
class WayOut:
    """``lines`` in the order in which they are tried."""

    route: OutboundRoute
    lines: tuple[Line, ...]


def choose_outbound(
    routes: Iterable[OutboundRoute],
    number: str,
    *,
    permission: DialPermission,
    needed: DialPermission,
    emergency: bool = False,
) -> WayOut | Refusal:
    """The first route, by position, whose pattern fits and which the dialler may use.

    ``needed`` is what the number itself demands (its kind); a route may demand more. Emergency calls need neither.
    """
    fitting = [r for r in sorted(routes, key=lambda r: (r.position, r.id)) if r.trunks and matches(r.pattern, number)]
    if not fitting:
        return Refusal.NO_ROUTE
    for route in fitting:
        if emergency or (permission.covers(route.permission) and permission.covers(needed)):
            sent = route.prepend + number[route.strip :]
            return WayOut(route, tuple(Line(trunk, sent) for trunk in route.trunks))
    return Refusal.NOT_PERMITTED
