"""Where numbers belong and who carries them, by a table that comes with Callroom (scripts/make_number_places.py)."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import phonenumbers

from callroom.core.numbers import Traced, Whence, beginning_of, is_e164, normalise, plain_kind

FILE = Path(__file__).parent / "table.npz"
DIGITS = 9  # of a number, with its country's code, that decide

Both = tuple[str, str]  # Chinese and English
NOTHING: Both = ("", "")


@dataclass(frozen=True, slots=True)
class _Ranges:
    starts: memoryview  # of whole numbers, each the first of a range
    names: memoryview

    def name_of(self, digits: str) -> int | None:
        """What all numbers beginning so are called, by its place in the list; None: they differ."""
        at = bisect_right(self.starts, int(digits[:DIGITS].ljust(DIGITS, "0")))
        if at < len(self.starts) and self.starts[at] <= int(digits[:DIGITS].ljust(DIGITS, "9")):
            return None
        return self.names[at - 1]


class _Table:
    def __init__(self) -> None:
        with np.load(FILE) as kept:
            self._names = kept["names"].tobytes()
            self._lines = np.flatnonzero(kept["names"] == ord("\n")).astype(np.uint32)
            self._places, self._carriers = (
                _Ranges(np.cumsum(kept[f"{one}_steps"], dtype=np.uint32).data, kept[f"{one}_names"].data)
                for one in ("place", "carrier")
            )
            lines = kept["countries"].tobytes().decode().splitlines()
        self._countries = {code: (zh, en) for code, zh, en in (line.split("\t") for line in lines)}

    def place(self, digits: str) -> Both:
        return self._name(self._places.name_of(digits))

    def carrier(self, digits: str) -> Both:
        return self._name(self._carriers.name_of(digits))

    def country(self, code: str | None) -> Both:
        return self._countries.get(code or "", NOTHING)

    @cache  # noqa: B019 - there is one table, which stays
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
    e164, kind = number, plain_kind(number, country) if number.startswith("+") else None
    if kind is None:
        e164 = normalise(number, country, area_code)
        if not is_e164(e164):
            return Traced()
        kind = plain_kind(e164, country)
    if kind is not None:
        plan = _plan(kind, phonenumbers.country_code_for_region(country), country)
    else:
        parsed = phonenumbers.parse(e164)
        kind = phonenumbers.number_type(parsed)
        if kind == phonenumbers.PhoneNumberType.UNKNOWN:
            return Traced()
        plan = _plan(kind, parsed.country_code or 0, phonenumbers.region_code_for_number(parsed))
    abroad = plan.region if plan.region != country else None

    beginning = beginning_of(e164)
    return Traced(_told(plan, e164[1:], abroad), _told(plan, beginning, None if plan.is_shared else abroad))


@dataclass(frozen=True, slots=True, eq=False)  # each is made once
class _Plan:
    """What is so of all numbers of a kind in a region. ``is_shared``: several countries have the ``code``, as 1;
    ``token``: before a mobile number's town, as Argentina's 9, with the code."""

    code: int
    region: str | None
    token: str
    is_shared: bool
    is_placed: bool


@cache
def _plan(kind: int, code: int, region: str | None) -> _Plan:
    return _Plan(
        code,
        region,
        token=f"{code}{phonenumbers.country_mobile_token(code)}",
        is_shared=len(phonenumbers.region_codes_for_country_code(code)) > 1,
        is_placed=phonenumbers.is_number_type_geographical(kind, code),
    )


@lru_cache(maxsize=4096)  # beginnings are few
def _told(plan: _Plan, digits: str, abroad: str | None) -> Whence:
    without = f"{plan.code}{digits.removeprefix(plan.token)}" if digits.startswith(plan.token) else digits
    place = load().place(without) if plan.is_placed else NOTHING
    return _whence(place, load().country(abroad), load().carrier(digits))


@cache  # places and carriers are few
def _whence(place: Both, land: Both, carrier: Both) -> Whence:
    return Whence(
        place_zh=place[0] if place[0].startswith(land[0]) else land[0] + place[0],
        place_en=", ".join(dict.fromkeys(part for part in (place[1], land[1]) if part)),
        carrier_zh=carrier[0],
        carrier_en=carrier[1],
    )
