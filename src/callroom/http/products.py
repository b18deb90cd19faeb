"""Products and the tree of their categories."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from callroom.actions.products import PRODUCT_CATEGORIES, PRODUCTS
from callroom.core.orders import MOST_PRICE
from callroom.http.fields import PLAIN, Body, MaybeId, Name, Shown
from callroom.http.resources import Resource, mount, plainly

router = APIRouter(prefix="/api/v1")
Code = Annotated[str, Field(min_length=1, max_length=40), PLAIN]
Unit = Annotated[str, Field(max_length=20), PLAIN]
Position = Annotated[int, Field(ge=0, le=9999)]


class ProductCategoryIn(Body):
    """``parent_id`` null: at the top."""

    name: Name
    parent_id: MaybeId = None
    position: Position = 0


class ProductCategoryOut(Shown):
    name: str
    parent_id: str | None
    position: int


class ProductIn(Body):
    """``price`` in fen, of one ``unit``. What is not ``active`` cannot be ordered any more."""

    code: Code
    name: Name
    category_id: MaybeId = None
    unit: Unit = ""
    price: Annotated[int, Field(ge=0, le=MOST_PRICE)] = 0
    active: bool = True
    memo: Annotated[str, Field(max_length=2000)] = ""


class ProductOut(Shown):
    code: str
    name: str
    category_id: str | None
    unit: str
    price: int
    active: bool
    memo: str


mount(
    router,
    Resource(
        PRODUCT_CATEGORIES,
        "ProductCategory",
        "ProductCategories",
        ProductCategoryIn,
        ProductCategoryOut,
        sort=("position", "name"),
        search=("name",),
        show=plainly(ProductCategoryOut),
        agents_see=tuple(ProductCategoryOut.model_fields),
    ),
)
mount(
    router,
    Resource(
        PRODUCTS,
        "Product",
        "Products",
        ProductIn,
        ProductOut,
        sort=("name", "code", "created_at"),
        search=("name", "code"),
        show=plainly(ProductOut),
        agents_see=tuple(ProductOut.model_fields),
    ),
)
