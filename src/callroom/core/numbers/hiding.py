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
_LONGEST = 15  # digits of a number (E.164): longer ones may be several of them
_TAIL = 4  # digits at the end that are seen, after four hidden ones
_LONGEST_HEAD = 3  # digits before the hidden ones in a text, where more may be a number with another one before it
_LONGEST_HEAD_ABROAD = 5  # after a plus
# Seven digits and more, as people group them: 138 0013 8000, 0755-8321 0000, (010)62345678, 030/123 - 456.
_BETWEEN = r"[\s./()\-\u2010-\u2015\u2212\uff08\uff09\uff0d]{0,3}"
_DIGIT = r"[0-9\uff10-\uff19]"
_DATE = r"(?<!\d)(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_IN_TEXT = re.compile(rf"{_DATE}|(?P<number>[+\uff0b]?{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{6,}})")
_GOES_ON, _WENT_ON = re.compile(rf"{_BETWEEN}{_DIGIT}"), re.compile(rf"{_DIGIT}{_BETWEEN}$")


def hidden(number: str, visibility: Visibility) -> str:
    """``number`` as far as it may be seen. Extensions, short codes and what is no number are never hidden.

    The hidden digits are the same however much of the number is written: +86138****8000, 138****8000; +8610****5678,
    ****5678. Who sees two forms of it learns no more than from one.
    """
    digits = len(digits_of(number))
    if visibility is Visibility.FULL or digits <= LONGEST_SHORT:
        return number
    if visibility is Visibility.NAME:
        return STARS
    keyed = cleaned(number)
    if not keyed.removeprefix("+").isdecimal():  # a number within a name, such as an address of SIP
        return hidden_within(number, visibility)
    if digits > _LONGEST:
        return STARS
    tail = min(_TAIL, digits - 4)
    return keyed[: max(0, len(keyed) - tail - 4)] + STARS + keyed[-tail:]


def hidden_within(text: str, visibility: Visibility) -> str:
    """``text`` (a name, a note, what a carrier sent) with whatever in it may be an outside number hidden."""
    if visibility is Visibility.FULL:
        return text
    return _IN_TEXT.sub(lambda found: _veil(found[0], visibility) if found["number"] else found[0], text)


def holds_number(text: str) -> bool:
    """Whether something in ``text`` may be an outside number."""
    return any(found["number"] for found in _IN_TEXT.finditer(text))


def put_back(text: str, before: str, visibility: Visibility) -> str:
    """What somebody made of ``before``, whose numbers he was shown hidden: they stand where he left them.

    Digits that he wrote right beside one are parted from it: as one longer number both would be shown otherwise, and
    so tell of what was hidden.
    """
    if visibility is Visibility.FULL:
        return text
    done = ""
    for found in _IN_TEXT.finditer(before):
        if not found["number"]:
            continue
        head, shown, tail = text.partition(_veil(found[0], visibility))
        if shown:
            first = ", " if _WENT_ON.search(done + head) else ""
            last = ", " if _GOES_ON.match(tail) else ""
            done, text = f"{done}{head}{first}{found[0]}{last}", tail
    return done + text


def _veil(found: str, visibility: Visibility) -> str:
    head, stars, tail = hidden(found, visibility).partition(STARS)
    longest = _LONGEST_HEAD_ABROAD + 1 if head.startswith("+") else _LONGEST_HEAD
    return head[:longest] + stars + tail
