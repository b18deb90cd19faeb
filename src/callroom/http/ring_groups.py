"""Ring groups: who is rung together or in turn."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions.exchange import RING_GROUPS
from callroom.core.ring_groups import Order
from callroom.http.fields import Body, CallerNumber, Destination, MaybeId, MaybeInsideNumber, Name, Shown
from callroom.http.resources import Resource, mount, plainly

router = APIRouter(prefix="/api/v1")


class RingGroupMember(BaseModel):
    """Either an ``extension`` (id) or a ``number`` outside; rung for ``seconds``, and ``delay`` seconds after the call
    came, which counts when all are rung together."""

    model_config = ConfigDict(extra="forbid")
    extension: MaybeId = None
    number: CallerNumber = ""
    seconds: Annotated[int, Field(ge=5, le=120)] = 20
    delay: Annotated[int, Field(ge=0, le=120)] = 0


class RingGroupIn(Body):
    """``longest``: seconds that it rings in all; then the call goes ``otherwise``. ``confirm``: members outside press 1
    to take the call, so that no voicemail of theirs does."""

    name: Name
    number: MaybeInsideNumber = None
    order: Order = Order.TOGETHER
    members: list[RingGroupMember] = Field(min_length=1, max_length=30)
    longest: Annotated[int, Field(ge=5, le=600)] = 60
    confirm: bool = True
    record: bool = True
    otherwise: Destination = Destination(kind="hang_up")


class RingGroupOut(Shown):
    name: str
    number: str | None
    order: Order
    members: list[RingGroupMember]
    longest: int
    confirm: bool
    record: bool
    otherwise: Destination


mount(
    router,
    Resource(
        RING_GROUPS,
        "RingGroup",
        "RingGroups",
        RingGroupIn,
        RingGroupOut,
        sort=("name", "created_at"),
        search=("name", "number"),
        show=plainly(RingGroupOut),
    ),
)
