"""Voicemail boxes over HTTP: who sets up which, PINs, greetings, forwarding, statistics; and messages by mail."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from httpx2 import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, voicemail_boxes
from callroom.actions.housekeeping import drop_old_voicemails
from callroom.actions.letters import Postman, StoredLetters
from callroom.core.guesses import Lock
from callroom.core.journeys.facts import Ended, JourneyLine, Started, VoicemailLeft
from callroom.core.letters import Hand
from callroom.store.database import reading, writing
from callroom.store.journal import Journal
from callroom.store.tables import AuditEntry, User, Voicemail, VoicemailBox
from callroom.worker import Worker

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
PIN = "271828"


def sound(seconds: float = 1.0) -> bytes:
    file = BytesIO()
    soundfile.write(file, 0.2 * np.sin(np.arange(int(8000 * seconds)) * 0.3), 8000, format="WAV", subtype="PCM_16")
    return file.getvalue()


async def put_message(world: Any, id: str, box: str, kind: str = "queue", days: int = 0) -> None:
    folder = world.home / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{id}.wav").write_bytes(sound())
    async with writing(world.site.engine) as session, session.begin():
        left = NOW - timedelta(days=days)
        session.add(
            Voicemail(
                id=id, journey_id="j1", box_kind=kind, box_id=box, path=f"{id}.wav", seconds=1.0,
                caller="+8613800138000", left_at=left,
            )
        )  # fmt: skip


@pytest.fixture
async def made(world: Any, admin: AsyncClient) -> dict[str, Any]:
    """A queue with the agent in it, his extension, and another extension."""
    own = await world.make("extensions", number="801", name="Ana")
    other = await world.make("extensions", number="802", name="Bo")
    agent = (await admin.get(f"users/{world.ids['agent']}")).json() | {"extension_id": own["id"]}
    headers = {"If-Match": f'"{agent["version"]}"'}
    assert (await admin.put(f"users/{agent['id']}", json=agent, headers=headers)).status_code == 200
    queue = await world.make("queues", name="Sales", number="600", members=[agent["id"]])
    return {"own": own["id"], "other": other["id"], "queue": queue["id"]}


async def test_an_agent_sets_up_the_box_of_his_extension_only(world: Any, made: dict[str, Any]):
    agent = await world.client("agent")
    listed = (await agent.get("voicemail-boxes")).json()["items"]
    assert [(one["name"], one["mine"], one["editable"]) for one in listed] == [
        ("Sales", False, False), ("801 Ana", True, True),
    ]  # fmt: skip
    read = await agent.get(f"voicemail-boxes/{made['own']}")
    assert (read.json()["version"], read.json()["has_pin"], read.headers["ETag"]) == (0, False, '"0"')
    body = {"email": "ana@example.com", "longest_seconds": 60, "delete_after_mail": True}
    saved = await agent.put(f"voicemail-boxes/{made['own']}", json=body, headers={"If-Match": '"0"'})
    assert (saved.status_code, saved.json()["email"], saved.json()["version"]) == (200, "ana@example.com", 1)
    late = await agent.put(f"voicemail-boxes/{made['own']}", json=body, headers={"If-Match": '"0"'})
    assert late.status_code == 412
    for box, status in ((made["queue"], 403), (made["other"], 404)):
        assert (await agent.get(f"voicemail-boxes/{box}")).status_code == status
        assert (await agent.put(f"voicemail-boxes/{box}/pin", json={"pin": PIN})).status_code == status


async def test_what_cannot_be_is_refused_in_plain_words(admin: AsyncClient, made: dict[str, Any], refused: Any):
    box = f"voicemail-boxes/{made['queue']}"
    for body, wrong in (
        ({"email": "nobody"}, ("email", "not_an_email")),
        ({"delete_after_mail": True}, ("delete_after_mail", "needs_attached_mail")),
        ({"longest_seconds": 5}, ("longest_seconds", "greater_than_equal")),
    ):
        assert refused(await admin.put(box, json=body, headers={"If-Match": '"0"'})) == {wrong}
    for pin in ("12345", "123456", "111111"):
        assert refused(await admin.put(f"{box}/pin", json={"pin": pin})) == {("pin", "weak_pin")}


async def test_a_pin_is_kept_hashed_and_never_shown_nor_logged(
    world: Any, admin: AsyncClient, made: dict[str, Any], engine: AsyncEngine
):
    answer = await admin.put(f"voicemail-boxes/{made['queue']}/pin", json={"pin": PIN})
    assert answer.json()["has_pin"] is True and PIN not in answer.text
    async with reading(engine) as session:
        row = await session.get(VoicemailBox, made["queue"])
        assert row is not None and row.pin_hash.startswith("$argon2id$")
        assert await voicemail_boxes.pin_is(session, made["queue"], PIN)
        assert not await voicemail_boxes.pin_is(session, made["queue"], "271829")
        assert not await voicemail_boxes.pin_is(session, made["own"], "")
        entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).one()
    assert entry.action == "voicemail_box.pin_changed"
    assert PIN not in str(entry.after) and "argon2" not in str(entry.after)


async def test_greetings_are_uploaded_chosen_and_taken_back(world: Any, made: dict[str, Any], admin: AsyncClient):
    agent = await world.client("agent")
    greeting = f"voicemail-boxes/{made['own']}/greetings/away"
    answer = await agent.post(greeting, files={"file": ("away.wav", sound(2.0))})
    assert answer.json()["greetings"] == {"away": {"prompt_id": None, "seconds": 2.0}}
    assert (await agent.get(f"{greeting}/sound")).content[:4] == b"RIFF"
    files = list((world.home / "recordings/voicemail/greeting").iterdir())
    assert len(files) == 1
    uploaded = await admin.post("prompts", data={"name": "Away"}, files={"file": ("a.wav", sound())})
    prompt = uploaded.json()["id"]
    answer = await agent.put(greeting, json={"prompt_id": prompt})
    assert answer.json()["greetings"]["away"] == {"prompt_id": prompt, "seconds": None}
    assert not files[0].exists()
    gone = await admin.delete(f"prompts/{prompt}")
    assert gone.status_code == 409 and "801" in gone.text
    assert (await agent.delete(greeting)).json()["greetings"] == {}
    assert (await admin.delete(f"prompts/{prompt}")).status_code == 204


async def test_a_greeting_may_be_a_file_of_several_megabytes(world: Any, made: dict[str, Any]):
    agent = await world.client("agent")
    answer = await agent.post(
        f"voicemail-boxes/{made['own']}/greetings/usual", files={"file": ("long.wav", sound(200))}
    )
    assert (answer.status_code, answer.json()["greetings"]["usual"]["seconds"]) == (200, 200.0)


async def test_nobody_uploads_a_greeting_to_a_box_of_another(world: Any, made: dict[str, Any]):
    agent = await world.client("agent")
    answer = await agent.post(f"voicemail-boxes/{made['other']}/greetings/usual", files={"file": ("a.wav", sound())})
    assert answer.status_code == 404
    assert not (world.home / "recordings/voicemail/greeting").exists()


async def test_a_forwarded_message_is_new_in_the_other_box(world: Any, made: dict[str, Any]):
    await put_message(world, "v1", made["queue"])
    agent, admin = await world.client("agent"), await world.client("admin")
    await agent.get("voicemails/v1/sound")
    assert (await agent.post("voicemails/v1/forward", json={"box": made["queue"]})).status_code == 422
    assert (await agent.post("voicemails/v1/forward", json={"box": made["other"]})).status_code == 204
    [copy] = (await admin.get("voicemails", params={"box": made["other"]})).json()["items"]
    assert (copy["heard_at"], copy["forwarded_by"]["id"]) == (None, world.ids["agent"])
    assert (await admin.get(f"voicemails/{copy['id']}/sound")).content[:4] == b"RIFF"
    counts = {one["id"]: (one["new"], one["old"]) for one in (await admin.get("voicemail-boxes")).json()["items"]}
    assert (counts[made["queue"]], counts[made["other"]]) == ((0, 1), (0, 1))


async def test_statistics_count_deleted_messages_too(world: Any, made: dict[str, Any], engine: AsyncEngine):
    for number in range(3):
        await put_message(world, f"v{number}", made["queue"], days=number)
    admin = await world.client("admin")
    await admin.get("voicemails/v0/sound")
    await admin.delete("voicemails/v0")
    letters = StoredLetters(engine, world.home / "recordings", lambda: NOW, world.changed.append)
    await letters.called_back("v1", Hand(world.ids["agent"], ""))
    [one] = (await admin.get("voicemail-statistics")).json()["items"]
    assert (one["queue"]["name"], one["left"], one["listened"], one["answered_back"]) == ("Sales", 3, 1, 1)
    since = (NOW - timedelta(hours=1)).isoformat()
    [one] = (await admin.get("voicemail-statistics", params={"since": since})).json()["items"]
    assert (one["left"], one["answered_back"]) == (1, 0)
    assert [letter.id for letter in await letters.of(made["queue"])] == ["v2", "v1"]
    assert await letters.counts() == {made["queue"]: (2, 0)}


async def test_locks_are_kept_until_they_are_over_or_a_new_pin_is_set(world: Any, made: dict[str, Any]):
    letters = StoredLetters(world.site.engine, world.home / "recordings", lambda: NOW, world.changed.append)
    own, queue, caller = Lock("account", made["own"], 900), Lock("account", made["queue"], 900), "+8613800138000"
    await letters.locked(made["own"], caller, [own])
    await letters.locked(made["queue"], caller, [queue, Lock("caller", caller, 3600)])
    await letters.locked(made["own"], caller, [own])

    async def kept(after: float) -> set[Lock]:
        async with reading(world.site.engine) as session:
            return set(await voicemail_boxes.locks_of(session, NOW + timedelta(seconds=after)))

    assert await kept(300) == {
        Lock("account", made["own"], 600), Lock("account", made["queue"], 600), Lock("caller", caller, 3300),
    }  # fmt: skip
    assert await kept(900) == {Lock("caller", caller, 2700)}
    await (await world.client("admin")).put(f"voicemail-boxes/{made['queue']}/pin", json={"pin": PIN})
    assert {lock.name for lock in await kept(0)} == {made["own"], caller}


async def test_old_messages_go_where_the_box_says_so(world: Any, made: dict[str, Any], engine: AsyncEngine):
    admin = await world.client("admin")
    await admin.put(f"voicemail-boxes/{made['queue']}", json={"retention_days": 7}, headers={"If-Match": '"0"'})
    await put_message(world, "old", made["queue"], days=8)
    await put_message(world, "young", made["queue"], days=6)
    await put_message(world, "kept", made["own"], "extension", days=800)
    async with writing(engine) as session, session.begin():
        assert await drop_old_voicemails(session, world.home / "recordings", NOW) == 1
    assert [one["id"] for one in (await admin.get("voicemails")).json()["items"]] == ["young", "kept"]
    assert not (world.home / "recordings/old.wav").exists()


@pytest.mark.parametrize(
    ("language", "subject"), [("zh", "新留言：+86138****8000（801 Ana）"),
                              ("en", "New voice message from +86138****8000 (801 Ana)")],
)  # fmt: skip
async def test_a_message_is_mailed_with_its_sound_and_deleted_afterwards(
    world: Any, made: dict[str, Any], engine: AsyncEngine, post_office: Callable[..., Awaitable[Any]],
    tmp_path: Path, language: str, subject: str,
):  # fmt: skip
    admin = await world.client("admin")
    office = await post_office()
    values = {"host": "127.0.0.1", "security": "none", "sender": "callroom@example.com", "check_certificate": False}
    await admin.put("settings/mail", json=values | {"port": office.port}, headers={"If-Match": '"0"'})
    body = {"email": "ana@example.com", "delete_after_mail": True}
    await admin.put(f"voicemail-boxes/{made['own']}", json=body, headers={"If-Match": '"0"'})
    async with writing(engine) as session, session.begin():
        user = await session.get(User, world.ids["agent"])
        assert user is not None
        user.language, user.number_visibility = language, "middle"
    folder = world.home / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vm1.wav").write_bytes(sound(3.0))
    told: list[str] = []
    postman = Postman(lambda: NOW)
    postman.told = lambda: told.append("written")
    journal = Journal(tmp_path / "journal", engine, postman)
    for number, fact in enumerate(
        (Started("inbound", "+8613800138000", "88001"), VoicemailLeft("vm1", "extension", made["own"], "vm1", 3.0),
         Ended("caller")), start=1,
    ):  # fmt: skip
        journal.append(JourneyLine("j1", number, NOW, fact))
    await journal.close()
    assert told == ["written"]
    worker = Worker(engine, world.home, now=lambda: NOW)
    while await worker.step():
        pass
    [mail] = office.received
    assert (mail["To"], mail["Subject"]) == ("ana@example.com", subject)
    text = mail.get_body().get_content()
    assert "2026-11-23 09:30:00" in text and "+86138****8000" in text and "13800138000" not in text
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "20261123-093000-8000.wav"
    samples, rate = soundfile.read(BytesIO(attached.get_content()))
    assert (rate, len(samples) / rate) == (8000, 3.0) and np.abs(samples).max() > 0.1
    assert (await admin.get("voicemails")).json()["items"] == []
    assert not (folder / "vm1.wav").exists()
    async with reading(engine) as session:
        row = await session.get(Voicemail, "vm1")
        assert row is not None and row.mailed_at == row.deleted_at == NOW
        deleted = select(AuditEntry).where(AuditEntry.action == "voicemail.deleted")
        assert (await session.scalars(deleted)).one().actor == audit.SYSTEM.name
