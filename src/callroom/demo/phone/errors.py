"""What can go wrong with a scripted phone; each error carries its data."""

from callroom.demo.phone.message import MalformedMessage

__all__ = [
    "CallRefused",
    "MalformedMessage",
    "NoAnswer",
    "NothingCame",
    "PhoneError",
    "RegistrationRefused",
    "RequestRefused",
    "ToneNotHeard",
]


class PhoneError(Exception):
    """Anything a scripted phone could not do."""


class RegistrationRefused(PhoneError):
    """The registrar said no, or nothing at all (status 408)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"registration refused: {status} {reason}")
        self.status = status
        self.reason = reason


class CallRefused(PhoneError):
    """The other side did not take the call; 408 when it never replied, 487 when the call was cancelled."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"call refused: {status} {reason}")
        self.status = status
        self.reason = reason


class RequestRefused(PhoneError):
    """A request inside a call (hold, REFER, INFO) was refused."""

    def __init__(self, method: str, status: int, reason: str) -> None:
        super().__init__(f"{method} refused: {status} {reason}")
        self.method = method
        self.status = status
        self.reason = reason


class NoAnswer(PhoneError, TimeoutError):
    """The call was neither answered nor refused in time."""


class NothingCame(PhoneError, TimeoutError):
    """What was waited for (a call, digits, a notice) did not come in time."""


class ToneNotHeard(PhoneError, TimeoutError):
    """The tone was not heard in time; the message says what was heard in its place."""
