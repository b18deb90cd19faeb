"""Faxes from the upload to the other end, and from the line to the reader: who may see, send and delete what."""

import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from PIL import Image, ImageDraw
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import CITY, Office

from callroom.actions import audit, jobs
from callroom.actions.housekeeping import drop_old_faxes
from callroom.actions.settings import DEFAULTS, write_settings
from callroom.core.directory import Company, FaxBox
from callroom.core.ids import FaxBoxId
from callroom.core.journeys.facts import FaxLine
from callroom.core.routing.model import InboundRoute, ToFax
from callroom.media.fax_pages import write_tiff
from callroom.store.database import reading, writing
from callroom.store.journal import Journal
from callroom.store.tables import FaxRow, Job, User
from callroom.store.unfinished import faxes_to_send, open_faxes
from callroom.telephony.fake import FaxMachine, Party
from callroom.telephony.port import FaxFault
from callroom.worker import Worker

THEM = "057199001"
Refused = Callable[[Response], set[tuple[str, str]]]


def pdf(pages: int = 1) -> bytes:
    sheet = Image.new("L", (620, 877), 255)
    ImageDraw.Draw(sheet).text((60, 100), "Dear Ms Wang", fill=0, font_size=40)
    file = io.BytesIO()
    sheet.save(file, format="PDF", save_all=True, append_images=[sheet] * (pages - 1), resolution=75)
    return file.getvalue()


@dataclass
class Desk:
    """A site whose calls are scripted, with a fax box of the agent's and the worker at hand."""

    world: Any
    engine: AsyncEngine
    office: Office
    journal: Journal
    box: str
    worker: Worker

    async def send(self, role: str = "agent", *, status: int = 201, key: str = "", **fields: Any) -> dict[str, Any]:
        client = await self.world.client(role)
        data = {"box_id": self.box, "number": THEM} | {k: v for k, v in fields.items() if k != "file"}
        files = {"file": ("letter.pdf", fields.get("file", pdf()), "application/pdf")}
        headers = {"Idempotency-Key": key} if key else {}
        answer = await client.post("faxes", data=data, files=files, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def work(self) -> None:
        while await self.worker.step((jobs.FAX,)):
            pass

    async def dialled(self) -> None:
        """Hand what is ready to the calls, as the server does."""
        async with reading(self.engine) as session:
            for fax in await faxes_to_send(session):
                self.office.exchange.faxes.send(fax)

    async def written(self) -> None:
        """What the calls noted, in the database."""
        for line in self.office.book.lines:
            self.journal.append(line)
        self.office.book.lines.clear()
        await self.journal.replay()

    async def ends(self, fax: str) -> None:
        await self.office.until(lambda: fax not in self.office.exchange.faxes._open)  # pyright: ignore
        await self.office.until(lambda: not self.office.exchange.calls)
        await self.written()

    async def fax(self, fax: str, role: str = "admin") -> dict[str, Any]:
        answer = await (await self.world.client(role)).get(f"faxes/{fax}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def receive(self, *, pages: int = 1) -> str:
        """A fax comes in, and the worker has made a PDF of it; its id."""
        caller: Party = self.office.fake.call_in(CITY, dialled="88009", caller="13800138000")
        caller.fax = FaxMachine(pages=pages, seconds=0.05)
        await self.office.until(lambda: bool(self.office.exchange.calls))
        await self.office.until(lambda: not self.office.exchange.calls)
        await self.written()
        async with reading(self.engine) as session:
            row = (await session.scalars(select(FaxRow).where(FaxRow.state == "arrived"))).one()
        tiff: Path = self.world.home / f"faxes/{row.path}.tif"
        tiff.parent.mkdir(parents=True, exist_ok=True)
        write_tiff(iter([Image.new("1", (1728, 1000), 1)] * pages), tiff)
        await self.work()
        return row.id


@pytest.fixture
async def desk(world: Any, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Desk]:
    made = await world.make(
        "fax-boxes", name="Office", number="6901", station="0571 88009", user_ids=[world.ids["agent"]],
        emails=["office@example.com"],
    )  # fmt: skip
    box = FaxBoxId(made["id"])
    office = Office()
    office.exchange.set_directory(
        replace(
            office.directory,
            company=Company(name="Lotus"),
            fax_boxes={box: FaxBox(box, "Office", "6901")},
            inbound=(InboundRoute("fax", "Fax", ToFax(box), did="88009"),),
        )
    )
    world.site.exchange = office.exchange
    journal = Journal(tmp_path / "journal", engine)
    yield Desk(world, engine, office, journal, box, Worker(engine, world.home, now=world.site.now))
    await office.exchange.leave()
    await journal.close()


async def test_a_letter_is_sent(desk: Desk):
    fax = await desk.send(cover="To Ms Wang", file=pdf(2))
    assert (fax["state"], fax["pages_total"], fax["name"], fax["created_by"]["name"]) == (
        "preparing", 2, "letter.pdf", "agent",
    )  # fmt: skip
    await desk.work()
    assert (await desk.fax(fax["id"]))["state"] == "waiting"
    desk.office.fake.when_dialled(THEM, answers_after=0.05, fax=FaxMachine(pages=2, seconds=0.05))
    await desk.dialled()
    await desk.ends(fax["id"])
    told = await desk.fax(fax["id"], "agent")
    assert (told["state"], told["pages"], told["attempts"], told["reason"]) == ("sent", 2, 1, "")
    journey = (await (await desk.world.client("admin")).get(f"journeys/{told['journey']}")).json()
    assert (journey["direction"], journey["fax"]["pages"], journey["fax"]["fault"]) == ("outbound", 2, "")
    agent = await desk.world.client("agent")
    page = await agent.get(f"faxes/{fax['id']}/pages/2")
    assert (page.status_code, page.headers["content-type"], page.content[:4]) == (200, "image/png", b"\x89PNG")
    whole = await agent.get(f"faxes/{fax['id']}/pdf")
    assert whole.content[:5] == b"%PDF-" and "attachment" in whole.headers["content-disposition"]
    log = (await (await desk.world.client("admin")).get("audit-log", params={"limit": 50})).json()["items"]
    assert [entry["action"] for entry in log if entry["subject_kind"] == "fax"] == ["fax.opened", "fax.sent"]


async def test_a_received_fax_is_read_by_those_of_its_box_and_mailed(desk: Desk):
    fax = await desk.receive(pages=2)
    told = await desk.fax(fax, "agent")
    assert (told["direction"], told["state"], told["pages_total"], told["seen_at"]) == ("in", "received", 2, None)
    assert told["number"] == "13800138000"
    async with reading(desk.engine) as session:
        mail = (await session.scalars(select(Job).where(Job.kind == jobs.MAIL))).one()
    assert mail.arguments["to"] == ["office@example.com"] and mail.arguments["attachments"][0]["path"].endswith(".pdf")
    assert (desk.world.home / mail.arguments["attachments"][0]["path"]).read_bytes()[:5] == b"%PDF-"
    others = await desk.world.client("supervisor")
    assert (await others.get("faxes")).json()["items"] == []
    for path in ("", "/pdf", "/pages/1"):
        assert (await others.get(f"faxes/{fax}{path}")).status_code == 404
    auditor = await desk.world.client("auditor")
    assert (await auditor.get(f"faxes/{fax}/pdf")).status_code == 200
    assert (await desk.fax(fax))["seen_at"] is None  # who audits reads nobody's post
    agent = await desk.world.client("agent")
    assert (await agent.get(f"faxes/{fax}/pages/1")).status_code == 200
    assert (await desk.fax(fax))["seen_at"] is not None
    assert (await agent.get("me/fax-boxes")).json() == [{"id": desk.box, "name": "Office"}]
    assert (await agent.delete(f"faxes/{fax}")).status_code == 204
    assert not [file for file in (desk.world.home / "faxes").rglob("*") if file.is_file()]
    assert (await agent.get(f"faxes/{fax}")).status_code == 404


async def test_who_may_not_see_a_number_finds_its_faxes_by_all_of_it_only(desk: Desk):
    fax = await desk.receive()
    async with writing(desk.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(number_visibility="middle"))

    async def found(role: str, number: str) -> list[str]:
        answer = await (await desk.world.client(role)).get("faxes", params={"number": number})
        return [one["number"] for one in answer.json()["items"]]

    assert (await desk.fax(fax, "agent"))["number"] == "138****8000"
    for part in ("1380013", "80"):
        assert await found("agent", part) == []
        assert await found("admin", part) == ["13800138000"]
    assert await found("agent", "138 0013 8000") == ["138****8000"]


async def test_what_cannot_be_sent_is_told_in_words(desk: Desk):
    agent = await desk.world.client("agent")
    problem = await desk.send(file=b"no document", status=422)
    assert problem["type"].endswith("not-a-pdf")
    assert (await desk.send(file=pdf(101), status=422))["title"] == "This file has 101 pages; a fax has 100 at most."
    for number, why in (("110", "No fax"), ("0014155550100", "You may not"), ("801", "no number"), ("no", "no number")):
        assert why in (await desk.send(number=number, status=409))["title"], number
    assert "box_id" in str(await desk.send(box_id="fb_none", status=422))
    assert "box_id" in str(await desk.send("supervisor", status=422))
    huge = await agent.post(
        "faxes", content=b"x" * (22 << 20), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert huge.status_code == 413
    assert (await agent.get("faxes")).json()["items"] == []
    assert not [file for file in (desk.world.home / "faxes").rglob("*") if file.is_file()]


async def test_a_repeated_request_sends_once(desk: Desk):
    letter = pdf()
    first, second = await desk.send(key="k1", file=letter), await desk.send(key="k1", file=letter)
    assert first["id"] == second["id"]
    await desk.send(key="k1", number="057199002", file=letter, status=422)
    assert len((await (await desk.world.client("agent")).get("faxes")).json()["items"]) == 1


@pytest.mark.parametrize("moment", ["preparing", "waiting", "dialling"])
async def test_a_fax_is_called_off(desk: Desk, moment: str):
    fax = await desk.send()
    agent = await desk.world.client("agent")
    if moment != "preparing":
        await desk.work()
    if moment == "dialling":
        await desk.dialled()
        await desk.office.fake.dialled(THEM)
        assert (await agent.delete(f"faxes/{fax['id']}")).status_code == 409
    assert (await agent.post(f"faxes/{fax['id']}/cancel")).status_code == 204
    await desk.work()
    if moment == "dialling":
        await desk.ends(fax["id"])
    assert (await desk.fax(fax["id"]))["state"] == "cancelled"
    assert (await agent.post(f"faxes/{fax['id']}/cancel")).status_code == 409
    async with reading(desk.engine) as session:
        assert await faxes_to_send(session) == [] == await open_faxes(session)
    assert (await agent.delete(f"faxes/{fax['id']}")).status_code == 204


async def test_one_that_was_given_up_is_sent_again(desk: Desk):
    fax = (await desk.send(file=pdf(2)))["id"]
    agent = await desk.world.client("agent")
    await desk.work()
    assert (await agent.post(f"faxes/{fax}/send-again")).status_code == 409  # it is still on its way
    desk.office.fake.when_dialled(
        THEM, answers_after=0.05, fax=FaxMachine(pages=1, fault=FaxFault.HUNG_UP, seconds=0.05)
    )
    await desk.dialled()
    await desk.ends(fax)
    told = await desk.fax(fax)
    assert (told["state"], told["pages"], told["reason"], told["attempts"]) == ("failed", 1, "hung_up", 1)
    assert (await (await desk.world.client("supervisor")).post(f"faxes/{fax}/send-again")).status_code == 404
    told = (await agent.post(f"faxes/{fax}/send-again")).json()
    assert (told["state"], told["pages"], told["reason"], told["attempts"]) == ("preparing", 0, "", 0)
    await desk.work()
    desk.office.fake.when_dialled(THEM, answers_after=0.05, fax=FaxMachine(pages=2, seconds=0.05))
    await desk.dialled()
    await desk.ends(fax)
    assert (await desk.fax(fax))["state"] == "sent"
    assert (await agent.post(f"faxes/{fax}/send-again")).status_code == 409
    entries = (await (await desk.world.client("admin")).get("audit-log", params={"action": "fax.tried_again"})).json()
    assert [entry["subject_id"] for entry in entries["items"]] == [fax]


async def test_a_new_server_knows_what_is_on_its_way(desk: Desk):
    fax = await desk.send()
    await desk.work()
    await desk.dialled()
    await desk.office.fake.dialled(THEM)
    lines = desk.office.book.lines
    await desk.office.until(
        lambda: any(isinstance(one, FaxLine) and one.state == "dialling" for one in lines), within=5
    )
    await desk.written()
    async with reading(desk.engine) as session:
        [(outgoing, line)] = await open_faxes(session)
    assert (outgoing.number, outgoing.pages, line.state, line.attempts) == (THEM, 1, "dialling", 1)
    assert desk.office.exchange.faxes.cancel(fax["id"])
    await desk.ends(fax["id"])


async def test_old_faxes_go_by_themselves(desk: Desk):
    fax = await desk.receive()
    now = desk.world.site.now()
    async with writing(desk.engine) as session, session.begin():
        await write_settings(session, audit.SYSTEM, DEFAULTS | {"fax_days": 30}, None, now)
        assert await drop_old_faxes(session, desk.world.home / "faxes", now) == 0
        await session.execute(update(FaxRow).values(created_at=now - timedelta(days=31)))
        assert await drop_old_faxes(session, desk.world.home / "faxes", now) == 1
    assert not [file for file in (desk.world.home / "faxes").rglob("*") if file.is_file()]
    assert (await (await desk.world.client("admin")).get(f"faxes/{fax}")).status_code == 404


async def test_a_box_that_is_led_to_stays(
    world: Any, admin: AsyncClient, company: Callable[[], Awaitable[dict[str, dict[str, Any]]]]
):
    made = await company()
    box, route = made["fax-boxes"], made["inbound-routes"]
    body = route | {"fax_box_id": box["id"]}
    changed = await admin.put(f"inbound-routes/{route['id']}", json=body, headers={"If-Match": "1"})
    assert changed.json()["fax_box_id"] == box["id"]
    assert (await admin.delete(f"fax-boxes/{box['id']}")).status_code == 409
    again = await admin.post("queues", json={"name": "Fax", "number": "6901"})
    assert again.status_code == 409  # the number is the box's
