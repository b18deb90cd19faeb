"""The site's HTTP application: thin routes over actions and queries."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from callroom.http import (
    api_page,
    callbacks,
    calls,
    configuration,
    customer_downloads,
    customer_edits,
    customer_import_files,
    customer_imports,
    customer_merging,
    customer_rules,
    customer_search,
    customer_value,
    customer_views,
    customers,
    demo,
    faxes,
    follow_ups,
    jobs,
    journeys,
    live,
    mail,
    mailings,
    memos,
    messages,
    metrics,
    notices,
    order_downloads,
    orders,
    own_tables,
    pages,
    people,
    persons,
    pops,
    problems,
    products,
    record_downloads,
    recordings,
    records,
    segments,
    sip,
    sms_callbacks,
    supervision,
    text_mailings,
    timeline,
    unsubscribe,
    voicemail_boxes,
    voicemails,
    webhooks,
    what_if,
)
from callroom.http.body_limit import BodyLimit
from callroom.http.site import Site, SiteDep
from callroom.store.database import reading


def make_app(site: Site, engine_link: Path = Path("engine/run/link.json")) -> FastAPI:
    """The application of one site; whoever runs it opens and closes the site's parts.

    ``engine_link``: the file by which a running engine is found.
    """
    app = FastAPI(title="Callroom", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)
    app.state.site = site
    app.state.engine_link = engine_link
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.include_router(people.router)
    app.include_router(configuration.router)
    app.include_router(customer_rules.router)
    app.include_router(segments.router)
    app.include_router(text_mailings.router)
    app.include_router(mailings.router)
    app.include_router(customer_search.router)
    app.include_router(customer_downloads.router)  # before customers, one of whom “download” would be
    app.include_router(customer_edits.router)
    app.include_router(customer_merging.router)
    app.include_router(customer_views.router)
    app.include_router(customer_value.router)
    app.include_router(customers.router)
    app.include_router(persons.router)
    app.include_router(timeline.router)
    app.include_router(customer_import_files.router)  # before imports, one of which “template” would be
    app.include_router(customer_imports.router)
    app.include_router(own_tables.router)
    app.include_router(record_downloads.router)
    app.include_router(records.router)
    app.include_router(notices.router)
    app.include_router(follow_ups.router)
    app.include_router(memos.router)
    app.include_router(products.router)
    app.include_router(order_downloads.router)  # before orders, one of which “download” would be
    app.include_router(orders.router)
    app.include_router(calls.router)
    app.include_router(pops.router)
    app.include_router(supervision.router)
    app.include_router(demo.router)
    app.include_router(jobs.router)
    app.include_router(journeys.router)
    app.include_router(mail.router)
    app.include_router(messages.router)
    app.include_router(sms_callbacks.router)
    app.include_router(webhooks.router)
    app.include_router(recordings.router)
    app.include_router(voicemails.router)
    app.include_router(voicemail_boxes.router)
    app.include_router(faxes.router)
    app.include_router(callbacks.router)
    app.include_router(what_if.router)
    app.add_api_route("/healthz", healthz, include_in_schema=False)
    app.add_api_route("/metrics", metrics.metrics, include_in_schema=False)
    app.add_api_websocket_route("/api/v1/live", live.live_socket)
    app.add_api_websocket_route("/sip", sip.sip_socket)
    app.include_router(unsubscribe.router)
    api_page.install(app)
    pages.install(app, framed=lambda: pages.framed_by(site.directory.company))
    return app


async def healthz(site: SiteDep) -> JSONResponse:
    """Each part's state; 200 only when calls can be taken."""
    parts = {"database": await _database_works(site)} | {name: works() for name, works in site.parts.items()}
    return JSONResponse({"ok": all(parts.values()), "parts": parts}, 200 if all(parts.values()) else 503)


async def _database_works(site: Site) -> bool:
    try:
        async with reading(site.engine) as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True
