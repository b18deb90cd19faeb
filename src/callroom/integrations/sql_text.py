"""The one SELECT that a flow may ask of a database: told from other statements, and its values bound, never written in.

This is the first fence. The others are the database's: a read-only transaction, and a user who may read only.
"""

import re
from collections.abc import Mapping

from callroom.errors import LookupFailed

_TOKEN = re.compile(
    r"""
    (?P<quoted> [eE]'(?:\\.|''|[^'\\])*' | '(?:''|[^'])*' | "(?:""|[^"])*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<cast> :: )
    | :(?P<name> [^\W\d]\w* )
    | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)
_FIRST = re.compile(r"[\s(]*(select|with)\b", re.IGNORECASE)


def checked(statement: str) -> str:
    """The statement without comments and a last semicolon. Raises ``LookupFailed`` unless it is one SELECT."""
    bare = _TOKEN.sub(lambda found: " " if found["comment"] else found[0], statement).strip()
    bare = bare.rstrip("; \t\r\n")
    if any(found["end"] for found in _TOKEN.finditer(bare)):
        raise LookupFailed("bad_request", "only one statement is possible")
    if not _FIRST.match(bare):
        raise LookupFailed("bad_request", "only SELECT is possible")
    return bare


def names_in(statement: str) -> list[str]:
    """The values that a statement asks for as ``:name``, each once, in order."""
    return list(dict.fromkeys(found["name"] for found in _TOKEN.finditer(statement) if found["name"]))


def numbered(statement: str, names: list[str]) -> str:
    """The statement with ``$1`` … for the names."""
    places = {name: f"${place}" for place, name in enumerate(names, 1)}
    return _TOKEN.sub(lambda found: places[found["name"]] if found["name"] else found[0], statement)


def bound(names: list[str], values: Mapping[str, str]) -> dict[str, str]:
    """What is bound to the names: ``:customer_name`` is the value ``customer.name``; one that is not known is empty."""
    known = {name.replace(".", "_"): value for name, value in values.items()}
    return {name: known.get(name, "") for name in names}
