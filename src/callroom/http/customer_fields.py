"""The fields of customers: defined by admins, read by all."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions import configured, customer_fields
from callroom.actions.configured import Values
from callroom.actions.fields import field_of_row
from callroom.core.fields import FieldType
from callroom.core.fields.model import LONGEST_TEXT
from callroom.http.fields import Body, Name, Shown
from callroom.http.problems import speaks_english
from callroom.http.resources import Admin, FromVersion, Resource, Viewer, etag, mount
from callroom.http.rules import text_of
from callroom.http.site import Read, Site, SiteDep, Write, actor_of

router = APIRouter(prefix="/api/v1")
OptionId = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]


class FieldOption(BaseModel):
    """``id`` left out: a new option. ``retired``: it stays where it stands and cannot be chosen any more."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    id: OptionId | None = None
    label: Name
    retired: bool = False


class FieldValidation(BaseModel):
    """``least`` and ``most`` of a number, ``longest`` text in characters, ``pattern`` (a regular expression without
    look-around) that a line fits as a whole. What does not concern the type is left out of account."""

    model_config = ConfigDict(extra="forbid")
    least: Annotated[float | None, Field(ge=-1e15, le=1e15)] = None
    most: Annotated[float | None, Field(ge=-1e15, le=1e15)] = None
    longest: Annotated[int | None, Field(ge=1, le=LONGEST_TEXT)] = None
    pattern: Annotated[str, Field(max_length=200)] = ""


class FieldIn(Body):
    """``position``: 1, 2, 3 … come first, −1 is the last, −2 before it, 0 between them. ``masked``: agents do not see
    what stands in it. ``default``: of new rows that say nothing, as the value itself."""

    read_only = frozenset({"rank", "changing"})
    label: Name
    type: FieldType
    options: list[FieldOption] = Field(default=[], max_length=500)
    position: Annotated[int, Field(ge=-1000, le=1000)] = 0
    in_pop: bool = True
    required: bool = False
    unique: bool = False
    masked: bool = False
    default: Any = None
    validation: FieldValidation = FieldValidation()


class FieldOut(Shown):
    """``rank``: 0, 1, 2 …, its place among all. ``changing``: the job that gives its values another type; until it is
    over nothing can be written into the field."""

    label: str
    type: FieldType
    options: list[FieldOption]
    position: int
    in_pop: bool
    required: bool
    unique: bool
    masked: bool
    default: Any
    validation: FieldValidation
    rank: int
    changing: str | None


class LostValue(BaseModel):
    customer: str
    name: str
    value: str
    text: str  # why


class FieldCheck(BaseModel):
    """``filled`` customers have a value; ``lost`` of them could not be converted, and ``twice`` stand twice in what
    would be unique; the ``first`` hundred that would be lost."""

    filled: int
    converts: int
    lost: int
    twice: int
    first: list[LostValue]


class FieldOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ids: list[str] = Field(max_length=customer_fields.MOST_FIELDS)


class FieldsInOrder(BaseModel):
    items: list[FieldOut]


def definition(site: Site, body: FieldIn) -> Values:
    values = body.model_dump()
    values["type"] = str(values["type"])
    return values


async def show(viewer: Viewer, rows: Any) -> list[FieldOut]:
    out: list[FieldOut] = []
    for row in rows:
        field = field_of_row(row.id, row)
        columns: dict[str, Any] = {
            name: getattr(row, name) for name in FieldOut.model_fields if name not in ("default", "changing")
        }
        changing = row.changing if await customer_fields.is_changing(viewer.session, row) else None
        out.append(FieldOut(**columns, default=field.default, changing=changing))
    return out


@router.post("/customer-fields/reorder", operation_id="reorderCustomerFields", tags=["customer-fields"])
async def reorder(body: FieldOrder, me: Admin, request: Request, site: SiteDep, session: Write) -> FieldsInOrder:
    """All fields in the wanted order. Those at the end that were last ones stay so."""
    rows = await customer_fields.reorder(session, actor_of(me, request), body.ids, site.now())
    return FieldsInOrder(items=await show(Viewer(session, site, me), rows))


@router.post("/customer-fields/{id}/check-type", operation_id="checkCustomerField", tags=["customer-fields"])
async def check_type(id: str, body: FieldIn, me: Admin, request: Request, site: SiteDep, session: Read) -> FieldCheck:
    """What would become of the values if the field were defined like this; nothing is changed."""
    row = await configured.get(session, customer_fields.KIND, id)
    before, after, place = await customer_fields.both(session, row, definition(site, body))
    found = await customer_fields.examine(session, before, after, place)
    language = 1 if speaks_english(request) else 0
    first = [
        LostValue(
            customer=one.customer,
            name=one.name,
            value=one.value,
            text=text_of(one.wrong.rule, one.wrong.values)[language],
        )
        for one in found.first
    ]
    return FieldCheck(
        filled=found.filled, converts=found.filled - found.lost, lost=found.lost, twice=found.twice, first=first
    )


@router.put("/customer-fields/{id}", operation_id="replaceCustomerField", tags=["customer-fields"])
async def replace(
    id: str,
    body: FieldIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
    lose: Annotated[bool, Query(description="Throw away values that the new type cannot keep")] = False,
) -> FieldOut:
    """Another type, or unique from now on, concerns what stands there: with many customers a job does it."""
    actor, values = actor_of(me, request), definition(site, body)
    row = await customer_fields.replace(session, actor, id, version, values, site.now(), lose=lose)
    etag(response, row.version)
    return (await show(Viewer(session, site, me), [row]))[0]


@router.delete("/customer-fields/{id}", status_code=204, operation_id="deleteCustomerField", tags=["customer-fields"])
async def delete(id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    """What stands in it goes too."""
    await customer_fields.remove(session, actor_of(me, request), id, site.now())


mount(
    router,
    Resource(
        customer_fields.KIND,
        "CustomerField",
        "CustomerFields",
        FieldIn,
        FieldOut,
        sort=("rank", "label", "created_at"),
        search=("label",),
        show=show,
        values=definition,
        agents_see=tuple(FieldOut.model_fields),
        replaces=False,
        deletes=False,
    ),
)
