"""Products and their categories, which are a tree."""

from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values, must_exist
from callroom.errors import InUse, invalid
from callroom.store.tables import Order, OrderLine, Product, ProductCategory

DEEPEST = 8  # categories within one another


class ProductCategories(Kind[ProductCategory]):
    table = ProductCategory
    name = "product_category"
    plural = "product-categories"
    prefix = "pc"
    unique = ()

    async def check(self, session: AsyncSession, values: Values, row: ProductCategory | None) -> None:
        """Raises ``Invalid`` when it would lie within itself, or too deep."""
        await must_exist(session, ProductCategory, values["parent_id"], "parent_id")
        above, depth = values["parent_id"], 1
        while above is not None:
            depth += 1
            if (row is not None and above == row.id) or depth > DEEPEST:
                raise invalid("parent_id", "leads_to_itself" if depth <= DEEPEST else "too_deep", most=DEEPEST)
            above = await session.scalar(select(ProductCategory.parent_id).where(ProductCategory.id == above))

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: ProductCategory) -> None:
        below = select(ProductCategory.name).where(ProductCategory.parent_id == row.id)
        if (name := await session.scalar(below.limit(1))) is not None:
            raise InUse("product_category", name)
        if (
            name := await session.scalar(select(Product.name).where(Product.category_id == row.id).limit(1))
        ) is not None:
            raise InUse("product", name)


class Products(Kind[Product]):
    table = Product
    name = "product"
    plural = "products"
    prefix = "p"
    unique: ClassVar[tuple[str, ...]] = ("code",)

    async def check(self, session: AsyncSession, values: Values, row: Product | None) -> None:
        await must_exist(session, ProductCategory, values["category_id"], "category_id")

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Product) -> None:
        """What was ordered stays, and is taken out of sale instead."""
        ordered = select(Order.number).join(OrderLine, OrderLine.order_id == Order.id)
        if (number := await session.scalar(ordered.where(OrderLine.product_id == row.id).limit(1))) is not None:
            raise InUse("order", str(number))


PRODUCT_CATEGORIES, PRODUCTS = ProductCategories(), Products()
