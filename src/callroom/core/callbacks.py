"""Calls back to people who left a queue and keep their place: what becomes of one, step by step.

``waiting`` for his turn (not before ``due_at``), ``ringing`` while an agent or he himself is rung, then ``done``,
``failed`` or ``cancelled``. The whole state is one line of the journal, written anew at each step.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from callroom.core.directory import CallbackRules
from callroom.core.ids import JourneyId, QueueId
from callroom.core.journeys.facts import CallbackLine

OPEN = ("waiting", "ringing")
# Of these a later attempt would change nothing.
_HOPELESS = ("no_route", "not_permitted", "not_found")


def asked(
    callback: str, queue: QueueId, number: str, origin: JourneyId, language: str, *, waited: float, at: datetime
) -> CallbackLine:
    """Somebody who ``waited`` seconds wants to be called at ``number``."""
    since = at - timedelta(seconds=waited)
    return CallbackLine(callback, at, queue, number, since, "waiting", origin, language=language)


def offered(line: CallbackLine, journey: JourneyId, at: datetime) -> CallbackLine:
    """His turn has come: an agent is rung."""
    return replace(line, at=at, state="ringing", journey=journey, due_at=None)


def dialled(line: CallbackLine, at: datetime) -> CallbackLine:
    """An agent answered, and the number is dialled."""
    return replace(line, at=at, attempts=line.attempts + 1)


def taken_back(line: CallbackLine, at: datetime) -> CallbackLine:
    """The number was not dialled: he goes on waiting."""
    return replace(line, at=at, state="waiting")


def failed(line: CallbackLine, reason: str, rules: CallbackRules, at: datetime) -> CallbackLine:
    """He was not reached: once more after a while, unless it was the last attempt or none can do better."""
    if line.attempts >= rules.attempts or reason in _HOPELESS:
        return given_up(line, reason, at)
    return replace(line, at=at, state="waiting", due_at=at + timedelta(seconds=rules.retry), reason=reason)


def given_up(line: CallbackLine, reason: str, at: datetime) -> CallbackLine:
    return replace(line, at=at, state="failed", reason=reason, due_at=None)


def done(line: CallbackLine, at: datetime) -> CallbackLine:
    """He answered."""
    return replace(line, at=at, state="done", reason="", due_at=None)


def cancelled(line: CallbackLine, at: datetime) -> CallbackLine:
    return replace(line, at=at, state="cancelled", due_at=None)
