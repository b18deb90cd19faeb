"""All tables of a site. Ids are opaque strings; times are UTC; JSON columns hold what is read and written whole.

The same definitions run on SQLite and PostgreSQL; migrations live in ``store/migrations``.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

JsonColumn = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")


class Utc(TypeDecorator[datetime]):
    """A time in UTC, aware on the way in and out, also on SQLite, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {
        datetime: Utc(),
        dict[str, Any]: JsonColumn,
        list[Any]: JsonColumn,
        list[str]: JsonColumn,
    }


class Configured:
    """What every row an admin edits carries; ``version`` is the ETag of ``If-Match``."""

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


# ---------------------------------------------------------------- people


class Team(Configured, Base):
    __tablename__ = "teams"
    name: Mapped[str] = mapped_column(String(80), unique=True)


class User(Configured, Base):
    """A person who signs in. An agent has a staff number and an extension."""

    __tablename__ = "users"
    login: Mapped[str] = mapped_column(String(64), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(12))  # admin | supervisor | agent | auditor
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(8), default="zh")
    theme: Mapped[str] = mapped_column(String(8), default="system")  # light | dark | system
    active: Mapped[bool] = mapped_column(default=True)
    takes_calls: Mapped[bool] = mapped_column(default=False)  # agents, and supervisors who also answer
    staff_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    extension_id: Mapped[str | None] = mapped_column(ForeignKey("extensions.id", ondelete="SET NULL"), unique=True)
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    supervises: Mapped[list[str]] = mapped_column(default=list)  # team ids
    dial_permission: Mapped[str] = mapped_column(String(16), default="national")  # internal … international
    number_visibility: Mapped[str] = mapped_column(String(8), default="full")  # full | middle | name


class Skill(Configured, Base):
    __tablename__ = "skills"
    name: Mapped[str] = mapped_column(String(80), unique=True)


class UserSkill(Base):
    __tablename__ = "user_skills"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[str] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True, index=True)
    level: Mapped[int]  # 1 to 10


class Session(Base):
    __tablename__ = "sessions"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)  # sha-256 of the token
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent_string: Mapped[str] = mapped_column(String(200), default="")


class ApiKey(Configured, Base):
    __tablename__ = "api_keys"
    name: Mapped[str] = mapped_column(String(80))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    scopes: Mapped[list[str]] = mapped_column(default=list)
    expires_at: Mapped[datetime | None]


class PresenceReason(Configured, Base):
    """Why an agent is busy or away (admin's list)."""

    __tablename__ = "presence_reasons"
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8), default="busy")  # busy | away
    position: Mapped[int] = mapped_column(default=0)
    limit_minutes: Mapped[int | None]  # at a time; null: as long as he likes
    limit_per_day_minutes: Mapped[int | None]
    chosen_by: Mapped[str] = mapped_column(String(8), default="agents", server_default="agents")  # agents | leaders


# ---------------------------------------------------------------- exchange


class Extension(Configured, Base):
    __tablename__ = "extensions"
    number: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    voicemail: Mapped[bool] = mapped_column(default=True)
    ring_seconds: Mapped[int] = mapped_column(default=25)
    record: Mapped[bool] = mapped_column(default=True)
    dial_permission: Mapped[str] = mapped_column(String(16), default="national")


class Device(Configured, Base):
    """A phone of an extension. ``id`` is its SIP user name; the browser device of an extension is made with it."""

    __tablename__ = "devices"
    extension_id: Mapped[str] = mapped_column(ForeignKey("extensions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # browser | sip
    name: Mapped[str] = mapped_column(String(80), default="")
    secret: Mapped[str] = mapped_column(String(64))


class Trunk(Configured, Base):
    __tablename__ = "trunks"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(12))  # register | address
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int] = mapped_column(default=5060)
    username: Mapped[str] = mapped_column(String(80), default="")
    secret: Mapped[str] = mapped_column(String(120), default="")
    from_domain: Mapped[str] = mapped_column(String(255), default="")
    outbound_proxy: Mapped[str] = mapped_column(String(255), default="")
    match: Mapped[list[str]] = mapped_column(default=list)
    codecs: Mapped[list[str]] = mapped_column(default=lambda: ["alaw", "ulaw"])
    caller_number: Mapped[str] = mapped_column(String(32), default="")  # shown for calls out
    max_calls: Mapped[int] = mapped_column(default=30)
    t38: Mapped[bool] = mapped_column(default=True)  # faxes may go as data
    enabled: Mapped[bool] = mapped_column(default=True)


class InboundRoute(Configured, Base):
    """A number in: which dialled number (pattern), on which trunk, from whom, goes where."""

    __tablename__ = "inbound_routes"
    name: Mapped[str] = mapped_column(String(80))
    did: Mapped[str] = mapped_column(String(40), default="")  # number or pattern; "" any
    trunk_id: Mapped[str | None] = mapped_column(ForeignKey("trunks.id", ondelete="CASCADE"))
    caller: Mapped[str] = mapped_column(String(40), default="")
    destination: Mapped[dict[str, Any]]  # {"kind", "id"?, "number"?}; kinds: core.routing
    language: Mapped[str] = mapped_column(String(8), default="")
    fax_box_id: Mapped[str | None] = mapped_column(String(40))  # where callers go who are fax machines
    enabled: Mapped[bool] = mapped_column(default=True)


class FaxBox(Configured, Base):
    """Where faxes come in, and from where they are sent. Who is in ``user_ids`` sees and sends them, as admins do."""

    __tablename__ = "fax_boxes"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)  # dialled from inside
    station: Mapped[str] = mapped_column(String(20), default="")  # what its machine calls itself
    caller_number: Mapped[str] = mapped_column(String(32), default="")  # shown for faxes out; "": the line's
    emails: Mapped[list[str]] = mapped_column(default=list)  # who gets each fax as a PDF
    user_ids: Mapped[list[str]] = mapped_column(default=list)


class OutboundRoute(Configured, Base):
    __tablename__ = "outbound_routes"
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    pattern: Mapped[str] = mapped_column(String(40))
    strip: Mapped[int] = mapped_column(default=0)
    prepend: Mapped[str] = mapped_column(String(20), default="")
    trunk_ids: Mapped[list[str]] = mapped_column(default=list)  # in order of fall-back
    permission: Mapped[str] = mapped_column(String(16), default="national")
    caller_number: Mapped[str] = mapped_column(String(32), default="")
    enabled: Mapped[bool] = mapped_column(default=True)


# ---------------------------------------------------------------- call centre


class Schedule(Configured, Base):
    """Opening hours. ``hours``: [{"day": 1 Monday … 7, "begins": "09:00", "ends": "18:00"}]; ``closed``: dates."""

    __tablename__ = "schedules"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    hours: Mapped[list[Any]] = mapped_column(default=list)
    closed: Mapped[list[str]] = mapped_column(default=list)
    days: Mapped[list[Any]] = mapped_column(default=list)  # [{"date", "name", "like", "hours": [{"begins", "ends"}]}]
    override: Mapped[str | None] = mapped_column(String(8))  # open | closed; null: by the timetable
    override_until: Mapped[datetime | None]
    switch_code: Mapped[str | None] = mapped_column(String(1))
    switch_extensions: Mapped[list[str]] = mapped_column(default=list)


class Queue(Configured, Base):
    __tablename__ = "queues"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)  # dialled from inside
    strategy: Mapped[str] = mapped_column(String(24), default="ring_all")
    ring_timeout: Mapped[int] = mapped_column(default=20)
    wrap_up: Mapped[int] = mapped_column(default=10)
    max_wait: Mapped[int | None] = mapped_column(default=300)
    max_length: Mapped[int | None] = mapped_column(default=None)
    no_agent: Mapped[str] = mapped_column(String(12), default="wait")  # wait | flow_out
    overflow: Mapped[dict[str, Any]] = mapped_column(default=lambda: {"kind": "voicemail"})  # destination on flow-out
    weight: Mapped[int] = mapped_column(default=0)
    announce_position: Mapped[bool] = mapped_column(default=True)
    announce_every: Mapped[int] = mapped_column(default=30)
    announce_wait: Mapped[bool] = mapped_column(default=False)  # how long it may still take
    announce_agent: Mapped[bool] = mapped_column(default=False)  # his staff number, to the caller he answers
    greeting_prompt_id: Mapped[str | None] = mapped_column(ForeignKey("prompts.id", ondelete="SET NULL"))
    periodic_prompt_id: Mapped[str | None] = mapped_column(String(40))
    music_prompt_id: Mapped[str | None] = mapped_column(String(40))
    whisper_prompt_id: Mapped[str | None] = mapped_column(String(40))
    exit_keys: Mapped[dict[str, Any]] = mapped_column(default=dict)  # key → destination
    callback_key: Mapped[str | None] = mapped_column(String(1))  # null: no calls back
    callback_attempts: Mapped[int] = mapped_column(default=3)
    callback_retry_minutes: Mapped[int] = mapped_column(default=10)
    caller_number: Mapped[str] = mapped_column(String(32), default="")  # shown for calls back; "": the line's
    service_level_seconds: Mapped[int] = mapped_column(default=20)
    alarm_waiting: Mapped[int | None]  # callers; null in each: no alarm on the wall
    alarm_longest: Mapped[int | None]  # seconds
    alarm_level: Mapped[int | None]  # percent answered within the goal
    language: Mapped[str] = mapped_column(String(8), default="zh")
    record: Mapped[bool] = mapped_column(default=True)
    skills: Mapped[list[Any]] = mapped_column(default=list)  # [{"skill", "level", "step", "every", "floor"}]
    tier_after: Mapped[int] = mapped_column(default=0)
    tier_weight: Mapped[int] = mapped_column(default=0)
    sticky_days: Mapped[int] = mapped_column(default=0)
    sticky_patience: Mapped[int] = mapped_column(default=0)
    prefer_team_id: Mapped[str | None] = mapped_column(String(40))
    misses_until_busy: Mapped[int] = mapped_column(default=0)
    overflow_steps: Mapped[list[Any]] = mapped_column(default=list)  # [{"after": seconds, "queue"}], by time
    schedule_id: Mapped[str | None] = mapped_column(String(40))
    closed: Mapped[dict[str, Any]] = mapped_column(default=lambda: {"kind": "voicemail_queue"})  # outside the hours
    survey_id: Mapped[str | None] = mapped_column(String(40))  # asked when the agent has hung up
    survey_pause_days: Mapped[int] = mapped_column(default=0)


class QueueMember(Base):
    __tablename__ = "queue_members"
    queue_id: Mapped[str] = mapped_column(ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    tier: Mapped[int] = mapped_column(default=0)


class Flow(Configured, Base):
    """An attendant (IVR flow), a document of ``core.ivr``. ``definition`` is what callers go through, or the first
    draft as long as nothing is published; ``draft`` differs from it, null: nothing was changed since."""

    __tablename__ = "ivr_flows"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)
    definition: Mapped[dict[str, Any]]
    draft: Mapped[dict[str, Any] | None]
    published: Mapped[int] = mapped_column(default=0, server_default="0")  # number of the version; 0: none yet


class FlowVersion(Base):
    """An attendant as it was published; the newest is the one callers go through now."""

    __tablename__ = "ivr_flow_versions"
    flow_id: Mapped[str] = mapped_column(ForeignKey("ivr_flows.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, …
    definition: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(String(40))
    published_by_name: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(200), default="")


class RingGroup(Configured, Base):
    """``members``: [{"extension" or "number", "seconds", "delay"}]; ``otherwise``: where to when nobody comes."""

    __tablename__ = "ring_groups"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)
    order: Mapped[str] = mapped_column(String(12), default="together")  # together | in_turn
    members: Mapped[list[Any]] = mapped_column(default=list)
    longest: Mapped[int] = mapped_column(default=60)
    confirm: Mapped[bool] = mapped_column(default=True)
    record: Mapped[bool] = mapped_column(default=True)
    otherwise: Mapped[dict[str, Any]]


class Survey(Configured, Base):
    """Questions about the service; ``form`` is the model of ``core.surveys``."""

    __tablename__ = "surveys"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)
    form: Mapped[dict[str, Any]]


class Prompt(Configured, Base):
    __tablename__ = "prompts"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    folder: Mapped[str] = mapped_column(String(80), default="")
    seconds: Mapped[float]  # of the longest of its sounds
    sounds: Mapped[dict[str, Any]]  # by language, zh or en or both: see actions.prompts


class Customer(Configured, Base):
    """A customer as the pop needs him; own fields and the rest of the CRM grow on this."""

    __tablename__ = "customers"
    name: Mapped[str] = mapped_column(String(80), index=True)
    company: Mapped[str] = mapped_column(String(120), default="")
    memo: Mapped[str] = mapped_column(Text, default="")
    tier: Mapped[int] = mapped_column(default=0)  # 0 a usual one … 9


class CustomerPhone(Base):
    __tablename__ = "customer_phones"
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)  # E.164
    position: Mapped[int] = mapped_column(default=0)


class Connection(Configured, Base):
    """Another system that flows ask. ``headers``: [{"name", "value"}], their values templates; ``secrets``: sealed, by
    name. ``database`` is a name, or of sqlite a file in the home's folder ``data``."""

    __tablename__ = "connections"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(12))  # http | postgresql | sqlite
    base_url: Mapped[str] = mapped_column(String(500), default="")
    headers: Mapped[list[Any]] = mapped_column(default=list)
    encrypted: Mapped[bool] = mapped_column(default=True)  # of a database
    check_certificate: Mapped[bool] = mapped_column(default=True)
    host: Mapped[str] = mapped_column(String(255), default="")
    port: Mapped[int] = mapped_column(default=5432)
    database: Mapped[str] = mapped_column(String(255), default="")
    username: Mapped[str] = mapped_column(String(80), default="")
    secrets: Mapped[dict[str, Any]] = mapped_column(default=dict)


# ---------------------------------------------------------------- what happened


class JourneyRow(Base):
    """One logical call; ``document`` is the whole journey as CONTRACT names it, the columns are for finding it."""

    __tablename__ = "journeys"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)  # last fact applied: replay is idempotent
    direction: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str | None] = mapped_column(String(12))
    started_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    from_number: Mapped[str] = mapped_column(String(40), index=True)
    to_number: Mapped[str] = mapped_column(String(40), index=True)
    trunk_id: Mapped[str | None] = mapped_column(String(40))
    did: Mapped[str] = mapped_column(String(40), default="")
    customer_id: Mapped[str | None] = mapped_column(String(40), index=True)
    agent_id: Mapped[str | None] = mapped_column(String(40), index=True)  # who talked last
    queue_id: Mapped[str | None] = mapped_column(String(40), index=True)
    talk_seconds: Mapped[float] = mapped_column(default=0)
    wait_seconds: Mapped[float] = mapped_column(default=0)
    ended_by: Mapped[str] = mapped_column(String(16), default="")
    loss_reason: Mapped[str | None] = mapped_column(String(32))
    has_recording: Mapped[bool] = mapped_column(default=False)
    document: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_journeys_agent_started", "agent_id", "started_at"),)


class QueueVisitRow(Base):
    __tablename__ = "queue_visits"
    journey_id: Mapped[str] = mapped_column(ForeignKey("journeys.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 0, 1, … within the journey
    queue_id: Mapped[str] = mapped_column(String(40))
    entered_at: Mapped[datetime]
    wait_seconds: Mapped[float] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(12))  # answered | abandoned | flowed_out; null: still waiting
    agent_id: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index("ix_queue_visits_queue_entered", "queue_id", "entered_at"),)


class IvrStepRow(Base):
    """A caller's visit to a step of a flow. ``exit``: as in ``core.journeys``, null while he is there."""

    __tablename__ = "ivr_steps"
    journey_id: Mapped[str] = mapped_column(ForeignKey("journeys.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0, 1, … within the journey
    flow_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    node: Mapped[str] = mapped_column(String(40))
    entered_at: Mapped[datetime]
    seconds: Mapped[float] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(4), default="")
    exit: Mapped[str | None] = mapped_column(String(20))
    to_node: Mapped[str] = mapped_column(String(40), default="")
    invalid: Mapped[int] = mapped_column(default=0)
    silent: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (Index("ix_ivr_steps_flow_entered", "flow_id", "entered_at"),)


class SurveyAnswerRow(Base):
    """What a caller answered, a row for each question; of one who was asked and said nothing the first, without a
    ``meaning``."""

    __tablename__ = "survey_answers"
    journey_id: Mapped[str] = mapped_column(ForeignKey("journeys.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)  # 0, 1, 2
    survey_id: Mapped[str] = mapped_column(String(40), index=True)
    agent_id: Mapped[str | None] = mapped_column(String(40), index=True)
    queue_id: Mapped[str | None] = mapped_column(String(40), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    meaning: Mapped[str | None] = mapped_column(String(16))  # very_satisfied | satisfied | unsatisfied
    reason: Mapped[str | None] = mapped_column(String(12))  # service | attitude | other


class AgentStateRow(Base):
    """An agent came into a state; it lasts until his next row. ``rest`` is what he returns to after a call."""

    __tablename__ = "agent_states"
    agent_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12))  # offline | ready | ringing | talking | wrap_up | busy | away
    rest: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40), default="")
    queues: Mapped[list[str]] = mapped_column(default=list)


class CallbackRow(Base):
    """Somebody left a queue to be called back when his turn comes; he keeps the place of ``asked_at``."""

    __tablename__ = "callbacks"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    queue_id: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[str] = mapped_column(String(40))  # as it is dialled
    asked_at: Mapped[datetime] = mapped_column(index=True)  # when he joined the queue
    state: Mapped[str] = mapped_column(String(12), index=True)  # waiting | ringing | done | failed | cancelled
    attempts: Mapped[int] = mapped_column(default=0)  # how often the number was dialled
    due_at: Mapped[datetime | None]  # not before then
    changed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(32), default="")  # why the last attempt, or all of it, failed
    language: Mapped[str] = mapped_column(String(8), default="zh")
    origin_journey: Mapped[str] = mapped_column(String(40))  # the call in which he asked
    journey: Mapped[str | None] = mapped_column(String(40))  # the last call back


class Recording(Base):
    __tablename__ = "recordings"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    journey_id: Mapped[str] = mapped_column(ForeignKey("journeys.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(255))  # relative to the home's recordings folder
    started_at: Mapped[datetime]
    seconds: Mapped[float]
    complete: Mapped[bool] = mapped_column(default=True)
    agent_id: Mapped[str | None] = mapped_column(String(40), index=True)


class VoicemailBox(Configured, Base):
    """Settings of a box; a queue or extension without a row has a box as it is by default. ``id`` is its owner's.

    ``greetings``: by moment (usual, busy, away) either {"prompt": id} or {"file": path, "seconds"}, a path like those
    of messages.
    """

    __tablename__ = "voicemail_boxes"
    kind: Mapped[str] = mapped_column(String(12))  # queue | extension
    pin_hash: Mapped[str] = mapped_column(String(200), default="")
    asks_pin: Mapped[bool] = mapped_column(default=True)
    longest_seconds: Mapped[int] = mapped_column(default=180)
    email: Mapped[str] = mapped_column(String(254), default="")
    attach_audio: Mapped[bool] = mapped_column(default=True)
    delete_after_mail: Mapped[bool] = mapped_column(default=False)
    retention_days: Mapped[int] = mapped_column(default=0)  # 0: kept until somebody deletes them
    greetings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Voicemail(Base):
    """A message. A deleted one has lost its sound, and counts in the statistics only."""

    __tablename__ = "voicemails"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    journey_id: Mapped[str] = mapped_column(String(40), index=True)
    box_kind: Mapped[str] = mapped_column(String(12))  # queue | extension
    box_id: Mapped[str] = mapped_column(String(40), index=True)
    path: Mapped[str] = mapped_column(String(255))
    seconds: Mapped[float]
    caller: Mapped[str] = mapped_column(String(40))
    left_at: Mapped[datetime] = mapped_column(index=True)
    heard_at: Mapped[datetime | None]
    heard_by: Mapped[str | None] = mapped_column(String(40))
    forwarded_by: Mapped[str | None] = mapped_column(String(40))  # who put it into this box; null: the caller himself
    called_back_at: Mapped[datetime | None]  # the caller was called from the message, and answered
    called_back_by: Mapped[str | None] = mapped_column(String(40))
    mailed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class FaxRow(Base):
    """A fax, in or out. ``path``: of its files in the home's faxes folder, without extension: ``.pdf`` for people,
    ``.tif`` for machines, made of one another by the worker while the state is arrived or preparing."""

    __tablename__ = "faxes"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    box_id: Mapped[str] = mapped_column(String(40), index=True)
    direction: Mapped[str] = mapped_column(String(4))  # in | out
    # in: arrived | received | unreadable; out: preparing | waiting | dialling | sending | sent | failed | cancelled
    state: Mapped[str] = mapped_column(String(12), index=True)
    number: Mapped[str] = mapped_column(String(40))  # of the other end
    path: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120), default="")  # of the file that was uploaded
    cover: Mapped[str] = mapped_column(String(120), default="")
    pages: Mapped[int] = mapped_column(default=0)  # passed on whole
    pages_total: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0)
    station: Mapped[str] = mapped_column(String(40), default="")  # what the other machine calls itself
    t38: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(32), default="")  # what kept it, or part of it, from getting over
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]  # not before then
    permission: Mapped[str] = mapped_column(String(16), default="")  # how far its sender may dial
    created_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(String(40))
    journey_id: Mapped[str | None] = mapped_column(String(40))  # of the last attempt
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str | None] = mapped_column(String(40))


class AuditEntry(Base):
    """The operation log: each entry's hash covers the former one's, so that a changed or missing line shows."""

    __tablename__ = "audit_log"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # 1, 2, 3 … without a gap
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[str | None] = mapped_column(String(40), index=True)
    actor: Mapped[str] = mapped_column(String(80))  # name at the time
    address: Mapped[str] = mapped_column(String(64), default="")
    action: Mapped[str] = mapped_column(String(60), index=True)  # session.created, queue.updated, recording.played …
    subject_kind: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[str] = mapped_column(String(40), default="")
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    hash: Mapped[str] = mapped_column(String(64))


class Setting(Base):
    __tablename__ = "settings"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)


class JournalPosition(Base):
    """Up to which byte of which journal file the journeys above have been written."""

    __tablename__ = "journal_position"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)


class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="waiting", index=True)  # waiting … cancelled
    progress: Mapped[float] = mapped_column(default=0)
    arguments: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None]
    created_by: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"
    user_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    created_at: Mapped[datetime]
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any] | None]
