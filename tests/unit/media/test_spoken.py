"""Values are said as people say them: read back, the prompts' texts give the value again."""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.core.spoken import GREATEST, STYLES, Style, spoken
from callroom.media.prompts import catalogue, system_prompt

ONES = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
WORDS = dict(zip(_WORDS.split(), [*range(21), *range(30, 100, 10)], strict=True))
GREAT = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
whole_numbers = st.integers(0, GREATEST - 1) | st.integers(0, 10**5) | st.integers(0, 11).map(lambda n: 10**n)


def said(value: str, style: Style, language: str) -> str:
    texts = [catalogue()[name].texts[language == "en"] for name in spoken(value, style, language)]
    if language == "zh":
        return "".join(texts)
    return re.sub(r"\.(?= |$)(?<![ap]\.m\.)", "", " ".join(texts)).lower()


def chinese_number(text: str) -> int:
    """Read a Chinese number, refusing a zero where none is said and a missing one."""
    total = 0
    for part, unit in re.findall(r"([^亿万]+)(亿|万|$)", text):
        group, digit = 0, 0
        for sign in part:
            if sign in UNITS:
                assert digit or (sign == "十" and not total and not group)
                group += (digit or 1) * UNITS[sign]
                digit = 0
            else:
                digit = ONES[sign]
        total += (group + digit) * {"亿": 10**8, "万": 10**4, "": 1}[unit]
    return total


def english_number(text: str) -> int:
    total, group = 0, 0
    for word in re.split(r"[ -]", text):
        if word == "hundred":
            group *= 100
        elif word in GREAT:
            total, group = total + group * GREAT[word], 0
        elif word != "and":
            group += WORDS[word]
    return total + group


@given(whole_numbers)
def test_a_number_read_back_is_the_number(n: int):
    assert chinese_number(said(str(n), "number", "zh")) == n
    assert english_number(said(str(n), "number", "en")) == n
    assert said(f"{n:,}", "number", "zh") == said(str(n), "number", "zh")
    assert "零零" not in said(str(n), "number", "zh")


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_decimal_read_back_is_the_decimal(number: Decimal):
    before, _, after = said(f"{number:f}", "number", "zh").removeprefix("负").partition("点")
    assert Decimal(f"{chinese_number(before)}.{''.join(str(ONES[sign]) for sign in after)}") == abs(number)
    before, _, after = said(f"{number:f}", "number", "en").removeprefix("minus ").partition(" point ")
    assert Decimal(f"{english_number(before)}.{''.join(str(WORDS[word]) for word in after.split())}") == abs(number)
    assert said(f"{number:f}", "number", "zh").startswith("负") == (number < 0)


@given(st.integers(-(10**10), 10**10))
def test_an_amount_read_back_is_the_amount(hundredths: int):
    text = f"{Decimal(hundredths) / 100:,.2f}"
    found = re.fullmatch(r"(负?)(?:(.+)元)?(?:零?(?:(.)角)?(?:(.)分)?)", said(text, "amount", "zh"))
    assert found
    jiao, fen = (ONES[found[group]] if found[group] else 0 for group in (3, 4))
    assert (chinese_number(found[2] or "") * 100 + jiao * 10 + fen) * (-1 if found[1] else 1) == hundredths
    english = said(text, "amount", "en").removesuffix(" yuan").removeprefix("minus ")
    before, _, after = english.partition(" point ")
    digits = "".join(str(WORDS[word]) for word in after.split()) or "0"
    assert english_number(before) * 100 + int(digits) == abs(hundredths)


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]))
def test_a_date_is_said_with_its_year_digit_by_digit(day: date, form: str):
    found = re.fullmatch(r"(.{4})年(.+)月(.+)日", said(day.strftime(form), "date", "zh"))
    assert found
    assert "".join(str(ONES[sign]) for sign in found[1]) == f"{day.year}"
    assert (chinese_number(found[2]), chinese_number(found[3])) == (day.month, day.day)
    month, ordinal, _ = said(day.strftime(form), "date", "en").split(" ", 2)
    assert month == f"{day:%B}".lower()
    assert ordinal == catalogue()[f"day_{day.day}"].texts[1].lower()


@given(st.times())
def test_a_time_read_back_is_the_time(at: time):
    found = re.fullmatch(r"(.+)点(?:零?(.+)分)?", said(at.isoformat(), "time", "zh"))
    assert found
    assert (chinese_number(found[1]), chinese_number(found[2] or "零")) == (at.hour, at.minute)


@pytest.mark.parametrize(
    ("value", "style", "zh", "en"),
    [
        ("2", "number", "二", "two"),
        ("10", "number", "十", "ten"),
        ("105", "number", "一百零五", "one hundred and five"),
        ("110", "number", "一百一十", "one hundred and ten"),
        ("2000", "number", "两千", "two thousand"),
        ("1010", "number", "一千零一十", "one thousand and ten"),
        ("22222", "number", "两万两千二百二十二", "twenty-two thousand two hundred and twenty-two"),
        ("100500", "number", "十万零五百", "one hundred thousand five hundred"),
        ("105000", "number", "十万五千", "one hundred and five thousand"),
        ("100005000", "number", "一亿零五千", "one hundred million five thousand"),
        ("100100000", "number", "一亿零一十万", "one hundred million one hundred thousand"),
        ("200000000", "number", "两亿", "two hundred million"),
        ("-3.50", "number", "负三点五零", "minus three point five zero"),
        ("0.30000000000000004", "number", "零点三", "zero point three"),
        ("１２", "number", "十二", "twelve"),
        ("1,305.50", "amount", "一千三百零五元五角", "one thousand three hundred and five point five zero yuan"),
        ("¥2", "amount", "两元", "two yuan"),
        ("12元", "amount", "十二元", "twelve yuan"),
        ("0.02", "amount", "两分", "zero point zero two yuan"),
        ("1305.02", "amount", "一千三百零五元零二分", "one thousand three hundred and five point zero two yuan"),
        ("-0.2", "amount", "负两角", "minus zero point two zero yuan"),
        ("0", "amount", "零元", "zero yuan"),
        ("0.995", "amount", "一元", "one yuan"),
        ("2026-11-26", "date", "二零二六年十一月二十六日", "november twenty-sixth twenty twenty-six"),
        ("2005-01-01T08:00:00Z", "date", "二零零五年一月一日", "january first two thousand and five"),
        ("1905-02-03", "date", "一九零五年二月三日", "february third nineteen oh five"),
        ("1900-02-12", "date", "一九零零年二月十二日", "february twelfth nineteen hundred"),
        ("14:30", "time", "十四点三十分", "two thirty p.m."),
        ("02:05", "time", "两点零五分", "two oh five a.m."),
        ("2026-11-26 14:00:59", "time", "十四点", "two p.m."),
        ("00:00", "time", "零点", "midnight"),
        ("12:30", "time", "十二点三十分", "twelve thirty p.m."),
        ("13800138000", "digits", "一三八零零一三八零零零", "one three eight zero zero one three eight zero zero zero"),
        ("A-12#", "digits", "一二井号键", "one two pound"),
    ],
)
def test_values_are_said_as_people_say_them(value: str, style: Style, zh: str, en: str):
    assert said(value, style, "zh") == zh
    assert said(value, style, "en") == en


@pytest.mark.parametrize(
    ("value", "style"),
    [
        ("12a", "number"),
        ("1,2", "number"),
        ("1_2", "number"),
        ("１２ 个", "number"),
        ("$12", "amount"),
        ("2026-13-12", "date"),
        ("25:12", "time"),
        ("12:60", "time"),
        ("1000000000000", "number"),
        ("1e400", "number"),
    ],
)
def test_a_value_of_another_kind_is_said_digit_by_digit(value: str, style: Style):
    digits = [f"digit_{sign}" for sign in value.translate({ord("１"): "1", ord("２"): "2"}) if sign in "0123456789"]
    assert spoken(value, style, "zh") == spoken(value, style, "en") == digits


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("value", ["", "   ", "NaN", "Infinity", "没有", "-", "."])
def test_a_value_without_digits_is_not_said(value: str, style: Style):
    assert spoken(value, style, "zh") == []


@given(st.text(alphabet="0123456789-:./,eE¥元年月日T*#x") | st.text(), st.sampled_from(STYLES))
def test_whatever_the_value_there_is_a_sound_for_all_that_is_said(value: str, style: Style):
    for language in ("zh", "en"):
        for name in spoken(value, style, language):
            system_prompt(name, language)
