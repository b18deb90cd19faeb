"""The phones that ring when the server is away: kept in a file that the engine's next start reads."""

import os
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.ids import DeviceId
from callroom.store.tables import Device, User

log = structlog.get_logger(__name__)

PEOPLE = 5  # more phones ringing at once would only confuse


async def emergency_phones(session: AsyncSession) -> list[str]:
    """The desk phones of the first supervisors and admins; browsers cannot ring without the server."""
    extensions = (
        select(User.extension_id)
        .where(User.active, User.role.in_(("supervisor", "admin")), User.extension_id.is_not(None))
        .join(Device, (Device.extension_id == User.extension_id) & (Device.kind == "sip"))
        .group_by(User.extension_id, User.role, User.login)
        .order_by(User.role.desc(), User.login)
        .limit(PEOPLE)
    )
    wanted = [one for one in await session.scalars(extensions) if one]
    phones = select(Device.id).where(Device.extension_id.in_(wanted), Device.kind == "sip").order_by(Device.id)
    return list(await session.scalars(phones))


def write_emergency(home: Path, phones: list[str]) -> None:
    """Replace the file where it differs. That it cannot be written is logged: it must not keep calls from working."""
    path, told = _path(home), msgspec.json.encode(phones)
    try:
        if path.exists() and path.read_bytes() == told:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(told)
        fresh.replace(path)
    except OSError as error:
        log.warning("the emergency phones cannot be kept for the engine", error=str(error))


def read_emergency(home: Path) -> tuple[DeviceId, ...]:
    """The phones, none where the file is missing or spoilt: the caller then hears that nobody can be reached."""
    try:
        return tuple(DeviceId(one) for one in msgspec.json.decode(_path(home).read_bytes(), type=list[str]))
    except (OSError, msgspec.DecodeError):
        return ()


def _path(home: Path) -> Path:
    return home / "engine" / "emergency.json"
