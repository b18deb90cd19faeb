"""Values of the site's own tables as somebody may see them, and as he meant what he sends back unseen (CC-24)."""

from collections.abc import Iterable, Mapping
from typing import Any

from callroom.core.fields import Field, FieldType, Stored
from callroom.core.numbers import Visibility
from callroom.http.customer_shapes import Sight, meant_value


def veiled(field: Field, sight: Sight) -> bool:
    """Whether he may not see all of what stands in a field."""
    hides = field.type is FieldType.PHONE and sight.numbers is not Visibility.FULL
    return hides or (field.masked and not sight.masked)


def seen_values(fields: Iterable[Field], values: Mapping[str, Any], sight: Sight) -> dict[str, Stored]:
    """By field id, in the fields' order; what stands in no field any more is left out."""
    return {field.id: sight.of_value(field, values[field.id]) for field in fields if field.id in values}


def meant(fields: Iterable[Field], given: Mapping[str, Any], former: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """``given``, with what was sent back as it was shown hidden taken for what it is. Raises ``Invalid``."""
    known = {field.id: field for field in fields}
    return {id: meant_value(known.get(id), value, former.get(id), sight) for id, value in given.items()}
