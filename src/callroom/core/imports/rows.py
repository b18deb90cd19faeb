"""One row of a file read as a customer, or as what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from callroom.core.customers import MOST_PHONES, MOST_TAGS
from callroom.core.fields import Field, FieldType, Option, Place, Stored, Validation, Wrong, parsed, unique_key
from callroom.core.imports.targets import PHONE, VALUE

Cell = str | int | float | bool | None
Fault = tuple[int, str, Mapping[str, object]]
"""Column (from 0; −1: none of them), the rule that it breaks, and the values its text is filled with."""

LONGEST_TAG = 20  # characters
STAGES = {"potential": "潜在", "new": "新", "satisfied": "满意", "retained": "留住", "old": "老"}
_SEVERAL = re.compile(r"[,，、;；|\n]+")
_SEVERAL_PHONES = re.compile(r"[,，、;；|/\n]+")
_OWN: dict[str, Field] = {
    "name": Field("name", "", FieldType.LINE, validation=Validation(longest=80)),
    "company": Field("company", "", FieldType.LINE, validation=Validation(longest=120)),
    "memo": Field("memo", "", FieldType.TEXT, validation=Validation(longest=10_000)),
    "tier": Field("tier", "", FieldType.NUMBER, validation=Validation(least=0, most=9)),
    "do_not_call": Field("do_not_call", "", FieldType.YES_NO),
    "no_mail": Field("no_mail", "", FieldType.YES_NO),
    "stage": Field(
        "stage",
        "",
        FieldType.CHOICE,
        (
            *(Option(id, label) for id, zh in STAGES.items() for label in (zh, f"{zh}客户", id)),
            Option("old", "Long-standing"),  # as files that were downloaded say it
        ),
    ),
}
_OF_FEW = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.NUMBER, FieldType.YES_NO, FieldType.DATETIME})
MOST_KNOWN = 10_000  # cells
_PHONE = Field(PHONE, "", FieldType.PHONE)


@dataclass(slots=True)
class Draft:
    """What row ``number`` says. ``own``: name, company, memo, tier, stage, do_not_call, no_mail, owner_id, tags;
    ``phones``: number and label; only what is filled stands there. ``faults``: whatever becomes of the row;
    ``lacking``: more of them where it makes a customer."""

    number: int
    cells: Sequence[Cell]
    own: dict[str, Any] = field(default_factory=dict[str, Any])
    phones: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    values: dict[str, Stored] = field(default_factory=dict[str, Stored])
    faults: list[Fault] = field(default_factory=list[Fault])
    lacking: list[Fault] = field(default_factory=list[Fault])


class Plan:
    """How the columns of a file are read: ``mapping`` has each one's target. ``owners``: login or name → user."""

    def __init__(
        self, mapping: Sequence[str], fields: Mapping[str, Field], place: Place, owners: Mapping[str, str]
    ) -> None:
        self._place, self._columns = place, len(mapping)
        self._known: dict[tuple[int, type, Cell], Stored | Wrong] = {}
        self._own: list[tuple[int, str, Field]] = []
        self._phones: list[tuple[int, str]] = []
        self._values: list[tuple[int, str, Field]] = []
        self._tags = -1
        options = tuple(Option(id, name) for name, id in owners.items())
        for column, target in enumerate(mapping):
            if target == PHONE or target.startswith(PHONE + ":"):
                self._phones.append((column, target.partition(":")[2]))
            elif target == "tags":
                self._tags = column
            elif target == "owner":
                self._own.append((column, "owner_id", Field("owner", "", FieldType.CHOICE, options)))
            elif target in _OWN:
                self._own.append((column, target, _OWN[target]))
            elif (id := target.removeprefix(VALUE)) in fields:
                self._values.append((column, id, replace(fields[id], required=False)))
        self.column_of = {target: column for column, target in reversed(list(enumerate(mapping))) if target}
        self._unique = [one for one in fields.values() if one.unique]
        self._required = [one.id for one in fields.values() if one.required]
        self._defaults = {one.id: one.default for one in fields.values() if one.default is not None}

    def read(self, number: int, cells: Sequence[Cell]) -> Draft:
        draft, most = Draft(number, cells), len(cells)
        if most > self._columns and any(cell not in ("", None) for cell in cells[self._columns :]):
            draft.faults.append((-1, "more_cells_than_heads", {}))
        for column, name, kind in self._own:
            if column < most and (value := self._value(draft, column, kind)) is not None:
                draft.own[name] = value
        tier = draft.own.get("tier")
        if isinstance(tier, float):
            draft.faults.append((self.column_of["tier"], "int_from_float", {}))
        for column, label in self._phones:
            if column < most:
                self._read_phones(draft, column, label)
        if 0 <= self._tags < most:
            self._read_tags(draft)
        for column, id, kind in self._values:
            if column < most and (value := self._value(draft, column, kind)) is not None:
                draft.values[id] = value
        if "name" not in draft.own:
            draft.lacking.append((self.column_of.get("name", -1), "missing", {}))
        for id in self._required:
            if id not in draft.values and id not in self._defaults:
                draft.lacking.append((self.column_of.get(VALUE + id, -1), "missing", {}))
        return draft

    def fresh(self, draft: Draft) -> dict[str, Stored]:
        """The values of one who is made of it: with defaults, in the order of the fields."""
        return self._defaults | draft.values if self._defaults else draft.values

    def keys(self, draft: Draft) -> list[tuple[str, str]]:
        """By what it may meet others: ("phones", number), ("values.ID", what is compared)."""
        found = [("phones", number) for number, _ in draft.phones]
        for one in self._unique:
            if (key := unique_key(one, draft.values.get(one.id))) is not None:
                found.append((VALUE + one.id, key))
        return found

    def too_many(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Fault]:
        """What a customer has too much of with what the row adds."""
        bounds = (("phones", MOST_PHONES, self.column_of_key("phones")), ("tags", MOST_TAGS, self._tags))
        return [
            (column, "too_long", {"max_length": most})
            for name, most, column in bounds
            if len(after[name]) > max(most, len(before[name]))
        ]

    def column_of_key(self, kind: str) -> int:
        return self._phones[0][0] if kind == "phones" and self._phones else self.column_of.get(kind, -1)

    def _value(self, draft: Draft, column: int, kind: Field) -> Stored:
        cell = draft.cells[column]
        if cell is None or cell == "":
            return None
        value = self._few(column, kind, cell) if kind.type in _OF_FEW else parsed(kind, cell, self._place)
        if isinstance(value, Wrong):
            draft.faults.append((column, value.rule, value.values))
            return None
        return value

    def _few(self, column: int, kind: Field, cell: Cell) -> Stored | Wrong:
        """What was read once is not read again."""
        key = column, type(cell), cell
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = parsed(kind, cell, self._place)
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
        return value

    def _read_phones(self, draft: Draft, column: int, label: str) -> None:
        cell = draft.cells[column]
        if cell is None or cell == "":
            return
        for one in _SEVERAL_PHONES.split(cell) if isinstance(cell, str) else (cell,):
            value = parsed(_PHONE, one, self._place)
            if isinstance(value, Wrong):
                draft.faults.append((column, value.rule, value.values))
            elif isinstance(value, str) and all(value != number for number, _ in draft.phones):
                draft.phones.append((value, label))
        if len(draft.phones) > MOST_PHONES:
            draft.faults.append((column, "too_long", {"max_length": MOST_PHONES}))

    def _read_tags(self, draft: Draft) -> None:
        line = self._value(draft, self._tags, Field("tags", "", FieldType.TEXT))
        if line is None:
            return
        tags = [" ".join(tag.split()) for tag in _SEVERAL.split(str(line))]
        tags = list({tag.casefold(): tag for tag in reversed(tags) if tag}.values())[::-1]
        if any(len(tag) > LONGEST_TAG for tag in tags):
            draft.faults.append((self._tags, "string_too_long", {"max_length": LONGEST_TAG}))
        elif len(tags) > MOST_TAGS:
            draft.faults.append((self._tags, "too_long", {"max_length": MOST_TAGS}))
        elif tags:
            draft.own["tags"] = tags
