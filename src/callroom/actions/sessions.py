"""Signing in and out. The server keeps the sha-256 of a token only, so that a stolen database opens no session."""

import asyncio
import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2.exceptions import VerificationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.users import HASHER
from callroom.errors import NotSignedIn, WrongCredentials
from callroom.store.tables import Session, User

LIFETIME = timedelta(hours=12)  # a shift, with room for overtime


async def sign_in(
    session: AsyncSession, *, login: str, password: str, address: str, agent_string: str, now: datetime
) -> tuple[User, str]:
    """Open a session; returns the user and the token. Raises ``WrongCredentials``."""
    login = login.strip().lower()
    user = (await session.execute(select(User).where(User.login == login))).scalar_one_or_none()
    try:
        # in a thread: it takes tens of milliseconds by design, and calls run on this loop
        await asyncio.to_thread(_verify, user.password_hash if user else None, password)
    except VerificationError:
        raise WrongCredentials(login) from None
    if user is None or not user.active:
        raise WrongCredentials(login)
    token = open_session(session, user, now, address=address, agent_string=agent_string)
    actor = audit.Actor(user.id, user.name, address)
    await audit.record(session, actor, "session.created", now=now, subject=("user", user.id))
    return user, token


def _verify(known: str | None, password: str) -> None:
    """For an unknown login it takes as long as for a known one. Raises ``VerificationError``."""
    HASHER.verify(known or _nobodys_hash(), password)


@cache
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_hex(16))


def open_session(
    session: AsyncSession,
    user: User,
    now: datetime,
    *,
    lasts: timedelta = LIFETIME,
    address: str = "",
    agent_string: str = "",
) -> str:
    """Let a user in; returns the token. The caller has made sure that it is he."""
    token = secrets.token_urlsafe(32)
    session.add(
        Session(
            token_hash=_hash(token),
            user_id=user.id,
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
            address=address[:64],
            agent_string=agent_string[:200],
        )
    )
    return token


async def note_failure(session: AsyncSession, login: str, address: str, now: datetime) -> None:
    """Put a refused sign-in into the operation log."""
    actor = audit.Actor(None, login[:80], address)
    await audit.record(session, actor, "session.refused", now=now)


async def who(session: AsyncSession, token: str, now: datetime) -> User:
    """Whose token this is. Raises ``NotSignedIn`` when it is unknown, run out, or its user was closed."""
    found = await session.execute(
        select(User)
        .join(Session, Session.user_id == User.id)
        .where(Session.token_hash == _hash(token), Session.expires_at > now, User.active)
    )
    user = found.scalar_one_or_none()
    if user is None:
        raise NotSignedIn
    return user


async def sign_out(session: AsyncSession, token: str, by: audit.Actor, now: datetime) -> None:
    """Close a session; one already closed is no error."""
    await session.execute(delete(Session).where(Session.token_hash == _hash(token)))
    await audit.record(session, by, "session.ended", now=now, subject=("user", by.id or ""))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
