"""Where numbers belong, and who carries them: the table that comes along says what phonenumbers says."""

from random import Random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, carrier, geocoder

from callroom.core.numbers import Traced, Visibility, Whence, is_e164, seen_whence
from callroom.demo.people import people
from callroom.media import number_places
from callroom.media.number_places import traced


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("13800138000", "北京市 中国移动", "Beijing China Mobile"),
        ("+8618912345678", "江苏省常州市 中国电信", "Changzhou, Jiangsu China Telecom"),
        ("0755-8321 0000", "广东省深圳市 ", "Shenzhen, Guangdong "),
        ("64031234", "上海市 ", "Shanghai "),  # within the town
        ("+442071234567", "英国 ", "London, United Kingdom "),
        ("0014155551234", "美国 ", "San Francisco, CA, United States "),
        ("+85221234567", "香港 ", "Hong Kong "),
    ],
)
def test_a_number_tells_its_place_and_carrier(number: str, zh: str, en: str):
    whence = traced(number, "CN", "021").whole
    assert f"{whence.place_zh} {whence.carrier_zh}" == zh
    assert f"{whence.place_en} {whence.carrier_en}" == en


@pytest.mark.parametrize("number", ["801", "10086", "4001234567", "anonymous", "", "+8612345"])
def test_what_belongs_nowhere_tells_nothing(number: str):
    assert traced(number, "CN", "021") == Traced()
    assert seen_whence(traced(number, "CN", "021"), Visibility.FULL) is None


def test_whose_sight_ends_within_the_number_learns_what_its_beginning_tells():
    mobile, landline = traced("13800138000", "CN"), traced("02164031234", "CN")
    # The place of 138****8000 lies in the hidden digits: with it a few dozen numbers would be left to try.
    assert seen_whence(mobile, Visibility.MIDDLE) == Whence("", "", "中国移动", "China Mobile")
    assert seen_whence(landline, Visibility.MIDDLE) == Whence("上海市", "Shanghai", "", "")
    assert seen_whence(mobile, Visibility.NAME) is seen_whence(landline, Visibility.NAME) is None


def test_the_table_fits_the_library():
    """When this fails after an update of phonenumbers: scripts/make_number_places.py."""
    numbers = [phonenumbers.example_number_for_type(region, kind)
               for region in phonenumbers.SUPPORTED_REGIONS for kind in range(11)]  # fmt: skip
    numbers += [phonenumbers.parse(f"+86{begin}{middle:04}0000") for begin in (138, 159, 189) for middle in range(400)]
    numbers += [phonenumbers.parse(f"+86{area}83210000") for area in range(300, 1000) if area % 100]
    asked = {phonenumbers.format_number(number, PhoneNumberFormat.E164): number for number in numbers
             if number is not None and phonenumbers.is_valid_number(number)}  # fmt: skip
    assert len(asked) > 2000
    for e164, number in asked.items():
        if not is_e164(e164):
            continue  # too short to be anybody's
        told = traced(e164, "ZZ").whole  # from nowhere: each country is told
        for language, place, carried in (
            ("zh", told.place_zh, told.carrier_zh),
            ("en", told.place_en, told.carrier_en),
        ):
            assert geocoder.description_for_number(number, language) in place, e164
            if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE:
                known = carrier.name_for_number(number, language) or carrier.name_for_number(number, "en")
                assert carried == known, e164


@pytest.mark.parametrize("country", ["CN", "US"])
def test_usual_numbers_tell_what_they_would_tell_if_the_library_were_asked(country: str, monkeypatch):
    chance = Random(7)
    numbers = [phone.number for one in people(300) for phone in one.phones]
    numbers += ["+86" + "".join(chance.choices("0123456789", k=chance.choice((9, 10, 11)))) for _ in range(1_000)]
    quickly = [traced(one, country) for one in numbers]
    traced.cache_clear()
    monkeypatch.setattr(number_places, "plain_kind", lambda *_: None)
    assert [traced(one, country) for one in numbers] == quickly
    traced.cache_clear()
