"""Telephone numbers: one form for each, what kind each is, and what of it may be seen. Built on ``phonenumbers``."""

from callroom.core.numbers.forms import cleaned, digits_of, is_e164, normalise, search_forms, shown, to_dial
from callroom.core.numbers.hiding import STARS, Visibility, hidden
from callroom.core.numbers.kinds import NumberKind, kind_of, permission_for

__all__ = [
    "STARS",
    "NumberKind",
    "Visibility",
    "cleaned",
    "digits_of",
    "hidden",
    "is_e164",
    "kind_of",
    "normalise",
    "permission_for",
    "search_forms",
    "shown",
    "to_dial",
]
