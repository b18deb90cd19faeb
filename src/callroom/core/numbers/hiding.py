"""Number hiding 号码隐藏: how much of an outside number an agent may see."""

from enum import StrEnum

from callroom.core.numbers.forms import LONGEST_SHORT, digits_of


class Visibility(StrEnum):
    FULL = "full"
    MIDDLE = "middle"  # the middle is starred: 138****8000
    NAME = "name"  # nothing of the number


STARS = "****"


def hidden(number: str, visibility: Visibility) -> str:
    """``number`` as far as it may be seen. Extensions, short codes and what is no number are never hidden."""
    if visibility is Visibility.FULL or len(digits_of(number)) <= LONGEST_SHORT:
        return number
    if visibility is Visibility.NAME:
        return STARS
    # Four hidden digits at least, the last four seen where enough are left: +86138****8000, 628****5678
    tail = 4 if len(number) >= 11 else 2
    return number[: len(number) - tail - 4] + STARS + number[-tail:]
