"""Rules that file customers under a tier, a stage and tags by what is known of them.

Which customers a rule means the database says, for all of them at once; what becomes of each is decided by
``core.customer_value``. The worker goes through them in pieces; what is done already is left alone, so that it may
begin anew at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.actions.configured import Kind, Values, tell
from callroom.actions.customer_filters import filter_from
from callroom.actions.customers import STAGES, clean_tags, file, form_of, labelled_phones, remembered, standing_of
from callroom.actions.segments import checked_conditions, members
from callroom.core.customer_value import Outcome, Sets, Standing, outcome
from callroom.errors import Invalid, invalid
from callroom.store.tables import Customer, CustomerRule

log = structlog.get_logger(__name__)

PIECE = 1_000  # customers that are looked at, and changed, at once
MOST_RULES = 50
TOLD = 20  # customers whom a trial names


class CustomerRules(Kind[CustomerRule]):
    table = CustomerRule
    name = "customer_rule"
    plural = "customer-rules"
    prefix = "cr"

    async def check(self, session: AsyncSession, values: Values, row: CustomerRule | None) -> None:
        await check_rule(session, values)
        if row is None:
            count = await session.scalar(select(func.count()).select_from(CustomerRule)) or 0
            if count >= MOST_RULES:
                raise invalid("name", "too_long", max_length=MOST_RULES)
            values["position"] = (await session.scalar(select(func.max(CustomerRule.position))) or 0) + 1


KIND = CustomerRules()


def is_rule(by_id: str | None) -> bool:
    """Whether it was a rule who changed a customer."""
    return by_id is not None and by_id.startswith(f"{KIND.prefix}_")


async def check_rule(session: AsyncSession, values: Values) -> None:
    """Raises ``Invalid`` for a rule that sets nothing, or cannot be asked."""
    values["tags_on"], values["tags_off"] = clean_tags(values["tags_on"]), clean_tags(values["tags_off"])
    if values["stage"] is not None and values["stage"] not in STAGES:
        raise invalid("stage", "literal_error")
    if {tag.casefold() for tag in values["tags_on"]} & {tag.casefold() for tag in values["tags_off"]}:
        raise invalid("tags_off", "twice")
    if values["tier"] is None and values["stage"] is None and not (values["tags_on"] or values["tags_off"]):
        raise invalid("tier", "missing")
    values["conditions"] = await checked_conditions(session, values["conditions"])


async def reorder(session: AsyncSession, by: audit.Actor, ids: Sequence[str], now: datetime) -> list[CustomerRule]:
    """Put all rules into this order. Raises ``Invalid`` when one is missing or unknown."""
    await audit.hold(session)
    rows = {row.id: row for row in await session.scalars(select(CustomerRule))}
    if sorted(ids) != sorted(rows):
        raise invalid("ids", "not_all_rules")
    for position, id in enumerate(ids, start=1):
        rows[id].position = position
    await session.flush()
    await audit.record(session, by, "customer_rules.reordered", now=now, after={"order": list(ids)})
    tell(session, KIND.plural)
    return [rows[id] for id in ids]


async def run(session: AsyncSession, by: audit.Actor, now: datetime) -> str:
    """Let the worker file all customers by the rules as they are now; returns the job."""
    return (await jobs.enqueue(session, by, jobs.CUSTOMER_RULES, {"apply": True}, now)).id


async def try_out(session: AsyncSession, by: audit.Actor, draft: Values, rule_id: str | None, now: datetime) -> str:
    """Let the worker say what a rule would do, in the place of ``rule_id`` or after all others; returns the job."""
    await check_rule(session, draft)
    arguments = {"apply": False, "draft": draft, "rule": rule_id}
    return (await jobs.enqueue(session, by, jobs.CUSTOMER_RULES, arguments, now)).id


# ---------------------------------------------------------------- what the worker does


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule as it is carried out."""

    id: str
    name: str
    conditions: dict[str, Any]
    sets: Sets


@dataclass
class Told:
    """What was done, or would be: ``changed`` customers in all, and by rule how many it means (``fits``) and changes;
    ``first`` of them: {"id", "name", "changes": {what: [before, after]}, "rules"}."""

    customers: int = 0
    changed: int = 0
    fits: dict[str, int] = field(default_factory=dict[str, int])
    changes: dict[str, int] = field(default_factory=dict[str, int])
    first: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def document(self, *, with_examples: bool) -> dict[str, Any]:
        counts = {"customers": self.customers, "changed": self.changed, "fits": self.fits, "changes": self.changes}
        return counts | ({"pii_first": self.first} if with_examples else {})


async def rules_now(session: AsyncSession, draft: Values | None = None, rule_id: str | None = None) -> list[Ruled]:
    """The rules that are in force, in order; with ``draft`` in the place of one, or after all."""
    rows = await session.scalars(select(CustomerRule).order_by(CustomerRule.position, CustomerRule.id))
    found: list[Ruled] = []
    replaced = False
    for row in rows:
        if draft is not None and row.id == rule_id:
            found.append(_ruled(row.id, draft))
            replaced = True
        elif row.enabled:
            columns = {name: getattr(row, name) for name in ("name", "conditions", "tier", "stage", "over_hand")}
            found.append(_ruled(row.id, columns | {"tags_on": row.tags_on, "tags_off": row.tags_off}))
    if draft is not None and not replaced:
        found.append(_ruled("", draft))
    return found


def _ruled(id: str, values: Values) -> Ruled:
    sets = Sets(values["tier"], values["stage"], values["tags_on"], values["tags_off"], values["over_hand"])
    return Ruled(id, values["name"], values["conditions"], sets)


async def marks_of(session: AsyncSession, rules: Sequence[Ruled], now: datetime) -> list[bytearray]:
    """For each rule a byte for each customer's number (``seq``): 1 of those whom it means."""
    most = await session.scalar(select(func.max(Customer.seq))) or 0
    marks: list[bytearray] = []
    for rule in rules:
        mark = bytearray(most + 1)
        try:
            async for seq in members(session, filter_from(rule.conditions), now):
                if seq <= most:
                    mark[seq] = 1
        except Invalid as error:  # a field has another type since: this rule means nobody, and the others go on
            log.warning("a rule cannot be asked any more", rule=rule.id, error=str(error))
        marks.append(mark)
    return marks


@dataclass(frozen=True, slots=True)
class Piece:
    """Some customers: how many were ``looked_at`` up to the number ``last``; of those whom any rule means the rows seq,
    id, name, tier, stage, tags, by_hand."""

    last: int
    looked_at: int
    rows: list[Any]


async def piece_after(session: AsyncSession, marks: Sequence[bytearray], last: int) -> Piece | None:
    """The customers that follow the number ``last``; None: there are no more."""
    columns = (
        Customer.seq, Customer.id, Customer.name, Customer.tier, Customer.stage, Customer.tags, Customer.by_hand,
    )  # fmt: skip
    # who is deleted is left out here: SQLite would look all of them up by that, and sort them, for each piece
    wanted = select(*columns, Customer.deleted_at).where(Customer.seq > last)
    rows = list((await session.execute(wanted.order_by(Customer.seq).limit(PIECE))).all())
    if not rows:
        return None
    last, rows = rows[-1].seq, [row for row in rows if row.deleted_at is None]
    return Piece(last, len(rows), [row for row in rows if _is_meant(row.seq, marks)])


def _is_meant(seq: int, marks: Sequence[bytearray]) -> bool:
    return any(seq < len(mark) and mark[seq] for mark in marks)


def decided(row: Any, rules: Sequence[Ruled], marks: Sequence[bytearray]) -> Outcome:
    """What becomes of a customer, of the columns of a ``Piece``."""
    standing = Standing(row.tier, row.stage, row.tags, frozenset(row.by_hand))
    return outcome(standing, _meant(row.seq, rules, marks))


def _meant(seq: int, rules: Sequence[Ruled], marks: Sequence[bytearray]) -> list[tuple[int, Sets]]:
    return [(place, rules[place].sets) for place, mark in enumerate(marks) if seq < len(mark) and mark[seq]]


def note(told: Told, row: Any, found: Outcome, rules: Sequence[Ruled]) -> None:
    """Count what becomes of a customer, and keep the first ones as examples."""
    told.changed += 1
    for place in set(found.because.values()):
        told.changes[rules[place].id] = told.changes.get(rules[place].id, 0) + 1
    if len(told.first) < TOLD:
        changes = {name: [getattr(row, name), getattr(found, name)] for name in found.because}
        names = [rules[place].name for place in sorted(set(found.because.values()))]
        told.first.append({"id": row.id, "name": row.name, "changes": changes, "rules": names})


async def apply_some(
    session: AsyncSession,
    rules: Sequence[Ruled],
    marks: Sequence[bytearray],
    seqs: Sequence[int],
    job_id: str,
    now: datetime,
) -> None:
    """Change these customers, each as he stands now. Within a transaction of its own."""
    await audit.hold(session)
    form = await form_of(session)
    wanted = select(Customer).where(Customer.seq.in_(seqs), Customer.deleted_at.is_(None))
    rows = list(await session.scalars(wanted.execution_options(populate_existing=True)))
    phones = await labelled_phones(session, [row.id for row in rows])
    for row in rows:
        found = outcome(standing_of(row), _meant(row.seq, rules, marks))
        if not found.because:
            continue  # somebody was faster
        changes = {name: (getattr(row, name), getattr(found, name)) for name in found.because}
        row.tier, row.stage, row.tags = found.tier, found.stage, found.tags
        row.by_hand = sorted(found.by_hand)
        row.version, row.updated_at = row.version + 1, now
        file(row, form, phones[row.id])
        for name, change in changes.items():
            rule = rules[found.because[name]]
            by = audit.Actor(rule.id, rule.name)
            session.add_all(remembered(by, row, {name: change}, now, job_id))
    await session.flush()
    tell(session, "customers")


async def finished(session: AsyncSession, by: audit.Actor, told: Told, now: datetime) -> None:
    """The operation log tells of a run that changed something."""
    if told.changed:
        await audit.record(
            session, by, "customer_rules.applied", now=now, after={"changed": told.changed, "rules": told.changes}
        )


async def due_tonight(session: AsyncSession) -> bool:
    return await session.scalar(select(CustomerRule.id).where(CustomerRule.enabled).limit(1)) is not None
