"""How far a dialled number reaches, which decides who may dial it."""

from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType, ShortNumberCost, ValidationResult, shortnumberinfo

from callroom.core.numbers.forms import LONGEST_SHORT, cleaned, valid_number
from callroom.core.routing.model import DialPermission


class NumberKind(StrEnum):
    INTERNAL = "internal"  # an extension, queue or feature code: the caller of ``kind_of`` looks it up
    EMERGENCY = "emergency"
    LOCAL = "local"  # within the town, and services charged no higher
    NATIONAL = "national"
    INTERNATIONAL = "international"
    PREMIUM = "premium"


# Emergency numbers the library does not know: traffic police.
_MORE_EMERGENCY = {"CN": frozenset({"122"})}
_AS_LOCAL = frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN})
_DEAR = frozenset({ShortNumberCost.PREMIUM_RATE})
_FIXED = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def kind_of(number: str, country: str, area_code: str = "") -> NumberKind:
    """What kind of number this is, dialled from ``country`` (and the town of ``area_code``; "" = no number is local
    by its area code). What no numbering plan explains counts as international, lest a new range open a way out.
    """
    keyed = cleaned(number)
    bare = keyed.removeprefix("+")
    if not bare.isascii() or not bare.isdigit():
        return NumberKind.INTERNAL  # a feature code or a name: it reaches no trunk
    if is_emergency(keyed, country):
        return NumberKind.EMERGENCY
    if len(keyed) <= LONGEST_SHORT and bare == keyed:
        return _short_kind(keyed, country)
    known = valid_number(keyed, country, area_code)
    if known is None:
        return _unknown_kind(keyed, country)
    kind = phonenumbers.number_type(known)
    if kind == PhoneNumberType.PREMIUM_RATE:
        return NumberKind.PREMIUM
    if phonenumbers.country_code_for_region(country) != known.country_code:
        return NumberKind.INTERNATIONAL
    if kind in _AS_LOCAL:
        return NumberKind.LOCAL
    written = phonenumbers.national_significant_number(known)
    areas = (area_code, area_code.removeprefix("0"))  # Italy's zero belongs to the number, China's does not
    is_near = kind in _FIXED and area_code and written.startswith(areas)
    return NumberKind.LOCAL if is_near else NumberKind.NATIONAL


def is_emergency(keyed: str, country: str) -> bool:
    return keyed in _MORE_EMERGENCY.get(country, ()) or shortnumberinfo.is_emergency_number(keyed, country)


def permission_for(kind: NumberKind) -> DialPermission:
    """What somebody must hold to dial a number of this kind; an emergency call needs no more than a telephone."""
    match kind:
        case NumberKind.INTERNAL | NumberKind.EMERGENCY:
            return DialPermission.INTERNAL
        case NumberKind.LOCAL:
            return DialPermission.LOCAL
        case NumberKind.NATIONAL:
            return DialPermission.NATIONAL
        case NumberKind.INTERNATIONAL | NumberKind.PREMIUM:
            return DialPermission.INTERNATIONAL


def _short_kind(keyed: str, country: str) -> NumberKind:
    try:
        short = phonenumbers.parse(keyed, country)
    except phonenumbers.NumberParseException:
        return NumberKind.INTERNAL  # one digit
    if not shortnumberinfo.is_valid_short_number_for_region(short, country):
        return NumberKind.INTERNAL
    dear = shortnumberinfo.expected_cost_for_region(short, country) in _DEAR
    return NumberKind.PREMIUM if dear else NumberKind.LOCAL


def _unknown_kind(keyed: str, country: str) -> NumberKind:
    try:
        number = phonenumbers.parse(keyed, country)
    except phonenumbers.NumberParseException:
        return NumberKind.INTERNATIONAL
    if number.country_code != phonenumbers.country_code_for_region(country):
        return NumberKind.INTERNATIONAL
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.IS_POSSIBLE:
            return NumberKind.NATIONAL
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return NumberKind.LOCAL
        case _:
            return NumberKind.INTERNATIONAL
