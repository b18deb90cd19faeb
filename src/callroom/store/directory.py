"""Reads the whole configuration that calls need into memory."""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.acd.model import QueueSettings, Requirement, Step, Strategy
from callroom.core.alarms import Thresholds
from callroom.core.directory import (
    Agent,
    Attendant,
    CallbackRules,
    Company,
    Device,
    Directory,
    Extension,
    FaxBox,
    Queue,
    Survey,
    Trunk,
)
from callroom.core.ids import (
    AgentId,
    DeviceId,
    ExtensionId,
    FaxBoxId,
    FlowId,
    QueueId,
    RingGroupId,
    ScheduleId,
    SkillId,
    SurveyId,
    TeamId,
    TrunkId,
)
from callroom.core.ivr.model import BadFlow, flow_from
from callroom.core.mailboxes import MOMENTS, Box, BoxKind, Moment
from callroom.core.rests import Reason
from callroom.core.ring_groups import Member, Order, RingGroup
from callroom.core.routing.model import (
    BadDestination,
    Destination,
    DialPermission,
    InboundRoute,
    OutboundRoute,
    ToHangUp,
    destination_from,
)
from callroom.core.schedules import Hours, Override, Schedule, SpecialDay, minutes
from callroom.core.surveys import BadForm, form_from
from callroom.store import tables as t
from callroom.store.settings import COMPANY, SAID_INSTEAD, kept

log = structlog.get_logger(__name__)
_MASKED = select(t.CustomerField.id, t.CustomerField.label).where(t.CustomerField.masked)
NOT_READ = frozenset({"customers"})  # resources that change with daily work, and of which nothing is read here


async def load_directory(session: AsyncSession, prompts: Path, recordings: Path) -> Directory:
    """All configuration; ``prompts`` and ``recordings`` are the folders of uploaded sounds and of spoken ones.

    A row that cannot be read is left out and logged: one broken attendant must not keep the others' callers waiting.
    """
    users = list(await session.scalars(select(t.User).where(t.User.active, t.User.extension_id.is_not(None))))
    serves: dict[str, set[QueueId]] = {}
    members: dict[str, dict[AgentId, int]] = {}
    in_order = select(t.QueueMember).order_by(t.QueueMember.position, t.QueueMember.user_id)
    for row in await session.scalars(in_order):
        serves.setdefault(row.user_id, set()).add(QueueId(row.queue_id))
        members.setdefault(row.queue_id, {})[AgentId(row.user_id)] = row.tier
    levels: dict[str, dict[SkillId, int]] = {}
    for row in await session.scalars(select(t.UserSkill)):
        levels.setdefault(row.user_id, {})[SkillId(row.skill_id)] = row.level
    devices = {
        DeviceId(d.id): Device(DeviceId(d.id), ExtensionId(d.extension_id), _phone(d.kind), d.secret)
        for d in await session.scalars(select(t.Device))
    }
    owner = {user.extension_id: AgentId(user.id) for user in users}
    teams: dict[str, set[AgentId]] = {}
    for user in users:
        if user.team_id:
            teams.setdefault(user.team_id, set()).add(AgentId(user.id))
    said = {p.id: _files(p, prompts) for p in await session.scalars(select(t.Prompt))}
    return Directory(
        company=await _company(session),
        agents={
            AgentId(u.id): _agent(u, frozenset(serves.get(u.id, ())), levels.get(u.id, {}), _led(u, teams))
            for u in users
        },
        extensions={
            ExtensionId(e.id): Extension(
                ExtensionId(e.id),
                e.number,
                e.name,
                tuple(d.id for d in devices.values() if d.extension == e.id),
                owner.get(e.id),
                e.voicemail,
                float(e.ring_seconds),
                e.record,
                DialPermission(e.dial_permission),
            )
            for e in await session.scalars(select(t.Extension))
        },
        devices=devices,
        queues={QueueId(q.id): _queue(q, members.get(q.id, {})) for q in await session.scalars(select(t.Queue))},
        attendants={a.id: a for row in await session.scalars(select(t.Flow)) if (a := _attendant(row)) is not None},
        ring_groups={RingGroupId(r.id): _ring_group(r) for r in await session.scalars(select(t.RingGroup))},
        surveys={s.id: s for row in await session.scalars(select(t.Survey)) if (s := _survey(row)) is not None},
        trunks={TrunkId(r.id): _trunk(r) for r in await session.scalars(select(t.Trunk).where(t.Trunk.enabled))},
        fax_boxes={
            FaxBoxId(b.id): FaxBox(FaxBoxId(b.id), b.name, b.number or "", b.station, b.caller_number)
            for b in await session.scalars(select(t.FaxBox))
        },
        inbound=tuple(
            InboundRoute(
                r.id,
                r.name,
                _destination(r.destination, r.id),
                r.did,
                TrunkId(r.trunk_id) if r.trunk_id else None,
                r.caller,
                r.language,
                FaxBoxId(r.fax_box_id) if r.fax_box_id else None,
            )
            for r in await session.scalars(select(t.InboundRoute).where(t.InboundRoute.enabled))
        ),
        outbound=tuple(
            OutboundRoute(
                r.id,
                r.name,
                r.pattern,
                tuple(TrunkId(trunk) for trunk in r.trunk_ids),
                DialPermission(r.permission),
                r.position,
                r.strip,
                r.prepend,
                r.caller_number,
            )
            for r in await session.scalars(select(t.OutboundRoute).where(t.OutboundRoute.enabled))
        ),
        skills={SkillId(row.id): row.name for row in await session.scalars(select(t.Skill))},
        schedules={ScheduleId(row.id): schedule_of(row) for row in await session.scalars(select(t.Schedule))},
        teams={TeamId(row.id): row.name for row in await session.scalars(select(t.Team))},
        reasons={r.id: _reason(r) for r in await session.scalars(select(t.PresenceReason))},
        prompts=said,
        masked_fields={id: label for id, label in await session.execute(_MASKED)},
        said_instead=(await kept(session, SAID_INSTEAD))[0],
        boxes=await _boxes(session, said, recordings),
    )


def _files(prompt: t.Prompt, folder: Path) -> dict[str, str]:
    return {language: str(folder / sound["path"]) for language, sound in prompt.sounds.items()}


async def _company(session: AsyncSession) -> Company:
    told, _ = await kept(session, COMPANY)
    plain = Company()
    return Company(
        name=told.get("company_name", plain.name),
        language=told.get("language", plain.language),
        country=told.get("country", plain.country),
        area_code=told.get("area_code", plain.area_code),
        external_prefix=told.get("external_prefix", plain.external_prefix),
        time_zone=told.get("time_zone", plain.time_zone),
        short_abandon=float(told.get("short_abandon_seconds", plain.short_abandon)),
        pop_url=told.get("pop_url", plain.pop_url),
        pop_when=told.get("pop_when", plain.pop_when),
        pop_in=told.get("pop_in", plain.pop_in),
        pop_webhook=told.get("pop_webhook", plain.pop_webhook),
        voices={"zh": told.get("voice_zh", ""), "en": told.get("voice_en", "")},
    )


def _phone(kind: str) -> Literal["browser", "sip"]:
    return "browser" if kind == "browser" else "sip"


def _led(user: t.User, teams: dict[str, set[AgentId]]) -> frozenset[AgentId] | None:
    """Whose talks this person may step into: an admin everybody's, a supervisor those of his teams."""
    if user.role == "admin":
        return None
    mine = user.supervises if user.role == "supervisor" else []
    return frozenset[AgentId]().union(*(teams.get(team, set()) for team in mine))


def _agent(
    user: t.User, queues: frozenset[QueueId], skills: dict[SkillId, int], leads: frozenset[AgentId] | None
) -> Agent:
    return Agent(
        AgentId(user.id),
        user.name,
        user.staff_number or "",
        ExtensionId(user.extension_id) if user.extension_id else None,
        user.takes_calls,
        DialPermission(user.dial_permission),
        queues,
        user.language,
        skills,
        TeamId(user.team_id) if user.team_id else None,
        leads,
        user.sees,
    )


async def _boxes(session: AsyncSession, said: dict[str, dict[str, str]], recordings: Path) -> dict[str, Box]:
    """Of every queue, and of every extension that has one."""
    rows = {row.id: row for row in await session.scalars(select(t.VoicemailBox))}
    prompts = {id: next(iter(files.values())) for id, files in said.items()}  # a box has one greeting for everybody
    owners: list[tuple[str, BoxKind, str]] = [
        (queue.id, "queue", queue.number or "") for queue in await session.scalars(select(t.Queue))
    ]
    for extension in await session.scalars(select(t.Extension).where(t.Extension.voicemail)):
        owners.append((extension.id, "extension", extension.number))
    return {owner: _box(rows.get(owner), owner, kind, number, prompts, recordings) for owner, kind, number in owners}


def _box(
    row: t.VoicemailBox | None, owner: str, kind: BoxKind, number: str, prompts: dict[str, str], recordings: Path
) -> Box:
    if row is None:
        return Box(owner, kind, number)
    greetings: dict[Moment, str] = {}
    for moment in MOMENTS:
        told = row.greetings.get(moment, {})
        file = str(recordings / told["file"]) if "file" in told else prompts.get(told.get("prompt", ""))
        if file:
            greetings[moment] = file
    return Box(owner, kind, number, bool(row.pin_hash), row.asks_pin, float(row.longest_seconds), greetings)


def _queue(row: t.Queue, members: dict[AgentId, int]) -> Queue:
    """``members``: their tiers, in their order."""
    settings = QueueSettings(
        QueueId(row.id),
        Strategy(row.strategy),
        ring_timeout=float(row.ring_timeout),
        wrap_up=float(row.wrap_up),
        max_wait=None if row.max_wait is None else float(row.max_wait),
        max_length=row.max_length,
        waits_without_agents=row.no_agent == "wait",
        weight=row.weight,
        members=tuple(members),
        skills=tuple(
            Requirement(SkillId(one["skill"]), one["level"], one["step"], float(one["every"]), one["floor"])
            for one in row.skills
        ),
        tiers={agent: tier for agent, tier in members.items() if tier},
        tier_after=float(row.tier_after),
        tier_weight=float(row.tier_weight),
        sticky_days=row.sticky_days,
        sticky_patience=float(row.sticky_patience),
        prefer_team=TeamId(row.prefer_team_id) if row.prefer_team_id else None,
        misses_until_busy=row.misses_until_busy,
        steps=tuple(Step(float(one["after"]), QueueId(one["queue"])) for one in row.overflow_steps),
    )
    return Queue(
        QueueId(row.id),
        row.name,
        row.number or "",
        settings,
        _destination(row.overflow, row.id),
        row.announce_position,
        float(row.announce_every),
        row.greeting_prompt_id or "",
        row.language,
        row.record,
        float(row.service_level_seconds),
        ScheduleId(row.schedule_id) if row.schedule_id else None,
        _destination(row.closed, row.id),
        row.announce_wait,
        row.announce_agent,
        row.periodic_prompt_id or "",
        row.music_prompt_id or "",
        row.whisper_prompt_id or "",
        {key: _destination(document, row.id) for key, document in row.exit_keys.items()},
        CallbackRules(row.callback_key, row.callback_attempts, row.callback_retry_minutes * 60.0, row.caller_number)
        if row.callback_key
        else None,
        Thresholds(row.alarm_waiting, row.alarm_longest, row.alarm_level),
        SurveyId(row.survey_id) if row.survey_id else None,
        row.survey_pause_days,
    )


def _reason(row: t.PresenceReason) -> Reason:
    return Reason(
        row.id,
        "busy" if row.kind == "busy" else "away",
        row.position,
        stay=None if row.limit_minutes is None else 60.0 * row.limit_minutes,
        day=None if row.limit_per_day_minutes is None else 60.0 * row.limit_per_day_minutes,
        by_leaders=row.chosen_by == "leaders",
    )


def schedule_of(row: t.Schedule) -> Schedule:
    """Opening hours as calls keep them."""
    hours = tuple(Hours(one["day"], minutes(one["begins"]), minutes(one["ends"])) for one in row.hours)
    days = tuple(
        SpecialDay(
            date.fromisoformat(one["date"]),
            one["name"],
            one["like"],
            tuple((minutes(span["begins"]), minutes(span["ends"])) for span in one["hours"]),
        )
        for one in row.days
    )
    return Schedule(
        ScheduleId(row.id),
        row.name,
        hours,
        frozenset(date.fromisoformat(day) for day in row.closed),
        days,
        Override(row.override == "open", row.override_until) if row.override else None,
        row.switch_code or "",
        frozenset(map(ExtensionId, row.switch_extensions)),
    )


def _attendant(row: t.Flow) -> Attendant | None:
    """None for one that cannot be read, or has not been published."""
    if not row.published:
        return None
    try:
        return Attendant(FlowId(row.id), row.name, row.number or "", flow_from(row.definition), row.published)
    except BadFlow:
        log.exception("an attendant cannot be read", flow=row.id)
        return None


def _ring_group(row: t.RingGroup) -> RingGroup:
    members = (
        Member(
            ExtensionId(one["extension"]) if one.get("extension") else None,
            one.get("number") or "",
            float(one["seconds"]),
            float(one["delay"]),
        )
        for one in row.members
    )
    return RingGroup(
        RingGroupId(row.id),
        row.name,
        row.number or "",
        tuple(members),
        _destination(row.otherwise, row.id),
        Order(row.order),
        float(row.longest),
        row.confirm,
        row.record,
    )


def _survey(row: t.Survey) -> Survey | None:
    try:
        return Survey(SurveyId(row.id), row.name, row.number or "", form_from(row.form))
    except BadForm:
        log.exception("a survey cannot be read", survey=row.id)
        return None


def _trunk(row: t.Trunk) -> Trunk:
    return Trunk(
        TrunkId(row.id),
        row.name,
        "register" if row.kind == "register" else "address",
        row.host,
        row.port,
        row.username,
        row.secret,
        row.from_domain,
        row.outbound_proxy,
        tuple(row.match),
        tuple(row.codecs),
        row.caller_number,
        row.max_calls,
        row.t38,
    )


def _destination(document: dict[str, Any], of: str) -> Destination:
    try:
        return destination_from(document)
    except BadDestination:
        log.exception("a destination cannot be read", of=of)
        return ToHangUp()
