"""Another system is told of each offer and each call out: who is on the line, and whose phone rings (CC-04)."""

import asyncio
from dataclasses import replace

from company import ANA, ANA_PAGE, BO, BO_PHONE, Office, company

from callroom.calls.arrivals import dial
from callroom.calls.pops import facts_of
from callroom.core.directory import Directory
from callroom.core.numbers import Visibility
from callroom.core.pops import filled
from callroom.core.routing.model import DialPermission

HOOK = "https://crm.example.com/calls"


def told_at(url: str, page: str = "") -> Directory:
    directory = company()
    return replace(directory, company=replace(directory.company, pop_webhook=url, pop_url=page))


async def test_each_agent_whose_phone_rings_is_told_once_with_the_whole_number():
    office = Office(told_at(HOOK))
    await office.sign_in(ANA)
    caller = office.call(number="13800138000")
    await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: bool(office.told_others), within=1)
    [(url, what, facts)] = office.told_others
    assert (url, what) == (HOOK, "call.offered")
    assert (facts["customer_id"], facts["customer_name"]) == ("c1", "Mei")  # though she rang at once
    assert (facts["agent"], facts["number"], facts["direction"]) == (ANA, "13800138000", "inbound")
    assert facts["call_id"] and facts["line"] and facts["queue"]
    caller.hang_up()
    await office.story()
    assert len(office.told_others) == 1


async def test_a_slow_database_holds_no_offer_back():
    office = Office(told_at(HOOK))
    office.regulars.delay = 30
    await office.sign_in(ANA)
    caller = office.call(number="13800138000")
    await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: bool(office.told_others), within=1)
    [(_, _, facts)] = office.told_others
    assert (facts["number"], facts["customer_id"]) == ("13800138000", "")
    caller.hang_up()
    await office.story()


async def test_of_a_call_out_another_system_is_told_when_it_is_dialled():
    office = Office(told_at(HOOK))
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    dial(office.exchange, ANA, "13800138000", DialPermission.NATIONAL)
    await office.fake.dialled(ANA_PAGE)
    assert office.told_others == []  # her own phone has not answered yet
    called = await office.fake.dialled("13800138000")
    await office.until(lambda: bool(office.told_others), within=1)
    called.refuse()
    await office.story()
    [(url, what, facts)] = office.told_others
    assert (url, what, facts["agent"], facts["direction"]) == (HOOK, "call.dialled", ANA, "outbound")
    assert (facts["number"], facts["customer_id"], facts["customer_name"]) == ("13800138000", "c1", "Mei")


async def test_of_a_call_between_colleagues_nobody_is_told():
    office = Office(told_at(HOOK, page="https://crm.example.com/?n={number}"))
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(ANA_PAGE, answers_after=0.1)
    dial(office.exchange, ANA, "802", DialPermission.NATIONAL)
    await office.fake.dialled(BO_PHONE)
    [call] = office.exchange.calls.values()
    assert call.view.offered_to == [BO] and call.view.pop == ""
    office.exchange.force_hang_up(call)
    await office.story()
    assert office.told_others == []


async def test_nobody_is_told_and_no_page_asks_where_no_address_is_set():
    office = Office(told_at(""))
    await office.sign_in(BO)
    caller = office.call()
    await office.fake.dialled(BO_PHONE)
    await asyncio.sleep(1)  # in which he could be told
    assert office.told_others == []
    assert {view["pop"] for view in office.views("call.changed")} == {""}
    caller.hang_up()
    await office.story()


async def test_the_page_of_an_agent_is_told_what_he_may_see():
    office = Office()
    await office.sign_in(ANA)
    caller = office.call(number="13800138000")
    await office.fake.dialled(ANA_PAGE)
    [call] = office.exchange.calls.values()
    facts = facts_of(office.exchange, call.view, ANA, Visibility.MIDDLE)
    address = filled("https://crm.example.com/?n={number}&a={agent_name}", facts | {"agent_name": "A&n=1"})
    assert address == "https://crm.example.com/?n=138%2A%2A%2A%2A8000&a=A%26n%3D1"
    caller.hang_up()
    await office.story()
