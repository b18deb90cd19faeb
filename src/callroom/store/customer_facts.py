"""What is known of customers by what happened: orders, calls, answers in surveys, problems; as conditions on customers.

Each condition is a question about all customers at once, never one for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, select

from callroom.store.tables import Customer, CustomTable, JourneyRow, Order, Record, SurveyAnswerRow

Fact = Literal[
    "created",
    "orders.count",
    "orders.sum",
    "orders.last",
    "calls.in",
    "calls.out",
    "calls.lost",
    "calls.last",
    "satisfaction.average",
    "satisfaction.last",
    "problems.open",
]
Compared = Literal["ge", "le"]
AGO: frozenset[Fact] = frozenset({"created", "orders.last", "calls.last"})  # compared in days since then
PERIODIC: frozenset[Fact] = frozenset(
    {"orders.count", "orders.sum", "calls.in", "calls.out", "calls.lost", "satisfaction.average"}
)
ZERO: frozenset[Fact] = frozenset(
    {"orders.count", "orders.sum", "calls.in", "calls.out", "calls.lost", "problems.open"}
)
SCORES = {"unsatisfied": 1, "satisfied": 2, "very_satisfied": 3}
FEN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact compared with ``value``: how many, yuan, days since then (by ``now``), or 1 to 3 of satisfaction. Of what
    can be counted in a period, that from ``begin`` to before ``end`` counts."""

    fact: Fact
    op: Compared
    value: float
    now: datetime
    begin: datetime | None = None
    end: datetime | None = None


def score() -> Any:
    return case(SCORES, value=SurveyAnswerRow.meaning)


def holds(asked: Asked) -> ColumnElement[bool]:
    """Customers of whom it is so. Who has no such figure (no last order, no answer) fits no comparison; of what is
    counted, none is nought."""
    if asked.fact == "created":
        return _compared(Customer.created_at, asked)
    if asked.fact == "satisfaction.last":
        newest = func.row_number().over(partition_by=JourneyRow.customer_id, order_by=SurveyAnswerRow.asked_at.desc())
        answers = _answers(JourneyRow.customer_id.label("who"), score().label("score"), newest.label("place"))
        each = answers.subquery()
        return Customer.id.in_(select(each.c.who).where(each.c.place == 1, _compared(each.c.score, asked)))
    figure, source = _grouped(asked)
    fits = _compared(figure, asked)
    if asked.fact in ZERO and (asked.value <= 0 if asked.op == "ge" else asked.value >= 0):
        others = source.having(not_(fits)).subquery()
        return ~select(1).where(others.c[0] == Customer.id).exists()
    return Customer.id.in_(source.having(fits))


def _compared(figure: Any, asked: Asked) -> ColumnElement[bool]:
    if asked.fact in AGO:  # more days ago is earlier
        then = asked.now - timedelta(days=asked.value)
        return figure <= then if asked.op == "ge" else figure >= then
    bound = round(asked.value * FEN) if asked.fact == "orders.sum" else asked.value
    return figure >= bound if asked.op == "ge" else figure <= bound


def _grouped(asked: Asked) -> tuple[Any, Select[str]]:
    """The fact as a figure of each customer, and the customers who have one."""
    match asked.fact:
        case "orders.count" | "orders.sum" | "orders.last":
            figures = {"orders.count": func.count(), "orders.sum": func.sum(Order.total)}
            figure = figures.get(asked.fact, func.max(Order.created_at))
            return _per(Order.customer_id, figure, [Order.deleted_at.is_(None), *within(Order.created_at, asked)])
        case "problems.open":
            problems = select(CustomTable.id).where(CustomTable.problems)
            still = [Record.deleted_at.is_(None), Record.closed_at.is_(None), Record.table_id.in_(problems)]
            return _per(Record.customer_id, func.count(), still)
        case "satisfaction.average":
            source = _answers(JourneyRow.customer_id).where(*within(SurveyAnswerRow.asked_at, asked))
            return func.avg(score()), source.group_by(JourneyRow.customer_id)
        case _:
            figure = func.max(JourneyRow.started_at) if asked.fact == "calls.last" else func.count()
            return _per(JourneyRow.customer_id, figure, [_calls(asked.fact), *within(JourneyRow.started_at, asked)])


def _calls(fact: Fact) -> ColumnElement[bool]:
    if fact == "calls.last":
        return JourneyRow.direction.in_(("inbound", "outbound"))
    if fact == "calls.out":
        return JourneyRow.direction == "outbound"
    inward = JourneyRow.direction == "inbound"
    return and_(inward, JourneyRow.loss_reason.is_not(None)) if fact == "calls.lost" else inward


def _per(who: Any, figure: Any, where: Sequence[ColumnElement[bool]]) -> tuple[Any, Select[str]]:
    return figure, select(who).where(who.is_not(None), *where).group_by(who)


def _answers(*columns: Any) -> Any:
    """What customers said to the first question of surveys."""
    joined = select(*columns).join(SurveyAnswerRow, SurveyAnswerRow.journey_id == JourneyRow.id)
    said = (SurveyAnswerRow.question == 0, SurveyAnswerRow.meaning.is_not(None))
    return joined.where(*said, JourneyRow.customer_id.is_not(None))


def within(column: Any, asked: Any) -> list[ColumnElement[bool]]:
    """``asked``: what has a ``begin`` and an ``end``, each a moment or None."""
    begin = [column >= asked.begin] if asked.begin is not None else []
    return begin + ([column < asked.end] if asked.end is not None else [])
