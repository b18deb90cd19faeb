"""The statuses that something goes through (a complaint, an order), and which may follow which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST = 30


@dataclass(frozen=True, slots=True)
class Status:
    """``next``: ids of those that may follow. ``initial``: what is new begins with it; exactly one is. ``closed``: done
    with. ``solves``: a problem counts as solved, and its customer is called back. ``leaders``: only leaders choose it.
    """

    id: str
    label: str
    color: str = "default"
    next: tuple[str, ...] = ()
    initial: bool = False
    closed: bool = False
    solves: bool = False
    leaders: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a set of statuses: at which of them (None: the whole set), in which of its fields."""

    rule: str
    at: int | None = None
    field: str = ""


def faults(statuses: Sequence[Status]) -> list[Fault]:
    """Why these cannot be used together; nothing when they can."""
    if sum(status.initial for status in statuses) != 1:
        return [Fault("one_initial_status")]
    known = [status.id for status in statuses]
    labels = [status.label.casefold() for status in statuses]
    found: list[Fault] = []
    for at, status in enumerate(statuses):
        if known.index(status.id) != at:
            found.append(Fault("twice", at, "id"))
        if labels.index(status.label.casefold()) != at:
            found.append(Fault("twice", at, "label"))
        if len(set(status.next)) != len(status.next):
            found.append(Fault("twice", at, "next"))
        if set(status.next) - set(known):
            found.append(Fault("unknown_reference", at, "next"))
        if status.id in status.next:
            found.append(Fault("leads_to_itself", at, "next"))
        if status.initial and status.leaders:
            found.append(Fault("initial_for_all", at, "leaders"))
    return found


def initial(statuses: Iterable[Status]) -> Status:
    return next(status for status in statuses if status.initial)


def named(statuses: Iterable[Status], id: str) -> Status | None:
    return next((status for status in statuses if status.id == id), None)


def may_step(statuses: Sequence[Status], present: str, to: str, *, leads: bool) -> bool:
    """Whether somebody may take this step; ``leads``: he is a leader. From a status that is no more, any may follow."""
    target, here = named(statuses, to), named(statuses, present)
    if target is None or (target.leaders and not leads):
        return False
    return here is None or to in here.next
