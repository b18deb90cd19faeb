"""Customers made ready to be written, which is half of the work and needs no database: see ``customers_bulk``.

What reads imports loads this in a process of its own, which is there the sooner the less comes with it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from callroom.core.customer_value import by_hand_of
from callroom.core.customers import Filing, Form, Phone, searched
from callroom.core.fields import Stored, unique_key

PLAIN_FILING = Filing()
CUSTOMER_COLUMNS = (
    "id", "name", "company", "memo", "tier", "field_values", "owner_id", "tags", "stage", "do_not_call", "no_mail",
    "by_hand", "created_by", "batch", "search_name", "search_text", "search_numbers", "search_masked", "search_tokens",
)  # fmt: skip
PHONE_COLUMNS = ("id", "customer_id", "number", "position", "label")
UNIQUE_COLUMNS = ("field_id", "value", "customer_id")


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """One who is to be made; ``values`` by id of field as ``parsed`` gave them, defaults included."""

    name: str
    company: str = ""
    memo: str = ""
    phones: Sequence[Phone] = ()
    values: dict[str, Stored] = field(default_factory=dict[str, Stored])
    filing: Filing = PLAIN_FILING


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows ready to be written, of customers made ``at`` a time: columns as above, tokens last."""

    at: datetime
    customers: list[tuple[Any, ...]]
    phones: list[tuple[Any, ...]]
    uniques: list[tuple[Any, ...]]


def prepared(form: Form, rows: Sequence[NewCustomer], by_id: str | None, now: datetime, batch: str) -> Prepared:
    """``by_id``: who makes them; ``batch`` names the import or action that does."""
    found = Prepared(now, [], [], [])
    unique_fields = [one for one in form.fields.values() if one.unique]
    for id, row in zip(_ids(len(rows), now), rows, strict=True):
        filing, texts = row.filing, (row.company, row.memo)
        index = searched(form.fields, row.name, texts, [one.number for one in row.phones], row.values, filing)
        chosen = _json(by_hand_of(filing.tier, filing.stage, filing.tags, PLAIN_FILING.stage) if by_id else [])
        found.customers.append(
            (id, row.name, row.company, row.memo, filing.tier, _json(row.values), filing.owner, _json(filing.tags),
             filing.stage, filing.do_not_call, filing.no_mail, chosen, by_id, batch, index.name, index.text,
             index.numbers, index.masked, index.tokens)
        )  # fmt: skip
        for position, one in enumerate(row.phones):
            found.phones.append((f"ph_{id[2:]}{position}", id, one.number, position, one.label))
        for one in unique_fields:
            if (key := unique_key(one, row.values.get(one.id))) is not None:
                found.uniques.append((one.id, key, id))
    return found


def _ids(count: int, now: datetime) -> list[str]:
    """Ids that begin with the time, so that those made together lie together in the indexes; the rest is chance."""
    begin = f"c_{int(now.timestamp() * 1000):011x}"
    chance = secrets.token_hex(count * 5)
    return [begin + chance[at : at + 10] for at in range(0, count * 10, 10)]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
