"""Print the API's description, from which the web client is generated: ``python -m callroom.http.openapi``."""

import json

from callroom.clock import utc_now
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.store.database import open_database


def document() -> str:
    """The OpenAPI document as JSON with sorted keys, ending in a line feed; no site runs for it."""
    site = Site(open_database("sqlite+aiosqlite://"), utc_now)
    return json.dumps(make_app(site).openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(document(), end="")  # noqa: T201
