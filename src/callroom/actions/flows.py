"""Attendants (IVR flows): whether one can be published, and who leads where by it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, configured
from callroom.actions.configured import Kind, Values, number_free, without_empty
from callroom.actions.references import check_leads_somewhere, not_led_to
from callroom.core.ivr import model as ivr
from callroom.core.ivr.validation import Around, Problem, problems
from callroom.core.routing.model import Destination
from callroom.errors import ChangedMeanwhile, Fault, Invalid, NotFound
from callroom.media.prompts import catalogue
from callroom.media.voices import installed
from callroom.store.tables import (
    AuditEntry,
    Connection,
    CustomerField,
    Flow,
    FlowVersion,
    Prompt,
    Schedule,
    SmsTemplate,
)


class Flows(Kind[Flow]):
    table = Flow
    name = "ivr_flow"
    plural = "ivr-flows"
    prefix = "f"

    async def check(self, session: AsyncSession, values: Values, row: Flow | None) -> None:
        """``definition`` is published at once; None: what there is stays, or the attendant begins empty."""
        await number_free(session, values["number"], row.id if row else None)
        document: dict[str, Any] | None = values.pop("definition")
        if document is not None:
            flow = await publishable(session, document, row.id if row else "")
            values |= {"definition": ivr.flow_document(flow), "draft": None}
            values["published"] = (row.published if row else 0) + 1
        elif row is None:
            values |= {"definition": {"entry": "", "nodes": {}}, "draft": None, "published": 0}

    async def stored(
        self, session: AsyncSession, by: audit.Actor, row: Flow, beside: Values, now: datetime, *, fresh: bool
    ) -> None:
        if row.published and await session.get(FlowVersion, (row.id, row.published)) is None:
            _keep_version(session, by, row, "", now)

    async def seen(self, session: AsyncSession, row: Flow) -> Values:
        """Versions keep the documents; the log tells which one it is."""
        return {"name": row.name, "number": row.number, "published": row.published}

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Flow) -> None:
        await not_led_to(session, row)


FLOWS = Flows()
DRAWING = timedelta(minutes=10)  # in which the log tells once that somebody draws


async def save_draft(
    session: AsyncSession, by: audit.Actor, flow_id: str, version: int, document: dict[str, Any], now: datetime
) -> Flow:
    """Keep what is being drawn; callers do not notice. Raises ``ChangedMeanwhile``, ``Invalid`` for no flow at all."""
    row = await _to_change(session, flow_id, version)
    flow = ivr.flow_document(flow_of(document))
    if row.published:
        row.draft = None if flow == row.definition else flow
    else:
        row.definition = flow
    row.version += 1
    row.updated_at = now
    await session.flush()
    if not await _drafted_lately(session, by, row, now):
        await _record(session, by, row, "drafted", {"steps": len(flow["nodes"])}, now)
    return row


async def _drafted_lately(session: AsyncSession, by: audit.Actor, row: Flow, now: datetime) -> bool:
    """Whether the log tells already that he is drawing this: a page saves after each touch."""
    newest = select(AuditEntry).where(AuditEntry.at > now - DRAWING).order_by(AuditEntry.id.desc()).limit(50)
    of_it = [entry for entry in await session.scalars(newest) if entry.subject_id == row.id]
    return bool(of_it) and (of_it[0].action, of_it[0].actor_id) == (f"{FLOWS.name}.drafted", by.id)


async def publish(session: AsyncSession, by: audit.Actor, flow_id: str, version: int, note: str, now: datetime) -> Flow:
    """Let callers who come from now on go through the draft. Raises ``ChangedMeanwhile``, and ``Invalid`` with the
    problems it has."""
    row = await _to_change(session, flow_id, version)
    flow = await publishable(session, row.draft or row.definition, row.id)
    row.definition, row.draft = ivr.flow_document(flow), None
    await _put_live(session, by, row, "published", note, now)
    return row


async def roll_back(
    session: AsyncSession, by: audit.Actor, flow_id: str, version: int, number: int, now: datetime
) -> Flow:
    """Publish an earlier version again, as the newest one; a draft stays. Raises ``NotFound``, ``ChangedMeanwhile``,
    and ``Invalid`` when it leads to what does not exist any more."""
    row = await _to_change(session, flow_id, version)
    earlier = await version_of(session, flow_id, number)
    flow = await publishable(session, earlier.definition, row.id)
    row.definition = ivr.flow_document(flow)
    if row.draft == row.definition:
        row.draft = None
    await _put_live(session, by, row, "rolled_back", f"↩ {number}", now)
    return row


async def version_of(session: AsyncSession, flow_id: str, number: int) -> FlowVersion:
    """Raises ``NotFound``."""
    found = await session.get(FlowVersion, (flow_id, number))
    if found is None:
        raise NotFound("ivr_flow_version", f"{flow_id}/{number}")
    return found


async def publishable(session: AsyncSession, document: dict[str, Any], own: str) -> ivr.Flow:
    """The flow of a document. Raises ``Invalid`` with all its problems."""
    flow = flow_of(document)
    if found := await problems_of(session, flow, own):
        raise Invalid(tuple(_fault(each) for each in found))
    return flow


async def _to_change(session: AsyncSession, flow_id: str, version: int) -> Flow:
    await audit.hold(session)
    row = await configured.get(session, FLOWS, flow_id)
    if row.version != version:
        raise ChangedMeanwhile(row.version)
    return row


async def _put_live(session: AsyncSession, by: audit.Actor, row: Flow, done: str, note: str, now: datetime) -> None:
    row.published += 1
    _keep_version(session, by, row, note, now)
    row.version += 1
    row.updated_at = now
    await session.flush()
    await _record(session, by, row, done, {"published": row.published, "note": note}, now)
    configured.tell(session, FLOWS.plural)


async def _record(
    session: AsyncSession, by: audit.Actor, row: Flow, done: str, after: dict[str, Any], now: datetime
) -> None:
    await audit.record(session, by, f"{FLOWS.name}.{done}", now=now, subject=(FLOWS.name, row.id), after=after)


def _keep_version(session: AsyncSession, by: audit.Actor, row: Flow, note: str, now: datetime) -> None:
    session.add(
        FlowVersion(
            flow_id=row.id,
            number=row.published,
            definition=row.definition,
            published_at=now,
            published_by=by.id,
            published_by_name=by.name[:80],
            note=note,
        )
    )


def flow_of(document: dict[str, Any]) -> ivr.Flow:
    """The flow that was sent. Raises ``Invalid``."""
    try:
        return ivr.flow_from(without_empty(document))
    except ivr.BadFlow as error:
        raise Invalid((Fault("definition", "flow", texts=(f"流程无法读取：{error}", str(error))),)) from None


async def problems_of(session: AsyncSession, flow: ivr.Flow, own: str) -> list[Problem]:
    """What keeps a flow from being published; ``own``: its row's id, "" for a new one."""
    around = Around(
        prompts=set(await session.scalars(select(Prompt.id))),
        system=catalogue().keys(),
        schedules=set(await session.scalars(select(Schedule.id))),
        connections={one: kind for one, kind in await session.execute(select(Connection.id, Connection.kind))},
        unique_fields=set(await session.scalars(select(CustomerField.id).where(CustomerField.unique))),
        sms_templates=set(await session.scalars(select(SmsTemplate.id).where(SmsTemplate.enabled))),
        flows=await _published(session),
        missing=await _missing(session, flow),
        own=own,
        voices=installed(),
    )
    return problems(flow, around)


async def _published(session: AsyncSession) -> dict[str, ivr.Flow]:
    found: dict[str, ivr.Flow] = {}
    for row in await session.scalars(select(Flow).where(Flow.published > 0)):
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
