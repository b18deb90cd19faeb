"""What is accepted as an attendant, and what is said about one that is not."""

from typing import Any, get_args

import pytest

from callroom.core.ivr.model import BadFlow, Flow, GoTo, flow_document, flow_from
from callroom.core.ivr.validation import Around, Problem, problems
from callroom.core.routing.model import Destination, ToQueue

HELLO = {"kind": "announce", "sound": {"system": "welcome"}, "next": "menu"}
MENU = {"kind": "menu", "label": "Main", "sound": {"prompt": "p1"}, "keys": {"1": "sales"}, "fallback": "end"}
SALES = {"kind": "go_to", "destination": {"kind": "queue", "id": "q1"}}
END = {"kind": "hang_up"}
GOOD: dict[str, Any] = {"hello": HELLO, "menu": MENU, "sales": SALES, "end": END}
DIGITS = {"kind": "digits", "sound": {"text": {"en": "Your account"}}, "variable": "account", "fallback": "end"}
LOOKUP = {"kind": "lookup", "source": {"kind": "http", "connection": "c1", "path": "/a/{{account}}"}, "fallback": "end"}
CONNECTIONS = {"c1": "http", "d1": "sqlite", "d2": "postgresql"}
SUB = flow_from({"entry": "a", "nodes": {"a": {"kind": "set", "variable": "sum", "value": "1", "next": "b"},
                                         "b": {"kind": "return"}}})  # fmt: skip


def around(**more: Any) -> Around:
    known: dict[str, Any] = {"prompts": {"p1"}, "system": {"welcome"}, "schedules": {"s1"}, "own": "me"}
    return Around(**(known | {"connections": CONNECTIONS, "flows": {"sub": SUB}} | more))


def flow(entry: str = "hello", **changed: Any) -> Flow:
    return flow_from({"entry": entry, "nodes": GOOD | changed})


def found(one: Flow, **more: Any) -> list[tuple[str, str]]:
    return [(problem.node, problem.code) for problem in problems(one, around(**more))]


def codes(**changed: Any) -> list[tuple[str, str]]:
    return found(flow(**changed))


def test_a_good_flow_has_no_problems():
    assert codes() == []


def test_stored_documents_are_read_and_written_as_they_are():
    document = {"entry": "hello", "nodes": GOOD}
    assert flow_document(flow_from(document)) == document


def test_each_fault_is_named():
    assert ("", "no_entry") in codes(entry="nowhere")
    assert ("hello", "unknown_target") in codes(hello={**HELLO, "next": "gone"})
    assert ("hello", "no_exit") in codes(hello={"kind": "announce", "sound": {"system": "welcome"}})
    assert ("hello", "no_sound") in codes(hello={**HELLO, "sound": {}})
    assert ("hello", "no_sound") in codes(hello={**HELLO, "sound": {"text": {"zh": " "}}})
    assert ("hello", "two_sounds") in codes(hello={**HELLO, "sound": {"system": "welcome", "prompt": "p1"}})
    assert ("hello", "unknown_prompt") in codes(hello={**HELLO, "sound": {"system": "wellcome"}})
    assert ("menu", "unknown_prompt") in codes(menu={**MENU, "on_invalid": {"prompt": "p2"}})
    typed = flow(hello={**HELLO, "sound": {"text": {"en": "Hello"}}})
    assert found(typed) == [] and found(typed, voices=False) == [("hello", "no_voices")]
    assert ("menu", "no_keys") in codes(menu={**MENU, "keys": {}}, sales=END)
    assert ("menu", "bad_key") in codes(menu={**MENU, "keys": {"12": "sales"}})
    assert ("menu", "unreachable") in codes(hello={**HELLO, "next": "end"})
    assert ("sales", "no_destination") in codes(sales={"kind": "go_to"})
    assert ("sales", "no_destination") in codes(sales={"kind": "go_to", "destination": {"kind": "queue"}})
    assert ("sales", "unknown_destination") in found(flow(), missing={ToQueue(id="q1")})
    assert ("sales", "no_schedule") in codes(sales={"kind": "hours", "open": "end", "closed": "end"})
    assert ("sales", "unknown_schedule") in codes(
        sales={"kind": "hours", "schedule": "no", "open": "end", "closed": "end"}
    )
    assert ("sales", "no_cases") in codes(sales={"kind": "condition", "fallback": "end"})
    assert ("sales", "no_source") in codes(sales={"kind": "lookup", "next": "end", "fallback": "end"})
    for source, code in (
        ({"kind": "crm", "by": "values.gone", "value": "1"}, "no_unique_field"),
        ({"kind": "http"}, "no_source"),
        ({"kind": ["http"], "connection": "c1"}, "no_source"),
        ({"kind": "http", "connection": "gone"}, "unknown_connection"),
        ({"kind": "sql", "connection": "c1", "query": "SELECT 1"}, "unknown_connection"),
        ({"kind": "http", "connection": "d1"}, "unknown_connection"),
        ({"kind": "sql", "connection": "d1"}, "no_query"),
        ({"kind": "sql", "connection": "d1", "query": "DROP TABLE a"}, "no_select"),
        ({"kind": "sql", "connection": "d1", "query": "SELECT 1; SELECT 2"}, "more_statements"),
        ({"kind": "sql", "connection": "d1", "query": "SELECT '%{{caller}}%'"}, "value_in_text"),
    ):
        assert ("sales", code) in codes(sales={**LOOKUP, "source": source, "next": "end"})
    assert ("sales", "no_value") in codes(sales={"kind": "say", "next": "end"})
    assert ("sales", "no_message") in codes(sales={"kind": "sms", "next": "end"})
    assert ("sales", "unknown_template") in codes(sales={"kind": "sms", "template": "gone", "next": "end"})
    assert ("sales", "no_recipient") in codes(sales={"kind": "sms", "to": "", "text": "x", "next": "end"})
    assert codes(sales={"kind": "sms", "text": "{{caller}}", "next": "end"}) == codes()
    assert ("sales", "no_recipient") in codes(sales={"kind": "send", "subject": "a", "text": "b", "next": "end"})
    assert ("sales", "no_url") in codes(sales={"kind": "webhook", "url": "ftp://a", "next": "end"})
    assert ("sales", "no_variable") in codes(sales={"kind": "record", "next": "end"})
    assert ("sales", "bad_variable") in codes(sales={"kind": "set", "variable": "2a", "next": "end"})
    assert ("sales", "bad_variable") in codes(sales={"kind": "set", "variable": "caller", "next": "end"})
    assert ("sales", "bad_range") in codes(sales={**DIGITS, "next": "end", "shortest": 5, "longest": 4})
    assert ("sales", "bad_key") in codes(sales={**DIGITS, "next": "end", "end_key": "1"})
    bad = {**LOOKUP, "next": "end", "outputs": [{"variable": "a", "path": "a..b"}]}
    assert ("sales", "bad_path") in codes(sales=bad)


def test_a_draft_may_lead_wherever_calls_can_be_led():
    for kind in get_args(Destination):
        destination = {"kind": kind.__struct_config__.tag}
        step = flow(sales={"kind": "go_to", "destination": destination}).nodes["sales"]
        assert isinstance(step, GoTo)
        assert isinstance(step.destination, kind)
    assert codes(sales={"kind": "go_to", "destination": {"kind": "voicemail_menu"}}) == []
    assert ("sales", "no_destination") in codes(sales={"kind": "go_to", "destination": {"kind": "outside"}})


def test_problems_are_told_in_both_languages():
    [problem] = problems(flow(hello={**HELLO, "sound": {}, "label": "Hello"}), around())
    assert problem == Problem("hello", "no_sound", "“Hello”没有选择语音。", "“Hello” has no sound chosen.")


def test_values_must_be_set_somewhere():
    say = {"kind": "say", "value": "{{account}} {{ customer.name }}", "next": "end"}
    assert codes(sales=say) == [("sales", "unknown_variable")]
    assert codes(sales={**DIGITS, "next": "say"}, say=say) == []
    source = {**LOOKUP, "next": "end", "source": {"kind": "http", "connection": "c1", "body": {"list": ["{{acount}}"]}}}
    assert codes(sales={**DIGITS, "next": "look"}, look=source) == [("look", "unknown_variable")]


@pytest.mark.parametrize("connection", ["d1", "d2"])
def test_a_query_asks_for_values_that_are_set(connection: str):
    def asking(query: str) -> list[Problem]:
        source = {"kind": "sql", "connection": connection, "query": query}
        look = {**LOOKUP, "label": "Account", "source": source, "next": "end"}
        return problems(flow(sales={**DIGITS, "next": "look"}, look=look), around())

    assert asking("SELECT a::text FROM b WHERE n = :account AND c = :customer_name OR d = {{caller}} -- :other") == []
    assert [one.code for one in asking("SELECT 1 WHERE n = {{acount}}")] == ["unknown_variable"]
    [mistyped] = asking("SELECT ':x' FROM b WHERE n = :acount AND c = :acount")
    assert mistyped == Problem(
        "look",
        "unknown_parameter",
        "“Account”的查询语句用到“:acount”，但没有这个变量。",
        "The query of “Account” uses “:acount”, which nothing sets.",
    )


def test_flows_that_run_one_another_share_their_values():
    run = {"kind": "run_flow", "flow": "sub", "next": "say"}
    say = {"kind": "say", "value": "{{sum}}", "next": "end"}
    assert codes(sales=run, say=say) == []
    outer = flow(sales={**DIGITS, "next": "run"}, run={"kind": "run_flow", "flow": "me", "next": "end"})
    asking = flow_from({"entry": "say", "nodes": {"say": {**say, "value": "{{account}}"}, "end": {"kind": "return"}}})
    assert found(asking, flows={"outer": outer}) == []
    assert found(asking, flows={}) == [("say", "unknown_variable")]


def test_no_flow_runs_itself():
    run = {"kind": "run_flow", "flow": "sub", "next": "end"}
    back = flow_from({"entry": "a", "nodes": {"a": {"kind": "run_flow", "flow": "me", "next": "b"}, "b": END}})
    assert codes(sales={**run, "flow": "me"}) == [("sales", "recursion")]
    assert found(flow(sales=run), flows={"sub": back}) == [("sales", "recursion")]
    assert codes(sales={**run, "flow": "gone"}) == [("sales", "unknown_flow")]
    chain = {
        f"f{n}": flow_from({"entry": "a", "nodes": {"a": {**run, "flow": f"f{n + 1}"}, "end": END}}) for n in range(9)
    }
    assert found(flow(sales={**run, "flow": "f3"}), flows=chain) == []
    assert found(flow(sales={**run, "flow": "f1"}), flows=chain) == [("sales", "too_deep")]


@pytest.mark.parametrize(
    "nodes",
    [
        {"a": {**HELLO, "next": "a"}},
        {"a": {**HELLO, "next": "b"}, "b": {"kind": "hours", "schedule": "s1", "open": "a", "closed": "c"}, "c": END},
        {
            "a": {"kind": "condition", "cases": [{"left": "{{now}}", "right": "1", "to": "a"}], "fallback": "c"},
            "c": END,
        },
        {"a": {"kind": "go_to", "destination": {"kind": "flow", "id": "me"}}},
    ],
)
def test_a_loop_must_ask_or_wait(nodes: dict[str, Any]):
    assert [code for _, code in found(flow_from({"entry": "a", "nodes": nodes}))] == ["endless"]


def test_a_flow_that_asks_may_be_run_again():
    again = {"kind": "run_flow", "flow": "sub", "next": "check"}
    check = {"kind": "condition", "cases": [{"left": "{{sum}}", "right": "1", "to": "end"}], "fallback": "again"}
    one = flow_from({"entry": "again", "nodes": {"again": again, "check": check, "end": END}})
    assert [code for _, code in found(one)] == ["endless"]
    nodes = {"a": {**DIGITS, "variable": "sum", "next": "b", "fallback": "b"}, "b": {"kind": "return"}}
    asks = flow_from({"entry": "a", "nodes": nodes})
    assert found(one, flows={"sub": asks}) == []
    run = flow_from({"entry": "a", "nodes": {"a": {"kind": "run_flow", "flow": "asks", "next": "b"}, "b": nodes["b"]}})
    assert found(one, flows={"sub": run, "asks": asks}) == []


def test_a_menu_may_be_heard_again():
    assert codes(menu={**MENU, "keys": {"1": "sales", "*": "hello"}}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"entry": "a", "nodes": {"a": {"kind": "dance"}}},
        {"entry": 1, "nodes": {}},
        {"entry": "a", "nodes": []},
        {"entry": "a", "nodes": {"a": {"kind": "hang_up", "surprise": 1}}},
        {"entry": "a", "nodes": {"a": {**MENU, "attempts": 11}}},
    ],
)
def test_other_documents_are_refused(wrong: dict[str, Any]):
    with pytest.raises(BadFlow):
        flow_from(wrong)
