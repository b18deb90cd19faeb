"""Pages of things that happened: the cursor is the time and id of the last one seen."""

import base64
import binascii
from datetime import datetime
from typing import Annotated

from fastapi import Query
from fastapi.exceptions import RequestValidationError

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str, Query(max_length=400)]


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
