"""Whence a number is: the place it belongs to 归属地, and the carrier it was given to 运营商."""

from dataclasses import dataclass

from callroom.core.numbers.hiding import STARS, Visibility, hidden


@dataclass(frozen=True, slots=True)
class Whence:
    """In Chinese and English; "" where it is not known."""

    place_zh: str
    place_en: str
    carrier_zh: str
    carrier_en: str


NOWHERE = Whence("", "", "", "")


@dataclass(frozen=True, slots=True)
class Traced:
    """``whole``: of the whole number; ``beginning``: what its beginning alone tells, which is seen also when the middle
    is hidden."""

    whole: Whence = NOWHERE
    beginning: Whence = NOWHERE


def seen_whence(traced: Traced, visibility: Visibility) -> Whence | None:
    """As much as somebody may know who sees that much of the number; None: nothing.

    The place of a mobile number follows from the very digits that are hidden in its middle (of ten thousand, a small
    town has a few dozen), so that with its last four it would give the number away. A landline's code is seen anyhow.
    """
    match visibility:
        case Visibility.FULL:
            told = traced.whole
        case Visibility.MIDDLE:
            told = traced.beginning
        case Visibility.NAME:
            return None
    return told if told != NOWHERE else None


def beginning_of(e164: str) -> str:
    """The digits that are seen before the hidden ones."""
    return hidden(e164, Visibility.MIDDLE).partition(STARS)[0].lstrip("+")
