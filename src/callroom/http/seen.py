"""How much of outside numbers the signed-in person sees (CC-24): hidden for ordinary agents only.

This is the one place on the way out: a number in an answer is an ``OutsideNumber``, a text that may hold one an
``OutsideText``, JSON with such texts ``OutsideValues``, and where a number belongs an ``OutsideWhence``. All are hidden
when the answer is written, as far as the person who asked may see; nothing of them is told where nobody asked. Live
events are hidden in ``calls.live``, what phones show in ``calls.ringing``.
"""

import re
from contextvars import ContextVar
from typing import Annotated, Any, cast

from pydantic import PlainSerializer
from sqlalchemy import ColumnElement

from callroom.core.numbers import Traced, Visibility, Whence, hidden, hidden_within, seen_whence
from callroom.store.tables import User
from callroom.store.texts import has_part

_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d[\d:.]*(Z|[+-]\d\d:\d\d))?")
_sight: ContextVar[Visibility] = ContextVar("sight into numbers", default=Visibility.NAME)


def look_as(me: User) -> None:
    """From now on, in this request, numbers are told as far as ``me`` may see them."""
    _sight.set(me.sees)


def part_in(text: Any, part: str, me: User) -> ColumnElement[bool]:
    """Whether ``part`` stands in a column of texts, as far as ``me`` may find it there. Who may not see numbers must
    know a whole one to find its rows: else he could guess it digit by digit."""
    return has_part(text, part.strip(), numbers=me.sees is Visibility.FULL)


def as_seen(text: str) -> str:
    """``text`` of an answer, as far as who asked may see what numbers are in it."""
    return hidden_within(text, _sight.get())


def values_as_seen(value: Any) -> Any:
    """The same for all texts within a JSON value; times are no numbers."""
    match value:
        case str():
            return value if _TIME.fullmatch(value) else as_seen(value)
        case list():
            return [values_as_seen(one) for one in cast(list[Any], value)]
        case dict():
            return {name: values_as_seen(one) for name, one in cast(dict[str, Any], value).items()}
        case _:
            return value


OutsideNumber = Annotated[str, PlainSerializer(lambda number: hidden(number, _sight.get()), return_type=str)]
OutsideWhence = Annotated[
    Traced, PlainSerializer(lambda traced: seen_whence(traced, _sight.get()), return_type=Whence | None)
]
OutsideText = Annotated[str, PlainSerializer(as_seen)]
OutsideValues = Annotated[dict[str, Any], PlainSerializer(values_as_seen, return_type=dict[str, Any])]
