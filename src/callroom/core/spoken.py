"""Values spoken to callers: which system prompts, one after the other, say a number, an amount, a date or a time.

The names are those of media/prompts/catalogue.toml, and each is one sound: a word that is said in one breath is one
sound too (二十六, 一千三百, 零五元, "twenty-six", "three hundred and"), since words cut to pieces are hard to follow
on the telephone.
"""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, get_args

Style = Literal["number", "digits", "amount", "date", "time"]
STYLES: tuple[Style, ...] = get_args(Style)
GREATEST = 10**12  # from here on a number is said digit by digit
DECIMALS = 6  # more are rounded away
DECADES = range(195, 206)  # 1950 to 2059, of whose years three digits are one sound: 二零二, 六年

_DATE = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d\d)(\d\d))(?:[T ].*)?", re.ASCII
)
_NUMBER = re.compile(r"[+-]?(?=[\d.])(?:\d{1,3}(?:,\d{3})+|\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_TIME = re.compile(r"(?:\d.*[T ])?(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_KEYS = {"*": "key_star", "#": "key_pound"}


def spoken(value: str, style: Style, language: str) -> list[str]:
    """The system prompts that say ``value``; "en" is said in English, every other language in Chinese.

    - number: 1305.5, -20, 1,305; up to DECIMALS decimals
    - digits: each digit, star and pound of it; what is something else is not said
    - amount: yuan, rounded to hundredths; a ¥ before or 元 after it does not matter
    - date: 2026-11-26 (also with / or ., 20261126, 2026年11月26日, or a time behind it)
    - time: 14:30, with seconds, date or zone if need be; hours and minutes are said

    A value that is none of its style is said digit by digit, and without digits not at all.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    chinese = language != "en"
    match style:
        case "digits":
            said = None
        case "number":
            said = _number(text, chinese)
        case "amount":
            said = _amount(text, chinese)
        case "date":
            said = _date(text, chinese)
        case "time":
            said = _time(text, chinese)
    return digits(text) if said is None else said


def digits(text: str) -> list[str]:
    """Each digit and key of a text; nothing for its other signs."""
    return [_KEYS.get(sign) or f"digit_{sign}" for sign in text if sign in "0123456789*#"]


def whole(n: int, *, chinese: bool, counting: bool = False) -> list[str]:
    """A whole number from 0 to below GREATEST. ``counting`` says that things are counted: a lone 2 is 两 then.

    Raises ``ValueError`` for other numbers.
    """
    if not 0 <= n < GREATEST:
        raise ValueError(f"numbers from 0 to below {GREATEST} can be said, not {n}")
    if counting and n == 2:
        return ["count_2"]
    return _chinese(n) if chinese else _english(n)


# ---------------------------------------------------------------- numbers


def _chinese(n: int) -> list[str]:
    """Groups of four digits; a zero is said once wherever higher digits are missing inside the number."""
    names: list[str] = []
    missing = False  # whether the group before was empty
    for size, unit in ((10**8, "unit_yi"), (10**4, "unit_wan"), (1, "")):
        group = n // size % 10**4
        if not group:
            missing = True
            continue
        zero = bool(names) and (missing or group < 1000)
        if zero and group >= 10:
            names.append("digit_0")
        # 两万, 两亿, but 二 at the end, and 十二万
        names += ["count_2"] if unit and group == 2 and not names else _four(group, inside=bool(names), zero=zero)
        if unit:
            names.append(unit)
        missing = False
    return names or ["digit_0"]


def _four(n: int, *, inside: bool, zero: bool) -> list[str]:
    """1 to 9999 in Chinese: the thousands and hundreds are one sound, and the rest with the zero before it is one.
    ``inside`` a greater number ten is 一十, else 十; ``zero`` says that one comes before it."""
    high, low = divmod(n, 100)
    if not low:
        return [f"number_{high}00"]
    zero_in_high = high and not high % 10 and low >= 10  # 一千零一十: hundreds are missing
    names = [f"number_{high}00{'_zero' if zero_in_high else ''}"] if high else []
    if low < 10 and (high or zero):
        return [*names, f"number_0{low}"]
    if 10 <= low < 20 and (high or inside):
        return [*names, f"number_1_{low}"]
    return names + _small(low)


def _english(n: int) -> list[str]:
    names: list[str] = []
    for size, unit in ((10**9, "unit_billion"), (10**6, "unit_million"), (10**3, "unit_thousand"), (1, "")):
        group = n // size % 1000
        if not group:
            continue
        if unit == "unit_thousand" and group < 10:
            names.append(f"number_{group}000")
            continue
        hundreds, low = divmod(group, 100)
        if hundreds:
            names.append(f"number_{hundreds}00{'_and' if low else ''}")
        elif names and not unit:
            names.append("number_and")
        names += _small(low) if low else []
        if unit:
            names.append(unit)
    return names or ["digit_0"]


def _small(n: int) -> list[str]:
    return [f"digit_{n}" if n < 10 else f"number_{n}"]


def _decimal(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", ""))
    return number if abs(number) <= GREATEST - 1 else None


def _number(text: str, chinese: bool) -> list[str] | None:
    if (number := _decimal(text)) is None:
        return None
    if -int(number.as_tuple().exponent) > DECIMALS:
        number = round(number, DECIMALS).normalize()
    before, _, after = f"{abs(number):f}".partition(".")
    sign = ["number_minus"] if number < 0 else []
    names = sign + whole(int(before), chinese=chinese)
    if not after:
        return names
    point = [f"point_{after[0]}", *digits(after[1:])] if chinese else ["number_point", *digits(after)]
    return names + point


def _amount(text: str, chinese: bool) -> list[str] | None:
    if (number := _decimal(text.replace("¥", "", 1).removesuffix("元").strip())) is None:
        return None
    hundredths = int((number * 100).quantize(Decimal(1), ROUND_HALF_UP))
    yuan, rest = divmod(abs(hundredths), 100)
    sign = ["number_minus"] if hundredths < 0 else []
    if not chinese:
        point = ["number_point", *digits(f"{rest:02}")] if rest else []
        return [*sign, *whole(yuan, chinese=False), *point, "unit_yuan"]
    names = _with_unit(whole(yuan, chinese=True, counting=True), "yuan") if yuan or not rest else []
    jiao, fen = divmod(rest, 10)
    if jiao:
        names += _with_unit(whole(jiao, chinese=True, counting=True), "jiao")
    if fen and yuan and not jiao:
        names.append(f"minute_{fen}")  # 零二分
    elif fen:
        # 两分 alone
        names += _with_unit(whole(fen, chinese=True, counting=not names), "fen")
    return sign + names


def _with_unit(number: list[str], unit: str) -> list[str]:
    """A Chinese number whose last word is said in one breath with its unit: 二十六元, 零五元. A syllable by itself is
    not understood on the telephone."""
    *before, last = number
    kind, _, word = last.partition("_")
    if kind == "number" and len(word) == 4 and word[1] != "0" and word.isdigit():  # 一千, 三百元
        before.append(f"number_{word[0]}000")
        word = word[1:]
    return [*before, f"{unit}_{'liang' if kind == 'count' else word}"]


# ---------------------------------------------------------------- dates and times


def _date(text: str, chinese: bool) -> list[str] | None:
    if (found := _DATE.fullmatch(text)) is None:
        return None
    year = int(found[1])
    month, day = (int(found[one] or found[one + 2] or found[one + 4]) for one in (3, 4))
    try:
        date(year, month, day)
    except ValueError:
        return None
    if chinese:
        decade = [f"decade_{year // 10}"] if year // 10 in DECADES else digits(f"{year // 10:03}")
        return [*decade, f"year_{year % 10}", f"month_{month}", f"day_{day}"]
    return [f"month_{month}", f"day_{day}", *_english_year(year)]


def _english_year(year: int) -> list[str]:
    """Nineteen ninety-nine, nineteen oh five, nineteen hundred, two thousand and five, twenty twenty-six."""
    century, rest = divmod(year, 100)
    if century < 10 or year % 1000 < 10:
        return _english(year)
    if rest == 0:
        return [*_small(century), "unit_hundred"]
    return [*_small(century), f"minute_{rest}" if rest < 10 else f"number_{rest}"]


def _time(text: str, chinese: bool) -> list[str] | None:
    if (found := _TIME.fullmatch(text)) is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        return None
    if not minute:
        return [f"hour_{hour}"]
    if chinese:
        minutes = [f"minute_{minute}" if minute < 10 else f"fen_{minute}"]
        return [f"hour_{hour}", *minutes]
    minutes = [f"minute_{minute}"] if minute < 10 else [f"number_{minute}"]
    return [*_small(hour % 12 or 12), *minutes, "time_am" if hour < 12 else "time_pm"]
