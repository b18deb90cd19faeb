"""Text messages (SMS): what a text costs in parts, how it is cut, and which words of a reply mean "no more"."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Encoding = Literal["gsm7", "ucs2"]
State = Literal[
    "queued", "sending", "sent", "delivered", "failed", "expired", "rejected", "cancelled", "received"
]  # the last of those that came in
OPEN: tuple[State, ...] = ("queued", "sending")
UNSENT: tuple[State, ...] = ("failed", "expired", "rejected", "cancelled")  # may be sent once more
LONGEST_TEXT = 1000  # characters
MOST_PARTS = 10

# 3GPP TS 23.038: the default alphabet, by code, and what is written as an escape and another character.
GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_ESCAPED = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
ESCAPE = 0x1B
# Units (septets, UTF-16 code units) of a message alone, and of each part of a longer one, whose header takes the rest.
SIZES: dict[Encoding, tuple[int, int]] = {"gsm7": (160, 153), "ucs2": (70, 67)}

OPT_OUT_WORDS = ("TD", "T", "R", "退订", "退", "STOP", "UNSUBSCRIBE", "QUIT")
OPT_IN_WORDS = ("HF", "恢复", "START", "UNSTOP")


@dataclass(frozen=True, slots=True)
class Size:
    """``units`` of ``encoding`` in ``parts`` messages, the last of which has ``left`` units free."""

    encoding: Encoding
    characters: int
    units: int
    parts: int
    left: int


def encoding_of(text: str, *, gsm7: bool = True) -> Encoding:
    """``gsm7``: the gateway counts plain Latin text by 160; the Chinese platforms count every text by 70."""
    return "gsm7" if gsm7 and all(c in GSM7_ESCAPED or (c in GSM7 and c != "\x1b") for c in text) else "ucs2"


def size_of(text: str, *, gsm7: bool = True) -> Size:
    """What a text takes; nothing at all counts as one part."""
    encoding = encoding_of(text, gsm7=gsm7)
    units = sum(_units(c, encoding) for c in text)
    alone, each = SIZES[encoding]
    if units <= alone:
        return Size(encoding, len(text), units, 1, alone - units)
    cut = parts_of(text, encoding)
    return Size(encoding, len(text), units, len(cut), each - sum(_units(c, encoding) for c in cut[-1]))


def size_by(kind: str, options: Mapping[str, Any], text: str) -> Size:
    """What a text takes at a kind of gateway. The Chinese platforms count every text by 70, and their signature too."""
    if kind in ("aliyun", "tencent"):
        return size_of(f"【{options.get('sign_name', '')}】{text}", gsm7=False)
    return size_of(text, gsm7=bool(options.get("gsm7", True)))


def parts_of(text: str, encoding: Encoding) -> list[str]:
    """The text in parts that fit, no character torn in two."""
    alone, each = SIZES[encoding]
    return list(_cut(text, encoding, alone if sum(_units(c, encoding) for c in text) <= alone else each))


def _cut(text: str, encoding: Encoding, most: int) -> Iterator[str]:
    begin = taken = 0
    for place, character in enumerate(text):
        units = _units(character, encoding)
        if taken + units > most:
            yield text[begin:place]
            begin, taken = place, 0
        taken += units
    yield text[begin:]


def _units(character: str, encoding: Encoding) -> int:
    if encoding == "gsm7":
        return 2 if character in GSM7_ESCAPED else 1
    return 2 if character > "\uffff" else 1


def means(text: str, words: Collection[str]) -> bool:
    """Whether a reply is one of the words and nothing else, however it is written: " td。" is TD."""
    return _bare(text) in {_bare(word) for word in words}


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def after_quiet_hours(now: datetime, begins: str, ends: str, zone: str) -> datetime:
    """``now``, or the end of the quiet hours it falls into ("21:00" to "08:00"; both "" for none)."""
    if not begins or not ends or begins == ends:
        return now
    local = now.astimezone(ZoneInfo(zone))
    first, last = time.fromisoformat(begins), time.fromisoformat(ends)
    at = local.time()
    quiet = first <= at < last if first < last else (at >= first or at < last)
    if not quiet:
        return now
    end = local.replace(hour=last.hour, minute=last.minute, second=0, microsecond=0)
    return (end if end > local else end + timedelta(days=1)).astimezone(now.tzinfo)
