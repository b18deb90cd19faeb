"""Pages of long lists: the cursor is the id of the last row seen, with its time or what else the list is sorted by."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.errors import invalid
from callroom.store.tables import Utc

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str, Query(max_length=400)]
Sort = Annotated[str, Query(max_length=40)]
Row = TypeVar("Row")
KEY_FIRST = "key"  # as a sort: what concerns key customers first


def follows(column: Any, key: Any, text: str, last: str, *, down: bool) -> ColumnElement[bool]:
    """Rows after the one with ``text`` in ``column`` and the id ``last``. Raises ``Invalid`` when text is no value."""
    try:
        value = datetime.fromisoformat(text) if isinstance(column.type, Utc) else column.type.python_type(text)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(text)
        if isinstance(value, int) and abs(value) >= 1 << 31:  # more than the column holds
            raise ValueError(text)
    except ValueError:
        raise invalid("cursor", "cursor") from None
    further = column < value if down else column > value
    return or_(further, and_(column == value, key < last if down else key > last))


@dataclass(frozen=True, slots=True)
class Order:
    """By which column a list is sorted, never null, and then by id; ``down``: the greatest first."""

    name: str
    column: Any
    key: Any
    down: bool

    @classmethod
    def wanted(cls, sort: str, allowed: Mapping[str, Any], key: Any) -> "Order":
        """``sort``: a name in ``allowed``, "-" before it turns it round; "" the first of them. Raises ``Invalid``."""
        name = sort.removeprefix("-") or next(iter(allowed))
        if name not in allowed:
            raise invalid("sort", "not_sortable")
        return cls(name, allowed[name], key, sort.startswith("-"))

    async def page(
        self, session: AsyncSession, query: Select[Row], cursor: str, limit: int, *, instead: Any = None
    ) -> tuple[list[Row], str | None]:
        """Rows of ``query`` and the cursor of those that follow; ``instead``: what the column says where a row has
        nothing. Raises ``Invalid``, ``RequestValidationError`` for a cursor that no page gave."""
        if cursor:
            query = query.where(follows(self.column, self.key, *decoded_text(cursor), down=self.down))
        order = (self.column.desc(), self.key.desc()) if self.down else (self.column, self.key)
        rows = list(await session.scalars(query.order_by(*order).limit(limit + 1)))  # one more: is there another page?
        if len(rows) <= limit:
            return rows, None
        last = rows[limit - 1]
        value = getattr(last, self.name)
        return rows[:limit], encoded_value(instead if value is None else value, getattr(last, self.key.key))


@dataclass(frozen=True, slots=True)
class TierFirst:
    """What concerns customers of the highest tiers first, then what has waited longest; ``tier`` and ``at`` never
    null."""

    tier: Any
    at: Any
    key: Any

    def follow(self, query: Any, cursor: str) -> Any:
        """The rows after the cursor's, in order. Raises ``Invalid``, ``RequestValidationError`` for what is none."""
        if cursor:
            text, last = decoded_text(cursor)
            tier, _, at = text.partition(" ")
            if not tier.isdecimal() or len(tier) > 1:
                raise invalid("cursor", "cursor")
            later = follows(self.at, self.key, at, last, down=False)
            query = query.where(or_(self.tier < int(tier), and_(self.tier == int(tier), later)))
        return query.order_by(self.tier.desc(), self.at, self.key)

    @staticmethod
    def cursor(tier: int, at: datetime, key: str) -> str:
        return encoded_text(f"{tier} {at.isoformat()}", key)


async def key_first(
    session: AsyncSession,
    query: Any,
    tier: Any,
    at: Any,
    table: Any,
    cursor: str,
    limit: int,
    when: Callable[[Any], datetime],
) -> tuple[list[Any], str | None]:
    """A page of rows of ``table`` in that order, and the cursor of those that follow; ``when`` is ``at`` of a row."""
    order = TierFirst(tier, at, table.id)
    asked = order.follow(query.add_columns(tier), cursor).limit(limit + 1)
    found: list[Any] = list((await session.execute(asked)).all())
    rows = [row for row, _ in found]
    if len(rows) <= limit:
        return rows, None
    last, its_tier = found[limit - 1]
    return rows[:limit], order.cursor(its_tier, when(last), last.id)


def encoded(at: datetime, key: str) -> str:
    return encoded_text(at.isoformat(), key)


def decoded(cursor: str) -> tuple[datetime, str]:
    """Raises ``RequestValidationError`` for a cursor that no page gave."""
    at, key = decoded_text(cursor)
    try:
        when = datetime.fromisoformat(at)
    except ValueError:
        raise _unknown() from None
    if when.tzinfo is None:
        raise _unknown()
    return when, key


def encoded_text(text: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{key}|{text}".encode()).decode().rstrip("=")


def encoded_value(value: Any, key: str) -> str:
    return encoded_text(value.isoformat() if isinstance(value, datetime) else str(value), key)


def decoded_text(cursor: str) -> tuple[str, str]:
    """Raises ``RequestValidationError`` for a cursor that no page gave."""
    try:
        whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _unknown() from None
    key, bar, text = whole.partition("|")
    if not bar or "\0" in whole:  # PostgreSQL takes no zero character
        raise _unknown()
    return text, key


def _unknown() -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", "cursor"), "type": "cursor", "msg": "unknown cursor"}])
