"""One form for every number: E.164 where the number has one, else as it was dialled."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

# Up to this many digits a number is an extension or a short code (110, 95588, 10086), never a subscriber's.
LONGEST_SHORT = 6

_FILLING = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
_BESIDE_DIGITS = re.compile(r"[^0-9]+")
_DIALLED = re.compile(r"\+?[0-9]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

# Kinds that are reached only inside the country, without its code (China: 400, 800, 168 …).
_HOME_ONLY = {
    "CN": frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE}),
}
_QUICK = {"CN": "+86"}  # where a mobile number never begins like a prefix, and one zero leads out of town
# What a subscriber's number may begin with inside its area; other first digits are services and prefixes.
_SUBSCRIBER_STARTS = {"CN": "2345678"}
_FIXED = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def cleaned(text: str) -> str:
    """``text`` as keyed into a phone: no spaces, brackets or hyphens, full-width digits as plain ones.

    What is no number (``anonymous``, a feature code, a SIP name) comes back without the spaces around it only.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    keyed = _FILLING.sub("", plain)
    return keyed if _DIALLED.fullmatch(keyed) else plain


@lru_cache(maxsize=4096)  # the same people call again, and each call asks several times
def normalise(text: str, country: str, area_code: str = "") -> str:
    """A caller id or typed number as E.164, or as dialled where it has no such form. Never raises; idempotent.

    ``country`` is the site's ISO code, ``area_code`` its own ("010"), put before a number dialled within the town.
    Extensions, short codes and numbers that work only inside the country (China's 400) stay as dialled.
    """
    keyed = cleaned(text)
    plain = _plain_numbers(country)
    if plain is not None and (found := plain.fullmatch(keyed)):
        return f"{_QUICK[country]}{found['mobile'] or found['fixed']}"
    number = valid_number(keyed, country, area_code)
    if number is None:
        return keyed
    whole = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    form = keyed_at_home(number) if _works_only_at_home(number, country) else whole
    # Some countries' prefixes read a written form as another number; only a form that stays the same is kept.
    return form if valid_number(form, country, area_code) == number else keyed


def plain_kind(e164: str, country: str) -> int | None:
    """Whether a usual number of the country is a mobile or a fixed one (``PhoneNumberType``); None: it may be any."""
    plain = _plain_numbers(country)
    found = plain.fullmatch(e164) if plain is not None else None
    if found is None:
        return None
    return PhoneNumberType.MOBILE if found["mobile"] else PhoneNumberType.FIXED_LINE


@lru_cache(maxsize=4)
def _plain_numbers(country: str) -> re.Pattern[str] | None:
    """What most numbers of a country are, mobile and fixed ones as dialled or in E.164: with this they need a fiftieth
    of the time, of which 130,000 customers take much. Made of the library's own patterns, so that both agree."""
    own = phonenumbers.PhoneMetadata.metadata_for_region(country) if country in _QUICK else None
    if own is None:
        return None
    mobile, fixed, *special = (
        desc.national_number_pattern or "(?!)" if desc else "(?!)"
        for desc in (own.mobile, own.fixed_line, own.toll_free, own.shared_cost, own.premium_rate)
    )
    code = re.escape(_QUICK[country])
    apart = rf"(?!(?:{'|'.join(special)})$)"
    return re.compile(rf"(?:{code})?(?P<mobile>{mobile})|(?:{code}|0){apart}(?P<fixed>{fixed})", re.ASCII)


def shown(number: str, country: str) -> str:
    """A number as people of ``country`` write it: home numbers without the country code, others with it."""
    if not is_e164(number) and len(number) <= LONGEST_SHORT:
        return number
    parsed = valid_number(number, country)
    if parsed is None:
        return number
    home = phonenumbers.region_code_for_number(parsed) == country
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def to_dial(number: str, country: str) -> str:
    """A stored number as it is dialled from ``country``: home numbers as at home, others after ``00``."""
    if not is_e164(number):
        return number
    parsed = valid_number(number, country)
    if parsed is not None and phonenumbers.region_code_for_number(parsed) == country:
        return digits_of(phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))
    return "00" + digits_of(number)


def search_forms(text: str, country: str, area_code: str = "") -> list[str]:
    """The digits to look for when somebody searches ``text``: as typed, without the trunk zero, and as stored.

    Empty when ``text`` holds no digit.
    """
    digits = digits_of(text)
    forms = [digits, digits.lstrip("0"), digits_of(normalise(text, country, area_code))]
    return list(dict.fromkeys(form for form in forms if form))


def country_code(country: str) -> str:
    """The digits with which the country's numbers begin; "0" where there is no such country."""
    return str(phonenumbers.country_code_for_region(country))


def digits_of(text: str) -> str:
    """The digits of ``text``, full-width ones as plain ones."""
    return _BESIDE_DIGITS.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


def is_e164(number: str) -> bool:
    return _E164.fullmatch(number) is not None


def valid_number(keyed: str, country: str, area_code: str = "") -> PhoneNumber | None:
    """The number that ``keyed`` reaches from ``country``; None for short codes, extensions and what is no number."""
    if _DIALLED.fullmatch(keyed) is None or len(keyed.lstrip("+")) <= LONGEST_SHORT:
        return None
    if number := parsed(keyed, country):
        return number
    starts = _SUBSCRIBER_STARTS.get(country)
    if not area_code or keyed[0] in "+0" or (starts and keyed[0] not in starts):
        return None
    number = parsed(area_code + keyed, country)
    return number if number and phonenumbers.number_type(number) in _FIXED else None


def parsed(keyed: str, country: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(keyed, country)
    except phonenumbers.NumberParseException:
        return None  # too long, or a country code that nobody has
    return number if phonenumbers.is_valid_number(number) else None


def keyed_at_home(number: PhoneNumber) -> str:
    return phonenumbers.national_significant_number(number)


def _works_only_at_home(number: PhoneNumber, country: str) -> bool:
    return phonenumbers.region_code_for_number(number) == country and phonenumbers.number_type(
        number
    ) in _HOME_ONLY.get(country, frozenset())
