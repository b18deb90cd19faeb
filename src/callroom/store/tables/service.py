"""What is kept of the service to customers: the site's own tables and their records, and who is to be told of what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from callroom.store.tables.base import Base, BigId, Configured


def _while_open(name: str, column: str, over_at: str) -> Index:
    """What has come due is looked for every few seconds, among what is not over."""
    still_open = text(f"{over_at} IS NULL")
    return Index(name, column, sqlite_where=still_open, postgresql_where=still_open)


class Owned:
    """What somebody keeps of a customer: who has it in hand, and who wrote it."""

    customer_id: Mapped[str | None] = mapped_column(String(40), index=True)
    journey_id: Mapped[str | None] = mapped_column(String(40), index=True)
    owner_id: Mapped[str | None] = mapped_column(String(40))
    created_by: Mapped[str | None] = mapped_column(String(40), index=True)
    deleted_at: Mapped[datetime | None]


class CustomTable(Configured, Base):
    """A table that the site made itself. ``fields``: documents of ``core.fields``, in order; ``statuses``: of
    ``core.statuses``. ``problems``: its records are owed a solution by a time, and then a call back."""

    __tablename__ = "custom_tables"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    fields: Mapped[list[Any]] = mapped_column(default=list)
    statuses: Mapped[list[Any]] = mapped_column(default=list)
    in_pop: Mapped[bool] = mapped_column(default=True)  # shown beside a customer
    needs_customer: Mapped[bool] = mapped_column(default=False)
    problems: Mapped[bool] = mapped_column(default=False)
    due_hours: Mapped[int | None]  # until a new problem is due; null: whoever writes it says
    call_back: Mapped[bool] = mapped_column(default=True)  # a solved problem makes a return call
    call_back_hours: Mapped[int] = mapped_column(default=24)  # until that is due
    survey_id: Mapped[str | None] = mapped_column(String(40))  # to which a return call may be handed
    position: Mapped[int] = mapped_column(default=0)
    last_number: Mapped[int] = mapped_column(default=0)  # of its records


class Record(Configured, Owned, Base):
    """``values``: by field id, as ``core.fields`` keeps them. Submitted to a leader it has ``submitted_at``, and as
    long as he has not answered no ``answered_at``. A deleted one stays, to be brought back."""

    __tablename__ = "records"
    table_id: Mapped[str] = mapped_column(ForeignKey("custom_tables.id", ondelete="CASCADE"))
    number: Mapped[int]  # 1, 2, … within its table
    status: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]]
    memo: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    overdue_told_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(40))
    submitted_team: Mapped[str | None] = mapped_column(String(40))  # whose leaders answer; null: admins do
    submission: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answer: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_records_table_number", "table_id", "number", unique=True),
        Index("ix_records_table_created", "table_id", "created_at"),
        Index("ix_records_owner_created", "owner_id", "created_at"),
        _while_open("ix_records_due_at", "due_at", "closed_at"),
        Index("ix_records_submitted_at", "submitted_at"),
    )


class RecordKey(Base):
    """What stands in a unique field of a record that is not deleted, in the form in which it is compared."""

    __tablename__ = "record_keys"
    table_id: Mapped[str] = mapped_column(ForeignKey("custom_tables.id", ondelete="CASCADE"), primary_key=True)
    field_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)


class FollowUp(Configured, Owned, Base):
    """A return call that is owed to a customer, by its owner. ``journey_id``: the last one that was made. While its
    record is deleted it is too."""

    __tablename__ = "follow_ups"
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")  # open | done
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[str] = mapped_column(String(16), default="")  # satisfied | unsatisfied | unreachable | declined
    note: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]
    overdue_told_at: Mapped[datetime | None]

    __table_args__ = (_while_open("ix_follow_ups_due_at", "due_at", "done_at"),)


class Memo(Configured, Owned, Base):
    """A note of the service to a customer; ``remind_id`` is told at ``remind_at``."""

    __tablename__ = "memos"
    text: Mapped[str] = mapped_column(Text)
    remind_at: Mapped[datetime | None]
    remind_id: Mapped[str | None] = mapped_column(String(40))
    reminded_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_memos_created_at", "created_at"),
        _while_open("ix_memos_remind_at", "remind_at", "reminded_at"),
        Index("ix_memos_owner_created", "owner_id", "created_at"),
    )


class ServiceHistory(Base):
    """What became of a record, an order …, step by step. The operation log tells of it too, but for ever: what
    customers said stands here, where it can be erased."""

    __tablename__ = "service_history"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    by_id: Mapped[str | None] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(20))  # created | updated | status | submitted | answered | …
    changes: Mapped[dict[str, Any]]  # by field: [before, after]
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_service_history_subject", "subject_kind", "subject_id", "id"),)


class NoticeRow(Base):
    """Something one person is to be told of. The server tells it live, once (``told_at``), and it waits until he has
    seen it."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(40))
    text: Mapped[dict[str, Any]]  # what its words are filled with
    at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(index=True)
    seen_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_notices_user_at", "user_id", "at"),
        Index("ix_notices_subject", "subject_kind", "subject_id"),
    )
