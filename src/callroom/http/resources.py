"""The five routes of a configured resource: list, create, get, replace, delete; each resource names its shapes."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, create_model
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import configured
from callroom.actions.configured import Kind, Row, Values
from callroom.actions.users import Role
from callroom.errors import ChangedMeanwhile, PreconditionRequired
from callroom.http.fields import Body, Shown
from callroom.http.paging import Cursor, Limit, Order, Sort
from callroom.http.site import Read, Site, SiteDep, Write, actor_of, allow
from callroom.store.tables import User

Admin = Annotated[User, Depends(allow(Role.ADMIN))]
Reader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR))]
Everyone = Annotated[User, Depends(allow(*Role))]
IfMatch = Annotated[str | None, Header(description='the version the change is made from, e.g. "3"', max_length=40)]
Search = Annotated[str, Query(max_length=80)]
Out = TypeVar("Out", bound=Shown)


def version_of(if_match: IfMatch = None) -> int:
    """The version in the If-Match header. Raises ``PreconditionRequired``, ``ChangedMeanwhile`` (no such version)."""
    if if_match is None or not if_match.strip():
        raise PreconditionRequired
    found = re.fullmatch(r'\s*(?:W/)?"?([0-9]{1,9})"?\s*', if_match)
    if found is None:
        raise ChangedMeanwhile(0)
    return int(found[1])


FromVersion = Annotated[int, Depends(version_of)]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, from where; what a row shows may depend on both."""

    session: AsyncSession
    site: Site
    me: User


def as_sent(site: Site, body: Body) -> Values:
    """The columns' values are those of the body."""
    return body.model_dump()


@dataclass(frozen=True)
class Brief(Generic[Row]):
    """What lists tell of a row whose whole would be too much there."""

    out: type[Shown]
    of: Callable[[Row], Shown]


@dataclass(frozen=True)
class Resource(Generic[Row, Out]):
    """What makes one resource different. ``name`` and ``names`` build the operation ids: getQueue, listQueues."""

    kind: Kind[Row]
    name: str
    names: str
    body: type[Body]
    out: type[Out]
    sort: tuple[str, ...]  # allowed columns, never null; the first is the usual one
    search: tuple[str, ...]
    show: Callable[[Viewer, Sequence[Row]], Awaitable[list[Out]]]
    values: Callable[[Site, Any], Values] = as_sent  # what a body, of the shape above, says of the row
    brief: Brief[Row] | None = None
    agents_see: tuple[str, ...] = ()  # fields in lists for agents; empty: agents may not ask
    creates: bool = True  # False: the resource has its own way to make and change rows
    replaces: bool = True
    deletes: bool = True


async def show_plainly(viewer: Viewer, rows: Sequence[Row], out: type[Out]) -> list[Out]:
    return [out.model_validate(row) for row in rows]


def plainly(out: type[Out]) -> Callable[[Viewer, Sequence[Any]], Awaitable[list[Out]]]:
    """A row's columns as they are."""

    async def show(viewer: Viewer, rows: Sequence[Any]) -> list[Out]:
        return await show_plainly(viewer, rows, out)

    return show


async def page_of(
    session: AsyncSession, resource: Resource[Row, Out], *, limit: int, cursor: str, sort: str, q: str
) -> tuple[list[Row], str | None]:
    """One page of rows and the cursor of the next one. Raises ``Invalid`` for an unknown ``sort``."""
    table = resource.kind.table
    order = Order.wanted(sort, {name: getattr(table, name) for name in resource.sort}, table.id)
    query = select(table)
    if q.strip():
        query = query.where(
            or_(*(getattr(table, one).icontains(q.strip(), autoescape=True) for one in resource.search))
        )
    return await order.page(session, query, cursor, limit)


def etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


def mount(router: APIRouter, resource: Resource[Row, Out]) -> None:
    """Add the resource's routes."""
    path, kind = f"/{resource.kind.plural}", resource.kind
    one = path + "/{id}"
    brief = resource.brief
    items: Any = list.__class_getitem__(brief.out if brief else resource.out)
    page: type[BaseModel] = create_model(f"{resource.name}List", items=(items, ...), next=(str | None, ...))

    async def shown(session: AsyncSession, site: Site, me: User, row: Row) -> Out:
        return (await resource.show(Viewer(session, site, me), [row]))[0]

    async def all_rows(
        me: Reader,
        session: Read,
        site: SiteDep,
        limit: Limit = 50,
        cursor: Cursor = "",
        sort: Sort = "",
        q: Search = "",
    ) -> Any:
        rows, following = await page_of(session, resource, limit=limit, cursor=cursor, sort=sort, q=q)
        viewer = Viewer(session, site, me)
        items = [brief.of(row) for row in rows] if brief else await resource.show(viewer, rows)
        if me.role == Role.AGENT:  # the fields that concern him only
            few = [item.model_dump(mode="json", include=set(resource.agents_see)) for item in items]
            return JSONResponse({"items": few, "next": following})
        return page(items=items, next=following)

    async def make(body: Any, me: Admin, request: Request, response: Response, site: SiteDep, session: Write) -> Any:
        row = await configured.create(session, actor_of(me, request), kind, resource.values(site, body), site.now())
        etag(response, row.version)
        return await shown(session, site, me, row)

    async def one_row(id: str, me: Reader, response: Response, site: SiteDep, session: Read) -> Any:
        row = await configured.get(session, kind, id)
        etag(response, row.version)
        return await shown(session, site, me, row)

    async def change(
        id: str,
        body: Any,
        me: Admin,
        request: Request,
        response: Response,
        site: SiteDep,
        session: Write,
        version: FromVersion,
    ) -> Any:
        actor, values = actor_of(me, request), resource.values(site, body)
        row = await configured.replace(session, actor, kind, id, version, values, site.now())
        etag(response, row.version)
        return await shown(session, site, me, row)

    async def drop(id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
        await configured.remove(session, actor_of(me, request), kind, id, site.now())

    if resource.agents_see:
        all_rows.__annotations__["me"] = Everyone
    make.__annotations__["body"] = change.__annotations__["body"] = resource.body
    tags: list[Any] = [resource.kind.plural]
    seen = f" Agents get {', '.join(resource.agents_see)} only." if resource.agents_see else ""
    router.add_api_route(
        path,
        all_rows,
        response_model=page,
        operation_id=f"list{resource.names}",
        tags=tags,
        description=f"Sorted by one of: {', '.join(resource.sort)}; “-” before it turns the order round.{seen}",
    )
    if resource.creates:
        router.add_api_route(
            path,
            make,
            methods=["POST"],
            status_code=201,
            response_model=resource.out,
            operation_id=f"create{resource.name}",
            tags=tags,
        )
    router.add_api_route(one, one_row, response_model=resource.out, operation_id=f"get{resource.name}", tags=tags)
    if resource.replaces:
        router.add_api_route(
            one,
            change,
            methods=["PUT"],
            response_model=resource.out,
            operation_id=f"replace{resource.name}",
            tags=tags,
        )
    if resource.deletes:
        router.add_api_route(
            one, drop, methods=["DELETE"], status_code=204, operation_id=f"delete{resource.name}", tags=tags
        )
