"""A caller in an attendant that asks real systems: what he is told depends on their answers, and whatever is wrong
with them, his way goes on."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from callroom.core.directory import Attendant
from callroom.core.ivr.model import flow_from
from callroom.core.journeys.model import Journey
from callroom.errors import LookupFailed
from callroom.integrations.data import OutsideData
from callroom.store.database import reading
from callroom.store.tables import Job, MessageRow
from callroom.telephony.fake import PartyState

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import MAIN, Office, company

from web_server import answers

CALLER = "+8613800138000"


def flow(connection: str, url: str) -> dict[str, Any]:
    http = {"kind": "http", "connection": connection, "path": "/accounts?phone={{caller}}"}
    return {
        "entry": "who",
        "nodes": {
            "who": {
                "kind": "lookup", "source": {"kind": "crm"}, "outputs": [{"variable": "tier", "path": "tier"}],
                "next": "look", "fallback": "look",
            },
            "look": {
                "kind": "lookup", "source": http, "timeout": 1, "next": "rich", "fallback": "bye",
                "outputs": [{"variable": "balance", "path": "accounts[0].balance"}],
            },
            "rich": {
                "kind": "condition", "fallback": "bye",
                "cases": [{"left": "{{balance}}", "op": "greater", "right": "5", "to": "tell"}],
            },
            "tell": {"kind": "say", "value": "{{balance}}{{tier}}", "style": "digits", "next": "hook"},
            "hook": {"kind": "webhook", "url": url + "/told", "next": "mail"},
            "mail": {"kind": "send", "to": "desk@example.com", "subject": "{{caller}}", "text": "{{balance}}",
                     "next": "bye"},
            "bye": {"kind": "hang_up"},
        },
    }  # fmt: skip


class Line:
    """A company whose attendant asks; ``call`` brings one caller through it."""

    def __init__(self, world: Any, connection: str, url: str) -> None:
        self.data = OutsideData(world.site.engine, world.home, world.site.now)
        attendant = Attendant(MAIN, "Main", "700", flow_from(flow(connection, url)), 1)
        self.office = Office(replace(company(), attendants={MAIN: attendant}), self.data)

    async def call(self) -> tuple[Journey, set[str]]:
        caller, heard = self.office.call("88001", number=CALLER), set[str]()

        def gone() -> bool:
            heard.update(caller.hears())
            return caller.state is PartyState.ENDED

        await self.office.until(gone)
        [journey] = self.office.book.journeys().values()
        return journey, heard


@pytest.fixture
async def line(world, web_server):
    await world.make("customers", name="王芳", phones=[CALLER], tier=3)
    made = await world.make("connections", name="Bank", kind="http", base_url=web_server.url)
    line = Line(world, made["id"], web_server.url)
    yield line
    await line.data.close()


def exits(journey: Journey) -> dict[str, tuple[str | None, str]]:
    return {step.node: (step.exit, step.reason) for step in journey.ivr_steps}


async def test_what_systems_answer_is_spoken_and_decides_the_way(world, line, web_server):
    web_server.answer = answers({"accounts": [{"balance": 12}]})
    journey, heard = await line.call()
    assert exits(journey)["look"] == ("next", "") and exits(journey)["rich"][0] == "case_1"
    assert {"digit_1", "digit_2", "digit_3"} <= heard
    assert web_server.asked[0].query == {"phone": CALLER}
    async with reading(world.site.engine) as session:
        kinds = sorted(await session.scalars(select(Job.kind)))
    assert kinds == ["mail", "webhook"]
    assert [one.path for one in web_server.asked] == ["/accounts"]  # the webhook is the worker's


async def hangs(asked: Any, writer: Any) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("answer", "why"),
    [(hangs, "timeout"), (answers({}, "404 Not Found"), "not_found"), (answers({}, "403 Forbidden"), "refused")],
)
async def test_a_system_that_fails_leads_to_the_other_exit_and_the_journey_says_why(line, web_server, answer, why):
    web_server.answer = answer
    journey, heard = await line.call()
    assert exits(journey)["look"] == ("fallback", why)
    assert not any(sound.startswith("digit_") for sound in heard)


async def test_a_flow_sends_text_messages_but_not_without_end_nor_anywhere(world):
    data = OutsideData(world.site.engine, world.home, world.site.now)
    source = {"kind": "sms", "to": "{{caller}}", "template": "", "text": "余额{{balance}}"}
    values = {"caller": "13800138000", "balance": "5", "language": "zh", "call": "j_1"}
    with pytest.raises(LookupFailed):  # no gateway; the caller goes on
        await data.run(source, values)
    options = {"kind": "http", "url": "https://sms.example.com", "body": "{}"}
    await world.make("sms-gateways", name="Own", options=options)
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    texts = {"zh": {"text": "{{customer.name}}，余额{{balance}}"}, "en": {"text": "{{balance}} left"}}
    template = await world.make("sms-templates", name="Balance", texts=texts)
    await data.run(source, values)
    for language in ("zh", "en"):
        await data.run(source | {"text": "", "template": template["id"]}, values | {"language": language})
    async with reading(world.site.engine) as session:
        rows = list(await session.scalars(select(MessageRow)))
    assert sorted(row.text for row in rows) == ["5 left", "余额5", "王芳，余额5"]
    assert {(row.customer_id, row.journey_id, row.number) for row in rows} == {
        (customer["id"], "j_1", "+8613800138000")
    }
    for _ in range(2):
        await data.run(source, values)
    with pytest.raises(LookupFailed, match="sms_throttled"):  # five an hour to one number
        await data.run(source, values)
    with pytest.raises(LookupFailed, match="sms_not_permitted"):
        await data.run(source | {"to": "+442079460958"}, values)
    await data.run(source, values | {"caller": "+442079460958"})  # who calls from there may be answered
    await data.close()
