"""Values of the site's own tables as somebody may see them, and as he meant what he sends back unseen (CC-24)."""

from collections.abc import Iterable, Mapping
from typing import Any

from callroom.core.fields import Field, FieldType, Place, Stored, shown
from callroom.core.fields.writing import Language
from callroom.core.numbers import Visibility
from callroom.http.customer_shapes import Sight, meant_value
from callroom.http.downloads import Cell


def veiled(field: Field, sight: Sight) -> bool:
    """Whether he may not see all of what stands in a field."""
    hides = field.type is FieldType.PHONE and sight.numbers is not Visibility.FULL
    return hides or (field.masked and not sight.masked)


def seen_values(fields: Iterable[Field], values: Mapping[str, Any], sight: Sight) -> dict[str, Stored]:
    """By field id, in the fields' order; what stands in no field any more is left out."""
    return {field.id: sight.of_value(field, values[field.id]) for field in fields if field.id in values}


def cell(field: Field, value: Stored, sight: Sight, language: Language, place: Place) -> Cell:
    """What stands in a field as a cell of a file; ``value``: as he may see it."""
    if value is None or (isinstance(value, str) and veiled(field, sight)):
        return value
    if field.type is FieldType.NUMBER and isinstance(value, int | float):
        return value
    return shown(field, value, language, place)


def meant(fields: Iterable[Field], given: Mapping[str, Any], former: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """``given``, with what was sent back as it was shown hidden taken for what it is. Raises ``Invalid``."""
    known = {field.id: field for field in fields}
    return {id: meant_value(known.get(id), value, former.get(id), sight) for id, value in given.items()}
