"""What is set up: people, the exchange, the call centre."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from callroom.core.numbers import Visibility
from callroom.store.tables.base import Base, Configured

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
    may_send_sms: Mapped[bool] = mapped_column(default=True)

    @property
    def sees(self) -> Visibility:
        """How much of outside numbers (CC-24): they are hidden from ordinary agents only."""
        return Visibility(self.number_visibility) if self.role == "agent" else Visibility.FULL


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
    override_by: Mapped[str | None] = mapped_column(String(80))  # the name of who switched it
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
