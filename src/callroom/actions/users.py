"""People of a site: made, changed, and the first admin."""

import asyncio
import secrets
from datetime import datetime
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.errors import LoginTaken, NotFound, PasswordTooWeak, WrongCredentials
from callroom.store.tables import User

HASHER = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, second recommendation)
SHORTEST_PASSWORD = 8


class Role(StrEnum):
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    AUDITOR = "auditor"


async def create_user(
    session: AsyncSession,
    by: audit.Actor,
    *,
    login: str,
    name: str,
    role: Role,
    password: str,
    now: datetime,
    staff_number: str | None = None,
    must_change_password: bool = False,
) -> User:
    """Make a user; logins are kept in lower case. Raises ``LoginTaken``, ``PasswordTooWeak``."""
    login = login.strip().lower()
    _check(password)
    if (await session.execute(select(User.id).where(User.login == login))).scalar_one_or_none():
        raise LoginTaken(login)
    user = User(
        id=new_id("u"),
        created_at=now,
        updated_at=now,
        login=login,
        name=name.strip(),
        role=role,
        password_hash=await asyncio.to_thread(HASHER.hash, password),
        must_change_password=must_change_password,
        takes_calls=role is Role.AGENT,
        staff_number=staff_number,
    )
    session.add(user)
    await session.flush()
    seen = {"login": login, "name": user.name, "role": role.value}
    await audit.record(session, by, "user.created", now=now, subject=("user", user.id), after=seen)
    return user


async def change_password(session: AsyncSession, by: audit.Actor, user_id: str, password: str, now: datetime) -> None:
    """Set a password. Raises ``NotFound``, ``PasswordTooWeak``."""
    _check(password)
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound("user", user_id)
    user.password_hash = await asyncio.to_thread(HASHER.hash, password)
    user.must_change_password = False
    user.updated_at = now
    user.version += 1
    await audit.record(session, by, "user.password_changed", now=now, subject=("user", user_id))


async def ensure_admin(session: AsyncSession, now: datetime, password: str | None = None) -> str | None:
    """Make the first admin when the site has no user yet.

    Returns his one-time password, or None when there was nothing to do. A ``password`` given from outside is his for
    good; one made here must be changed at the first sign-in.
    """
    if (await session.execute(select(func.count()).select_from(User))).scalar_one():
        return None
    chosen = password or secrets.token_urlsafe(9)
    await create_user(
        session,
        audit.SYSTEM,
        login="admin",
        name="Admin",
        role=Role.ADMIN,
        password=chosen,
        now=now,
        must_change_password=password is None,
    )
    return chosen


def new_id(prefix: str) -> str:
    """An opaque id, unguessable."""
    return f"{prefix}_{secrets.token_hex(10)}"


def _check(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooWeak(SHORTEST_PASSWORD)


async def check_password(user: User, password: str) -> None:
    """Raises ``WrongCredentials`` unless this is the user's password."""
    try:
        await asyncio.to_thread(HASHER.verify, user.password_hash, password)
    except VerificationError:
        raise WrongCredentials(user.login) from None
