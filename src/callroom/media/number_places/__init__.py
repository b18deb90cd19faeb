"""Where numbers belong and who carries them, by a table that comes with Callroom (scripts/make_number_places.py)."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import phonenumbers

from callroom.core.numbers import Traced, Whence, beginning_of, is_e164, normalise

FILE = Path(__file__).parent / "table.npz"
DIGITS = 9  # of a number, with its country's code, that decide

Both = tuple[str, str]  # Chinese and English
NOTHING: Both = ("", "")


@dataclass(frozen=True, slots=True)
class _Ranges:
    starts: npt.NDArray[np.uint32]
    names: npt.NDArray[np.uint16]

    def name_of(self, digits: str) -> int | None:
        """What all numbers beginning so are called, by its place in the list; None: they differ."""
        start = int(digits[:DIGITS].ljust(DIGITS, "0"))
        end = int(digits[:DIGITS].ljust(DIGITS, "9"))
        first, last = np.searchsorted(self.starts, np.array((start, end), dtype=np.uint32), side="right") - 1
        return int(self.names[first]) if first == last else None


class _Table:
    def __init__(self) -> None:
        with np.load(FILE) as kept:
            self._names = kept["names"].tobytes()
            self._lines = np.flatnonzero(kept["names"] == ord("\n")).astype(np.uint32)
            self._places = _Ranges(np.cumsum(kept["place_steps"], dtype=np.uint32), kept["place_names"])
            self._carriers = _Ranges(np.cumsum(kept["carrier_steps"], dtype=np.uint32), kept["carrier_names"])
            lines = kept["countries"].tobytes().decode().splitlines()
        self._countries = {code: (zh, en) for code, zh, en in (line.split("\t") for line in lines)}

    def place(self, digits: str) -> Both:
        return self._name(self._places.name_of(digits))

    def carrier(self, digits: str) -> Both:
        return self._name(self._carriers.name_of(digits))

    def country(self, code: str | None) -> Both:
        return self._countries.get(code or "", NOTHING)

    def _name(self, index: int | None) -> Both:
        if index is None:
            return NOTHING
        start = int(self._lines[index - 1]) + 1 if index else 0
        end = int(self._lines[index]) if index < len(self._lines) else None
        zh, en = self._names[start:end].decode().split("\t")
        return zh, en


@cache
def load() -> _Table:
    """Read the table, which takes a moment, before it is asked."""
    return _Table()


@lru_cache(maxsize=4096)  # each call asks several times
def traced(number: str, country: str, area_code: str = "") -> Traced:
    """Whence a number is, as it was typed, sent or stored; ``country``: the site's, which is not told of its own.

    Nothing is told of extensions, short codes and what is no number. A carrier is the one to which the number was given
    first: people take numbers along.
    """
    e164 = normalise(number, country, area_code)
    if not is_e164(e164):
        return Traced()
    parsed = phonenumbers.parse(e164)
    code, kind = parsed.country_code or 0, phonenumbers.number_type(parsed)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:
        return Traced()
    region = phonenumbers.region_code_for_number(parsed)
    abroad = region if region != country else None
    is_shared = len(phonenumbers.region_codes_for_country_code(code)) > 1  # by several countries, as +1
    is_placed = phonenumbers.is_number_type_geographical(kind, code)
    # Argentina's mobile numbers have their town after a 9.
    token = f"{code}{phonenumbers.country_mobile_token(code)}"

    def whence(digits: str, abroad: str | None) -> Whence:
        place = load().place(f"{code}{digits.removeprefix(token)}" if digits.startswith(token) else digits)
        return _whence(place if is_placed else NOTHING, load().country(abroad), load().carrier(digits))

    return Traced(whence(e164[1:], abroad), whence(beginning_of(e164), None if is_shared else abroad))


def _whence(place: Both, land: Both, carrier: Both) -> Whence:
    return Whence(
        place_zh=place[0] if place[0].startswith(land[0]) else land[0] + place[0],
        place_en=", ".join(dict.fromkeys(part for part in (place[1], land[1]) if part)),
        carrier_zh=carrier[0],
        carrier_en=carrier[1],
    )
