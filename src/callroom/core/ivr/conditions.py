"""Whether a condition of a flow holds. Values are texts; what reads as a number is compared as one.

Digits that begin with a zero name something, such as an account: they equal only themselves.
"""

import re
from decimal import Decimal
from typing import Literal, assert_never

Op = Literal["equals", "not_equals", "less", "greater", "contains", "starts_with", "empty", "not_empty"]

_NUMBER = re.compile(r"[+-]?[0-9]{1,100}(\.[0-9]{1,100})?", re.ASCII)
_NAME = re.compile(r"0[0-9]", re.ASCII)


def holds(left: str, op: Op, right: str) -> bool:
    """Compare without regard to case and outer spaces. ``less`` and ``greater`` need two numbers or two other texts
    (dates as 2026-11-26 come in their order); a number and a text are neither."""
    left, right = left.strip().casefold(), right.strip().casefold()
    match op:
        case "equals":
            return _same(left, right)
        case "not_equals":
            return not _same(left, right)
        case "less":
            return _less(left, right)
        case "greater":
            return _less(right, left)
        case "contains":
            return bool(right) and right in left
        case "starts_with":
            return bool(right) and left.startswith(right)
        case "empty":
            return not left
        case "not_empty":
            return bool(left)
        case _:
            assert_never(op)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _same(left: str, right: str) -> bool:
    if left == right or _NAME.match(left) or _NAME.match(right):
        return left == right
    one, other = _number(left), _number(right)
    return one is not None and one == other


def _less(left: str, right: str) -> bool:
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return one < other
    return one is None and other is None and bool(left) and bool(right) and left < right
