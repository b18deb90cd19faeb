"""Attendants (IVR flows): drawn as drafts, published as versions."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import defer

from callroom.actions import configured, flows
from callroom.http.fields import PLAIN, Body, MaybeInsideNumber, Name, Shown, Version
from callroom.http.flow_document import FlowDefinition
from callroom.http.resources import Admin, Brief, FromVersion, Reader, Resource, etag, mount, plainly
from callroom.http.site import Read, SiteDep, Write, actor_of
from callroom.store.tables import Flow, FlowVersion

router = APIRouter(prefix="/api/v1")
Note = Annotated[str, Field(max_length=200), PLAIN]


class IvrFlowIn(Body):
    """A ``definition`` is published at once; without one the attendant begins empty, or stays as it is."""

    read_only = frozenset({"draft", "published"})
    name: Name
    number: MaybeInsideNumber = None
    definition: FlowDefinition | None = None


class IvrFlowOut(Shown):
    """``definition`` is what callers go through, or the first draft as long as nothing is published (``published`` 0);
    ``draft``: what was drawn since, null when there is no difference. ``published`` is the version's number."""

    name: str
    number: str | None
    definition: FlowDefinition
    draft: FlowDefinition | None
    published: int


class IvrFlowBrief(Shown):
    """An attendant in a list. Of what callers go through, or of the first draft: ``steps`` is how many it has, ``keys``
    are those of its first menu with the labels of the steps they lead to. ``drafted``: something was drawn since."""

    name: str
    number: str | None
    published: int
    drafted: bool
    steps: int
    keys: dict[str, str]


class DraftIn(Body):
    definition: FlowDefinition


class PublishIn(Body):
    note: Note = ""


class RollBackIn(Body):
    number: Version


class FlowVersionOut(BaseModel):
    number: int
    published_at: datetime
    published_by: str | None
    published_by_name: str
    note: str
    current: bool


class FlowVersionList(BaseModel):
    items: list[FlowVersionOut]


class FlowVersionDocument(FlowVersionOut):
    definition: FlowDefinition


@router.put("/ivr-flows/{id}/draft", operation_id="saveIvrFlowDraft", tags=["ivr-flows"])
async def save_draft(
    id: str,
    body: DraftIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> IvrFlowOut:
    """Keep what is being drawn, finished or not."""
    document = body.definition.model_dump()
    row = await flows.save_draft(session, actor_of(me, request), id, version, document, site.now())
    return _shown(response, row)


@router.post("/ivr-flows/{id}/publish", operation_id="publishIvrFlow", tags=["ivr-flows"])
async def publish(
    id: str,
    body: PublishIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> IvrFlowOut:
    """Let callers who come from now on go through the draft; those who are in it go on as they began. A flow with
    problems is refused with all of them."""
    row = await flows.publish(session, actor_of(me, request), id, version, body.note, site.now())
    return _shown(response, row)


@router.post("/ivr-flows/{id}/roll-back", operation_id="rollBackIvrFlow", tags=["ivr-flows"])
async def roll_back(
    id: str,
    body: RollBackIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> IvrFlowOut:
    """Publish an earlier version again, as the newest one. A draft stays."""
    row = await flows.roll_back(session, actor_of(me, request), id, version, body.number, site.now())
    return _shown(response, row)


@router.get("/ivr-flows/{id}/versions", operation_id="listIvrFlowVersions", tags=["ivr-flows"])
async def versions(id: str, me: Reader, session: Read) -> FlowVersionList:
    """The newest first, without their documents."""
    row = await configured.get(session, flows.FLOWS, id)
    found = select(FlowVersion).where(FlowVersion.flow_id == id).order_by(FlowVersion.number.desc())
    items = await session.scalars(found.options(defer(FlowVersion.definition, raiseload=True)))
    return FlowVersionList(items=[FlowVersionOut(**_version(row, each)) for each in items])


@router.get("/ivr-flows/{id}/versions/{number}", operation_id="getIvrFlowVersion", tags=["ivr-flows"])
async def one_version(id: str, number: int, me: Reader, session: Read) -> FlowVersionDocument:
    row = await configured.get(session, flows.FLOWS, id)
    found = await flows.version_of(session, id, number)
    return FlowVersionDocument(**_version(row, found), definition=FlowDefinition.model_validate(found.definition))


def _version(row: Flow, each: FlowVersion) -> dict[str, Any]:
    return {
        "number": each.number,
        "published_at": each.published_at,
        "published_by": each.published_by,
        "published_by_name": each.published_by_name,
        "note": each.note,
        "current": each.number == row.published,
    }


def _shown(response: Response, row: Flow) -> IvrFlowOut:
    etag(response, row.version)
    return IvrFlowOut.model_validate(row)


def _brief(row: Flow) -> IvrFlowBrief:
    nodes: dict[str, dict[str, Any]] = row.definition["nodes"]
    menus = [node for node in nodes.values() if node["kind"] == "menu"]
    keys: dict[str, str] = menus[0].get("keys", {}) if menus else {}
    return IvrFlowBrief(
        id=row.id,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        name=row.name,
        number=row.number,
        published=row.published,
        drafted=row.draft is not None,
        steps=len(nodes),
        keys={key: nodes.get(to, {}).get("label") or to for key, to in keys.items()},
    )


mount(
    router,
    Resource(
        flows.FLOWS,
        "IvrFlow",
        "IvrFlows",
        IvrFlowIn,
        IvrFlowOut,
        sort=("name", "created_at"),
        search=("name", "number"),
        show=plainly(IvrFlowOut),
        brief=Brief(IvrFlowBrief, _brief),
    ),
)
