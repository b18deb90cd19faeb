"""Conditions on customers as they are sent and shown, in segments and rules."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from callroom.actions.configured import Values
from callroom.actions.customer_filters import PERIOD, Operator
from callroom.http.customer_shapes import Stage, Tag
from callroom.http.site import Site
from callroom.store.customer_facts import Compared, Fact

Short = Annotated[str, Field(max_length=40)]
Tier = Annotated[int, Field(ge=0, le=9)]


class FieldCondition(BaseModel):
    """``value`` as people write it; of choices several, parted as in a sheet, mean any."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    field: Short
    op: Operator
    value: Annotated[str, Field(max_length=400)] = ""


class FactCondition(BaseModel):
    """``value``: how many, yuan, days since then (created, orders.last, calls.last), or 1 to 3 of satisfaction.
    ``period``: the last so many days ("90"), or days of the site ("2026-01-01..2026-03-31"); "": ever."""

    model_config = ConfigDict(extra="forbid")
    fact: Fact
    op: Compared
    value: Annotated[float, Field(ge=0, le=1e12)]
    period: Annotated[str, Field(pattern=PERIOD)] = ""


class Conditions(BaseModel):
    """All of it must hold; of several tags all, of several tiers, stages or owners any. Nothing: all customers."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    q: Annotated[str, Field(max_length=80)] = ""
    owners: list[Short] = Field(default=[], max_length=50)
    tags: list[Tag] = Field(default=[], max_length=30)
    without_tags: list[Tag] = Field(default=[], max_length=30)
    tiers: list[Tier] = Field(default=[], max_length=10)
    stages: list[Stage] = Field(default=[], max_length=5)
    do_not_call: bool | None = None
    no_mail: bool | None = None
    fields: list[FieldCondition] = Field(default=[], max_length=20)
    facts: list[FactCondition] = Field(default=[], max_length=20)


def with_conditions(site: Site, body: Any) -> Values:
    """The columns of a body that has ``conditions``."""
    return body.model_dump() | {"conditions": body.conditions.model_dump(exclude_defaults=True)}
