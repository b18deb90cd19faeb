"""What stands in a field as text: for exports, for texts, and to find what is alike."""

import hashlib
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from callroom.core.fields.model import Field, FieldType, Place, Stored
from callroom.core.numbers import is_e164, to_dial
from callroom.core.numbers.forms import valid_number

Language = Literal["zh", "en"]
YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}
LONGEST_KEY = 200  # characters; of a longer value its hash is compared


def shown(field: Field, value: Stored, language: Language, place: Place) -> str:
    """The value in words, "" where nothing stands; ``parsed`` reads it back as the same value.

    Times are the place's own, home numbers are written as dialled at home.
    """
    match field.type, value:
        case _, None:
            return ""
        case FieldType.YES_NO, bool():
            return YES_NO[language][0 if value else 1]
        case FieldType.NUMBER, int() | float():
            return format(Decimal(str(value)), "f")
        case FieldType.CHOICE, str():
            return _label(field, value)
        case FieldType.CHOICES, list():
            return ("、" if language == "zh" else "; ").join(_label(field, one) for one in value)
        case FieldType.DATETIME, str():
            return time_shown(value, place)
        case FieldType.PHONE, str():
            return phone_shown(value, place)
        case _:
            return str(value)


def time_shown(value: str, place: Place) -> str:
    """A stored day as it is; a stored time in the place's zone, with seconds where there are any."""
    if "T" not in value:
        return value
    at = datetime.fromisoformat(value).replace(tzinfo=UTC)
    local = at.astimezone(ZoneInfo(place.zone))
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def phone_shown(number: str, place: Place) -> str:
    """A home number as dialled at home, one from elsewhere as E.164."""
    if not is_e164(number):
        return number
    dialled = to_dial(number, place.country)
    return number if dialled.startswith("00") or valid_number(dialled, place.country) is None else dialled


def unique_key(field: Field, value: Stored) -> str | None:
    """What two values of a unique field may not share: letters large or small, wide or narrow are the same."""
    if value is None or value == []:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(Decimal(str(value)), "f")
    key = " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _label(field: Field, id: str) -> str:
    option = field.option(id)
    return option.label if option else id
