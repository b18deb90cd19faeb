"""What helps with drawing an attendant: its problems, a simulator, its traffic, and taking it to another site."""

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field, JsonValue
from sqlalchemy import select

from callroom.actions import configured, flow_files, flows
from callroom.calls.ivr.simulator import Entry, Played, Situation, Words, play
from callroom.core.directory import Attendant
from callroom.core.ids import FlowId
from callroom.core.ivr.model import Sound as SoundModel
from callroom.core.routing.model import as_document
from callroom.errors import invalid
from callroom.http.fields import Body, Destination, Id, Language, MaybeInsideNumber, Name
from callroom.http.flow_document import FlowDefinition, Sound
from callroom.http.flows import IvrFlowOut
from callroom.http.resources import Admin, Reader, etag
from callroom.http.site import Read, Site, SiteDep, Write, actor_of
from callroom.media.prompts import catalogue
from callroom.store.directory import load_directory
from callroom.store.flows import NodeTraffic, traffic
from callroom.store.tables import Flow, Prompt

router = APIRouter(prefix="/api/v1", tags=["ivr-flows"])
FORMAT = 1  # of exported files
RowKind = Annotated[str, Field(max_length=40)]


class FlowProblem(BaseModel):
    """``node``: the step's name, "" for the flow as a whole; ``code`` is stable."""

    node: str
    code: str
    zh: str
    en: str


class FlowProblems(BaseModel):
    problems: list[FlowProblem]


class CheckIn(Body):
    """Without a definition the draft is checked."""

    definition: FlowDefinition | None = None


@router.post("/ivr-flows/{id}/check", operation_id="checkIvrFlow")
async def check(id: str, body: CheckIn, me: Reader, session: Read) -> FlowProblems:
    """What keeps a flow from being published."""
    row = await configured.get(session, flows.FLOWS, id)
    flow = flows.flow_of(_document(row, body.definition))
    found = await flows.problems_of(session, flow, row.id)
    return FlowProblems(problems=[FlowProblem(node=p.node, code=p.code, zh=p.zh, en=p.en) for p in found])


# ---------------------------------------------------------------- the simulator


class SimulatedCustomer(Body):
    name: Annotated[str, Field(max_length=80)] = ""
    tier: Annotated[int, Field(ge=0, le=9)] = 0


class SimulateIn(Body):
    """``definition``: null for the draft. ``keys``: strings of keys pressed one after the other, "" for silence until
    the time-out; ``lookups``: what each lookup answers, by its step; ``{"fails": "timeout"}`` for one that fails."""

    definition: FlowDefinition | None = None
    time: AwareDatetime | None = None
    language: Language | None = None
    caller: Annotated[str, Field(max_length=32)] = ""
    called: Annotated[str, Field(max_length=32)] = ""
    customer: SimulatedCustomer | None = None
    keys: Annotated[list[Annotated[str, Field(max_length=40, pattern="^[0-9*#]*$")]], Field(max_length=300)] = Field(
        default=[]
    )
    lookups: Annotated[dict[str, JsonValue], Field(max_length=500)] = Field(default={})


class SimulatedWords(BaseModel):
    """What the caller hears: ``text`` as far as it is known, and the sound or the value that it is."""

    text: str
    language: str
    sound: Sound | None
    style: str | None


class SimulatedStep(BaseModel):
    """One visit to a step, ``at`` seconds from the beginning. ``exit``: null where the caller stands at the end."""

    flow: str
    flow_name: str
    node: str
    kind: str
    label: str
    at: float
    said: list[SimulatedWords]
    heard: list[str]
    kept: dict[str, str]
    sent: list[str]
    exit: str | None
    to: str
    reason: str


class Simulation(BaseModel):
    """``ends``: by what the flow was left, or what it waits for at the last step."""

    steps: list[SimulatedStep]
    values: dict[str, str]
    language: str
    seconds: float
    ends: Literal["go_to", "hang_up", "return", "too_many_steps", "unconnected", "waits_for_key", "waits_for_lookup"]
    destination: Destination | None


@router.post("/ivr-flows/{id}/simulate", operation_id="simulateIvrFlow")
async def simulate(id: str, body: SimulateIn, me: Reader, site: SiteDep, session: Read) -> Simulation:
    """Play the flow as a caller would hear it, by the code that serves calls, in virtual time. Nothing is asked
    outside, sent or recorded."""
    row = await configured.get(session, flows.FLOWS, id)
    flow = flows.flow_of(_document(row, body.definition))
    directory = (
        site.exchange.directory
        if site.exchange
        else await load_directory(session, site.home / "prompts", site.recordings)
    )
    customer = body.customer or SimulatedCustomer()
    situation = Situation(
        body.time or site.now(),
        body.language or directory.company.language,
        body.caller,
        body.called,
        customer.name,
        customer.tier,
        body.keys,
        body.lookups,
    )
    played = await play(directory, Attendant(FlowId(row.id), row.name, "", flow, row.published), situation)
    names = {found.id: found.name for found in await session.scalars(select(Prompt))}
    return _simulation(played, names)


def _simulation(played: Played, names: dict[str, str]) -> Simulation:
    return Simulation.model_validate(
        {
            "steps": [_step(each, names) for each in played.entries],
            "values": played.values,
            "language": played.language,
            "seconds": played.seconds,
            "ends": played.ends,
            "destination": as_document(played.destination) if played.destination else None,
        }
    )


def _step(entry: Entry, names: dict[str, str]) -> dict[str, Any]:
    plain = {name: getattr(entry, name) for name in SimulatedStep.model_fields if name != "said"}
    return {**plain, "said": [_words(each, names) for each in entry.said]}


def _words(words: Words, names: dict[str, str]) -> dict[str, Any]:
    sound = words.sound
    shown = None if sound is None else {"prompt": sound.prompt, "system": sound.system, "text": sound.text}
    text = words.value if sound is None else _text(sound, words.language, names)
    return {"text": text, "language": words.language, "sound": shown, "style": words.style}


def _text(sound: SoundModel, language: str, names: dict[str, str]) -> str:
    if sound.prompt:
        return names.get(sound.prompt, "")
    if sound.system:
        entry = catalogue().get(sound.system)
        return entry.texts[language == "en"] if entry else sound.system
    return sound.text.get(language) or next(iter(sound.text.values()), "")


# ---------------------------------------------------------------- traffic


class EdgeTraffic(BaseModel):
    exit: str
    to: str
    count: int


class StepTraffic(BaseModel):
    """Visits to a step in the period. ``invalid`` and ``silent`` count wrong keys and time-outs, ``failed`` visits in
    which something outside did not answer, ``hung_up`` callers who hung up there; ``seconds``: mean stay; ``now``:
    callers who are there at this moment."""

    visits: int = 0
    invalid: int = 0
    silent: int = 0
    failed: int = 0
    hung_up: int = 0
    seconds: float = 0
    keys: dict[str, int] = {}
    exits: list[EdgeTraffic] = []
    now: int = 0


class FlowTraffic(BaseModel):
    """By the steps' names, of all versions."""

    nodes: dict[str, StepTraffic]


@router.get("/ivr-flows/{id}/traffic", operation_id="getIvrFlowTraffic")
async def flow_traffic(
    id: str,
    since: Annotated[AwareDatetime, Query(alias="from")],
    until: Annotated[AwareDatetime, Query(alias="to")],
    me: Reader,
    site: SiteDep,
    session: Read,
) -> FlowTraffic:
    """How callers went through the flow (METRICS, IVR keys): those who came to a step in the period, and who is there
    now."""
    if until <= since:
        raise invalid("to", "ends_before_it_begins")
    await configured.get(session, flows.FLOWS, id)
    nodes = {node: _traffic(one) for node, one in (await traffic(session, id, since, until)).items()}
    for node, callers in standing_now(site, id).items():
        nodes.setdefault(node, StepTraffic()).now = callers
    return FlowTraffic(nodes=nodes)


def _traffic(one: NodeTraffic) -> StepTraffic:
    return StepTraffic(
        visits=one.visits,
        invalid=one.invalid,
        silent=one.silent,
        failed=one.failed,
        hung_up=one.hung_up,
        seconds=round(one.seconds / one.visits, 1) if one.visits else 0,
        keys=dict(sorted(one.keys.items())),
        exits=[EdgeTraffic(exit=left, to=to, count=count) for (left, to), count in sorted(one.exits.items())],
    )


def standing_now(site: Site, flow: str) -> Counter[str]:
    """How many callers are at each step of a flow."""
    if site.exchange is None:
        return Counter()
    places = [call.view.at_step for call in site.exchange.calls.values()]
    return Counter(place.node for place in places if place is not None and place.flow == flow)


# ---------------------------------------------------------------- to another site


class FlowFile(Body):
    """An attendant in a file. ``names``: kind of row, id, name of what it leads to: at another site a row of the same
    kind and name takes its place."""

    callroom_flow: Annotated[int, Field(ge=1, le=FORMAT, description="The version of the format")]
    name: Name
    number: MaybeInsideNumber = None
    definition: FlowDefinition
    names: Annotated[dict[RowKind, dict[Id, Name]], Field(max_length=20)] = Field(default={})


@router.get("/ivr-flows/{id}/export", operation_id="exportIvrFlow")
async def export(id: str, me: Reader, response: Response, session: Read) -> FlowFile:
    """The attendant as it is drawn now, to be kept or imported elsewhere."""
    row = await configured.get(session, flows.FLOWS, id)
    response.headers["Content-Disposition"] = f'attachment; filename="flow-{row.id}.json"'
    document = _document(row, None)
    names = await flow_files.names_in(session, flows.flow_of(document))
    definition = FlowDefinition.model_validate(document)
    return FlowFile(callroom_flow=FORMAT, name=row.name, definition=definition, names=names)


@router.post("/ivr-flows/import", status_code=201, operation_id="importIvrFlow")
async def import_(
    body: FlowFile, me: Admin, request: Request, response: Response, site: SiteDep, session: Write
) -> IvrFlowOut:
    """Make an attendant of a file, as a draft: what it leads to may have to be chosen anew before it is published."""
    by, now = actor_of(me, request), site.now()
    values: dict[str, Any] = {"name": body.name, "number": body.number, "definition": None}
    row = await configured.create(session, by, flows.FLOWS, values, now)
    document = await flow_files.made_ours(session, body.definition.model_dump(), body.names)
    row = await flows.save_draft(session, by, row.id, row.version, document, now)
    etag(response, row.version)
    return IvrFlowOut.model_validate(row)


def _document(row: Flow, given: FlowDefinition | None) -> dict[str, Any]:
    return given.model_dump() if given else row.draft or row.definition
