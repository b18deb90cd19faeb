"""Rules that file customers: kept, tried out and carried out by the worker."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions import customer_rules
from callroom.http.conditions import Conditions, Tier, with_conditions
from callroom.http.customer_shapes import Stage, Tag
from callroom.http.fields import Body, MaybeId, Name, Shown
from callroom.http.resources import Admin, Resource, Viewer, mount, show_plainly
from callroom.http.site import SiteDep, Write, actor_of
from callroom.store.tables import CustomerRule

router = APIRouter(prefix="/api/v1")


class CustomerRuleIn(Body):
    """Who fits the ``conditions`` gets ``tier``, ``stage`` (null: as it is) and ``tags_on``, and loses ``tags_off``.
    The first rule of those that say something of it decides. What a person chose stays, unless ``over_hand``."""

    read_only = frozenset({"position"})
    name: Name
    enabled: bool = True
    conditions: Conditions = Conditions()
    tier: Tier | None = None
    stage: Stage | None = None
    tags_on: list[Tag] = Field(default=[], max_length=10)
    tags_off: list[Tag] = Field(default=[], max_length=10)
    over_hand: bool = False


class CustomerRuleOut(Shown):
    """``position``: 1, 2, 3 … in the order in which they are asked."""

    name: str
    position: int
    enabled: bool
    conditions: Conditions
    tier: int | None
    stage: Stage | None
    tags_on: list[str]
    tags_off: list[str]
    over_hand: bool


class RuleOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ids: list[str] = Field(max_length=customer_rules.MOST_RULES)


class RulesInOrder(BaseModel):
    items: list[CustomerRuleOut]


class RuleTrial(BaseModel):
    """``id``: the rule in whose place it would stand; null: after all others."""

    model_config = ConfigDict(extra="forbid")
    id: MaybeId = None
    rule: CustomerRuleIn


class RuleRun(BaseModel):
    """``job``: its result says how many ``customers`` there are and are ``changed``, and by rule (a new one is "") how
    many it ``fits`` and ``changes``; of a trial also the first of them, ``pii_first``."""

    job: str


async def _show(viewer: Viewer, rows: Sequence[CustomerRule]) -> list[CustomerRuleOut]:
    return await show_plainly(viewer, rows, CustomerRuleOut)


@router.post("/customer-rules/reorder", operation_id="reorderCustomerRules", tags=["customer-rules"])
async def reorder(body: RuleOrder, me: Admin, request: Request, site: SiteDep, session: Write) -> RulesInOrder:
    rows = await customer_rules.reorder(session, actor_of(me, request), body.ids, site.now())
    return RulesInOrder(items=await _show(Viewer(session, site, me), rows))


@router.post("/customer-rules/try", status_code=202, operation_id="tryCustomerRule", tags=["customer-rules"])
async def try_rule(body: RuleTrial, me: Admin, request: Request, site: SiteDep, session: Write) -> RuleRun:
    """What all customers would become if the rule were like this; nothing is changed."""
    draft = with_conditions(site, body.rule)
    return RuleRun(job=await customer_rules.try_out(session, actor_of(me, request), draft, body.id, site.now()))


@router.post("/customer-rules/run", status_code=202, operation_id="runCustomerRules", tags=["customer-rules"])
async def run_rules(me: Admin, request: Request, site: SiteDep, session: Write) -> RuleRun:
    """File all customers now, not only at night."""
    return RuleRun(job=await customer_rules.run(session, actor_of(me, request), site.now()))


mount(
    router,
    Resource(
        customer_rules.KIND,
        "CustomerRule",
        "CustomerRules",
        CustomerRuleIn,
        CustomerRuleOut,
        sort=("position", "name", "created_at"),
        search=("name",),
        show=_show,
        values=with_conditions,
    ),
)
