"""Attendants (IVR flows), edited as one document."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions.callcentre import FLOWS
from callroom.core.ivr.model import LONGEST_FLOW
from callroom.http.fields import Body, Destination, MaybeInsideNumber, Name, Shown
from callroom.http.resources import Resource, mount, plainly

router = APIRouter(prefix="/api/v1")
NodeName = Annotated[str, Field(min_length=1, max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sound(_Part):
    """An uploaded prompt by its id, or a system prompt by its name; the other is empty."""

    prompt: Annotated[str, Field(max_length=40)] = ""
    system: Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_-]*$")] = ""


class AnnounceNode(_Part):
    kind: Literal["announce"]
    label: Annotated[str, Field(max_length=80)] = ""
    sound: Sound
    next: NodeName


class MenuNode(_Part):
    kind: Literal["menu"]
    label: Annotated[str, Field(max_length=80)] = ""
    sound: Sound
    keys: dict[str, NodeName]
    timeout: Annotated[float, Field(ge=1, le=60)] = 5
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    fallback: NodeName


class GoToNode(_Part):
    kind: Literal["go_to"]
    label: Annotated[str, Field(max_length=80)] = ""
    destination: Destination


class HangUpNode(_Part):
    kind: Literal["hang_up"]
    label: Annotated[str, Field(max_length=80)] = ""
    sound: Sound | None = None


Node = Annotated[AnnounceNode | MenuNode | GoToNode | HangUpNode, Field(discriminator="kind")]


class FlowDefinition(_Part):
    entry: NodeName
    nodes: Annotated[dict[NodeName, Node], Field(min_length=1, max_length=LONGEST_FLOW)]


class IvrFlowIn(Body):
    name: Name
    number: MaybeInsideNumber = None
    definition: FlowDefinition


class IvrFlowOut(Shown):
    name: str
    number: str | None
    definition: FlowDefinition


mount(
    router,
    Resource(
        FLOWS,
        "IvrFlow",
        "IvrFlows",
        IvrFlowIn,
        IvrFlowOut,
        sort=("name", "created_at"),
        search=("name", "number"),
        show=plainly(IvrFlowOut),
    ),
)
