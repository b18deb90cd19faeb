"""Whose phones the engine rings by itself when the server is away."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit
from callroom.actions.users import Role, create_user
from callroom.config import SiteSettings
from callroom.store.database import reading, writing
from callroom.store.emergency import PEOPLE, emergency_phones, read_emergency, write_emergency
from callroom.store.tables import Device, Extension
from callroom.supervisor import engine_settings

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


async def employ(engine: AsyncEngine, login: str, role: Role, *phones: str, active: bool = True) -> None:
    """Somebody with an extension and phones on it, a kind each; a phone is called after him."""
    async with writing(engine) as session, session.begin():
        number = f"8{len(login)}{sum(login.encode()) % 1000:03}"
        stamp = {"created_at": NOW, "updated_at": NOW}
        session.add(Extension(id=f"x-{login}", number=number, name=login, **stamp))
        await session.flush()
        for kind in phones:
            name = f"{login}-{kind}"
            session.add(Device(id=name, extension_id=f"x-{login}", kind=kind, name="", secret="s", **stamp))
        user = await create_user(
            session, audit.SYSTEM, login=login, name=login, role=role, password="long enough", now=NOW
        )
        user.extension_id, user.active = f"x-{login}", active


async def test_leaders_desk_phones_ring_and_nobody_elses(engine: AsyncEngine, tmp_path: Path):
    await employ(engine, "boss", Role.ADMIN, "browser", "sip")
    await employ(engine, "lead", Role.SUPERVISOR, "browser", "sip")
    await employ(engine, "page-only", Role.SUPERVISOR, "browser")
    await employ(engine, "left", Role.SUPERVISOR, "sip", active=False)
    await employ(engine, "ana", Role.AGENT, "sip")
    async with reading(engine) as session:
        phones = await emergency_phones(session)
    assert phones == ["boss-sip", "lead-sip"]
    write_emergency(tmp_path, phones)
    settings = SiteSettings(home=tmp_path)
    assert engine_settings(settings).emergency == ("boss-sip", "lead-sip")
    write_emergency(tmp_path, [])
    assert engine_settings(settings).emergency == ()


async def test_not_more_than_some_ring_supervisors_first(engine: AsyncEngine):
    await employ(engine, "a-boss", Role.ADMIN, "sip")
    for number in range(PEOPLE):
        await employ(engine, f"lead{number}", Role.SUPERVISOR, "sip")
    async with reading(engine) as session:
        assert await emergency_phones(session) == [f"lead{number}-sip" for number in range(PEOPLE)]


def test_a_missing_or_spoilt_file_names_no_phone(tmp_path: Path):
    assert read_emergency(tmp_path) == ()
    write_emergency(tmp_path, ["d1"])
    assert read_emergency(tmp_path) == ("d1",)
    (tmp_path / "engine/emergency.json").write_text('["d1"')
    assert read_emergency(tmp_path) == ()
