"""The fields that requests are made of, each with its rule, and what every configured row carries."""

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from callroom.actions.mail import is_address
from callroom.core.routing.matching import is_pattern

_COMMON = frozenset({"id", "version", "created_at", "updated_at"})
_HOST = re.compile(
    r"(?=.{1,255}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*\.?"
)


class Body(BaseModel):
    """What is sent. A row as it was read may be sent back: what cannot be written is left out of account."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", use_enum_values=True)
    read_only: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_only_read(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        fields: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        ignored = (_COMMON | cls.read_only) - cls.model_fields.keys()
        return {name: one for name, one in fields.items() if name not in ignored}


class Shown(BaseModel):
    """What every configured row shows."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    version: int
    created_at: datetime
    updated_at: datetime


def rule(name: str, holds: Callable[[str], bool]) -> AfterValidator:
    def check(value: str) -> str:
        if not holds(value):
            raise PydanticCustomError(name, "{rule}", {"rule": name.replace("_", " ")})  # pyright: ignore[reportArgumentType]
        return value

    return AfterValidator(check)


def _none_when_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _printable(value: str) -> bool:
    return all(c.isprintable() for c in value)


def is_host(value: str) -> bool:
    return _is_address(value) or _HOST.fullmatch(value) is not None


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


def _is_network(value: str) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _fits(expression: str) -> Callable[[str], bool]:
    compiled = re.compile(expression)
    return lambda value: compiled.fullmatch(value) is not None


PLAIN = rule("bad_character", _printable)  # no control characters: they would break lists, logs and SIP headers
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), PLAIN]
Label = Annotated[str, Field(max_length=80), PLAIN]
InsideNumber = Annotated[str, rule("not_an_inside_number", _fits("[0-9]{3,8}"))]
MaybeInsideNumber = Annotated[InsideNumber | None, BeforeValidator(_none_when_empty)]
Pattern = Annotated[str, Field(max_length=40), rule("not_a_pattern", is_pattern)]
CallerNumber = Annotated[str, rule("not_a_number", _fits(r"(\+?[0-9]{2,30})?"))]
Host = Annotated[str, Field(max_length=255), rule("not_a_host", is_host)]
MaybeHost = Annotated[str, Field(max_length=255), rule("not_a_host", lambda value: not value or is_host(value))]
Email = Annotated[str, Field(max_length=254), rule("not_an_email", is_address)]
MaybeEmail = Annotated[str, Field(max_length=254), rule("not_an_email", lambda value: not value or is_address(value))]
Network = Annotated[str, Field(max_length=64), rule("not_a_network", _is_network)]
PhoneSecret = Annotated[str, rule("not_a_secret", _fits("[A-Za-z0-9._~+@*=-]{12,64}"))]
# what the engine's configuration can carry as a name or password at a carrier
Credential = Annotated[str, Field(max_length=80), rule("bad_character", _fits(r"[^\s;\"\\\[\]<>]*")), PLAIN]
Id = Annotated[str, Field(min_length=1, max_length=40), PLAIN]
MaybeId = Annotated[Id | None, BeforeValidator(_none_when_empty)]
Key = Annotated[str, rule("not_a_key", _fits("[0-9*#]"))]
MaybeKey = Annotated[Key | None, BeforeValidator(_none_when_empty)]
Language = Literal["zh", "en"]
Version = Annotated[int, Field(ge=1)]


class SkillAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    skill: Id
    level: Annotated[int, Field(ge=1, le=10)] = 1


class Destination(BaseModel):
    """Where a call leads: ``id`` of what the kind names (a box: its owner's; an announcement: the prompt's); ``number``
    outside."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal[
        "queue",
        "extension",
        "flow",
        "ring_group",
        "survey",
        "voicemail_queue",
        "voicemail_extension",
        "voicemail_menu",
        "fax",
        "announcement",
        "callback",
        "outside",
        "hang_up",
    ]
    id: MaybeId = None
    number: Annotated[str | None, Field(max_length=32)] = None
    priority: Annotated[int | None, Field(ge=0, le=10, description="Of a queue: the higher is served first")] = None
    skills: Annotated[
        list[SkillAsked] | None, Field(max_length=10, description="Of a queue: asked beside the queue's own")
    ] = None
