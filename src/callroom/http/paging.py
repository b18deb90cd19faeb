"""Pages of long lists: the cursor is the id of the last row seen, with its time or what else the list is sorted by."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVarTuple

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.errors import invalid
from callroom.store.tables import Utc

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str, Query(max_length=400)]
Sort = Annotated[str, Query(max_length=40)]
Parts = TypeVarTuple("Parts")
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
    """By which column a list is sorted, never null, and then by id; ``down``: the greatest first. With a ``tier``,
    which is never null either, what concerns customers of the highest tiers comes first."""

    column: Any
    key: Any
    down: bool
    tier: Any = None

    @classmethod
    def wanted(cls, sort: str, allowed: Mapping[str, Any], key: Any, key_first: "Order | None" = None) -> "Order":
        """``sort``: a name in ``allowed``, "-" before it turns it round; "" the first of them; "key" the order
        ``key_first``. Raises ``Invalid``."""
        if key_first is not None and sort == KEY_FIRST:
            return key_first
        name = sort.removeprefix("-") or next(iter(allowed))
        if name not in allowed:
            raise invalid("sort", "not_sortable")
        return cls(allowed[name], key, sort.startswith("-"))

    async def page(
        self, session: AsyncSession, query: Select[*Parts], cursor: str, limit: int
    ) -> tuple[list[Any], str | None]:
        """Rows of ``query`` (of several things, tuples) and the cursor of those that follow. Raises ``Invalid``,
        ``RequestValidationError`` for a cursor that no page gave."""
        if cursor:
            query = query.where(self._after(*decoded_text(cursor)))
        first = [] if self.tier is None else [self.tier]
        by = [one.desc() for one in first] + (
            [self.column.desc(), self.key.desc()] if self.down else [self.column, self.key]
        )
        told: Any = query.add_columns(*first, self.column, self.key).order_by(*by).limit(limit + 1)
        found: list[Any] = list((await session.execute(told)).all())  # one more than asked for: is there another page?
        mine = len(first) + 2
        rows = [row[0] if len(row) == mine + 1 else tuple(row[:-mine]) for row in found[:limit]]
        if len(found) <= limit:
            return rows, None
        *tier, value, key = found[limit - 1][-mine:]
        return rows, encoded_text(" ".join([*map(str, tier), _text(value)]), key)

    def _after(self, text: str, last: str) -> ColumnElement[bool]:
        if self.tier is None:
            return follows(self.column, self.key, text, last, down=self.down)
        tier, _, text = text.partition(" ")
        if not tier.isdecimal() or len(tier) > 1:
            raise invalid("cursor", "cursor")
        later = follows(self.column, self.key, text, last, down=self.down)
        return or_(self.tier < int(tier), and_(self.tier == int(tier), later))


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


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


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
