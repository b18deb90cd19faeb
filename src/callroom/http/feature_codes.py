"""What can be dialled to be served by the exchange itself."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from callroom.actions.users import Role
from callroom.calls.features import FEATURES
from callroom.http.site import allow
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1", tags=["feature-codes"])
Everyone = Annotated[User, Depends(allow(*Role))]


class FeatureCode(BaseModel):
    """``takes``: how many digits may follow the code (busy: the place of a reason in the company's order)."""

    code: str
    feature: str
    takes: int


class FeatureCodes(BaseModel):
    items: list[FeatureCode]
    next: str | None


@router.get("/feature-codes", operation_id="listFeatureCodes")
async def feature_codes(me: Everyone) -> FeatureCodes:
    """The codes of this exchange, which are the same for everybody."""
    codes = [FeatureCode(code=code, feature=one.name, takes=one.takes) for code, one in FEATURES.items()]
    return FeatureCodes(items=codes, next=None)
