"""Connections to other systems: what flows ask, and the secrets that go along."""

from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.configured import Kind, Values
from callroom.actions.references import not_led_to
from callroom.errors import Fault, Invalid
from callroom.store.tables import Connection
from callroom.vault import Vault

_WHERE = ("kind", "base_url", "host", "port", "database", "username")


class Connections(Kind[Connection]):
    """``secrets`` come as {name: text}, None for one that stays as it is; they are sealed before they are stored.

    When a connection leads elsewhere each secret must be given anew: else whoever may write configuration could have
    it sent to a server of his own.
    """

    table = Connection
    name = "connection"
    plural = "connections"
    prefix = "dc"

    async def check(self, session: AsyncSession, values: Values, row: Connection | None) -> None:
        vault: Vault = values.pop("vault")
        stored = row.secrets if row else {}
        moved = row is not None and any(values[name] != getattr(row, name) for name in _WHERE)
        given = cast(dict[str, str | None], values["secrets"])
        again = [name for name, text in given.items() if text is None and (moved or name not in stored)]
        if again:
            where = "secrets.{}" if values["kind"] == "http" else "{}"  # of a database it is the password
            raise Invalid(tuple(Fault(where.format(name), "give_again") for name in again))
        values["secrets"] = {name: stored[name] if text is None else vault.seal(text) for name, text in given.items()}

    async def may_go(self, session: AsyncSession, by: Any, row: Connection) -> None:
        await not_led_to(session, row)

    async def seen(self, session: AsyncSession, row: Connection) -> Values:
        return await super().seen(session, row) | {"secrets": sorted(row.secrets)}


CONNECTIONS = Connections()
