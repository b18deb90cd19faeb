"""What is sold: products in their categories, and the orders of customers. Amounts are whole fen."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callroom.store.tables.base import Base, Configured
from callroom.store.tables.service import Owned


class ProductCategory(Configured, Base):
    __tablename__ = "product_categories"
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[str | None] = mapped_column(String(40), index=True)
    position: Mapped[int] = mapped_column(default=0)


class Product(Configured, Base):
    __tablename__ = "products"
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    category_id: Mapped[str | None] = mapped_column(String(40), index=True)
    unit: Mapped[str] = mapped_column(String(20), default="")
    price: Mapped[int] = mapped_column(BigInteger, default=0)  # of one unit
    active: Mapped[bool] = mapped_column(default=True)  # can be ordered
    memo: Mapped[str] = mapped_column(Text, default="")


class Order(Configured, Owned, Base):
    __tablename__ = "orders"
    number: Mapped[int] = mapped_column(unique=True)  # 1, 2, …
    status: Mapped[str] = mapped_column(String(40))
    total: Mapped[int] = mapped_column(BigInteger)
    memo: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_orders_created_at", "created_at"),
        Index("ix_orders_owner_created", "owner_id", "created_at"),
    )


class OrderLine(Base):
    """``code``, ``name`` and ``unit`` as the product had them; ``quantity`` in thousandths of the unit."""

    __tablename__ = "order_lines"
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0, 1, …
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(20), default="")
    quantity: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger)
