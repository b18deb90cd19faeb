"""The site's settings, and what anybody may know of the site before signing in."""

from importlib.metadata import version as version_of_package
from typing import Annotated, ClassVar
from zoneinfo import available_timezones

import phonenumbers
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from callroom.actions.settings import read_settings, write_settings
from callroom.core.pops import NAMES, When, Where, names_in
from callroom.errors import invalid
from callroom.http.fields import PLAIN, Body, Language
from callroom.http.resources import Admin, Everyone, IfMatch, etag, version_of
from callroom.http.site import Read, SiteDep, Write, actor_of
from callroom.media.voices import VOICES

router = APIRouter(prefix="/api/v1")
VERSION = version_of_package("callroom")


class SettingsIn(Body):
    """``country``: ISO code; ``area_code`` with its zero; ``recording_days``, ``fax_days``,
    ``message_days``, ``mail_days`` (of mails to many) 0: kept for ever.

    ``page_address``: where people open the pages (https://…), for links in mails; "": mails carry none.

    ``voice_zh`` and ``voice_en``: who speaks typed texts, "" the usual voices.

    ``pop_url``: the address of another system's page about a caller, opened for the agent when his phone rings or when
    he answers (``pop_when``), in a new tab or within the desk (``pop_in``); after the host {number}, {customer_id},
    {customer_name}, {call_id}, {agent}, {agent_name}, {line}, {queue} and {direction} are filled in. ``pop_webhook``:
    is told the same of each offer and each call out, within five minutes of it; "": nobody is. Calls between colleagues
    are of no concern to either.

    ``short_abandon_seconds``: who gives up in a queue sooner counts as a short abandon (METRICS); 0: nobody does.
    """

    read_only: ClassVar = frozenset({"version"})
    company_name: Annotated[str, Field(max_length=80), PLAIN]
    language: Language
    country: Annotated[str, Field(min_length=2, max_length=2)]
    time_zone: Annotated[str, Field(min_length=1, max_length=60)]
    area_code: Annotated[str, Field(max_length=6, pattern=r"^[0-9]*$")] = ""
    external_prefix: Annotated[str, Field(max_length=4, pattern=r"^[0-9]*$")] = ""
    recording_days: Annotated[int, Field(ge=0, le=36500)] = 0
    fax_days: Annotated[int, Field(ge=0, le=36500)] = 0
    message_days: Annotated[int, Field(ge=0, le=36500)] = 0
    mail_days: Annotated[int, Field(ge=0, le=36500)] = 0
    short_abandon_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    page_address: Annotated[str, Field(max_length=200, pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$")] = ""
    pop_url: Annotated[str, Field(max_length=1000, pattern=r"^(https?://[^\s/?#{}]+([/?#]\S*)?)?$")] = ""
    pop_when: When = "ring"
    pop_in: Where = "tab"
    pop_webhook: Annotated[str, Field(max_length=1000, pattern=r"^(https?://[^\s/?#{}]+([/?#][^\s{}]*)?)?$")] = ""
    voice_zh: Annotated[str, Field(max_length=40)] = ""
    voice_en: Annotated[str, Field(max_length=40)] = ""
    set_up_done: bool


class SettingsOut(BaseModel):
    version: int
    company_name: str
    language: str
    country: str
    time_zone: str
    area_code: str
    external_prefix: str
    recording_days: int
    fax_days: int
    message_days: int
    mail_days: int
    short_abandon_seconds: int
    page_address: str
    pop_url: str
    pop_when: When
    pop_in: Where
    pop_webhook: str
    voice_zh: str
    voice_en: str
    set_up_done: bool


class SiteOut(BaseModel):
    """``calling_code``: of the country, as "86"; ``trunk_prefix``: what is dialled there before other towns, as "0"."""

    name: str
    language: str
    time_zone: str
    calling_code: str
    trunk_prefix: str
    set_up_done: bool
    version: str


@router.get("/site", operation_id="getSite", tags=["site"])
async def about_the_site(session: Read) -> SiteOut:
    """Needs no session: the page of the sign-in shows it."""
    values, _ = await read_settings(session)
    code = str(phonenumbers.country_code_for_region(values["country"]))
    prefix = phonenumbers.ndd_prefix_for_region(values["country"], True) or ""
    return SiteOut(
        name=values["company_name"],
        language=values["language"],
        time_zone=values["time_zone"],
        calling_code=code,
        trunk_prefix="" if prefix == code else prefix,
        set_up_done=values["set_up_done"],
        version=VERSION,
    )


@router.get("/settings", operation_id="getSettings", tags=["settings"])
async def get_settings(me: Everyone, response: Response, session: Read) -> SettingsOut:
    values, version = await read_settings(session)
    etag(response, version)
    return SettingsOut.model_validate(values | {"version": version})


@router.put("/settings", operation_id="replaceSettings", tags=["settings"])
async def replace_settings(
    body: SettingsIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    if_match: IfMatch = None,
) -> SettingsOut:
    """If-Match is honoured but may be left out: the set-up writes before anybody has read."""
    values = body.model_dump()
    values["country"] = body.country.upper()
    if values["country"] not in phonenumbers.SUPPORTED_REGIONS:
        raise invalid("country", "not_a_country")
    if unknown := sorted(names_in(body.pop_url) - NAMES):
        raise invalid("pop_url", "unknown_placeholder", name=unknown[0])
    if body.time_zone not in available_timezones():
        raise invalid("time_zone", "not_a_time_zone")
    for field, language in (("voice_zh", "zh"), ("voice_en", "en")):
        if values[field] and (values[field] not in VOICES or VOICES[values[field]].language != language):
            raise invalid(field, "unknown_reference")
    wanted = version_of(if_match) if if_match else None
    version = await write_settings(session, actor_of(me, request), values, wanted, site.now())
    etag(response, version)
    return SettingsOut.model_validate(values | {"version": version})
