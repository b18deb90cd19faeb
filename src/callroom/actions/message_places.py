"""What the templates of text messages may name, in one place: the customer with his own fields, who sends, the day.

An own field is named by its label or its id: ``{{customer.Number plate}}``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.customers import Form, form_of
from callroom.actions.settings import read_settings
from callroom.core.fields import shown
from callroom.core.fields.writing import Language
from callroom.core.ivr.templates import names_in
from callroom.errors import invalid
from callroom.store.tables import Customer, User

CUSTOMER = "customer."
KNOWN = (
    *("customer.name", "customer.company"),
    *("agent.name", "agent.staff_number", "company.name", "today", "now"),
)


@dataclass(frozen=True, slots=True)
class OwnFields:
    """The site's fields of customers, as a message in one language says what stands in them."""

    form: Form
    language: Language

    def of(self, name: str, company: str, values: Mapping[str, Any]) -> dict[str, str]:
        """All that templates may name of one customer."""
        told = {CUSTOMER + "name": name, CUSTOMER + "company": company}
        own: dict[str, str] = {}
        for id, field in self.form.fields.items():
            text = shown(field, values.get(id), self.language, self.form.place)
            own |= {CUSTOMER + field.label: text, CUSTOMER + id: text}
        return own | told  # a field that is called "name" as well is reached by its id

    @property
    def masked(self) -> frozenset[str]:
        """The names of what agents are not shown."""
        fields = [field for field in self.form.fields.values() if field.masked]
        return frozenset(CUSTOMER + name for field in fields for name in (field.label, field.id)) - set(KNOWN)


async def own_fields(session: AsyncSession, language: str) -> OwnFields:
    return OwnFields(await form_of(session), "en" if language == "en" else "zh")


async def known_values(
    session: AsyncSession, customer: str | None, sender: User | None, now: datetime, language: str
) -> dict[str, str]:
    """What every template may name, with what is known of it now."""
    row = await session.get(Customer, customer) if customer else None
    own = await own_fields(session, language)
    his = own.of(row.name, row.company, row.values) if row else own.of("", "", {})
    return his | await known_of_all(session, sender, now)


async def known_of_all(session: AsyncSession, sender: User | None, now: datetime) -> dict[str, str]:
    """What is the same whoever reads it."""
    settings, _ = await read_settings(session)
    local = now.astimezone(ZoneInfo(settings["time_zone"]))
    return {
        "agent.name": sender.name if sender else "",
        "agent.staff_number": (sender.staff_number if sender else "") or "",
        "company.name": settings["company_name"],
        "now": f"{local:%Y-%m-%d %H:%M}",
        "today": f"{local:%Y-%m-%d}",
    }


async def check_places(session: AsyncSession, texts: Iterable[str], field: str) -> None:
    """Raises ``Invalid`` for a place in the customer, the agent or the company that is none: nobody could fill it."""
    wanted = [name for text in texts for name in names_in(text) if name.startswith((CUSTOMER, "agent.", "company."))]
    known = {*KNOWN, *(await own_fields(session, "zh")).of("", "", {})}
    if unknown := [name for name in wanted if name not in known]:
        raise invalid(field, "unknown_placeholder", name=unknown[0])
