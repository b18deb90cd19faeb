"""The call centre's rows: queues with their members, attendants, prompts, reasons to be away, teams."""

from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values, must_exist, number_free
from callroom.actions.references import (
    PROMPTS_OF_QUEUE,
    check_leads_somewhere,
    checked_destination,
    named_by,
    not_led_to,
)
from callroom.core.ivr import model as ivr
from callroom.core.routing.model import ToFlow
from callroom.errors import Fault, InUse, Invalid, invalid
from callroom.store.tables import Flow, PresenceReason, Prompt, Queue, QueueMember, Team, User


class Queues(Kind[Queue]):
    table = Queue
    name = "queue"
    plural = "queues"
    prefix = "q"
    beside = ("members",)
    touches = ("users",)

    async def check(self, session: AsyncSession, values: Values, row: Queue | None) -> None:
        await number_free(session, values["number"], row.id if row else None)
        for field in PROMPTS_OF_QUEUE:
            await must_exist(session, Prompt, values[field], field)
        values["overflow"] = await checked_destination(session, values["overflow"], "overflow", of_queue=True)
        if row and values["overflow"] == {"kind": "queue", "id": row.id}:
            raise invalid("overflow", "leads_to_itself")
        for key, document in values["exit_keys"].items():
            field = f"exit_keys.{key}"
            values["exit_keys"][key] = await checked_destination(session, document, field, of_queue=True)
            if row and values["exit_keys"][key] == {"kind": "queue", "id": row.id}:
                raise invalid(field, "leads_to_itself")
        if values["callback_key"] in values["exit_keys"]:
            raise invalid("callback_key", "key_twice")
        members: list[str] = values["members"]
        await must_exist(session, User, members, "members")
        idle = select(User.id).where(User.id.in_(members), User.takes_calls.is_(False))
        if members and await session.scalar(idle.limit(1)):
            raise invalid("members", "takes_no_calls")

    async def stored(self, session: AsyncSession, row: Queue, beside: Values, now: datetime, *, fresh: bool) -> None:
        await session.execute(delete(QueueMember).where(QueueMember.queue_id == row.id))
        for position, user_id in enumerate(beside["members"]):
            session.add(QueueMember(queue_id=row.id, user_id=user_id, position=position))
        await session.flush()

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Queue) -> None:
        await not_led_to(session, row)

    async def seen(self, session: AsyncSession, row: Queue) -> Values:
        return await super().seen(session, row) | {"members": (await members_of(session, [row.id]))[row.id]}


class Flows(Kind[Flow]):
    table = Flow
    name = "ivr_flow"
    plural = "ivr-flows"
    prefix = "f"

    async def check(self, session: AsyncSession, values: Values, row: Flow | None) -> None:
        await number_free(session, values["number"], row.id if row else None)
        try:
            flow = ivr.flow_from(_without_empty(values["definition"]))
        except ivr.BadFlow as error:
            raise Invalid((Fault("definition", "flow", texts=(str(error), str(error))),)) from None
        if found := ivr.problems(flow):
            raise Invalid(tuple(Fault("definition", "flow", texts=texts) for texts in found))
        for name, node in flow.nodes.items():
            field = f"definition.nodes.{name}"
            match node:
                case ivr.GoTo(destination=destination):
                    await check_leads_somewhere(session, destination, f"{field}.destination")
                case ivr.Announce(sound=ivr.Sound(prompt=prompt)) | ivr.Menu(sound=ivr.Sound(prompt=prompt)):
                    await must_exist(session, Prompt, [prompt] if prompt else [], f"{field}.sound")
                case ivr.HangUp(sound=ivr.Sound(prompt=prompt)):
                    await must_exist(session, Prompt, [prompt] if prompt else [], f"{field}.sound")
                case _:
                    pass
        if row and row.id in named_by(flow) and flow_is_only_itself(flow, row.id):
            raise invalid("definition", "leads_to_itself")
        values["definition"] = msgspec.to_builtins(flow)

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Flow) -> None:
        await not_led_to(session, row)


def _without_empty(value: Any) -> Any:
    """The document without fields that are null: they say nothing."""
    match value:
        case dict():
            fields = cast(dict[str, Any], value)
            return {name: _without_empty(one) for name, one in fields.items() if one is not None}
        case _:
            return value


def flow_is_only_itself(flow: ivr.Flow, flow_id: str) -> bool:
    """Whether the first step is the attendant itself, so that a caller would go round without hearing anything."""
    match flow.nodes[flow.entry]:
        case ivr.GoTo(destination=ToFlow(id=target)):
            return target == flow_id
        case _:
            return False


class Prompts(Kind[Prompt]):
    table = Prompt
    name = "prompt"
    plural = "prompts"
    prefix = "p"

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Prompt) -> None:
        await not_led_to(session, row)


class PresenceReasons(Kind[PresenceReason]):
    table = PresenceReason
    name = "presence_reason"
    plural = "presence-reasons"
    prefix = "r"
    unique = ("name_zh", "name_en")


class Teams(Kind[Team]):
    table = Team
    name = "team"
    plural = "teams"
    prefix = "tm"

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Team) -> None:
        for user in await session.scalars(select(User).order_by(User.login)):
            if user.team_id == row.id or row.id in user.supervises:
                raise InUse("user", user.name)


QUEUES, FLOWS, PROMPTS = Queues(), Flows(), Prompts()
PRESENCE_REASONS, TEAMS = PresenceReasons(), Teams()


async def members_of(session: AsyncSession, queue_ids: list[str]) -> dict[str, list[str]]:
    """The user ids of each queue, in their order."""
    found: dict[str, list[str]] = {queue_id: [] for queue_id in queue_ids}
    wanted = (
        select(QueueMember)
        .where(QueueMember.queue_id.in_(queue_ids))
        .order_by(QueueMember.position, QueueMember.user_id)
    )
    for member in await session.scalars(wanted):
        found[member.queue_id].append(member.user_id)
    return found


async def queues_of(session: AsyncSession, user_ids: list[str]) -> dict[str, list[str]]:
    """The queue ids of each user."""
    found: dict[str, list[str]] = {user_id: [] for user_id in user_ids}
    wanted = select(QueueMember).where(QueueMember.user_id.in_(user_ids)).order_by(QueueMember.queue_id)
    for member in await session.scalars(wanted):
        found[member.user_id].append(member.queue_id)
    return found
