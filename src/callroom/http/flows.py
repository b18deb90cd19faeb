"""Attendants (IVR flows), edited as one document."""

from fastapi import APIRouter

from callroom.actions.flows import FLOWS
from callroom.http.fields import Body, MaybeInsideNumber, Name, Shown
from callroom.http.flow_document import FlowDefinition
from callroom.http.resources import Resource, mount, plainly

router = APIRouter(prefix="/api/v1")


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
