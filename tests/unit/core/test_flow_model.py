"""What is accepted as an attendant, and what is said about one that is not."""

from typing import Any

import pytest

from callroom.core.ivr.model import BadFlow, flow_from, problems

HELLO = {"kind": "announce", "sound": {"system": "welcome"}, "next": "menu"}
MENU = {"kind": "menu", "label": "Main", "sound": {"prompt": "p1"}, "keys": {"1": "sales"}, "fallback": "end"}
SALES = {"kind": "go_to", "destination": {"kind": "queue", "id": "q1"}}
END = {"kind": "hang_up"}
GOOD: dict[str, Any] = {"hello": HELLO, "menu": MENU, "sales": SALES, "end": END}


def told(entry: str = "hello", **changed: Any) -> str:
    flow = flow_from({"entry": entry, "nodes": GOOD | changed})
    return " ".join(en for _, en in problems(flow))


def test_a_good_flow_has_no_problems():
    assert told() == ""


def test_each_fault_is_named():
    assert "first step" in told(entry="nowhere")
    assert "which does not exist" in told(hello={**HELLO, "next": "gone"})
    assert "no sound chosen" in told(hello={**HELLO, "sound": {}})
    assert "no keys" in told(menu={**MENU, "keys": {}}, sales=END)
    assert "no key of a telephone" in told(menu={**MENU, "keys": {"12": "sales"}})
    assert "No step leads to “Main”" in told(hello={**HELLO, "next": "end"})
    loop = flow_from({"entry": "a", "nodes": {"a": {**HELLO, "next": "a"}}})
    assert "for ever" in problems(loop)[0][1]


@pytest.mark.parametrize("wrong", [{}, {"entry": "a", "nodes": {"a": {"kind": "dance"}}}, {"entry": 1, "nodes": {}}])
def test_other_documents_are_refused(wrong: dict[str, Any]):
    with pytest.raises(BadFlow):
        flow_from(wrong)
