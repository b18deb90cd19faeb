"""Values of flows: put into texts, compared, and picked out of answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.core.ivr.conditions import Op, holds
from callroom.core.ivr.paths import is_path, pick
from callroom.core.ivr.templates import fill, is_variable, names_in, texts_in


def test_values_are_put_into_texts():
    values = {"balance": "12", "customer.name": "Mei {{balance}}"}
    assert fill("{{balance}} of {{ customer.name }}{{gone}}.", values) == "12 of Mei {{balance}}.", "once, not again"
    assert names_in("{{a}} {{ customer.name }} {b} {{}}") == ["a", "customer.name", ""]
    assert fill("no {braces} here", values) == "no {braces} here"


def test_names_of_values():
    assert all(is_variable(name) for name in ("a", "account_2", "余额", "x" * 40))
    assert not any(is_variable(name) for name in ("", "2a", "a b", "a.b", "caller", "now", "x" * 41, "a-b"))


def test_all_texts_of_a_document():
    assert list(texts_in({"url": "a", "more": ["b", {"c": "d"}, 5, None]})) == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("left", "op", "right", "expected"),
    [
        ("9", "less", "10", True),
        ("10", "less", "9", False),
        ("1000.00", "equals", "1000", True),
        ("-1", "less", "0.5", True),
        ("1e3", "equals", "1000", False),
        ("0.5", "equals", "0.50", True),
        ("0", "equals", "0.0", True),
        ("000123", "equals", "123", False),
        ("000123", "not_equals", "123", True),
        ("000123", "equals", "000123", True),
        ("000123", "equals", "00123", False),
        ("08", "less", "10", True),
        ("b", "greater", "a", True),
        ("", "less", "5", False),
        ("5", "greater", "", False),
        ("abc", "less", "5", False),
        ("2026-11-26", "greater", "2026-09-01", True),
        (" Gold ", "equals", "gold", True),
        ("Gold", "not_equals", "silver", True),
        ("13800138000", "starts_with", "138", True),
        ("anything", "contains", "", False),
        ("VIP customer", "contains", "vip", True),
        (" ", "empty", "", True),
        ("0", "not_empty", "", True),
    ],
)
def test_conditions(left: str, op: Op, right: str, expected: bool):
    assert holds(left, op, right) is expected


@given(st.decimals(-(10**9), 10**9, places=3), st.decimals(-(10**9), 10**9, places=3))
def test_numbers_are_compared_as_numbers(left: Any, right: Any):
    one, other = f"{left:f}", f"{right:f}"
    assert holds(one, "less", other) is (left < right)
    assert holds(one, "greater", other) is (left > right)
    assert holds(one, "equals", other) is (left == right)


ANSWER: dict[str, Any] = {
    "accounts": [{"balance": 1305.5, "open": True}, {"balance": 20}],
    "name": "Mei", "big": 2.0e14, "none": None, "列": {"值": "是"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("accounts[0].balance", "1305.5"),
        ("accounts[1].balance", "20"),
        ("accounts[0].open", "true"),
        ("accounts[2].balance", ""),
        ("accounts", ""),
        ("name", "Mei"),
        ("name.first", ""),
        ("name[0]", ""),
        ("big", "200000000000000"),
        ("none", ""),
        ("列.值", "是"),
        ("gone.further", ""),
    ],
)
def test_values_are_picked_out_of_answers(path: str, value: str):
    assert is_path(path)
    assert pick(ANSWER, path) == value


def test_of_lists_and_of_plain_answers():
    assert pick([{"id": 7}], "[0].id") == "7"
    assert pick("open", "") == "open"
    assert not any(is_path(path) for path in ("a..b", "a[", "a[x]", ".a", "a b", "a."))


ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANY, st.text())
def test_nothing_picked_breaks(answer: Any, path: str):
    assert isinstance(pick(answer, path), str)
