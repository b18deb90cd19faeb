"""Attendants (IVR flows): whether one can be published, and who leads where by it."""

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values, number_free
from callroom.actions.references import check_leads_somewhere, not_led_to
from callroom.core.ivr import model as ivr
from callroom.core.ivr.validation import Around, Problem, problems
from callroom.core.routing.model import Destination
from callroom.errors import Fault, Invalid
from callroom.media.prompts import catalogue
from callroom.store.tables import Flow, Prompt, Schedule


class Flows(Kind[Flow]):
    table = Flow
    name = "ivr_flow"
    plural = "ivr-flows"
    prefix = "f"

    async def check(self, session: AsyncSession, values: Values, row: Flow | None) -> None:
        await number_free(session, values["number"], row.id if row else None)
        flow = flow_of(values["definition"])
        if found := await problems_of(session, flow, row.id if row else ""):
            raise Invalid(tuple(_fault(each) for each in found))
        values["definition"] = ivr.flow_document(flow)

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Flow) -> None:
        await not_led_to(session, row)


FLOWS = Flows()


def flow_of(document: dict[str, Any]) -> ivr.Flow:
    """The flow that was sent. Raises ``Invalid``."""
    try:
        return ivr.flow_from(_without_empty(document))
    except ivr.BadFlow as error:
        raise Invalid((Fault("definition", "flow", texts=(f"流程无法读取：{error}", str(error))),)) from None


async def problems_of(session: AsyncSession, flow: ivr.Flow, own: str) -> list[Problem]:
    """What keeps a flow from being published; ``own``: its row's id, "" for a new one."""
    around = Around(
        prompts=set(await session.scalars(select(Prompt.id))),
        system=catalogue().keys(),
        schedules=set(await session.scalars(select(Schedule.id))),
        flows=await _published(session),
        missing=await _missing(session, flow),
        own=own,
    )
    return problems(flow, around)


async def _published(session: AsyncSession) -> dict[str, ivr.Flow]:
    found: dict[str, ivr.Flow] = {}
    for row in await session.scalars(select(Flow)):
        try:
            found[row.id] = ivr.flow_from(row.definition)
        except ivr.BadFlow:  # the calls leave it out too
            continue
    return found


async def _missing(session: AsyncSession, flow: ivr.Flow) -> set[Destination]:
    """The flow's destinations that lead to nothing."""
    chosen = {
        node.destination for node in flow.nodes.values() if isinstance(node, ivr.GoTo) and node.destination is not None
    }
    missing: set[Destination] = set()
    for destination in chosen:
        try:
            await check_leads_somewhere(session, destination, "")
        except Invalid:
            missing.add(destination)
    return missing


def _fault(problem: Problem) -> Fault:
    field = f"definition.nodes.{problem.node}" if problem.node else "definition"
    return Fault(field, problem.code, texts=(problem.zh, problem.en))


def _without_empty(value: Any) -> Any:
    """The document without fields that are null: they say nothing."""
    match value:
        case dict():
            fields = cast(dict[str, Any], value)
            return {name: _without_empty(one) for name, one in fields.items() if one is not None}
        case list():
            return [_without_empty(one) for one in cast(list[Any], value)]
        case _:
            return value
