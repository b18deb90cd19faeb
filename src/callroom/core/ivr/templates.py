"""Texts with values in them: ``Your balance is {{balance}}``."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, cast

# Known in every flow; ``call`` is the journey's id, ``now`` the site's time as 2026-11-26T10:28:00.
BUILT_IN = frozenset({"caller", "called", "language", "now", "call", "customer.name", "customer.tier"})
LONGEST_VALUE = 1000  # characters; more is cut off

_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_VARIABLE = re.compile(r"[^\W\d]\w{0,39}")


def is_variable(name: str) -> bool:
    """Whether a flow may keep a value under this name: letters, digits and _, at most 40, no digit first."""
    return _VARIABLE.fullmatch(name) is not None and name not in BUILT_IN


def is_private(name: str) -> bool:
    """Whether what is kept under this name, such as a PIN, is the flow's own: agents are not shown it."""
    return name.startswith("_")


def folded(name: str) -> str:
    """A name as it is compared with others: letters large or small, wide or narrow are the same, a space is a _."""
    return "_".join(unicodedata.normalize("NFKC", name).casefold().split())


def names_in(text: str) -> list[str]:
    """The values that a text asks for, in order."""
    return [place.strip() for place in _PLACE.findall(text)]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; one that is not known is empty."""
    return _PLACE.sub(lambda place: values.get(place[1].strip(), ""), text)


def texts_in(document: Any) -> Iterator[str]:
    """All texts of a JSON value, the names of its fields left out."""
    match document:
        case str():
            yield document
        case dict():
            for one in cast(dict[str, Any], document).values():
                yield from texts_in(one)
        case list():
            for one in cast(list[Any], document):
                yield from texts_in(one)
        case _:
            pass
