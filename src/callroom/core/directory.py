"""A site's configuration as the calls see it: read whole, kept in memory, replaced whole after each change."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from callroom.core.acd.model import Profile, QueueSettings
from callroom.core.alarms import NO_ALARMS, Thresholds
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
from callroom.core.ivr.graph import holding
from callroom.core.ivr.model import Flow
from callroom.core.journeys.facts import SHORT_ABANDON
from callroom.core.mailboxes import Box
from callroom.core.numbers import Visibility
from callroom.core.pops import When, Where
from callroom.core.rests import Reason
from callroom.core.ring_groups import RingGroup
from callroom.core.routing.model import (
    Destination,
    DialPermission,
    InboundRoute,
    OutboundRoute,
    ToExtension,
    ToFax,
    ToFlow,
    ToHangUp,
    ToQueue,
    ToRingGroup,
    ToSurvey,
)
from callroom.core.schedules import Schedule
from callroom.core.surveys import Form


@dataclass(frozen=True, slots=True)
class Device:
    id: DeviceId
    extension: ExtensionId
    kind: Literal["browser", "sip"]
    secret: str


@dataclass(frozen=True, slots=True)
class Extension:
    id: ExtensionId
    number: str
    name: str
    devices: tuple[DeviceId, ...] = ()
    agent: AgentId | None = None
    voicemail: bool = True
    ring_seconds: float = 25.0
    record: bool = True
    permission: DialPermission = DialPermission.NATIONAL


@dataclass(frozen=True, slots=True)
class Agent:
    """A user with an extension; ``takes_calls``: he can sign in to queues."""

    id: AgentId
    name: str
    staff_number: str
    extension: ExtensionId | None
    takes_calls: bool
    permission: DialPermission
    queues: frozenset[QueueId]
    language: str = "zh"
    skills: dict[SkillId, int] = field(default_factory=dict[SkillId, int])  # levels, 1 to 10
    team: TeamId | None = None
    leads: frozenset[AgentId] | None = frozenset()  # whom he may listen to; None: everybody
    sees: Visibility = Visibility.FULL  # of outside numbers

    @property
    def profile(self) -> Profile:
        return Profile(self.id, self.skills, self.team)


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """How a queue calls back who asked for it by ``key``; ``retry`` in seconds between attempts."""

    key: str
    attempts: int = 3
    retry: float = 600.0
    caller_number: str = ""  # shown to who is called; "": the line's


@dataclass(frozen=True, slots=True)
class Queue:
    """``greeting``, ``periodic``, ``music`` and ``whisper`` are prompt ids; "": none, or the usual music."""

    id: QueueId
    name: str
    number: str
    settings: QueueSettings
    overflow: Destination
    announce_position: bool = True
    announce_every: float = 30.0
    greeting: str = ""
    language: str = "zh"
    record: bool = True
    service_level: float = 20.0  # seconds within which a caller is to be answered
    schedule: ScheduleId | None = None  # None: always open
    closed: Destination = field(default_factory=ToHangUp)  # where callers go outside the hours
    announce_wait: bool = False  # how long it may still take
    announce_agent: bool = False  # his staff number, to the caller he answers
    periodic: str = ""  # said with each announcement
    music: str = ""
    whisper: str = ""  # to the agent who answers
    exit_keys: dict[str, Destination] = field(default_factory=dict[str, Destination])
    callback: CallbackRules | None = None
    alarms: Thresholds = NO_ALARMS
    survey: SurveyId | None = None  # what callers are asked when their agent has hung up
    survey_pause: int = 0  # days in which the same caller is not asked again


@dataclass(frozen=True, slots=True)
class Attendant:
    id: FlowId
    name: str
    number: str
    flow: Flow
    version: int = 0  # the published one's number


@dataclass(frozen=True, slots=True)
class Survey:
    id: SurveyId
    name: str
    number: str
    form: Form


@dataclass(frozen=True, slots=True)
class FaxBox:
    """Where faxes come in, and from where they are sent. ``station``: what its machine calls itself, a number;
    ``caller_number`` is shown to who is called, "": the route's or the line's."""

    id: FaxBoxId
    name: str
    number: str
    station: str = ""
    caller_number: str = ""


@dataclass(frozen=True, slots=True)
class Trunk:
    id: TrunkId
    name: str
    kind: Literal["register", "address"]
    host: str
    port: int
    username: str
    secret: str
    from_domain: str
    outbound_proxy: str
    match: tuple[str, ...]
    codecs: tuple[str, ...]
    caller_number: str
    max_calls: int
    t38: bool = True  # faxes may go as data


@dataclass(frozen=True, slots=True)
class Company:
    name: str = ""
    language: str = "zh"
    country: str = "CN"
    area_code: str = ""
    external_prefix: str = ""
    time_zone: str = "Asia/Shanghai"
    short_abandon: float = SHORT_ABANDON  # seconds
    pop_url: str = ""  # of another system's page about a caller, with its places
    pop_when: When = "ring"
    pop_in: Where = "tab"
    pop_webhook: str = ""  # where another system is told of each offer and each call out
    voices: dict[str, str] = field(default_factory=dict[str, str])  # by language: who speaks typed texts


@dataclass(frozen=True)
class Directory:
    company: Company = field(default_factory=Company)
    agents: dict[AgentId, Agent] = field(default_factory=dict[AgentId, Agent])
    extensions: dict[ExtensionId, Extension] = field(default_factory=dict[ExtensionId, Extension])
    devices: dict[DeviceId, Device] = field(default_factory=dict[DeviceId, Device])
    queues: dict[QueueId, Queue] = field(default_factory=dict[QueueId, Queue])
    attendants: dict[FlowId, Attendant] = field(default_factory=dict[FlowId, Attendant])
    ring_groups: dict[RingGroupId, RingGroup] = field(default_factory=dict[RingGroupId, RingGroup])
    surveys: dict[SurveyId, Survey] = field(default_factory=dict[SurveyId, Survey])
    trunks: dict[TrunkId, Trunk] = field(default_factory=dict[TrunkId, Trunk])
    fax_boxes: dict[FaxBoxId, FaxBox] = field(default_factory=dict[FaxBoxId, FaxBox])
    inbound: tuple[InboundRoute, ...] = ()
    outbound: tuple[OutboundRoute, ...] = ()
    skills: dict[SkillId, str] = field(default_factory=dict[SkillId, str])  # names
    schedules: dict[ScheduleId, Schedule] = field(default_factory=dict[ScheduleId, Schedule])
    teams: dict[TeamId, str] = field(default_factory=dict[TeamId, str])
    reasons: dict[str, Reason] = field(default_factory=dict[str, Reason])  # for being busy or away
    boxes: dict[str, Box] = field(default_factory=dict[str, Box])  # of messages, by their owner's id
    prompts: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Each prompt's files by their languages: absolute paths without extension."""
    said_instead: dict[str, str] = field(default_factory=dict[str, str])  # system prompt → the site's own prompt's id
    masked_fields: dict[str, str] = field(default_factory=dict[str, str])
    """Labels of the customers' fields that agents do not see, by id."""

    @cached_property
    def masked_values(self) -> frozenset[str]:
        """Which values of flows agents are not shown because of these fields, ``folded``."""
        return frozenset(holding((one.flow for one in self.attendants.values()), self.masked_fields))

    def extension_of(self, agent: AgentId) -> Extension | None:
        known = self.agents.get(agent)
        return self.extensions.get(known.extension) if known and known.extension else None

    def devices_of(self, agent: AgentId) -> tuple[DeviceId, ...]:
        extension = self.extension_of(agent)
        return extension.devices if extension else ()

    def prompt(self, id: str, language: str) -> str | None:
        """The file of a prompt in a language, or in the other one; None for a prompt that is no more."""
        files = self.prompts.get(id, {})
        return files.get(language) or next(iter(files.values()), None)

    def called(self, id: str) -> str:
        """The name of a skill, team or queue."""
        queue = self.queues.get(QueueId(id))
        return queue.name if queue else self.skills.get(SkillId(id)) or self.teams.get(TeamId(id)) or id

    def is_open(self, queue: Queue, at: datetime) -> bool:
        """Whether callers may join a queue at a time."""
        return queue.schedule is None or self.is_open_by(queue.schedule, at)

    def is_open_by(self, schedule: ScheduleId, at: datetime) -> bool:
        """Whether a schedule says open at a time; one that is no more closes nothing."""
        known = self.schedules.get(schedule)
        return known is None or known.is_open(at.astimezone(ZoneInfo(self.company.time_zone)))

    def may_lead(self, leader: AgentId, agent: AgentId) -> bool:
        """Whether somebody may listen to an agent, step into his talk and end it (CC-18); nobody leads himself."""
        known = self.agents.get(leader)
        return known is not None and leader != agent and (known.leads is None or agent in known.leads)

    def box_at(self, number: str) -> Box | None:
        """The voicemail box of the extension or queue with this number."""
        return next((box for box in self.boxes.values() if box.number == number and number), None)

    def inside(self, number: str) -> Destination | None:
        """Where a number dialled inside the company leads, or None."""
        for extension in self.extensions.values():
            if extension.number == number:
                return ToExtension(extension.id)
        for queue in self.queues.values():
            if queue.number == number:
                return ToQueue(queue.id)
        for attendant in self.attendants.values():
            if attendant.number == number:
                return ToFlow(attendant.id)
        for box in self.fax_boxes.values():
            if box.number == number:
                return ToFax(box.id)
        for group in self.ring_groups.values():
            if group.number == number:
                return ToRingGroup(group.id)
        for survey in self.surveys.values():
            if survey.number == number:
                return ToSurvey(survey.id)
        return None
