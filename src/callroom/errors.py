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
class OtherOrigin(CallroomError):
    """A page of another site asks in the name of who is signed in here."""

    origin: str


@dataclass
class TooManyAttempts(CallroomError):
    seconds: int  # until the next try is taken


@dataclass
class LookupFailed(CallroomError):
    """What a flow asked for outside did not come. ``why``: timeout, unreachable, refused, bad_answer, not_found,
    not_set_up or bad_request; ``detail`` is for the log and the simulator, never for callers."""

    why: str
    detail: str = ""


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
    """Somebody else changed the row since it was read; ``fields``: those that both changed, where that is known."""

    version: int  # the one it has now
    fields: tuple[str, ...] = ()


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


@dataclass
class SecretLost(CallroomError):
    """A stored secret cannot be read: the key in the home is another one than it was sealed with, or gone."""


@dataclass
class MailFailed(CallroomError):
    """A mail did not go out; ``why`` is one of ``MAIL_FAILURES``, ``told`` what the mail server or system said."""

    why: str
    told: str = ""

    @property
    def lasting(self) -> bool:
        """Whether it would fail again however often it is tried."""
        return self.why in ("mail_no_recipient", "mail_too_large", "mail_attachment_gone", "mail_unfit")


MAIL_FAILURES = (
    "mail_not_set_up",
    "mail_unknown_host",
    "mail_no_connection",
    "mail_timed_out",
    "mail_no_tls",  # the server offers none
    "mail_not_tls",  # what answers does not speak TLS
    "mail_certificate",
    "mail_no_login",  # the server knows no sign-in
    "mail_wrong_password",
    "mail_sender_refused",
    "mail_no_recipient",  # refused for good
    "mail_refused",
    "mail_too_large",
    "mail_cut_off",
    "mail_attachment_gone",
    "mail_unfit",  # it cannot be written as a mail
    "mail_secret_lost",
)


@dataclass
class CannotSend(CallroomError):
    """No text message goes out; ``why`` is one of ``SMS_FAILURES``."""

    why: str


SMS_FAILURES = (
    "sms_not_set_up",  # no gateway is enabled
    "sms_gateway_gone",
    "sms_not_permitted",
    "sms_bad_number",
    "sms_no_number",  # the customer has none
    "sms_opted_out",
    "sms_template_needed",  # the platform takes templates only
    "sms_template_unfit",  # it has no text, or no code, in this language
    "sms_too_long",
    "sms_incomplete",  # nothing stands with this customer that the text names
    "sms_unfit",  # it cannot be written as this gateway wants it
    "sms_unreachable",
    "sms_certificate",
    "sms_wrong_password",
    "sms_throttled",
    "sms_no_credit",
    "sms_secret_lost",
    "sms_refused",
    "sms_not_in_time",
    "sms_unclear",
    "sms_undelivered",
)
