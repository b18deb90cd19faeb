"""Customers: the fields that the site made for them, who they are, and what was changed."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from callroom.store.tables.base import Base, BigId, Configured

_OF_VALUE = text("field IN ('tier', 'stage')")
Tokens = Text().with_variant(TSVECTOR(), "postgresql")


class FieldColumns:
    """A field that the site made, as ``core/fields`` names it; the same for customers and the site's own tables.

    ``options``: [{"id", "label", "retired"}], ``validation``: least, most, longest, pattern. ``changing``: the job that
    gives all values another type; nothing is written into the field until it is over.
    """

    label: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(12))
    options: Mapped[list[Any]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)
    rank: Mapped[int] = mapped_column(default=0)  # 0, 1, 2 …: where ``position`` puts it among the others
    in_pop: Mapped[bool] = mapped_column(default=True)
    required: Mapped[bool] = mapped_column(default=False)
    unique: Mapped[bool] = mapped_column("is_unique", default=False)
    masked: Mapped[bool] = mapped_column(default=False)
    default: Mapped[dict[str, Any]] = mapped_column("default_value", default=dict)  # {"value"}; {}: none
    validation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changing: Mapped[str | None] = mapped_column(String(40))


class CustomerField(FieldColumns, Configured, Base):
    __tablename__ = "customer_fields"


class Customer(Configured, Base):
    """``values``: by id of field. ``seq``: 1, 2, 3 … in the order in which they were made. ``batch``: the import or
    other bulk write that made him. ``by_hand``: what of tier, stage and tags a person chose, as ``core.customer_value``
    names it; rules leave it alone. Who is deleted can be brought back until housekeeping forgets him.

    ``search_…``: what is searched, and what lists are in the order of, as ``core/customers`` makes it. On SQLite a
    trigger brings changed ``search_tokens`` into the FTS5 table ``customer_search``: a migration that makes this table
    anew must make its triggers again. A row is made without tokens, or brought into that table by who makes it.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_deleted_at", "deleted_at"),
        Index("ix_customers_updated_at", "updated_at", "seq"),
        Index("ix_customers_tier", "tier", "seq"),
        Index("ix_customers_search_name", "search_name", "seq"),
    )
    seq: Mapped[int] = mapped_column(BigId, index=True, unique=True)
    name: Mapped[str] = mapped_column(String(80))
    company: Mapped[str] = mapped_column(String(120), default="")
    memo: Mapped[str] = mapped_column(Text, default="")
    tier: Mapped[int] = mapped_column(default=0)  # 0 a usual one … 9
    values: Mapped[dict[str, Any]] = mapped_column("field_values", default=dict)
    owner_id: Mapped[str | None] = mapped_column(String(40))
    tags: Mapped[list[str]] = mapped_column(default=list)
    stage: Mapped[str] = mapped_column(String(12), default="new")
    do_not_call: Mapped[bool] = mapped_column(default=False)
    no_mail: Mapped[bool] = mapped_column(default=False)  # he wants no mails that go to many
    by_hand: Mapped[list[str]] = mapped_column(default=list)
    created_by: Mapped[str | None] = mapped_column(String(40))
    batch: Mapped[str | None] = mapped_column(String(40), index=True)
    deleted_at: Mapped[datetime | None]
    search_name: Mapped[str] = mapped_column(String(80), default="")
    search_text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    search_numbers: Mapped[str] = mapped_column(Text, default="", deferred=True)
    search_masked: Mapped[str] = mapped_column(Text, default="", deferred=True)
    search_tokens: Mapped[str] = mapped_column(Tokens, default="", deferred=True)


class CustomerPhone(Base):
    """``id``: by which somebody uses the phone without seeing its number. ``label``: mobile, landline, home, work,
    other, or what people call it; "": nobody said."""

    __tablename__ = "customer_phones"
    id: Mapped[str] = mapped_column(String(40), default=lambda: f"ph_{token_hex(8)}")
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)  # E.164
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(String(20), default="")


class CustomerUnique(Base):
    """What stands in unique fields, of customers who are not deleted: the key lets no value stand twice."""

    __tablename__ = "customer_uniques"
    field_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)  # as ``core.fields.unique_key`` makes it
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)


class CustomerChange(Base):
    """One field of one customer, changed by somebody. ``field``: name, phones … or "values.ID"; ``version``: which the
    customer has since. It goes with the customer; the operation log tells only that he was changed."""

    __tablename__ = "customer_changes"
    __table_args__ = (
        Index("ix_customer_changes_customer", "customer_id", "version"),
        Index("ix_customer_changes_value", "field", "at", sqlite_where=_OF_VALUE, postgresql_where=_OF_VALUE),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    version: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[str | None] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(80))  # his name at the time
    field: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any]]  # {"value"}
    after: Mapped[dict[str, Any]]
    batch: Mapped[str | None] = mapped_column(String(40), index=True)


class CustomerImport(Base):
    """One file of customers that somebody imports, as ``actions/customer_imports`` takes it from ``state`` to state.

    ``heads`` of its columns; ``mapping``: what each one is (``core/imports``), "" for one that is left out. ``match``:
    by what a row finds who is there, phones or "values.ID", and ``rule`` what then becomes of him. ``reached``: the
    offset in the rows' file up to which rows are in the database, ``faults``: the length of the file of bad rows then.
    ``undone``: "step", "last", and how many are deleted, restored, kept. ``fault``: the rule that the file breaks.
    """

    __tablename__ = "customer_imports"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    by_id: Mapped[str | None] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigId)  # bytes
    state: Mapped[str] = mapped_column(String(12))
    fault: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"rule", "values"}
    job_id: Mapped[str | None] = mapped_column(String(40))
    format: Mapped[str] = mapped_column(String(4), default="")
    encoding: Mapped[str] = mapped_column(String(12), default="")
    delimiter: Mapped[str] = mapped_column(String(1), default="")
    heads: Mapped[list[str]] = mapped_column(default=list)
    heads_key: Mapped[str] = mapped_column(String(64), default="", index=True)
    mapping: Mapped[list[str]] = mapped_column(default=list)
    match: Mapped[str] = mapped_column("matched_by", String(60), default="phones")
    rule: Mapped[str] = mapped_column("duplicates", String(8), default="skip")
    shared_phones: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[int] = mapped_column("row_count", default=0)
    done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(BigId, default=0)
    faults: Mapped[int] = mapped_column(BigId, default=0)
    undone: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Segment(Configured, Base):
    """Customers who have something in common, named. ``conditions``: a document of ``customer_filters.Filter``."""

    __tablename__ = "segments"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    note: Mapped[str] = mapped_column(String(400), default="")
    conditions: Mapped[dict[str, Any]]


class Mailing(Base):
    """The same mail to all of a segment, by the job of the same id. ``left_out``: how many, by the reason."""

    __tablename__ = "mailings"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[str | None] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(80))
    segment_id: Mapped[str] = mapped_column(String(40))
    segment: Mapped[str] = mapped_column(String(80))  # its name at the time
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    gathered: Mapped[bool] = mapped_column(default=False)  # all who get it have their letters
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)


class MailingLetter(Base):
    """What becomes of a mailing for one customer. ``sending``: the mail server has it, or not: it is not sent twice."""

    __tablename__ = "mailing_letters"
    mailing_id: Mapped[str] = mapped_column(ForeignKey("mailings.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting | sending | sent | failed | left_out
    why: Mapped[str] = mapped_column(String(32), default="")
    attempts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_mailing_letters_state", "mailing_id", "state"),)


class CustomerRule(Configured, Base):
    """Customers who fit the ``conditions`` get a tier, a stage, tags, or lose tags; null: as it is. The first rule of
    those that say something of it decides. ``over_hand``: also where a person chose otherwise."""

    __tablename__ = "customer_rules"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    enabled: Mapped[bool] = mapped_column(default=True)
    conditions: Mapped[dict[str, Any]]
    tier: Mapped[int | None]
    stage: Mapped[str | None] = mapped_column(String(12))
    tags_on: Mapped[list[str]] = mapped_column(default=list)
    tags_off: Mapped[list[str]] = mapped_column(default=list)
    over_hand: Mapped[bool] = mapped_column(default=False)


class CustomerView(Configured, Base):
    """A view of the list of customers: ``filter`` are the questions as the list is asked them, ``columns`` those that
    it shows; none: the usual ones."""

    __tablename__ = "customer_views"
    name: Mapped[str] = mapped_column(String(60))
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)  # everybody sees it
    filter: Mapped[dict[str, Any]]
    columns: Mapped[list[str]]
    sort: Mapped[str] = mapped_column(String(20), default="")


class CustomerViewDefault(Base):
    """What the list of customers shows a person first."""

    __tablename__ = "customer_view_defaults"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    view_id: Mapped[str] = mapped_column(ForeignKey("customer_views.id", ondelete="CASCADE"), index=True)
