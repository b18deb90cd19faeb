"""People of a site: made, changed, and the first admin."""

import asyncio
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, configured
from callroom.actions.callcentre import queues_of, skills_of
from callroom.actions.configured import Kind, Values, must_exist
from callroom.actions.ids import new_id as new_id  # made known here for those who make users' rows
from callroom.core.routing.model import DialPermission
from callroom.errors import LastAdmin, LoginTaken, NotFound, PasswordTooWeak, Taken, WrongCredentials
from callroom.store.tables import Extension, Queue, QueueMember, Session, Skill, Team, User, UserSkill

HASHER = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, second recommendation)
SHORTEST_PASSWORD = 8


# what a user has unless told otherwise
PLAIN: Values = {
    "extension_id": None,
    "team_id": None,
    "supervises": [],
    "queues": [],
    "skills": [],
    "active": True,
    "dial_permission": DialPermission.NATIONAL.value,
}


class Role(StrEnum):
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    AUDITOR = "auditor"


class Users(Kind[User]):
    """``password`` never comes here: its hash does, as ``password_hash``."""

    table = User
    name = "user"
    plural = "users"
    prefix = "u"
    unique = ("staff_number",)
    secrets = frozenset({"password_hash", "totp_secret"})
    beside = ("queues", "skills")
    touches = ("queues", "extensions")

    def __init__(self, by: audit.Actor | None = None) -> None:
        self._by = by

    async def check(self, session: AsyncSession, values: Values, row: User | None) -> None:
        login = await session.scalar(select(User.id).where(User.login == values["login"]))
        if login is not None and (row is None or login != row.id):
            raise LoginTaken(values["login"])
        await must_exist(session, Team, values["team_id"], "team_id")
        await must_exist(session, Team, values["supervises"], "supervises")
        await must_exist(session, Extension, values["extension_id"], "extension_id")
        await must_exist(session, Queue, values["queues"], "queues")
        await must_exist(session, Skill, [one["skill"] for one in values["skills"]], "skills")
        if values["extension_id"]:
            other = await session.scalar(select(User).where(User.extension_id == values["extension_id"]))
            if other is not None and (row is None or other.id != row.id):
                raise Taken("extension_id", other.name)
        if row and row.role == Role.ADMIN and row.active and not (values["active"] and values["role"] == Role.ADMIN):
            await self._stays_admin(session, row)

    async def stored(
        self, session: AsyncSession, by: audit.Actor, row: User, beside: Values, now: datetime, *, fresh: bool
    ) -> None:
        wanted: list[str] = beside["queues"] if row.takes_calls else []
        present = {
            member.queue_id: member
            for member in await session.scalars(select(QueueMember).where(QueueMember.user_id == row.id))
        }
        for queue_id in present.keys() - set(wanted):
            await session.delete(present[queue_id])
        for queue_id in wanted:
            if queue_id not in present:  # a new member comes last
                last = select(func.max(QueueMember.position)).where(QueueMember.queue_id == queue_id)
                position = (await session.scalar(last) or 0) + 1
                session.add(QueueMember(queue_id=queue_id, user_id=row.id, position=position))
        await session.execute(delete(UserSkill).where(UserSkill.user_id == row.id))
        for one in beside["skills"]:
            session.add(UserSkill(user_id=row.id, skill_id=one["skill"], level=one["level"]))
        await session.flush()

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: User) -> None:
        if by.id == row.id:
            raise LastAdmin
        if row.role == Role.ADMIN and row.active:
            await self._stays_admin(session, row)

    async def seen(self, session: AsyncSession, row: User) -> Values:
        queues, skills = await queues_of(session, [row.id]), await skills_of(session, [row.id])
        return await super().seen(session, row) | {"queues": queues[row.id], "skills": skills[row.id]}

    async def _stays_admin(self, session: AsyncSession, row: User) -> None:
        others = select(User.id).where(User.role == Role.ADMIN, User.active, User.id != row.id)
        if (self._by and self._by.id == row.id) or await session.scalar(others.limit(1)) is None:
            raise LastAdmin


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
    **more: Any,
) -> User:
    """Make a user; logins are kept in lower case; ``more`` are further columns and ``queues``.

    Raises ``LoginTaken``, ``PasswordTooWeak``, ``Taken``, ``Invalid``.
    """
    values = {
        "login": login.strip().lower(),
        "name": name.strip(),
        "role": str(role),
        "password_hash": await _hashed(password),
        "must_change_password": must_change_password,
        "takes_calls": role is Role.AGENT,
        "staff_number": staff_number,
        **PLAIN,
        **more,
    }
    return await configured.create(session, by, Users(by), values, now)


async def replace_user(
    session: AsyncSession, by: audit.Actor, user_id: str, version: int, values: Values, password: str, now: datetime
) -> User:
    """Give a user new values; with a ``password`` ("" keeps his) all his sessions end.

    Raises ``LastAdmin`` too, when nobody else could administer the site, or somebody would shut himself out.
    """
    values = {**values, "login": values["login"].strip().lower(), "role": str(values["role"])}
    if password:
        values["password_hash"] = await _hashed(password)
        await audit.hold(session)
        await session.execute(delete(Session).where(Session.user_id == user_id))
    return await configured.replace(session, by, Users(by), user_id, version, values, now)


async def change_own(session: AsyncSession, by: audit.Actor, user_id: str, values: Values, now: datetime) -> User:
    """Change what a person sets for himself: ``language`` and ``theme``. Raises ``NotFound``."""
    await audit.hold(session)
    user = await configured.get(session, Users(by), user_id)
    before = {name: getattr(user, name) for name in values}
    for name, value in values.items():
        setattr(user, name, value)
    user.version += 1
    user.updated_at = now
    await session.flush()
    await audit.record(
        session, by, "user.updated", now=now, subject=("user", user_id), before=before, after=dict(values)
    )
    configured.tell(session, "users")
    return user


async def change_password(session: AsyncSession, by: audit.Actor, user_id: str, password: str, now: datetime) -> None:
    """Set a password. Raises ``NotFound``, ``PasswordTooWeak``."""
    hashed = await _hashed(password)
    await audit.hold(session)
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound("user", user_id)
    user.password_hash = hashed
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


async def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooWeak(SHORTEST_PASSWORD)
    return await asyncio.to_thread(HASHER.hash, password)


async def check_password(user: User, password: str) -> None:
    """Raises ``WrongCredentials`` unless this is the user's password."""
    try:
        await asyncio.to_thread(HASHER.verify, user.password_hash, password)
    except VerificationError:
        raise WrongCredentials(user.login) from None
