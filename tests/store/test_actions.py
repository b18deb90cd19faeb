"""Users, sessions and the operation log on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, sessions, users
from callroom.errors import LoginTaken, NotSignedIn, PasswordTooWeak, WrongCredentials
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, User

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


async def add(engine: AsyncEngine, login: str, password: str = "long enough") -> User:
    async with writing(engine) as session, session.begin():
        return await users.create_user(
            session, audit.SYSTEM, login=login, name=login, role=users.Role.AGENT, password=password, now=NOW
        )


async def sign_in(engine: AsyncEngine, login: str, password: str = "long enough") -> str:
    async with writing(engine) as session, session.begin():
        _, token = await sessions.sign_in(
            session, login=login, password=password, address="192.0.2.9", agent_string="test", now=NOW
        )
        return token


async def test_token_opens_the_session_until_it_runs_out(engine: AsyncEngine):
    ana = await add(engine, "Ana")
    token = await sign_in(engine, "ana ")
    async with reading(engine) as session:
        assert (await sessions.who(session, token, NOW)).id == ana.id
        with pytest.raises(NotSignedIn):
            await sessions.who(session, token, NOW + sessions.LIFETIME)
        with pytest.raises(NotSignedIn):
            await sessions.who(session, token + "x", NOW)


async def test_signed_out_token_is_dead(engine: AsyncEngine):
    ana = await add(engine, "ana")
    token = await sign_in(engine, "ana")
    async with writing(engine) as session, session.begin():
        await sessions.sign_out(session, token, audit.Actor(ana.id, "ana"), NOW)
    async with reading(engine) as session:
        with pytest.raises(NotSignedIn):
            await sessions.who(session, token, NOW)


async def test_wrong_password_unknown_login_and_closed_user_are_told_alike(engine: AsyncEngine):
    await add(engine, "ana")
    await add(engine, "gone")
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "gone").values(active=False))
    for login, password in (("ana", "wrong one"), ("nobody", "long enough"), ("gone", "long enough")):
        with pytest.raises(WrongCredentials):
            await sign_in(engine, login, password)


async def test_login_is_taken_whatever_its_case(engine: AsyncEngine):
    await add(engine, "ana")
    with pytest.raises(LoginTaken):
        await add(engine, "ANA")


async def test_short_password_is_refused(engine: AsyncEngine):
    with pytest.raises(PasswordTooWeak):
        await add(engine, "ana", "short")


async def test_first_admin_is_made_once_and_must_change_his_password(engine: AsyncEngine):
    async with writing(engine) as session, session.begin():
        password = await users.ensure_admin(session, NOW)
        assert password
        assert await users.ensure_admin(session, NOW) is None
    await sign_in(engine, "admin", password)
    async with reading(engine) as session:
        admin = (await session.execute(select(User))).scalar_one()
    assert admin.must_change_password
    async with writing(engine) as session, session.begin():
        await users.change_password(session, audit.SYSTEM, admin.id, "a better one", NOW)
    await sign_in(engine, "admin", "a better one")
    with pytest.raises(WrongCredentials):
        await sign_in(engine, "admin", password)


async def test_operation_log_is_whole_after_writes_side_by_side(engine: AsyncEngine):
    await add(engine, "first")
    await asyncio.gather(*(add(engine, f"agent{n}") for n in range(8)))
    async with reading(engine) as session:
        numbers = list((await session.execute(select(AuditEntry.id).order_by(AuditEntry.id))).scalars())
        assert numbers == list(range(1, 10))
        assert await audit.first_broken_entry(session) is None


@pytest.mark.parametrize(
    "tamper",
    [
        update(AuditEntry).where(AuditEntry.id == 2).values(actor="somebody else"),
        update(AuditEntry).where(AuditEntry.id == 2).values(after={"role": "admin"}),
        update(AuditEntry).where(AuditEntry.id == 2).values(at=NOW + timedelta(seconds=1)),
        delete(AuditEntry).where(AuditEntry.id == 2),
    ],
)
async def test_changed_or_missing_entry_shows(engine: AsyncEngine, tamper: object):
    for login in ("ana", "bo", "chen"):
        await add(engine, login)
    async with writing(engine) as session, session.begin():
        await session.execute(tamper)  # pyright: ignore
    async with reading(engine) as session:
        assert await audit.first_broken_entry(session) == 2


async def test_missing_last_entry_shows(engine: AsyncEngine):
    for login in ("ana", "bo"):
        await add(engine, login)
    async with writing(engine) as session, session.begin():
        await session.execute(delete(AuditEntry).where(AuditEntry.id == 2))
    async with reading(engine) as session:
        assert await audit.first_broken_entry(session) == 2
