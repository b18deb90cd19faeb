"""Connections to other systems that flows ask; admins write them, and try them. Secrets go in and never come out."""

import json
import re
import time
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from callroom.actions import configured
from callroom.actions.configured import Values
from callroom.actions.connections import CONNECTIONS
from callroom.core.ivr.templates import is_variable
from callroom.errors import Fault, Invalid, LookupFailed
from callroom.http.codes import CODES
from callroom.http.exchange import columns
from callroom.http.fields import PLAIN, Body, Name, Shown, is_host, rule
from callroom.http.problems import speaks_english
from callroom.http.resources import Admin, Resource, Viewer, mount
from callroom.http.site import Read, Site, SiteDep
from callroom.store.tables import Connection

router = APIRouter(prefix="/api/v1")
LONGEST_ANSWER = 20_000  # characters shown of an answer
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")  # RFC 9110, a header's name


def is_base(value: str) -> bool:
    """Whether this is a web address without user name, query or values."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    bare = not (parts.query or parts.fragment or parts.username or parts.password)
    return (
        bare
        and parts.scheme in ("http", "https")
        and is_host(parts.hostname or "")
        and port != 0
        and re.search(r"[\s{}\\]", value) is None
    )


def _is_file(value: str) -> bool:
    return not value or (not value.startswith("/") and ".." not in value.split("/") and "\\" not in value)


Base = Annotated[str, Field(max_length=500), rule("not_a_web_address", lambda value: not value or is_base(value))]
Socket = Annotated[
    str,
    Field(max_length=255),
    rule("not_a_host", lambda value: not value or value.startswith("/") or is_host(value)),
    PLAIN,
]
HeaderName = Annotated[str, rule("bad_character", lambda value: HEADER_NAME.fullmatch(value) is not None)]
SecretName = Annotated[str, Field(max_length=40), rule("not_a_variable", is_variable)]


class Header(BaseModel):
    """``value`` may name secrets of the connection: ``Bearer {{secret.token}}``."""

    name: HeaderName
    value: Annotated[str, Field(max_length=1000), PLAIN] = ""


class Secret(BaseModel):
    """``value`` null: the stored one stays; it never comes back."""

    name: SecretName
    value: Annotated[str | None, Field(min_length=1, max_length=4000)] = None


class ConnectionIn(Body):
    """Of ``http``: ``base_url`` and ``headers``. Of ``postgresql``: host (or the folder of its socket), port, database,
    username and a secret named password. Of ``sqlite``: ``database``, a file in the folder data of the home.

    Secrets that are left out of a change go; when the connection leads elsewhere, each must be given anew."""

    name: Name
    kind: Literal["http", "postgresql", "sqlite"]
    base_url: Base = ""
    headers: list[Header] = Field(default=[], max_length=20)
    encrypted: bool = True
    check_certificate: bool = True
    host: Socket = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 5432
    database: Annotated[str, Field(max_length=255), PLAIN] = ""
    username: Annotated[str, Field(max_length=80), PLAIN] = ""
    secrets: list[Secret] = Field(default=[], max_length=20)

    read_only: ClassVar = frozenset[str]()


class ConnectionOut(Shown):
    name: str
    kind: Literal["http", "postgresql", "sqlite"]
    base_url: str
    headers: list[Header]
    encrypted: bool
    check_certificate: bool
    host: str
    port: int
    database: str
    username: str
    secrets: list[Secret]


class TrialIn(Body):
    """What a flow's lookup would ask; ``values`` stand for its variables."""

    method: Literal["GET", "POST"] = "GET"
    path: Annotated[str, Field(max_length=2000), PLAIN] = ""
    body: Annotated[str, Field(max_length=10_000)] = ""
    query: Annotated[str, Field(max_length=10_000)] = ""
    values: dict[str, str] = Field(default={}, max_length=50)


class TrialOut(BaseModel):
    """``answer``: JSON, cut when it is long. ``error``: why there is none, ``error_text`` and ``told`` in words."""

    milliseconds: int
    answer: str
    error: str
    error_text: str
    told: str


async def show(viewer: Viewer, rows: Sequence[Connection]) -> list[ConnectionOut]:
    def shown(row: Connection) -> ConnectionOut:
        return ConnectionOut.model_validate(
            columns(row) | {"secrets": [{"name": name} for name in sorted(row.secrets)]}
        )

    return [shown(row) for row in rows]


_NEEDED = {"http": ("base_url",), "postgresql": ("host", "database", "username"), "sqlite": ("database",)}


def _values(site: Site, body: ConnectionIn) -> Values:
    faults = [Fault(name, "missing") for name in _NEEDED[body.kind] if not getattr(body, name)]
    if body.kind == "sqlite" and not _is_file(body.database):
        faults.append(Fault("database", "not_a_file_of_ours"))
    if len({secret.name for secret in body.secrets}) != len(body.secrets):
        faults.append(Fault("secrets", "twice"))
    if faults:
        raise Invalid(tuple(faults))
    secrets = {secret.name: secret.value for secret in body.secrets}
    return body.model_dump() | {"secrets": secrets, "vault": site.vault}


mount(
    router,
    Resource(
        CONNECTIONS,
        "Connection",
        "Connections",
        ConnectionIn,
        ConnectionOut,
        sort=("name", "created_at"),
        search=("name",),
        show=show,
        values=_values,
    ),
)


@router.post("/connections/{id}/try", operation_id="tryConnection", tags=["connections"])
async def try_connection(id: str, body: TrialIn, me: Admin, request: Request, site: SiteDep, session: Read) -> TrialOut:
    """Asks the other system now, as a flow would, and shows the answer."""
    await site.limit("try-connection", me.id, 60)
    await configured.get(session, CONNECTIONS, id)
    begun = time.perf_counter()
    failed, answer = LookupFailed(""), ""
    try:
        found = await site.outside.try_connection(id, body.model_dump(exclude={"values"}), body.values)
        answer = json.dumps(found, ensure_ascii=False, indent=2, default=str)[:LONGEST_ANSWER]
    except LookupFailed as error:
        failed = error
    words = CODES.get(f"lookup_{failed.why}")
    return TrialOut(
        milliseconds=round((time.perf_counter() - begun) * 1000),
        answer=answer,
        error=failed.why,
        error_text=words[speaks_english(request)] if words else "",
        told=failed.detail,
    )
