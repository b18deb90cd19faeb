"""Texts looked through for a part of them, as far as who looks may see the numbers that stand there (CC-24)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, not_

from callroom.core.numbers import digits_of

# Whatever is hidden as a number when a text is shown, and some more; for both databases.
_NUMBER = r"[0-9０-９](?:\W{0,3}[0-9０-９]){6,}"


def holds_number(text: Any) -> ColumnElement[bool]:
    return text.regexp_match(_NUMBER)


def has_part(text: Any, part: str, *, numbers: bool) -> ColumnElement[bool]:
    """Whether ``part`` stands in ``text``, in large or small letters.

    Who may not see ``numbers`` finds texts without one only, when he looks for digits: two digits at a time he would
    find out the others.
    """
    stands = text.icontains(part, autoescape=True)
    return stands if numbers or not digits_of(part) else and_(stands, not_(holds_number(text)))
