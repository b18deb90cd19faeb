"""Numbers get one form, one kind, and show no more than they may."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.core.numbers import (
    Visibility,
    digits_of,
    forms,
    hidden,
    hidden_within,
    kind_of,
    normalise,
    permission_for,
    put_back,
    search_forms,
    shown,
)
from callroom.core.routing.model import DialPermission


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800138000", "+8613800138000"),
        ("013800138000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("010-62345678", "+861062345678"),
        ("（010）62345678", "+861062345678"),
        ("62345678", "+861062345678"),
        ("0512 8123 4567", "+8651281234567"),
        ("001 212 555 1234", "+12125551234"),
        ("+44 20 7946 0958", "+442079460958"),
        ("400-812-3456", "4008123456"),
        ("+864008123456", "4008123456"),
        ("8001", "8001"),
        ("801", "801"),
        ("110", "110"),
        ("95588", "95588"),
        ("95105888", "95105888"),
        ("10086", "10086"),
        ("12345678", "12345678"),
        ("*97", "*97"),
        ("anonymous", "anonymous"),
        ("", ""),
        ("+999999999999999999999", "+999999999999999999999"),
    ],
)
def test_form_in_beijing(typed: str, stored: str):
    assert normalise(typed, "CN", "010") == stored


def test_other_countries_have_their_own_plans():
    assert normalise("(212) 555-1234", "US", "212") == "+12125551234"
    assert normalise("555-1234", "US", "212") == "+12125551234"
    assert normalise("800-555-1234", "US") == "+18005551234"
    assert normalise("020 7946 0958", "GB") == "+442079460958"
    assert normalise("62345678", "CN") == "62345678"  # no area code known: nothing is guessed


NUMBERLIKE = st.text("+0123456789 -()*#a１", max_size=18) | st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True)


@given(
    NUMBERLIKE | st.text(max_size=20),
    st.sampled_from(["CN", "US", "GB", "IT", "HK", "BR"]),
    st.sampled_from(["", "010", "21"]),
)
def test_normalising_twice_changes_nothing(text: str, country: str, area_code: str):
    once = normalise(text, country, area_code)
    assert normalise(once, country, area_code) == once


@pytest.mark.parametrize(
    ("dialled", "kind", "needed"),
    [
        ("8001", "internal", DialPermission.INTERNAL),
        ("*97", "internal", DialPermission.INTERNAL),
        ("110", "emergency", DialPermission.INTERNAL),
        ("119", "emergency", DialPermission.INTERNAL),
        ("122", "emergency", DialPermission.INTERNAL),
        ("95588", "local", DialPermission.LOCAL),
        ("62345678", "local", DialPermission.LOCAL),
        ("01062345678", "local", DialPermission.LOCAL),
        ("4008123456", "local", DialPermission.LOCAL),
        ("051281234567", "national", DialPermission.NATIONAL),
        ("13800138000", "national", DialPermission.NATIONAL),
        ("+8613800138000", "national", DialPermission.NATIONAL),
        ("0012125551234", "international", DialPermission.INTERNATIONAL),
        ("1795100112125551234", "international", DialPermission.INTERNATIONAL),  # a carrier's prefix before 00
        ("+85291234567", "international", DialPermission.INTERNATIONAL),
        ("+999123", "international", DialPermission.INTERNATIONAL),
        ("0099912345678", "international", DialPermission.INTERNATIONAL),
        ("12345678901234567890", "international", DialPermission.INTERNATIONAL),
        ("16812345", "premium", DialPermission.INTERNATIONAL),
    ],
)
def test_kind_decides_who_may_dial(dialled: str, kind: str, needed: DialPermission):
    found = kind_of(dialled, "CN", "010")
    assert found == kind
    assert permission_for(found) is needed


def test_local_needs_the_towns_own_area_code():
    assert kind_of("01062345678", "CN", "021") == "national"
    assert kind_of("01062345678", "CN") == "national"


@given(NUMBERLIKE)
def test_whatever_leaves_the_country_is_never_called_nearer(text: str):
    for way_out in ("+1", "001", "+44", "0044", "+882"):
        digits = "".join(c for c in text if c in "0123456789")
        if len(digits) > 6:
            assert kind_of(way_out + digits, "CN", "010") in ("international", "premium")


def test_people_read_home_numbers_without_the_country_code():
    assert shown("+8613800138000", "CN") == "138 0013 8000"
    assert shown("+861062345678", "CN") == "010 6234 5678"
    assert shown("+12125551234", "CN") == "+1 212-555-1234"
    assert shown("8001", "CN") == "8001"
    assert shown("anonymous", "CN") == "anonymous"


@pytest.mark.parametrize(
    ("number", "middle", "name"),
    [
        ("+8613800138000", "+86138****8000", "****"),
        ("13800138000", "138****8000", "****"),
        ("+861062345678", "+8610****5678", "****"),
        ("62345678", "****5678", "****"),
        ("6234567", "****567", "****"),
        ("138 0013 8000", "138****8000", "****"),
        ("sip:13800138000@10.0.0.1", "sip:138****8000@10.0.0.1", "****"),
        ("13800138000/13900139000", "****", "****"),
        ("8001", "8001", "8001"),
        ("anonymous", "anonymous", "anonymous"),
    ],
)
def test_hidden_numbers(number: str, middle: str, name: str):
    assert hidden(number, Visibility.FULL) == number
    assert hidden(number, Visibility.MIDDLE) == middle
    assert hidden(number, Visibility.NAME) == name


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("call 138 0013 8000", "call 138****8000"),
        ("138 - 0013 - 8000", "138****8000"),
        ("１３８－００１３－８０００", "138****8000"),
        ("030/123 456", "0****3456"),
        ("13800138000@139.com", "138****8000@139.com"),
        ("13800138000 2026", "138****2026"),  # one longer number, by all that can be told
        ("13800138000, 2026", "138****8000, 2026"),
        ("13800138000/13900139000", "****"),
        ("+86 138 0013 8000", "+86138****8000"),
        ("on 2026-11-26 10:30", "on 2026-11-26 10:30"),
        ("2026/1/6", "2026/1/6"),
        ("010-2026-11-26", "010****1126"),
        ("room 123456", "room 123456"),
    ],
)
def test_numbers_within_texts_are_hidden_however_they_are_written(text: str, seen: str):
    assert hidden_within(text, Visibility.MIDDLE) == seen
    assert hidden_within(text, Visibility.FULL) == text
    assert "8000" not in hidden_within(text, Visibility.NAME)


@pytest.mark.parametrize(
    "written",
    ["138****80001234", "138****8000 1234", "99138****8000", "99 138****8000-7", "+138****8000", "138****8000"],
)
@pytest.mark.parametrize("number", ["13800138000", "138 0013 8000"])
def test_digits_written_beside_a_hidden_number_do_not_move_its_stars(number: str, written: str):
    put = put_back(f"call {written} now", f"call {number} now", Visibility.MIDDLE)
    assert number in put
    assert "138****8000" in hidden_within(put, Visibility.MIDDLE)


def test_search_finds_a_number_however_it_is_typed():
    for typed in ("010-62345678", "62345678", "+86 10 6234 5678", "0621062345678"[3:]):
        assert any(form in "861062345678" for form in search_forms(typed, "CN", "010")), typed
    assert search_forms("王", "CN") == []


def test_plain_numbers_are_read_the_short_way_as_the_library_reads_them(monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(6)
    texts = [f"{start}{chance.randrange(10**7):07}" for start in range(1000, 10000, 2)]
    texts += [f"0{text[: chance.choice((9, 10, 11))]}" for text in texts[::3]]
    texts += [f"+86{text[: chance.choice((9, 10, 11))]}" for text in texts[::3]]
    read = forms.normalise.__wrapped__
    quick = [read(text, "CN", area) for text in texts for area in ("", "010")]
    assert sum(number.startswith("+86") for number in quick) > 1_000
    monkeypatch.setattr(forms, "_plain_numbers", lambda country: None)
    assert quick == [read(text, "CN", area) for text in texts for area in ("", "010")]


@given(st.text(st.sampled_from("0123456789+-() ０１９٣²①a王"), max_size=20))
def test_digits_are_plain_ones(text: str):
    assert digits_of(text) == "".join(c for c in unicodedata.normalize("NFKC", text) if c in "0123456789")
