"""Fields that the site makes itself, as rows: what may stand in a definition, and values read by it.

Customers and the site's own tables use the same columns (``FieldColumns``) and the same rules.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.configured import Values
from callroom.actions.ids import new_id
from callroom.actions.settings import read_settings
from callroom.core.fields import (
    SORTS_UNIQUE,
    Field,
    FieldType,
    Option,
    Place,
    Stored,
    Validation,
    Wrong,
    ordered,
    parsed,
)
from callroom.core.fields.reading import is_pattern_of_text
from callroom.errors import Fault, Invalid, invalid
from callroom.store.tables import CustomerField, FieldColumns

CHOOSING = (FieldType.CHOICE, FieldType.CHOICES)
DEFINING = ("label", "type", "options", "position", "in_pop", "required", "unique", "masked", "default", "validation")
Row = TypeVar("Row", bound=CustomerField)


async def place_of_site(session: AsyncSession) -> Place:
    settings, _ = await read_settings(session)
    return Place(settings["country"], settings["area_code"], settings["time_zone"])


def field_of(id: str, values: Mapping[str, Any]) -> Field:
    """The field that these columns describe."""
    return Field(
        id=id,
        label=values["label"],
        type=FieldType(values["type"]),
        options=tuple(Option(one["id"], one["label"], bool(one.get("retired"))) for one in values["options"]),
        position=values["position"],
        in_pop=values["in_pop"],
        required=values["required"],
        unique=values["unique"],
        masked=values["masked"],
        default=values["default"].get("value"),
        validation=Validation(**values["validation"]),
    )


def field_of_row(id: str, row: FieldColumns) -> Field:
    return field_of(id, {name: getattr(row, name) for name in DEFINING})


def checked_definition(values: Values, present: Field | None, place: Place) -> None:
    """Complete the columns of a field, and raise ``Invalid`` for what cannot be. ``default`` comes as the value itself.

    Options without an id get one.
    """
    type = FieldType(values["type"])
    values["options"] = _options(values["options"]) if type in CHOOSING else []
    values["validation"] = _validation(type, values["validation"])
    if values["unique"] and type not in SORTS_UNIQUE:
        raise invalid("unique", "cannot_be_unique")
    given, values["default"] = values["default"], {}
    if given not in (None, "", []):
        if values["unique"]:
            raise invalid("default", "default_of_unique")
        field = field_of(present.id if present else "", values)
        read = parsed(field, given, place, former=present.default if present else None)
        if isinstance(read, Wrong):
            raise invalid("default", read.rule, **read.values)
        values["default"] = {"value": read}


def _options(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = [
        {"id": one.get("id") or new_id("op"), "label": one["label"], "retired": bool(one.get("retired"))}
        for one in given
    ]
    if not any(not one["retired"] for one in options):
        raise invalid("options", "needs_options")
    for name in ("id", "label"):
        seen: set[str] = set()
        for position, one in enumerate(options):
            alike = str(one[name]).casefold()
            if alike in seen:
                raise invalid(f"options.{position}.{name}", "twice")
            seen.add(alike)
    return options


def _validation(type: FieldType, given: Mapping[str, Any]) -> dict[str, Any]:
    """Only what concerns the type is kept."""
    kept: dict[str, Any] = {}
    if type is FieldType.NUMBER:
        kept = {name: given[name] for name in ("least", "most") if given.get(name) is not None}
        if len(kept) == 2 and kept["least"] > kept["most"]:
            raise invalid("validation.most", "most_below_least")
    elif type in (FieldType.LINE, FieldType.TEXT) and given.get("longest") is not None:
        kept["longest"] = given["longest"]
    if type is FieldType.LINE and given.get("pattern"):
        if not is_pattern_of_text(given["pattern"]):
            raise invalid("validation.pattern", "not_a_text_pattern")
        kept["pattern"] = given["pattern"]
    return kept


def rank(rows: Sequence[Row]) -> list[Row]:
    """Give all fields of one form their ranks; returns them in that order."""
    by_id = {row.id: row for row in rows}
    line = [by_id[one.id] for one in ordered(field_of_row(row.id, row) for row in sorted(rows, key=_age))]
    for place, row in enumerate(line):
        row.rank = place
    return line


def _age(row: CustomerField) -> tuple[Any, str]:
    return row.created_at, row.id


def positions_for(rows: Mapping[str, int], order: Sequence[str]) -> dict[str, int]:
    """Positions that put the fields (id → present position) in this order. Those at the end that were last stay last,
    so that a new field comes before them. Raises ``Invalid`` unless each is named once."""
    if sorted(rows) != sorted(order):
        raise invalid("ids", "not_all_fields")
    last = 0
    while last < len(order) and rows[order[-1 - last]] < 0:
        last += 1
    first = len(order) - last
    return {id: n + 1 if n < first else n - len(order) for n, id in enumerate(order)}


def read_values(
    fields: Mapping[str, Field], given: Mapping[str, object], place: Place, former: Mapping[str, Stored], *, fresh: bool
) -> dict[str, Stored]:
    """What is stored of the values given by id of field; None empties one. ``fresh``: of a new row, which gets the
    defaults of fields that are left out and needs all that are required. Raises ``Invalid``, naming "values.ID"."""
    faults: list[Fault] = []
    read: dict[str, Stored] = {}
    for id in given:
        if id not in fields:
            faults.append(Fault(f"values.{id[:40]}", "no_such_field"))
    for id, field in fields.items():
        if id in given or fresh:
            value = parsed(field, given.get(id, field.default), place, former=former.get(id))
            if isinstance(value, Wrong):
                faults.append(Fault(f"values.{id}", value.rule, value.values))
            elif value is not None or not fresh:
                read[id] = value
    if faults:
        raise Invalid(tuple(faults))
    return read
