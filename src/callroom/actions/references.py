"""Who leads where: whether a destination exists, and which rows still lead to one that is to be deleted."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.configured import must_exist, without_empty
from callroom.core.ivr import model as ivr
from callroom.core.ivr.graph import runs, sounds
from callroom.core.routing.model import (
    BadDestination,
    Destination,
    ToAnnouncement,
    ToCallback,
    ToExtension,
    ToExtensionVoicemail,
    ToFax,
    ToFlow,
    ToHangUp,
    ToOutside,
    ToQueue,
    ToQueueVoicemail,
    ToRingGroup,
    ToSurvey,
    ToVoicemailMenu,
    as_document,
    destination_from,
)
from callroom.core.surveys import form_from, sounds_of
from callroom.errors import InUse, invalid
from callroom.store.settings import SAID_INSTEAD, kept
from callroom.store.tables import (
    Configured,
    Extension,
    FaxBox,
    Flow,
    InboundRoute,
    Prompt,
    Queue,
    RingGroup,
    Skill,
    Survey,
    VoicemailBox,
)

PROMPTS_OF_QUEUE = ("greeting_prompt_id", "periodic_prompt_id", "music_prompt_id", "whisper_prompt_id")


async def checked_destination(
    session: AsyncSession, document: dict[str, Any], field: str, *, of_queue: bool = False
) -> dict[str, Any]:
    """The destination as it is stored. Raises ``Invalid`` when it is none, or what it leads to does not exist.

    ``of_queue``: it is a queue's overflow, which may name the queue's own voicemail box without its id.
    """
    try:
        destination = destination_from(without_empty(document))
    except BadDestination:
        rule = "needs_number" if document.get("kind") == "outside" else "needs_id"
        raise invalid(field, rule) from None
    await check_leads_somewhere(session, destination, field, of_queue=of_queue)
    return as_document(destination)


async def check_leads_somewhere(
    session: AsyncSession, destination: Destination, field: str, *, of_queue: bool = False
) -> None:
    """Raises ``Invalid`` when the row the destination names does not exist."""
    table: type[Configured]
    match destination:
        case ToHangUp() | ToVoicemailMenu():
            return
        case ToOutside(number=number):
            if not number.lstrip("+").isdigit() or len(number) > 32:
                raise invalid(field, "not_a_number")
            return
        case ToQueueVoicemail(id=""):
            if not of_queue:
                raise invalid(field, "needs_id")
            return
        case ToQueue() as queue:
            await must_exist(session, Skill, [each.skill for each in queue.skills], field)
            table = Queue
        case ToQueueVoicemail() | ToCallback():
            table = Queue
        case ToExtension() | ToExtensionVoicemail():
            table = Extension
        case ToFlow():
            table = Flow
        case ToFax():
            table = FaxBox
        case ToRingGroup():
            table = RingGroup
        case ToSurvey():
            table = Survey
        case ToAnnouncement():
            table = Prompt
    if not destination.id:
        raise invalid(field, "needs_id")
    await must_exist(session, table, destination.id, field)


async def not_led_to(session: AsyncSession, row: Configured) -> None:
    """Raises ``InUse`` with the first row that leads to this one, or says it."""
    async for kind, _, name in uses_of(session, row):
        raise InUse(kind, name)


async def uses_of(session: AsyncSession, row: Configured) -> AsyncIterator[tuple[str, str, str]]:
    """Every row that leads to this one, or says it: its kind, id and name."""
    for route in await session.scalars(select(InboundRoute).order_by(InboundRoute.name)):
        if row.id in (route.destination.get("id"), route.fax_box_id):
            yield "inbound_route", route.id, route.name
    for queue in await session.scalars(select(Queue).order_by(Queue.name)):
        if queue.id != row.id and row.id in named_by_queue(queue):
            yield "queue", queue.id, queue.name
    for box in await session.scalars(select(VoicemailBox).order_by(VoicemailBox.id)):
        if any(greeting.get("prompt") == row.id for greeting in box.greetings.values()):
            yield "voicemail_box", box.id, await owner_of(session, box)
    for flow in await session.scalars(select(Flow).order_by(Flow.name)):
        drawn = [ivr.flow_from(document) for document in (flow.definition, flow.draft) if document]
        if flow.id != row.id and any(row.id in named_by(each) for each in drawn):
            yield "ivr_flow", flow.id, flow.name
    for group in await session.scalars(select(RingGroup).order_by(RingGroup.name)):
        named = {group.otherwise.get("id"), *(member.get("extension") for member in group.members)}
        if group.id != row.id and row.id in named:
            yield "ring_group", group.id, group.name
    for survey in await session.scalars(select(Survey).order_by(Survey.name)):
        if row.id in {sound.prompt for _, sound in sounds_of(form_from(survey.form))}:
            yield "survey", survey.id, survey.name
    instead, _ = await kept(session, SAID_INSTEAD)
    for name, prompt in instead.items():
        if prompt == row.id:
            yield "system_prompt", name, name


async def owner_of(session: AsyncSession, box: VoicemailBox) -> str:
    """The name of a box's queue, or the number of its extension."""
    wanted = select(Queue.name) if box.kind == "queue" else select(Extension.number)
    table = Queue if box.kind == "queue" else Extension
    return await session.scalar(wanted.where(table.id == box.id)) or ""


def named_by_queue(queue: Queue) -> set[str | None]:
    """The ids of all rows that a queue leads to or lets hear."""
    led = [destination.get("id") for destination in (queue.overflow, queue.closed, *queue.exit_keys.values())]
    further = [step["queue"] for step in queue.overflow_steps]
    return {*led, *further, queue.survey_id, *(getattr(queue, name) for name in PROMPTS_OF_QUEUE)}


def named_by(flow: ivr.Flow) -> set[str]:
    """The ids of all rows that an attendant leads to, runs, says, goes by or asks."""
    named = runs(flow)
    for node in flow.nodes.values():
        named |= {sound.prompt for sound in sounds(node)}
        match node:
            case ivr.GoTo(destination=ToQueue() as queue):
                named |= {queue.id, *(each.skill for each in queue.skills)}
            case ivr.GoTo(destination=destination) if destination is not None:
                named.add(as_document(destination).get("id", ""))
            case ivr.HoursNode(schedule=schedule):
                named.add(schedule)
            case ivr.SendSms(template=template):
                named.add(template)
            case ivr.Lookup(source=source) if isinstance(connection := source.get("connection"), str):
                named.add(connection)
            case _:
                pass
    return named - {""}
