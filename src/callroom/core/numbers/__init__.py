"""Telephone numbers: one form for each, what kind each is, and what of it may be seen. Built on ``phonenumbers``."""

from callroom.core.numbers.forms import digits_of, is_e164, normalise, search_forms, shown
from callroom.core.numbers.hiding import Visibility, hidden
from callroom.core.numbers.kinds import NumberKind, kind_of, permission_for

__all__ = [
    "NumberKind",
    "Visibility",
    "digits_of",
    "hidden",
    "is_e164",
    "kind_of",
    "normalise",
    "permission_for",
    "search_forms",
    "shown",
]
