"""Telephone numbers: one form for each, what kind each is, and what of it may be seen. Built on ``phonenumbers``."""

from callroom.core.numbers.forms import (
    cleaned,
    country_code,
    digits_of,
    is_e164,
    normalise,
    plain_kind,
    search_forms,
    shown,
    to_dial,
)
from callroom.core.numbers.hiding import STARS, Visibility, hidden, hidden_within, holds_number, least, put_back
from callroom.core.numbers.kinds import NumberKind, kind_of, permission_for
from callroom.core.numbers.whence import Traced, Whence, beginning_of, seen_whence

__all__ = [
    "STARS",
    "NumberKind",
    "Traced",
    "Visibility",
    "Whence",
    "beginning_of",
    "cleaned",
    "country_code",
    "digits_of",
    "hidden",
    "hidden_within",
    "holds_number",
    "is_e164",
    "kind_of",
    "least",
    "normalise",
    "permission_for",
    "plain_kind",
    "put_back",
    "search_forms",
    "seen_whence",
    "shown",
    "to_dial",
]
