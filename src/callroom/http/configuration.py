"""All routes with which a site is configured, as one router."""

from fastapi import APIRouter

from callroom.http import arrangements, dialling, exchange, flows, keys, me, prompts, queues, settings, users

router = APIRouter()
for part in (me, users, exchange, dialling, queues, arrangements, flows, prompts, keys, settings):
    router.include_router(part.router)
