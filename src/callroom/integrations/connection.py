"""A connection with its secrets opened, for the moment of a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.errors import LookupFailed, SecretLost
from callroom.store.tables import Connection
from callroom.vault import Vault

SHORTEST_HIDDEN = 4  # a secret shorter than this would hide half of every answer


@dataclass(frozen=True, slots=True)
class Reach:
    """How another system is reached; the fields are those of ``tables.Connection``."""

    id: str
    kind: str
    base_url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    encrypted: bool = True
    check_certificate: bool = True
    host: str = ""
    port: int = 0
    database: str = ""
    username: str = ""
    secrets: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    def values(self) -> dict[str, str]:
        """The secrets as templates name them: ``{{secret.token}}``."""
        return {f"secret.{name}": text for name, text in self.secrets.items()}


def without_secrets(answer: Any, secrets: Mapping[str, str]) -> Any:
    """An answer of the other system, which may repeat what it was sent."""
    match answer:
        case str():
            for text in secrets.values():
                if len(text) >= SHORTEST_HIDDEN:
                    answer = answer.replace(text, "…")
            return answer
        case dict():
            items = cast(dict[str, Any], answer).items()
            return {without_secrets(name, secrets): without_secrets(one, secrets) for name, one in items}
        case list():
            return [without_secrets(one, secrets) for one in cast(list[Any], answer)]
        case _:
            return answer


async def reach(session: AsyncSession, vault: Vault, connection_id: str) -> Reach:
    """Raises ``LookupFailed`` when there is no such connection, or its secrets cannot be read."""
    row = await session.get(Connection, connection_id)
    if row is None:
        raise LookupFailed("not_set_up", "the connection does not exist")
    try:
        secrets = {name: vault.open(sealed) for name, sealed in row.secrets.items()}
    except SecretLost:
        raise LookupFailed("not_set_up", "its secrets cannot be read: the key file is another one") from None
    return Reach(
        row.id,
        row.kind,
        row.base_url,
        tuple((one["name"], one["value"]) for one in row.headers),
        row.encrypted,
        row.check_certificate,
        row.host,
        row.port,
        row.database,
        row.username,
        secrets,
    )
