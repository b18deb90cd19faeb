"""Errors a person can be told of. Each carries its data; the text in his language is made where it is shown."""

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
