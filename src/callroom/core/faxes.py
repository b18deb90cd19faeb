"""Faxes on their way out: what becomes of one, step by step.

``waiting`` for its turn (not before ``due_at``), ``dialling``, ``sending``, then ``sent``, ``failed`` or ``cancelled``.
The whole state is one line of the journal, written anew at each step.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from callroom.core.ids import FaxBoxId, JourneyId
from callroom.core.journeys.facts import FaxLine
from callroom.core.journeys.model import Fax
from callroom.core.routing.model import DialPermission

OPEN = ("waiting", "dialling", "sending")
ATTEMPTS = 3
RETRY = timedelta(minutes=5)  # from one attempt to the next
# Nobody took it, so that another attempt may do better and can do no harm.
_AGAIN = ("busy", "no_answer", "congestion", "unreachable", "failed", "engine_lost")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent: ``path`` of its pages in the site's folder of faxes. ``permission``: how far its sender may
    dial."""

    id: str
    box: FaxBoxId
    number: str
    path: str
    pages: int
    permission: DialPermission


def waiting(fax: str, at: datetime) -> FaxLine:
    return FaxLine(fax, at, "waiting")


def dialled(line: FaxLine, journey: JourneyId, at: datetime) -> FaxLine:
    return replace(line, at=at, state="dialling", attempts=line.attempts + 1, journey=journey, due_at=None, pages=0)


def answered(line: FaxLine, at: datetime) -> FaxLine:
    return replace(line, at=at, state="sending", reason="")


def passed(line: FaxLine, pages: int, at: datetime) -> FaxLine:
    return replace(line, at=at, pages=pages)


def ended(line: FaxLine, fax: Fax) -> FaxLine:
    """With what its call tells of it; whether it was sent or failed is the next step."""
    return replace(line, pages=fax.pages, seconds=fax.seconds, station=fax.station, t38=fax.t38)


def sent(line: FaxLine, at: datetime) -> FaxLine:
    return replace(line, at=at, state="sent", reason="")


def not_reached(line: FaxLine, reason: str, at: datetime) -> FaxLine:
    """The number did not answer: once more after a while, unless it was the last attempt or none can do better."""
    if line.attempts >= ATTEMPTS or reason not in _AGAIN:
        return failed(line, reason, at)
    return replace(line, at=at, state="waiting", due_at=at + RETRY, reason=reason)


def failed(line: FaxLine, reason: str, at: datetime) -> FaxLine:
    return replace(line, at=at, state="failed", reason=reason, due_at=None)


def cancelled(line: FaxLine, at: datetime) -> FaxLine:
    return replace(line, at=at, state="cancelled", due_at=None)


def found(line: FaxLine, at: datetime) -> FaxLine:
    """As a new server takes it up: one that was only being dialled is dialled again, which was no attempt of its."""
    if line.state != "dialling":
        return line
    return replace(line, at=at, state="waiting", attempts=max(0, line.attempts - 1))
