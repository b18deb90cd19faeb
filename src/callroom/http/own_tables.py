"""Tables that the site makes itself: a name, fields, and the statuses of their records."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions.own_tables import OWN_TABLES, counts
from callroom.core.statuses import MOST
from callroom.http.customer_fields import FieldIn
from callroom.http.fields import Body, MaybeId, Name, Shown
from callroom.http.resources import Resource, Viewer, mount
from callroom.http.site import Site
from callroom.store.tables import CustomTable

router = APIRouter(prefix="/api/v1")
FieldId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
Color = Literal["default", "blue", "cyan", "green", "gold", "orange", "red", "purple"]


class TableField(FieldIn):
    """A field of a table, in the order of the list; ``id`` left out: a new one."""

    id: FieldId | None = None


class StatusForm(BaseModel):
    """``next``: ids of the statuses that may follow. ``initial``: of new ones; exactly one is. ``solves``: a problem
    counts as solved. ``leaders``: only leaders choose it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    id: FieldId
    label: Name
    color: Color = "default"
    next: Annotated[list[FieldId], Field(max_length=MOST)] = []
    initial: bool = False
    closed: bool = False
    solves: bool = False
    leaders: bool = False


Statuses = Annotated[list[StatusForm], Field(min_length=1, max_length=MOST)]


class TableIn(Body):
    """``problems``: its records are owed a solution, by default ``due_hours`` after they were made. One that is solved
    makes a return call (``call_back``), due after ``call_back_hours``, which may be handed to ``survey_id``."""

    read_only: ClassVar = frozenset({"records"})
    name: Name
    fields: list[TableField] = Field(default=[], max_length=100)
    statuses: Statuses
    in_pop: bool = True
    needs_customer: bool = False
    problems: bool = False
    due_hours: Annotated[int | None, Field(ge=1, le=8784)] = None
    call_back: bool = True
    call_back_hours: Annotated[int, Field(ge=0, le=8784)] = 24
    survey_id: MaybeId = None
    position: Annotated[int, Field(ge=0, le=9999)] = 0


class TableOut(Shown):
    """``records``: how many it has."""

    name: str
    fields: list[TableField]
    statuses: list[StatusForm]
    in_pop: bool
    needs_customer: bool
    problems: bool
    due_hours: int | None
    call_back: bool
    call_back_hours: int
    survey_id: str | None
    position: int
    records: int


def _columns(site: Site, body: Any) -> dict[str, Any]:
    assert isinstance(body, TableIn)
    return body.model_dump(mode="json")


async def _show(viewer: Viewer, rows: Sequence[CustomTable]) -> list[TableOut]:
    records = await counts(viewer.session, [row.id for row in rows])
    names = TableOut.model_fields.keys() - {"fields", "records"}
    return [
        TableOut.model_validate(
            {name: getattr(row, name) for name in names}
            | {"fields": [_shown(document) for document in row.fields], "records": records.get(row.id, 0)}
        )
        for row in rows
    ]


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"default": document["default"].get("value")}


mount(
    router,
    Resource(
        OWN_TABLES,
        "Table",
        "Tables",
        TableIn,
        TableOut,
        sort=("position", "name", "created_at"),
        search=("name",),
        show=_show,
        values=_columns,
        agents_see=tuple(TableOut.model_fields),
    ),
)
