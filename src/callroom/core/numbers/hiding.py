"""Number hiding 号码隐藏: how much of an outside number an agent may see."""

import re
from collections.abc import Iterable
from enum import StrEnum

from callroom.core.numbers.forms import LONGEST_SHORT, cleaned, digits_of


class Visibility(StrEnum):
    FULL = "full"
    MIDDLE = "middle"  # the middle is starred: 138****8000
    NAME = "name"  # nothing of the number


def least(several: Iterable[Visibility]) -> Visibility:
    """What all of them may see; of nobody, everything."""
    return max(several, key=list(Visibility).index, default=Visibility.FULL)


STARS = "****"
_LONGEST = 15  # digits of a number (E.164); what is longer may be several of them
# Seven digits and more, as people group them: 138 0013 8000, 0755-8321 0000, (010)62345678.
_IN_TEXT = re.compile(r"\+?\d(?:[\s.\-\u2010-\u2015\u2212]?[()]?[\s]?\d){6,}")


def hidden(number: str, visibility: Visibility) -> str:
    """``number`` as far as it may be seen. Extensions, short codes and what is no number are never hidden."""
    if visibility is Visibility.FULL or len(digits_of(number)) <= LONGEST_SHORT:
        return number
    if visibility is Visibility.NAME:
        return STARS
    # Four hidden digits at least, the last four seen where enough are left: +86138****8000, 628****5678
    tail = 4 if len(number) >= 11 else 2
    return number[: len(number) - tail - 4] + STARS + number[-tail:]


def hidden_within(text: str, visibility: Visibility) -> str:
    """``text`` (a name, a note, what a carrier sent) with whatever in it may be an outside number hidden."""
    if visibility is Visibility.FULL:
        return text
    return _IN_TEXT.sub(lambda found: _veil(found[0], visibility), text)


def put_back(text: str, before: str, visibility: Visibility) -> str:
    """What somebody made of ``before``, whose numbers he was shown hidden: they stand where he left them."""
    if visibility is Visibility.FULL:
        return text
    done = ""
    for found in _IN_TEXT.finditer(before):
        head, shown, tail = text.partition(_veil(found[0], visibility))
        if shown:
            done, text = done + head + found[0], tail
    return done + text


def _veil(found: str, visibility: Visibility) -> str:
    return STARS if len(digits_of(found)) > _LONGEST else hidden(cleaned(found), visibility)
