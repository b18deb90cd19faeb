"""What happened: calls and what they left, agents' states, the operation log; and what the site keeps for itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from callroom.store.tables.base import Base, BigId


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
    customer_id: Mapped[str | None] = mapped_column(String(40))
    agent_id: Mapped[str | None] = mapped_column(String(40), index=True)  # who talked last
    queue_id: Mapped[str | None] = mapped_column(String(40), index=True)
    talk_seconds: Mapped[float] = mapped_column(default=0)
    wait_seconds: Mapped[float] = mapped_column(default=0)
    ended_by: Mapped[str] = mapped_column(String(16), default="")
    loss_reason: Mapped[str | None] = mapped_column(String(32))
    has_recording: Mapped[bool] = mapped_column(default=False)
    document: Mapped[dict[str, Any]]

    __table_args__ = (
        Index("ix_journeys_agent_started", "agent_id", "started_at"),
        Index("ix_journeys_customer", "customer_id", "started_at", "direction", "loss_reason"),
    )


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


class PinLock(Base):
    """Too many wrong PINs of voicemail boxes: ``name`` is refused until then."""

    __tablename__ = "pin_locks"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)  # account (a box) | caller
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    until: Mapped[datetime]


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


# ---------------------------------------------------------------- kept for the site itself


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
