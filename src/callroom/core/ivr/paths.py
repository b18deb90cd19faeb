"""Picking values out of what a lookup answered: ``accounts[0].balance``."""

import re
from decimal import Decimal
from typing import Any, cast

_PATH = re.compile(r"(?:[^.\[\]\s]+|\[\d{1,4}\])(?:\.[^.\[\]\s]+|\[\d{1,4}\])*")
_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def is_path(path: str) -> bool:
    """Names of fields parted by dots, and places in lists as [0]; "" is the answer itself."""
    return not path or _PATH.fullmatch(path) is not None


def pick(answer: Any, path: str) -> str:
    """The value at a path, as text; "" when there is none, or it is null, an object or a list."""
    for place, name in _PART.findall(path):
        if place:
            items = cast(list[Any], answer) if isinstance(answer, list) else []
            answer = items[int(place)] if int(place) < len(items) else None
        else:
            answer = cast(dict[str, Any], answer).get(name) if isinstance(answer, dict) else None
    match answer:
        case bool():
            return "true" if answer else "false"
        case str():
            return answer
        case int() | Decimal():
            return str(answer)
        case float():
            return repr(int(answer) if answer.is_integer() and abs(answer) < 1e15 else answer)
        case _:
            return ""
