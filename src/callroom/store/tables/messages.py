"""Text messages (SMS): the gateways and templates that are set up, and the messages that went and came."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callroom.store.tables.base import Base, Configured


class SmsGateway(Configured, Base):
    """A way to send messages. ``options`` are those of its kind; ``secrets``: sealed, by name; ``token`` is the part of
    its address for reports and replies that nobody can guess."""

    __tablename__ = "sms_gateways"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(12))  # http | aliyun | tencent | smpp
    position: Mapped[int] = mapped_column(default=0)  # the first that is enabled sends what names none
    enabled: Mapped[bool] = mapped_column(default=True)
    per_second: Mapped[int] = mapped_column(default=10)
    valid_hours: Mapped[int] = mapped_column(default=24)  # then a message that could not be sent has expired
    sends_again: Mapped[bool] = mapped_column(default=False)  # a message of which it is unclear whether it went
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    token: Mapped[str] = mapped_column(String(64), unique=True)


class SmsLink(Base):
    """How a gateway is reached, as the worker last saw it."""

    __tablename__ = "sms_links"
    gateway_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))  # ready | away
    why: Mapped[str] = mapped_column(String(32), default="")
    told: Mapped[str] = mapped_column(String(300), default="")
    since: Mapped[datetime]


class SmsTemplate(Configured, Base):
    """``texts``: by language {"text", "code"}, a code being what the gateway's platform calls it; ``params``: what it
    is filled with there, [{"name", "value"}], values being templates."""

    __tablename__ = "sms_templates"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    gateway_id: Mapped[str | None] = mapped_column(String(40))  # null: any
    texts: Mapped[dict[str, Any]]
    params: Mapped[list[Any]] = mapped_column(default=list)
    enabled: Mapped[bool] = mapped_column(default=True)


class MessageRow(Base):
    """A message, out or in. ``owner_id``: who sent it, or whom an incoming one answers."""

    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    direction: Mapped[str] = mapped_column(String(4))  # in | out
    state: Mapped[str] = mapped_column(String(12))  # core.sms.State
    number: Mapped[str] = mapped_column(String(40), index=True)  # of the other end, E.164
    line: Mapped[str] = mapped_column(String(40), default="")  # of an incoming one: what it was sent to
    gateway_id: Mapped[str] = mapped_column(String(40))
    template_id: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    veiled: Mapped[str] = mapped_column(Text, default="")  # the text as agents are shown it; "": as it is
    code: Mapped[str] = mapped_column(String(80), default="")  # the platform's template, filled with ``params``
    params: Mapped[list[Any]] = mapped_column(default=list)  # [[name, value], …]
    encoding: Mapped[str] = mapped_column(String(8))  # gsm7 | ucs2
    parts: Mapped[int] = mapped_column(default=1)
    bulk: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[str | None] = mapped_column(String(40))  # the job that wrote to all of a segment
    customer_id: Mapped[str | None] = mapped_column(String(40), index=True)
    journey_id: Mapped[str | None] = mapped_column(String(40), index=True)
    owner_id: Mapped[str | None] = mapped_column(String(40), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]  # not before then
    expires_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(String(32), default="")
    told: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]  # delivered, or given up
    changed_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_messages_line_up", "gateway_id", "state", "bulk", "due_at"),
        Index("ix_messages_batch", "batch", "state"),
    )


class MessagePart(Base):
    """A part of a message by the id that the gateway gave it; without ``message_id`` a report that came before it was
    known whose it is."""

    __tablename__ = "message_parts"
    gateway_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    message_id: Mapped[str | None] = mapped_column(String(40), index=True)
    number: Mapped[int] = mapped_column(default=1)  # 1, 2, …
    state: Mapped[str] = mapped_column(String(12), default="sent")
    told: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]


class MessagePiece(Base):
    """A part of a longer reply that waits for the others."""

    __tablename__ = "message_pieces"
    gateway_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    reference: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    total: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    line: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]


class SmsOptOut(Base):
    """Somebody who wants no messages: by a word he replied, or noted by a person."""

    __tablename__ = "sms_opt_outs"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str | None] = mapped_column(String(40))  # user; null: the customer himself
    word: Mapped[str] = mapped_column(String(40), default="")
