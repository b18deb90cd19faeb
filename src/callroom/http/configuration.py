"""All routes with which a site is configured, as one router."""

from fastapi import APIRouter

from callroom.http import (
    arrangements,
    connections,
    customer_fields,
    dialling,
    exchange,
    fax_boxes,
    feature_codes,
    flow_tools,
    flows,
    keys,
    me,
    prompts,
    queues,
    ring_groups,
    schedules,
    settings,
    sms_gateways,
    sms_rules,
    studio,
    surveys,
    users,
    voices,
)

router = APIRouter()
for part in (
    me,
    users,
    exchange,
    fax_boxes,
    ring_groups,
    feature_codes,
    dialling,
    queues,
    arrangements,
    schedules,
    flow_tools,
    flows,
    surveys,
    prompts,
    voices,
    studio,
    keys,
    settings,
    connections,
    customer_fields,
    sms_gateways,
    sms_rules,
):
    router.include_router(part.router)
