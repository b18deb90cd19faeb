"""Filling values into a request so that none can change what the request asks: each is escaped for its place."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

from callroom.core.ivr.templates import fill
from callroom.errors import LookupFailed

Values = Mapping[str, str]


def filled(text: str, values: Values, escape: Callable[[str], str] = str) -> str:
    """The text with its values escaped."""
    return fill(text, {name: escape(value) for name, value in values.items()})


def in_url(text: str, values: Values) -> str:
    """Part of an address, its values percent-encoded (RFC 3986). Raises ``LookupFailed`` for a value . or .. that would
    lead up in the path."""
    made = filled(text, values, lambda value: quote(value, safe=""))
    ups = [part for part in urlsplit(made).path.split("/") if unquote(part) in (".", "..")]
    if ups and not any(part in (".", "..") for part in urlsplit(text).path.split("/")):
        raise LookupFailed("bad_request", "a value in the address is . or ..")
    return made


def in_header(text: str, values: Values) -> str:
    """A header's value: one line, letters beyond ASCII percent-encoded."""
    made = " ".join(filled(text, values).split())
    return "".join(c if " " <= c <= "~" else quote(c, safe="") for c in made)


def in_json(document: Any, values: Values) -> Any:
    """A JSON value with the values in its texts; a value stays within its text whatever it holds."""
    match document:
        case str():
            return filled(document, values)
        case dict():
            return {name: in_json(one, values) for name, one in cast(dict[str, Any], document).items()}
        case list():
            return [in_json(one, values) for one in cast(list[Any], document)]
        case _:
            return document


def body_of(source: Mapping[str, Any], values: Values) -> Any:
    """The JSON body of a request; None for none. The template is a JSON value, or its text. Raises ``LookupFailed``."""
    template = source.get("body")
    if template in (None, ""):
        return None
    if isinstance(template, str):
        try:
            template = json.loads(template)
        except ValueError as error:
            raise LookupFailed("bad_request", f"the body is no JSON: {error}") from None
    return in_json(template, values)
