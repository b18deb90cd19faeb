"""A value as somebody gave it, through the API, in a form or in a sheet, read as what a field keeps."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, cast

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from callroom.core.fields.dates import read_time
from callroom.core.fields.model import LONGEST_LINE, LONGEST_TEXT, Field, FieldType, Place, Stored, Wrong
from callroom.core.numbers import is_e164, normalise

YES = frozenset({"是", "有", "对", "真", "√", "✓", "✔", "yes", "y", "true", "t", "on", "1"})
NO = frozenset({"否", "不", "没有", "无", "错", "假", "×", "✗", "✘", "no", "n", "false", "f", "off", "0"})
MOST_DIGITS = 15  # that a JSON number carries through every language
_BETWEEN = re.compile(r"([,，、;；|\n]+)")  # two choices in one cell
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")
_MONEY = re.compile(r"^([+-]?)[¥$€£]\s*|\s*元$")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]+")
# Control characters would break lists and files; half of a surrogate pair is no character.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_PHONE = re.compile(r"\+?[0-9]{3,20}")


def parsed(field: Field, given: object, place: Place, *, former: Stored = None) -> Stored | Wrong:
    """What the field keeps of ``given``: a value of JSON or Python, or text as people and sheets write it.

    None where nothing was given. ``former`` is what stands there: an option that is retired since may stay.
    """
    if isinstance(given, str):
        given = given.replace("\r\n", "\n").strip()
        if _UNFIT.search(given):
            return Wrong("bad_character")
    if given is None or given == "" or (isinstance(given, list | tuple) and not given):
        return Wrong("missing") if field.required else None
    return _READERS[field.type](field, given, place, former)


def _line(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    text = _text_of(given)
    if text is None:
        return Wrong("string_type")
    text = text.replace("\n", " ")
    longest = min(field.validation.longest or LONGEST_LINE, LONGEST_LINE)
    if len(text) > longest:
        return Wrong("string_too_long", {"max_length": longest})
    if field.validation.pattern and not fits(field.validation.pattern, text):
        return Wrong("string_pattern_mismatch")
    return text


def _text(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    text = _text_of(given)
    if text is None:
        return Wrong("string_type")
    longest = min(field.validation.longest or LONGEST_TEXT, LONGEST_TEXT)
    return Wrong("string_too_long", {"max_length": longest}) if len(text) > longest else text


def _number(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    match given:
        case bool():
            return Wrong("float_type")
        case int() | float() | Decimal():
            exact = Decimal(str(given))
        case str():
            plain = _MONEY.sub(r"\1", unicodedata.normalize("NFKC", given)).replace(" ", "").replace("−", "-")
            if not plain or _NUMBER.fullmatch(plain) is None:
                return Wrong("float_parsing")
            try:
                exact = Decimal(plain.replace(",", ""))
            except InvalidOperation:  # a point or sign alone
                return Wrong("float_parsing")
        case _:
            return Wrong("float_type")
    return _bounded(field, exact)


def _bounded(field: Field, exact: Decimal) -> Stored | Wrong:
    if not exact.is_finite():
        return Wrong("finite_number")
    digits = exact.normalize()
    if len(digits.as_tuple().digits) > MOST_DIGITS or not -MOST_DIGITS <= digits.adjusted() < MOST_DIGITS:
        return Wrong("too_many_digits", {"most": MOST_DIGITS})
    number = int(exact) if exact == exact.to_integral_value() else float(exact)
    least, most = field.validation.least, field.validation.most
    if least is not None and number < least:
        return Wrong("greater_than_equal", {"ge": f"{least:g}"})
    if most is not None and number > most:
        return Wrong("less_than_equal", {"le": f"{most:g}"})
    return number


def _time(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    return read_time(given, place) if isinstance(given, str | date | datetime) else Wrong("not_a_moment")


def _phone(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    if isinstance(given, float) and given.is_integer():
        given = int(given)  # as sheets keep what looks like a number
    text = _text_of(given)
    number = normalise(text, place.country, place.area_code) if text is not None else ""
    return number if is_e164(number) or _PHONE.fullmatch(number) else Wrong("not_a_number")


def _email(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    if not isinstance(given, str):
        return Wrong("not_an_email")
    address = unicodedata.normalize("NFKC", given).removeprefix("mailto:").strip()
    return address if len(address) <= 254 and _EMAIL.fullmatch(address) else Wrong("not_an_email")


def _yes_no(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    if isinstance(given, bool):
        return given
    word = _alike(str(given)) if isinstance(given, str) or given in (0, 1) else ""
    word = word.removesuffix(".0")
    return True if word in YES else False if word in NO else Wrong("bool_parsing")


def _choice(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    found = _chosen(field, given, (former,))
    return found if found is not None else Wrong("not_a_choice", {"given": str(given)[:80]})


def _choices(field: Field, given: object, place: Place, former: Stored) -> Stored | Wrong:
    kept = tuple(former) if isinstance(former, list) else (former,)
    found: list[str] = []
    for one in cast(list[object], given) if isinstance(given, list | tuple) else [given]:
        options = _one_or_several(field, one, kept)
        if options is None:
            return Wrong("not_a_choice", {"given": str(one)[:80]})
        found += options
    if not found:  # nothing but what stands between choices
        return Wrong("missing") if field.required else None
    return list(dict.fromkeys(found))


def _one_or_several(field: Field, given: object, kept: tuple[Stored, ...]) -> list[str] | None:
    """The options that one text names: a label may itself hold what stands between labels, so the longest counts."""
    whole = _chosen(field, given, kept)
    if whole is not None or not isinstance(given, str):
        return None if whole is None else [whole]
    pieces, found, at = _BETWEEN.split(given), list[str](), 0
    while at < len(pieces):
        if not pieces[at].strip():
            at += 2
            continue
        for end in range(len(pieces), at, -2):
            option = _chosen(field, "".join(pieces[at:end]), kept)
            if option is not None:
                found.append(option)
                at = end + 1
                break
        else:
            return None
    return found


def _chosen(field: Field, given: object, kept: tuple[Stored, ...]) -> str | None:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    text = _text_of(given) or ""
    word = _alike(text)
    open_to_all = [one for one in field.options if not one.retired or one.id in kept]
    by_id = (one.id for one in open_to_all if one.id == text)
    return next(by_id, None) or next((one.id for one in open_to_all if _alike(one.label) == word), None)


def _text_of(given: object) -> str | None:
    match given:
        case str():
            return given
        case bool():
            return None
        case float() if given.is_integer() and abs(given) < 10**MOST_DIGITS:
            return str(int(given))
        case int() | float() | Decimal():
            return str(given)
        case datetime() | date():
            return given.isoformat(" ") if isinstance(given, datetime) else given.isoformat()
        case _:
            return None


def _alike(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fits(pattern: str, text: str) -> bool:
    try:
        _compiled(pattern).validate_python(text)
    except ValidationError:
        return False
    return True


def is_pattern_of_text(pattern: str) -> bool:
    """Whether ``pattern`` can stand in a field's validation."""
    try:
        _compiled(pattern)
    except SchemaError:
        return False
    return True


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=f"^(?:{pattern})$", regex_engine="rust-regex"))


_Reader = Callable[[Field, Any, Place, Stored], Stored | Wrong]
_READERS: dict[FieldType, _Reader] = {
    FieldType.LINE: _line,
    FieldType.TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.DATETIME: _time,
    FieldType.NUMBER: _number,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.YES_NO: _yes_no,
}
