"""Fields that the site makes itself (CC-05), of customers and of its own tables: what may stand in them, how it is
read, and how it is written out."""

from callroom.core.fields.converting import converted
from callroom.core.fields.model import (
    SORTS_UNIQUE,
    Field,
    FieldType,
    Option,
    Place,
    Stored,
    Validation,
    Wrong,
    ordered,
)
from callroom.core.fields.reading import parsed
from callroom.core.fields.writing import shown, unique_key

__all__ = [
    "SORTS_UNIQUE",
    "Field",
    "FieldType",
    "Option",
    "Place",
    "Stored",
    "Validation",
    "Wrong",
    "converted",
    "ordered",
    "parsed",
    "shown",
    "unique_key",
]
