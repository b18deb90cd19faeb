"""With which secret webhooks are signed; it is shown once, when it is made."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from callroom.actions import webhooks
from callroom.http.resources import Admin
from callroom.http.site import Read, SiteDep, Write, actor_of

router = APIRouter(prefix="/api/v1", tags=["webhooks"])


class WebhookSecret(BaseModel):
    """``since`` null: webhooks are not signed yet."""

    since: datetime | None


class NewWebhookSecret(WebhookSecret):
    secret: str


@router.get("/settings/webhook-secret", operation_id="getWebhookSecret")
async def get_secret(me: Admin, session: Read) -> WebhookSecret:
    return WebhookSecret(since=await webhooks.secret_since(session))


@router.post("/settings/webhook-secret", status_code=201, operation_id="createWebhookSecret")
async def create_secret(me: Admin, request: Request, site: SiteDep, session: Write) -> NewWebhookSecret:
    """A new secret, in place of the former one from now on; it is shown only here."""
    now = site.now()
    secret = await webhooks.new_secret(session, actor_of(me, request), site.vault, now)
    return NewWebhookSecret(since=now, secret=secret)
