"""Picking values out of what a lookup answered: ``accounts[0].balance``."""

import re
from decimal import Decimal
from typing import Any, cast

_PATH = re.compile(r"(?:[^.\[\]\s]+|\[\d{1,4}\])(?:\.[^.\[\]\s]+|\[\d{1,4}\])*")
_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def is_path(path: str) -> bool:
    """Names of fields parted by dots, and places in lists as [0]; "" is the answer itself."""
    return not path or _PATH.fullmatch(path) is not None


def value_at(answer: Any, path: str) -> Any:
    """What is at a path; None when there is nothing."""
    for place, name in _PART.findall(path):
        if place:
            items = cast(list[Any], answer) if isinstance(answer, list) else []
            answer = items[int(place)] if int(place) < len(items) else None
        else:
            answer = cast(dict[str, Any], answer).get(name) if isinstance(answer, dict) else None
    return answer


def pick(answer: Any, path: str) -> str:
    """The value at a path, as text; "" when there is none, or it is null, an object or a list."""
    match value_at(answer, path):
        case bool() as value:
            return "true" if value else "false"
        case str() as value:
            return value
        case int() | Decimal() as value:
            return str(value)
        case float() as value:
            return repr(int(value) if value.is_integer() and abs(value) < 1e15 else value)
        case _:
            return ""
