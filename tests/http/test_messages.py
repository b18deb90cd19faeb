"""Text messages over HTTP gateways: sent, refused, lost on the way, reported, answered."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from callroom.actions import message_queue
from callroom.actions.housekeeping import drop_old_messages, drop_outdated
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, MessagePart
from sms_platforms import Signed
from sms_world import NOW, OpenPlatform, ends, send, signed_gateway, token, until, working


async def test_a_message_goes_out_is_delivered_and_answered(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    agent = await world.client("agent")
    made = await send(agent, customer=customer["id"], text='您好，"王女士"\n{{to}}')
    assert (made["state"], made["parts"], made["encoding"], made["customer"]["name"]) == ("queued", 1, "ucs2", "王芳")
    async with working(world):
        sent = await ends(agent, made["id"], "sent")
    assert platform.texts == [("+8613800138000", '您好，"王女士"\n{{to}}', None, made["id"])]
    assert sent["owner"]["name"] == "agent" and sent["attempts"] == 1
    nobody = await world.client("nobody")
    report = {"list": [{"msgid": "1001", "status": "DELIVRD"}]}
    told = await nobody.post(f"{token(gateway)}/reports", json=report)
    assert (told.status_code, told.text) == (200, "OK")
    again = {"list": [{"msgid": "1001", "status": "UNDELIV"}]}  # the last word was said
    assert (await nobody.post(f"{token(gateway)}/reports", json=again)).status_code == 200
    assert (await ends(agent, made["id"], "delivered"))["done_at"] is not None
    for _ in range(2):  # told twice, stored once
        reply = {"from": "8613800138000", "text": "谢谢", "to": "10690001"}
        assert (await nobody.post(f"{token(gateway)}/replies", json=reply)).status_code == 200
    [received] = (await agent.get("messages", params={"direction": "in"})).json()["items"]
    assert (received["text"], received["line"], received["state"]) == ("谢谢", "10690001", "received")
    assert (received["customer"]["name"], received["owner"]["name"]) == ("王芳", "agent")
    assert (await nobody.post("sms-callbacks/guessed/replies", json=reply)).status_code == 404
    assert (await nobody.post(f"{token(gateway)}/replies", content=b"\xff")).status_code == 422
    async with reading(world.site.engine) as session:
        entries = await session.scalars(select(AuditEntry).where(AuditEntry.action == "message.sent"))
        assert [(entry.actor, entry.after["pii_number"]) for entry in entries] == [("agent", "+8613800138000")]


async def test_a_report_that_is_faster_than_the_answer_counts(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    report = {"list": [{"msgid": "1001", "status": "DELIVRD"}]}
    assert (await admin.post(f"{token(gateway)}/reports", json=report)).status_code == 200
    made = await send(admin, to="13800138000", text="hi")
    async with working(world):
        await ends(admin, made["id"], "delivered")


async def test_what_the_gateway_refuses_waits_or_is_given_up(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform)
    platform.says = [("200 OK", {"code": 7, "message": "too busy"}), ("400 Bad Request", {"message": "no such number"})]
    made = await send(admin, to="13800138000", text="hi")
    async with working(world):

        async def waits() -> Any:
            found = (await admin.get(f"messages/{made['id']}")).json()
            return found if found["error"] == "sms_refused" and found["state"] == "queued" else None

        found = await until(waits)
        assert (found["told"], found["attempts"]) == ("too busy", 1)
        clock.at += message_queue.PAUSES[0]
        found = await ends(admin, made["id"], "rejected")
    assert (found["told"], found["error_text"]) == ("no such number", "The SMS gateway refused the message.")
    assert platform.texts == []
    again = await admin.post(f"messages/{made['id']}/retry")
    assert again.json()["state"] == "queued"
    async with working(world):
        await ends(admin, made["id"], "sent")
    assert (await admin.post(f"messages/{made['id']}/retry")).status_code == 409


async def test_a_gateway_that_is_away_refuses_us_or_is_throttled_costs_no_attempt(
    world, admin, clock, open_sms: OpenPlatform, monkeypatch: pytest.MonkeyPatch
):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    busy = ("429 Too Many Requests", {"message": "slower"})
    platform.says = [("401 Unauthorized", {"message": f"who is {platform.key}"}), busy, busy, busy]
    made = await send(admin, to="13800138000", text="hi")
    links: list[tuple[str, str]] = []
    note_link = message_queue.note_link

    async def noted(session: Any, gateway: str, state: str, now: Any, why: str = "", told: str = "") -> None:
        links.append((why, told))
        await note_link(session, gateway, state, now, why, told)

    monkeypatch.setattr(message_queue, "note_link", noted)

    async def state() -> tuple[str, str]:
        shown = (await admin.get(f"sms-gateways/{gateway['id']}")).json()
        return shown["state"], shown["why"]

    async with working(world):
        assert (await ends(admin, made["id"], "sent"))["attempts"] == 1
        await until(lambda: is_state(state, ("ready", "")))
    assert len(platform.texts) == 1
    # what it said, without the secret that it repeated
    assert [one for one in links if one[0]][:2] == [("sms_wrong_password", "who is …"), ("sms_throttled", "slower")]
    silent = await asyncio.start_server(lambda reader, writer: reader.read(), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    silent.close()
    await silent.wait_closed()
    options = gateway["options"] | {"url": f"http://127.0.0.1:{port}/send"}
    changed = await admin.put(
        f"sms-gateways/{gateway['id']}",
        json=gateway | {"options": options, "secrets": [{"name": "hmac", "value": platform.key}]},
        headers={"If-Match": f'"{gateway["version"]}"'},
    )
    assert changed.status_code == 200, changed.text
    made = await send(admin, to="13800138000", text="second")
    async with working(world):
        await until(lambda: is_state(state, ("away", "sms_unreachable")))
        moved = await open_sms(Signed, port)
        await ends(admin, made["id"], "sent")
        await until(lambda: is_state(state, ("ready", "")))
    assert [text for _, text, _, _ in moved.texts] == ["second"]


async def is_state(state: Callable[[], Awaitable[Any]], wanted: Any) -> bool:
    return await state() == wanted


@pytest.mark.parametrize("sends_again", [False, True])
async def test_a_lost_answer_is_unclear_and_sent_again_only_where_that_is_wanted(
    world, admin, clock, open_sms: OpenPlatform, sends_again: bool
):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform, sends_again=sends_again)

    async def cut(asked: Any, writer: asyncio.StreamWriter) -> None:
        platform.take(asked)
        writer.close()  # it was taken; the answer is lost

    platform.says = [cut]
    made = await send(admin, to="13800138000", text="once")
    async with working(world):
        if not sends_again:
            found = await ends(admin, made["id"], "failed")
            assert found["error"] == "sms_unclear" and "not sent again by itself" in found["error_text"]
            assert len(platform.texts) == 1
            report = {"list": [{"msgid": made["id"], "status": "DELIVRD"}]}  # of a platform that tells our own id
            assert (await admin.post(f"{token(gateway)}/reports", json=report)).status_code == 200
            await ends(admin, made["id"], "delivered")  # so it had gone
            return

        async def unclear() -> Any:
            return (await admin.get(f"messages/{made['id']}")).json()["error"] == "sms_unclear"

        await until(unclear)
        clock.at += message_queue.PAUSES[0]
        await ends(admin, made["id"], "sent")
    assert [text for _, text, _, _ in platform.texts] == ["once", "once"]


async def test_messages_whose_time_has_run_out_expire_and_a_waiting_one_is_called_off(world, admin, clock, open_sms):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform, valid_hours=1)
    late, off = await send(admin, to="13800138000", text="late"), await send(admin, to="13800138000", text="off")
    assert (await admin.post(f"messages/{off['id']}/cancel")).json()["state"] == "cancelled"
    assert (await admin.post(f"messages/{off['id']}/cancel")).status_code == 409
    clock.at += timedelta(hours=1)
    async with working(world):
        assert (await ends(admin, late["id"], "expired"))["error"] == "sms_not_in_time"
    assert platform.texts == []


async def test_what_a_dead_worker_was_sending_is_not_sent_twice(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    first = await send(admin, to="13800138000", text="one")
    async with writing(world.site.engine) as session, session.begin():
        held = await message_queue.claim(session, gateway["id"], NOW)  # by a worker that is killed now
    assert held is not None and held.id == first["id"]
    second = await send(admin, to="13800138000", text="two")
    async with working(world):
        await ends(admin, second["id"], "sent")
        clock.at += message_queue.LEASE
        assert (await ends(admin, first["id"], "failed"))["error"] == "sms_unclear"
    assert [text for _, text, _, _ in platform.texts] == ["two"]


async def test_one_slow_gateway_holds_no_other_up_and_each_keeps_its_pace(world, admin, clock, open_sms: OpenPlatform):
    slow, quick = await open_sms(Signed), await open_sms(Signed)
    never = asyncio.Event()

    async def hang(asked: Any, writer: asyncio.StreamWriter) -> None:
        await never.wait()

    slow.says = [hang]
    await signed_gateway(world, slow, name="Slow", position=1)
    held = await send(admin, to="13800138000", text="held up")
    await signed_gateway(world, quick, name="Quick", per_second=20)
    made = [await send(admin, to="13800138000", text=f"{number}") for number in range(10)]
    async with working(world):
        begun = asyncio.get_running_loop().time()
        for one in made:
            await ends(admin, one["id"], "sent")
        assert asyncio.get_running_loop().time() - begun >= 9 / 20 * 0.9  # no more than twenty a second
        assert (await ends(admin, held["id"], "sending"))["gateway"]["name"] == "Slow"
        never.set()


async def test_numbers_are_national_by_the_country_that_the_company_has_now(
    world, admin, clock, open_sms: OpenPlatform
):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform, options={"number_form": "national"})

    async def told() -> str:
        made = await admin.post(f"sms-gateways/{gateway['id']}/test", json={"to": "+8613800138000"})
        await ends(admin, made.json()["id"], "sent")
        return platform.texts[-1][0]

    async def from_abroad() -> bool:  # the one that is under way may go as before
        return await told() == "008613800138000"

    async with working(world):
        assert await told() == "13800138000"
        settings = (await admin.get("settings")).json()
        assert (await admin.put("settings", json=settings | {"country": "HK"})).status_code == 200
        await until(from_abroad)


async def test_where_nothing_waits_nobody_is_kept_from_writing(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform)
    made = await send(admin, to="13800138000", text="hi")
    begun: list[bool] = []

    def note(connection: Any) -> None:
        begun.append(bool(connection.get_execution_options().get("reading")))

    async def looks() -> bool:
        return len(begun) >= 100  # among them those for messages that were left over

    async with working(world):
        await ends(admin, made["id"], "sent")
        event.listen(world.site.engine.sync_engine, "begin", note)
        await until(looks)
        assert all(begun)


async def test_an_outcome_counts_although_the_database_is_away_for_a_moment(
    world, admin, clock, open_sms: OpenPlatform, monkeypatch: pytest.MonkeyPatch
):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform)
    platform.says = [("429 Too Many Requests", {"message": "slower"})]
    note_link, failing = message_queue.note_link, [OSError("no disk")]

    async def fails_once(session: Any, gateway: str, state: str, *told: Any) -> None:
        if state == "away" and failing:
            raise failing.pop()
        await note_link(session, gateway, state, *told)

    monkeypatch.setattr(message_queue, "note_link", fails_once)
    made = await send(admin, to="13800138000", text="hi")
    async with working(world):
        assert (await ends(admin, made["id"], "sent"))["attempts"] == 1  # not left over, and so unclear
    assert not failing and len(platform.texts) == 1


async def test_old_messages_go_by_themselves_with_what_was_told_of_them(world, admin, clock, open_sms: OpenPlatform):
    gateway = await signed_gateway(world, await open_sms(Signed))
    sent = await send(admin, to="13800138000", text="sent")
    async with working(world):
        await ends(admin, sent["id"], "sent")
    waiting = await send(admin, to="13800138000", text="in line")
    unknown = {"list": [{"msgid": "of somebody else", "status": "DELIVRD"}]}
    assert (await admin.post(f"{token(gateway)}/reports", json=unknown)).status_code == 200

    async def dropped(days: int) -> int:
        async with writing(world.site.engine) as session, session.begin():
            return await drop_old_messages(session, NOW + timedelta(days=days))

    assert await dropped(5000) == 0  # for ever, where nothing else was said
    settings = (await admin.get("settings")).json()
    assert (await admin.put("settings", json=settings | {"message_days": 30})).status_code == 200
    assert await dropped(29) == 0
    assert await dropped(31) == 1
    assert [one["id"] for one in (await admin.get("messages")).json()["items"]] == [waiting["id"]]
    async with writing(world.site.engine) as session, session.begin():
        [report] = await session.scalars(select(MessagePart))  # of the other one nothing is left
        assert report.provider_id == "of somebody else"
        assert (await drop_outdated(session, NOW + timedelta(days=6)))["reports"] == 0
        assert (await drop_outdated(session, NOW + timedelta(days=8)))["reports"] == 1
