"""Values of the site's own tables as somebody may see them, and as he meant what he sends back unseen (CC-24)."""

from collections.abc import Iterable, Mapping
from typing import Any

from callroom.core.fields import Field, FieldType, Stored
from callroom.core.numbers import Visibility, hidden_within, put_back
from callroom.http.customer_shapes import Sight, meant_value

TEXTS = (FieldType.LINE, FieldType.TEXT)  # in which somebody may have written a number


def veiled(field: Field, sight: Sight) -> bool:
    """Whether he may not see all of what stands in a field."""
    hides = field.type is FieldType.PHONE and sight.numbers is not Visibility.FULL
    return hides or (field.masked and not sight.masked)


def seen_values(fields: Iterable[Field], values: Mapping[str, Any], sight: Sight) -> dict[str, Stored]:
    """By field id; what stands in no field any more is left out."""
    return {field.id: _seen(field, values[field.id], sight) for field in fields if field.id in values}


def _seen(field: Field, value: Stored, sight: Sight) -> Stored:
    seen = sight.of_value(field, value)
    return hidden_within(seen, sight.numbers) if field.type in TEXTS and isinstance(seen, str) else seen


def meant(fields: Iterable[Field], given: Mapping[str, Any], former: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """``given``, with what was sent back as it was shown hidden taken for what it is. Raises ``Invalid``."""
    known = {field.id: field for field in fields}

    def one(id: str, value: Any) -> Any:
        field, before = known.get(id), former.get(id)
        value = meant_value(field, value, before, sight)
        if field is not None and field.type in TEXTS and isinstance(value, str) and isinstance(before, str):
            return put_back(value, before, sight.numbers)
        return value

    return {id: one(id, value) for id, value in given.items()}
