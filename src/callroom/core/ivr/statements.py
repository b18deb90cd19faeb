"""The one SELECT that a flow may ask of a database: told from other statements, and its values bound, never written in.

This is the first fence. The others are the database's: a read-only transaction, and a user who may read only.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

Wrong = Literal["value_in_text", "more_statements", "no_select"]
_WHY: dict[Wrong, str] = {
    "value_in_text": "a value stands within a text: join them with ||",
    "more_statements": "only one statement is possible",
    "no_select": "only SELECT is possible",
}

_TOKEN = re.compile(
    r"""
    '\{\{\s*(?P<in_quotes>[\w.]+)\s*\}\}' | \{\{\s*(?P<bare>[\w.]+)\s*\}\}
    | (?P<quoted> [eE]'(?:\\.|''|[^'\\])*' | '(?:''|[^'])*' | "(?:""|[^"])*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<cast> :: )
    | :(?P<name> [^\W\d]\w* )
    | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)
_FIRST = re.compile(r"[\s(]*(select|with)\b", re.IGNORECASE)


class WrongStatement(ValueError):
    """It is not one SELECT whose values can be bound; ``code`` says why, and is stable."""

    def __init__(self, code: Wrong) -> None:
        super().__init__(_WHY[code])
        self.code: Wrong = code


def checked(statement: str) -> str:
    """The statement without comments and a last semicolon, its values as ``:name`` where they were ``{{name}}``.

    Raises ``WrongStatement`` unless it is one SELECT, and for a value within a longer text, where it cannot be bound.
    """
    bare = _TOKEN.sub(_plainer, statement).strip().rstrip("; \t\r\n")
    if any(found["quoted"] and "{{" in found["quoted"] for found in _TOKEN.finditer(bare)):
        raise WrongStatement("value_in_text")
    if any(found["end"] for found in _TOKEN.finditer(bare)):
        raise WrongStatement("more_statements")
    if not _FIRST.match(bare):
        raise WrongStatement("no_select")
    return bare


def _plainer(found: re.Match[str]) -> str:
    if found["comment"]:
        return " "
    name = found["in_quotes"] or found["bare"]
    return f":{as_bound(name)}" if name else found[0]


def as_bound(name: str) -> str:
    """How a value is called in a statement: ``customer_name`` is ``customer.name``."""
    return name.replace(".", "_")


def unknown_in(statement: str, known: Iterable[str]) -> list[str]:
    """The names in a statement that are none of the values'. Raises ``WrongStatement``."""
    values = {as_bound(name) for name in known}
    return [name for name in names_in(checked(statement)) if name not in values]


def names_in(statement: str) -> list[str]:
    """The values that a statement asks for as ``:name``, each once, in order."""
    return list(dict.fromkeys(found["name"] for found in _TOKEN.finditer(statement) if found["name"]))


def numbered(statement: str, names: list[str]) -> str:
    """The statement with ``$1`` … for the names."""
    places = {name: f"${place}" for place, name in enumerate(names, 1)}
    return _TOKEN.sub(lambda found: places[found["name"]] if found["name"] else found[0], statement)


def bound(names: list[str], values: Mapping[str, str]) -> dict[str, str]:
    """What is bound to the names: ``:customer_name`` is the value ``customer.name``; one that is not known is empty."""
    known = {as_bound(name): value for name, value in values.items()}
    return {name: known.get(name, "") for name in names}
