"""Errors a person can be told of. Each carries its data; the text in his language is made where it is shown."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass


class CallroomError(Exception):
    """Something was asked that cannot be done."""


@dataclass
class WrongCredentials(CallroomError):
    """Login and password do not fit, or the user may not sign in; which of them is not told."""

    login: str


@dataclass
class LoginTaken(CallroomError):
    login: str


@dataclass
class PasswordTooWeak(CallroomError):
    shortest: int  # characters


@dataclass
class NotFound(CallroomError):
    kind: str
    id: str


@dataclass
class NotAllowed(CallroomError):
    """The signed-in user's role does not permit this."""

    role: str


@dataclass
class NotSignedIn(CallroomError):
    pass


@dataclass
class TooManyAttempts(CallroomError):
    seconds: int  # until the next try is taken


@dataclass
class NotNow(CallroomError):
    """The call or the agent is in a state in which this cannot be done."""

    wanted: str
    state: str


@dataclass
class NotLed(CallroomError):
    """The agent is in none of the teams that this person leads."""

    agent: str


@dataclass
class CannotSupervise(CallroomError):
    """``why``: no_agent_talks, own_talk, in_a_talk (the leader himself) or no_phone."""

    why: str


@dataclass
class InternalCall(CallroomError):
    """Plain internal calls cannot be held, transferred or muted (CC-14)."""

    wanted: str


@dataclass
class NoPhone(CallroomError):
    """The agent has no phone that could ring: no extension, or no page or phone is registered."""

    agent: str


@dataclass
class CannotDial(CallroomError):
    """``why``: not_permitted, no_route, lines_busy, bad_number or not_for_consulting."""

    number: str
    why: str


@dataclass
class PreconditionRequired(CallroomError):
    """A change must say which version of the row it is made from."""


@dataclass
class ChangedMeanwhile(CallroomError):
    """Somebody else changed the row since it was read."""

    version: int  # the one it has now


@dataclass
class InUse(CallroomError):
    """A row cannot go while another one leads to it."""

    kind: str  # of the row that uses it: queue, inbound_route …
    name: str


@dataclass
class Taken(CallroomError):
    """Another row has this name or number already."""

    field: str
    value: str


@dataclass(frozen=True)
class Fault:
    """One thing wrong in what was sent. ``texts`` (Chinese, English) only where the rule alone does not say it."""

    field: str
    rule: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict[str, object])
    texts: tuple[str, str] | None = None


@dataclass
class Invalid(CallroomError):
    faults: tuple[Fault, ...]


def invalid(field: str, rule: str, **values: object) -> Invalid:
    return Invalid((Fault(field, rule, values),))


def unknown_reference(field: str) -> Invalid:
    """The field names a row that does not exist."""
    return invalid(field, "unknown_reference")


@dataclass
class LastAdmin(CallroomError):
    """The site would be left without an admin, or the admin would shut himself out."""


@dataclass
class TooLarge(CallroomError):
    megabytes: int  # the most that is taken


@dataclass
class TooMuchToReckon(CallroomError):
    """A staffing question that would keep the machine busy too long."""

    calls: int  # the most of one day that are played
