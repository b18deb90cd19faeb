"""Fax boxes: where faxes come in, who sees them, and how those that go out introduce themselves."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from callroom.actions.faxes import FAX_BOXES, boxes_of
from callroom.http.fields import Body, CallerNumber, Email, Id, MaybeInsideNumber, Name, Shown
from callroom.http.resources import Resource, mount, plainly
from callroom.http.site import Me, Read

router = APIRouter(prefix="/api/v1")


class FaxBoxIn(Body):
    """``station``: what its machine calls itself, printed on each page that it sends; ``caller_number``: shown to who
    is called, empty: the line's. ``emails`` get each fax as a PDF. ``user_ids`` see its faxes and send from it, as
    admins do with all."""

    name: Name
    number: MaybeInsideNumber = None
    station: Annotated[str, Field(max_length=20, pattern=r"^[+0-9 ]*$")] = ""
    caller_number: CallerNumber = ""
    emails: list[Email] = Field(default=[], max_length=20)
    user_ids: list[Id] = Field(default=[], max_length=500)


class FaxBoxOut(Shown):
    name: str
    number: str | None
    station: str
    caller_number: str
    emails: list[str]
    user_ids: list[str]


class OwnFaxBox(BaseModel):
    id: str
    name: str


@router.get("/me/fax-boxes", operation_id="listMyFaxBoxes", tags=["fax-boxes"])
async def my_boxes(me: Me, session: Read) -> list[OwnFaxBox]:
    """The boxes whose faxes I see, by name."""
    return [OwnFaxBox(id=box.id, name=box.name) for box in await boxes_of(session, me)]


mount(
    router,
    Resource(
        FAX_BOXES,
        "FaxBox",
        "FaxBoxes",
        FaxBoxIn,
        FaxBoxOut,
        sort=("name", "created_at"),
        search=("name", "number"),
        show=plainly(FaxBoxOut),
    ),
)
