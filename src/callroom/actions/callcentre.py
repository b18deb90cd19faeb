"""The call centre's rows: queues with their members, prompts, reasons, teams, skills, opening hours."""

from datetime import datetime
from itertools import pairwise
from operator import itemgetter

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values, get, must_exist, number_free, tell
from callroom.actions.references import PROMPTS_OF_QUEUE, checked_destination, not_led_to
from callroom.actions.voicemail_boxes import drop_box
from callroom.core.schedules import minutes
from callroom.errors import InUse, Taken, invalid
from callroom.store.tables import (
    Extension,
    PresenceReason,
    Prompt,
    Queue,
    QueueMember,
    Schedule,
    Skill,
    Survey,
    Team,
    User,
    UserSkill,
)


class Queues(Kind[Queue]):
    table = Queue
    name = "queue"
    plural = "queues"
    prefix = "q"
    beside = ("members", "tiers")
    touches = ("users",)

    async def check(self, session: AsyncSession, values: Values, row: Queue | None) -> None:
        await number_free(session, values["number"], row.id if row else None)
        for field in PROMPTS_OF_QUEUE:
            await must_exist(session, Prompt, values[field], field)
        values["overflow"] = await checked_destination(session, values["overflow"], "overflow", of_queue=True)
        values["closed"] = await checked_destination(session, values["closed"], "closed", of_queue=True)
        for key, document in values["exit_keys"].items():
            checked = await checked_destination(session, document, f"exit_keys.{key}", of_queue=True)
            values["exit_keys"][key] = checked
        ways = {"overflow": values["overflow"], "closed": values["closed"]}
        ways |= {f"exit_keys.{key}": document for key, document in values["exit_keys"].items()}
        for field, document in ways.items():
            if row and document == {"kind": "queue", "id": row.id}:
                raise invalid(field, "leads_to_itself")
        if values["callback_key"] in values["exit_keys"]:
            raise invalid("callback_key", "key_twice")
        await self._check_rules(session, values, row)
        members: list[str] = values["members"]
        await must_exist(session, User, members, "members")
        idle = select(User.id).where(User.id.in_(members), User.takes_calls.is_(False))
        if members and await session.scalar(idle.limit(1)):
            raise invalid("members", "takes_no_calls")
        if values["tiers"].keys() - set(members):
            raise invalid("tiers", "not_a_member")

    async def _check_rules(self, session: AsyncSession, values: Values, row: Queue | None) -> None:
        await must_exist(session, Skill, [one["skill"] for one in values["skills"]], "skills")
        if any(one["floor"] > one["level"] for one in values["skills"]):
            raise invalid("skills", "floor_above_level")
        await must_exist(session, Team, values["prefer_team_id"], "prefer_team_id")
        await must_exist(session, Schedule, values["schedule_id"], "schedule_id")
        await must_exist(session, Survey, values["survey_id"], "survey_id")
        further = [one["queue"] for one in values["overflow_steps"]]
        if row and row.id in further:
            raise invalid("overflow_steps", "leads_to_itself")
        await must_exist(session, Queue, further, "overflow_steps")
        values["overflow_steps"] = sorted(values["overflow_steps"], key=itemgetter("after"))

    async def stored(
        self, session: AsyncSession, by: audit.Actor, row: Queue, beside: Values, now: datetime, *, fresh: bool
    ) -> None:
        await session.execute(delete(QueueMember).where(QueueMember.queue_id == row.id))
        for position, user_id in enumerate(beside["members"]):
            tier = beside["tiers"].get(user_id, 0)
            session.add(QueueMember(queue_id=row.id, user_id=user_id, position=position, tier=tier))
        await session.flush()

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Queue) -> None:
        await not_led_to(session, row)
        await drop_box(session, row.id)

    async def seen(self, session: AsyncSession, row: Queue) -> Values:
        members = (await members_of(session, [row.id]))[row.id]
        return await super().seen(session, row) | {"members": list(members), "tiers": later_tiers(members)}


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
        await _not_of_a_queue(session, Queue.prefer_team_id == row.id)


class Skills(Kind[Skill]):
    table = Skill
    name = "skill"
    plural = "skills"
    prefix = "sk"

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Skill) -> None:
        for queue in await session.scalars(select(Queue).order_by(Queue.name)):
            if any(one["skill"] == row.id for one in queue.skills):
                raise InUse("queue", queue.name)
        has = select(User.name).join(UserSkill, UserSkill.user_id == User.id).where(UserSkill.skill_id == row.id)
        if (name := await session.scalar(has.order_by(User.login).limit(1))) is not None:
            raise InUse("user", name)
        await not_led_to(session, row)


class Schedules(Kind[Schedule]):
    table = Schedule
    name = "schedule"
    plural = "schedules"
    prefix = "sd"

    async def check(self, session: AsyncSession, values: Values, row: Schedule | None) -> None:
        await must_exist(session, Extension, values["switch_extensions"], "switch_extensions")
        if values["switch_code"] is not None:
            other = await session.scalar(select(Schedule.id).where(Schedule.switch_code == values["switch_code"]))
            if other is not None and (row is None or other != row.id):
                raise Taken("switch_code", values["switch_code"])
        days = sorted(values["days"], key=itemgetter("date"))
        if any(one["date"] == later["date"] for one, later in pairwise(days)):
            raise invalid("days", "twice")
        for one in days:
            spans = sorted((minutes(span["begins"]), minutes(span["ends"])) for span in one["hours"])
            if any(begins >= ends for begins, ends in spans):
                raise invalid("days", "ends_before_it_begins")
            if any(later[0] < span[1] for span, later in pairwise(spans)):
                raise invalid("days", "hours_overlap")
        values["days"] = days
        values["closed"] = sorted(set(values["closed"]))
        order = itemgetter(0, 1, 2)
        hours = sorted(
            ((one["day"], minutes(one["begins"]), minutes(one["ends"]), one) for one in values["hours"]), key=order
        )
        if any(begins >= ends for _, begins, ends, _ in hours):
            raise invalid("hours", "ends_before_it_begins")
        if any(one[0] == later[0] and later[1] < one[2] for one, later in pairwise(hours)):
            raise invalid("hours", "hours_overlap")
        values["hours"] = [one for _, _, _, one in hours]

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Schedule) -> None:
        await _not_of_a_queue(session, Queue.schedule_id == row.id)
        await not_led_to(session, row)


async def switch_schedule(
    session: AsyncSession, by: audit.Actor, row_id: str, state: str, until: datetime | None, now: datetime
) -> Schedule:
    """Switch opening hours by hand: ``open`` or ``closed`` until a time (None: until switched back), or back to the
    ``timetable``. Raises ``NotFound``, ``Invalid``."""
    await audit.hold(session)
    row = await get(session, SCHEDULES, row_id)
    if until is not None and until <= now:
        raise invalid("until", "past")
    before = _switched(row)
    row.override = None if state == "timetable" else state
    row.override_until = None if state == "timetable" else until
    row.override_by = None if state == "timetable" else by.name
    await session.flush()
    subject, after = ("schedule", row.id), _switched(row)
    await audit.record(session, by, "schedule.switched", now=now, subject=subject, before=before, after=after)
    tell(session, SCHEDULES.plural)
    return row


def _switched(row: Schedule) -> Values:
    until = row.override_until
    return {"override": row.override, "override_until": until.isoformat() if until else None}


async def _not_of_a_queue(session: AsyncSession, where: ColumnElement[bool]) -> None:
    """Raises ``InUse`` with the first queue of which this holds."""
    if (name := await session.scalar(select(Queue.name).where(where).order_by(Queue.name).limit(1))) is not None:
        raise InUse("queue", name)


QUEUES, PROMPTS = Queues(), Prompts()
PRESENCE_REASONS, TEAMS = PresenceReasons(), Teams()
SKILLS, SCHEDULES = Skills(), Schedules()


def later_tiers(members: dict[str, int]) -> dict[str, int]:
    """The tiers other than 0."""
    return {user_id: tier for user_id, tier in members.items() if tier}


async def skills_of(session: AsyncSession, user_ids: list[str]) -> dict[str, list[Values]]:
    """Each user's skills with their levels: [{"skill", "level"}]."""
    found: dict[str, list[Values]] = {user_id: [] for user_id in user_ids}
    wanted = select(UserSkill).where(UserSkill.user_id.in_(user_ids)).order_by(UserSkill.skill_id)
    for row in await session.scalars(wanted):
        found[row.user_id].append({"skill": row.skill_id, "level": row.level})
    return found


async def members_of(session: AsyncSession, queue_ids: list[str]) -> dict[str, dict[str, int]]:
    """The users of each queue in their order, with the tier of each."""
    found: dict[str, dict[str, int]] = {queue_id: {} for queue_id in queue_ids}
    wanted = (
        select(QueueMember)
        .where(QueueMember.queue_id.in_(queue_ids))
        .order_by(QueueMember.position, QueueMember.user_id)
    )
    for member in await session.scalars(wanted):
        found[member.queue_id][member.user_id] = member.tier
    return found


async def queues_of(session: AsyncSession, user_ids: list[str]) -> dict[str, list[str]]:
    """The queue ids of each user."""
    found: dict[str, list[str]] = {user_id: [] for user_id in user_ids}
    wanted = select(QueueMember).where(QueueMember.user_id.in_(user_ids)).order_by(QueueMember.queue_id)
    for member in await session.scalars(wanted):
        found[member.user_id].append(member.queue_id)
    return found
