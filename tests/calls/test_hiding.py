"""What an agent who may not see whole numbers is shown of calls: on his phone, and in the live stream (CC-24)."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, CITY, MAIN, SALES, X801, Office, company, press, talking

from callroom.calls import live
from callroom.calls.arrivals import dial
from callroom.calls.watching import Watching
from callroom.core import conversation as c
from callroom.core.directory import Attendant, Directory
from callroom.core.ids import AgentId
from callroom.core.ivr.model import flow_from
from callroom.core.numbers import Visibility
from callroom.core.routing.model import DialPermission, ToExtension, ToOutside
from callroom.telephony.port import CallerId

NUMBER, LAST = "13800138000", "00138000"
SHOWN = {Visibility.FULL: NUMBER, Visibility.MIDDLE: "138****8000", Visibility.NAME: "****"}


def seeing(visibility: Visibility) -> Directory:
    directory = company()
    return replace(directory, agents={id: replace(each, sees=visibility) for id, each in directory.agents.items()})


def told(office: Office, agent: AgentId, visibility: Visibility) -> str:
    """All that the page of such an agent was sent so far, and would begin with now."""
    who = Watching(agent, others=False, numbers=visibility)
    events = [one.text(visibility) for one in office.told if who.sees(one)]
    return "\n".join([*events, str(office.exchange.board.snapshot(who))])


@pytest.mark.parametrize("visibility", Visibility)
async def test_callers_ring_with_as_much_of_their_number_as_the_agent_may_see(visibility: Visibility):
    office = Office(seeing(visibility))
    await office.sign_in(BO)
    caller = office.fake.call_in(CITY, dialled="88002", caller=NUMBER, caller_name=f"Wang {NUMBER}")
    phone = await office.fake.dialled(BO_PHONE)
    assert phone.shown == CallerId(SHOWN[visibility], f"Wang {SHOWN[visibility]}")
    shown = told(office, BO, visibility)
    assert (LAST in shown) == (visibility is Visibility.FULL)
    assert ("北京市" in shown) == (visibility is Visibility.FULL)  # where the hidden digits belong
    assert ("中国移动" in shown) == (visibility is not Visibility.NAME)  # which 138 says
    caller.hang_up()
    await office.story()


@pytest.mark.parametrize("visibility", [Visibility.MIDDLE, Visibility.NAME])
async def test_his_own_phone_shows_no_more_when_he_dials_by_a_click(visibility: Visibility):
    office = Office(seeing(visibility))
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    dial(office.exchange, ANA, NUMBER, DialPermission.NATIONAL)
    page = await office.fake.dialled(ANA_PAGE)
    assert page.shown == CallerId(SHOWN[visibility], "")
    called = await office.fake.dialled(NUMBER)  # the line is given the whole number
    assert LAST not in told(office, ANA, visibility)
    called.refuse()
    await office.story()


async def test_nothing_more_is_told_when_calls_are_handed_on_and_others_asked():
    office = Office(seeing(Visibility.MIDDLE))
    call, caller, _ = await talking(office)
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    press(call, c.ConsultPressed(ToOutside(NUMBER)))
    asked = await office.fake.dialled(NUMBER)
    await office.until(lambda: call.view.consult is not None and call.view.consult.number == NUMBER, within=5)
    assert LAST not in told(office, ANA, Visibility.MIDDLE)
    press(call, c.TakeBackPressed())
    await office.until(lambda: call.view.consult is None, within=5)
    press(call, c.TransferPressed(ToExtension(office.directory.agents[BO].extension or X801)))
    bo = await office.fake.dialled(BO_PHONE)
    assert bo.shown is not None and LAST not in f"{bo.shown}"
    await asyncio.sleep(2)
    for agent in (ANA, BO):
        assert LAST not in told(office, agent, Visibility.MIDDLE)
        assert LAST in told(office, agent, Visibility.FULL)
    assert asked.leg
    caller.hang_up()
    await office.story()


ASKED = {
    "kind": "digits", "sound": {"system": "enter_extension"}, "shortest": 4, "longest": 8, "timeout": 4,
    "attempts": 1, "fallback": "queue",
}  # fmt: skip
TOLD: dict[str, Any] = {
    "entry": "account",
    "nodes": {
        "account": ASKED | {"variable": "account", "next": "card"},
        "card": ASKED | {"variable": "typed", "next": "who"},
        "who": {"kind": "lookup", "source": {"kind": "crm", "by": "values.f_card", "value": "{{typed}}"},
                "outputs": [{"variable": "since", "path": "values.f_birth"}, {"variable": "level", "path": "tier"}],
                "next": "copy", "fallback": "copy"},
        "copy": {"kind": "set", "variable": "copied", "value": "no. {{typed}}", "next": "again"},
        "again": {"kind": "set", "variable": "twice", "value": "{{copied}} {{copied}}", "next": "same"},
        "same": ASKED | {"variable": "ID_Card", "next": "by_id"},
        "by_id": ASKED | {"variable": "F_BIRTH", "next": "queue"},
        "queue": {"kind": "go_to", "destination": {"kind": "queue", "id": SALES}},
    },
}  # fmt: skip
SECRETS = ("77771111", "19800807", "88882222", "99993333")


class Registry:
    async def run(self, source: dict[str, Any], values: Any) -> Any:
        assert (source["by"], values["typed"]) == ("values.f_card", SECRETS[0])
        return {"id": "c9", "name": "Wu", "tier": 3, "values": {"f_birth": SECRETS[1]}}


async def test_no_value_of_a_flow_tells_what_stands_in_a_field_that_agents_do_not_see():
    """Whatever its name, where he was found by it or it was taken over or written on; nor what is called like it."""
    masked = {"f_card": "id  card", "f_birth": "Born"}
    attendant = Attendant(MAIN, "Main", "700", flow_from(TOLD), 1)
    office = Office(replace(company(), attendants={MAIN: attendant}, masked_fields=masked), Registry())
    await office.sign_in(ANA)
    caller = office.call("88001")
    await office.until(lambda: "enter_extension" in caller.hears(), within=20)
    [call] = office.exchange.calls.values()
    for typed in ("1234", SECRETS[0], SECRETS[2], SECRETS[3]):
        caller.press(f"{typed}#")
        await office.until(lambda typed=typed: typed in call.values.values())
    await office.fake.dialled(ANA_PAGE)
    assert set(SECRETS) <= {word for value in call.values.values() for word in value.split()}  # the flow had them all
    assert call.view.values == {"account": "1234", "level": "3"}
    shown = told(office, ANA, Visibility.FULL)
    assert "1234" in shown and [one for one in SECRETS if one in shown] == []
    office.exchange.set_directory(replace(office.exchange.directory, masked_fields={"f_card": "id card"}))
    assert call.view.values == {"account": "1234", "level": "3", "since": SECRETS[1], "F_BIRTH": SECRETS[3]}
    office.exchange.set_directory(replace(office.exchange.directory, masked_fields=masked | {"f_x": "ACCOUNT"}))
    assert call.view.values == {"level": "3"}  # from now on
    caller.hang_up()
    await office.story()


TOLD_LIVE = {  # every event, and whether a customer's number may stand in it
    "call.changed": True, "notice.made": True, "call.ended": False, "agent.changed": False, "queue.changed": False,
    "trunk.changed": False, "device.changed": False, "config.changed": False, "alarm.raised": False,
    "alarm.cleared": False, "voicemail.changed": False, "engine.changed": False, "message.changed": False,
}  # fmt: skip


@pytest.mark.parametrize("visibility", Visibility)
async def test_what_somebody_is_told_of_holds_no_number_that_he_may_not_see_by_now(visibility: Visibility):
    """Also where it was worded while he saw numbers: a page that comes back is told it again."""
    office = Office(seeing(visibility))
    words = {"memo": f"call {NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}", "number": 7}
    office.exchange.live.tell("notice.made", {"id": 1, "text": words}, frozenset((ANA,)))
    shown = told(office, ANA, visibility)
    assert (LAST in shown.replace(" ", "")) == (visibility is Visibility.FULL)
    assert "call" in shown and "7" in shown


def test_every_event_that_is_told_is_known_here():
    """A new one: does a customer's number stand in it? Then it is veiled as those of ``calls.live``."""
    source = Path(__file__).parents[2] / "src" / "callroom"
    files = [*source.joinpath("calls").glob("*.py"), source / "main.py"]
    names = {name for file in files for name in re.findall(r'"([a-z]+\.[a-z]+)"', file.read_text())}
    told_live = {name for name in names if name.partition(".")[2] in ("changed", "ended", "made", "raised", "cleared")}
    assert told_live == TOLD_LIVE.keys()
    assert {name for name, holds in TOLD_LIVE.items() if holds} == live.VEILS.keys()
