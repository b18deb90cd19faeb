"""What a field is, and in which order fields stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Stored = str | int | float | bool | list[str] | None
"""A value as it is kept, in JSON: None where nothing stands. By type of field: ``line``, ``text``, ``phone``, ``email``
a text; ``choice`` an option's id, ``choices`` a list of them; ``number`` an int where it is whole, else a float, of 15
digits at most; ``yes_no`` a bool; ``datetime`` a day "2026-11-25", or a time in UTC "2026-11-25T06:30:00Z"."""


class FieldType(StrEnum):
    LINE = "line"
    TEXT = "text"  # of several lines
    CHOICE = "choice"
    CHOICES = "choices"
    DATETIME = "datetime"  # a day, or a day with a time
    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    YES_NO = "yes_no"


SORTS_UNIQUE = frozenset({FieldType.LINE, FieldType.DATETIME, FieldType.NUMBER, FieldType.PHONE, FieldType.EMAIL})
LONGEST_LINE = 400  # characters
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices. ``retired``: it stays where it stands, and cannot be chosen any more."""

    id: str
    label: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Validation:
    """``least`` and ``most`` of a number; ``longest`` text in characters; ``pattern`` that a line fits as a whole, in
    the syntax of Rust's regex, which no value can make slow."""

    least: float | None = None
    most: float | None = None
    longest: int | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """``position``: 1, 2, 3 … come first, −1 is the last, −2 before it, 0 between them. ``in_pop``: shown when a call
    comes. ``unique``: no two rows have the same value. ``masked``: what stands in it is not shown to agents.
    ``default``: given to a new row that says nothing."""

    id: str
    label: str
    type: FieldType
    options: tuple[Option, ...] = ()
    position: int = 0
    in_pop: bool = True
    required: bool = False
    unique: bool = False
    masked: bool = False
    default: Stored = None
    validation: Validation = Validation()

    def option(self, id: object) -> Option | None:
        return next((one for one in self.options if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the site is: how numbers, dates and times without a zone are meant. ``country``: ISO code, ``area_code``:
    "" when none is set, ``zone``: as in "Asia/Shanghai"."""

    country: str = "CN"
    area_code: str = ""
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a value is not taken: a rule that ``http/rules.py`` words, with the values its text is filled with."""

    rule: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])


def ordered(fields: Iterable[Field]) -> list[Field]:
    """As the admin wants them: 1, 2, 3 … first, then 0, then … −2, −1; those alike stay as they were given."""
    return sorted(fields, key=_place_in_line)


def _place_in_line(one: Field) -> tuple[int, int]:
    side = 0 if one.position > 0 else 1 if one.position == 0 else 2
    return side, one.position
