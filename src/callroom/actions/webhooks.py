"""The secret with which webhooks are signed: one of the site, sealed, shown once."""

import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.store.settings import WEBHOOKS, keep, kept
from callroom.vault import Vault

_BYTES = 32


async def new_secret(session: AsyncSession, by: audit.Actor, vault: Vault, now: datetime) -> str:
    """Make a secret, which counts from now on instead of the former one. Raises ``OSError``, ``SecretLost``."""
    await audit.hold(session)
    secret = f"whsec_{secrets.token_urlsafe(_BYTES)}"
    await keep(session, WEBHOOKS, {"secret": vault.seal(secret), "since": now.isoformat()})
    await audit.record(session, by, "webhook_secret.created", now=now, subject=("settings", WEBHOOKS))
    return secret


async def secret_since(session: AsyncSession) -> datetime | None:
    """Since when webhooks are signed as they are; None: they are not."""
    values, _ = await kept(session, WEBHOOKS)
    return datetime.fromisoformat(values["since"]) if values else None


async def secret_of(session: AsyncSession, vault: Vault) -> str:
    """What webhooks are signed with; "": nothing yet. Raises ``SecretLost``."""
    values, _ = await kept(session, WEBHOOKS)
    return vault.open(values["secret"]) if values else ""
