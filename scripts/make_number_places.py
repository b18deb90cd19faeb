"""Make the table of places and carriers that comes with Callroom, out of phonenumbers' own data.

    .venv/bin/python scripts/make_number_places.py

Run it when phonenumbers was updated: a test tells when the table does not fit it any more. The library's own tables
need 106 MB in every process that asks, this one under 3 MB: longest prefixes become ranges of numbers, of which
neighbours that are called alike are one, and only Chinese and English names are kept.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from phonenumbers.carrierdata import CARRIER_DATA
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.geodata.locale import LOCALE_DATA

from callroom.media.number_places import DIGITS, FILE

NOTHING = ("", "")
Both = tuple[str, str]  # Chinese and English


def both(data: dict[str, dict[str, str]], prefix: str) -> Both:
    """What a prefix is called; a language that lacks there says what a shorter one is called, as the library does."""
    shorter = [data.get(prefix[:length], {}) for length in range(len(prefix), 0, -1)]
    english = next((names["en"] for names in shorter if "en" in names), "")
    return next((names["zh"] for names in shorter if "zh" in names), ""), english


def carried(data: dict[str, dict[str, str]], prefix: str) -> Both:
    """Carriers without a Chinese name are called as they are."""
    chinese, english = both(data, prefix)
    return chinese or english, english


def ranges(named: dict[str, Both]) -> list[tuple[int, Both]]:
    """Where each range of numbers starts, and what the numbers in it are called."""
    edges = {0, 10**DIGITS}
    for prefix in named:
        start = int(prefix.ljust(DIGITS, "0"))
        edges |= {start, start + 10 ** (DIGITS - len(prefix))}
    found: list[tuple[int, Both]] = []
    for start, _ in pairwise(sorted(edges)):
        digits = f"{start:0{DIGITS}}"
        called = next((named[digits[:n]] for n in range(DIGITS, 0, -1) if digits[:n] in named), NOTHING)
        if not found or found[-1][1] != called:
            found.append((start, called))
    return found


def main() -> None:
    places = ranges({prefix: both(GEOCODE_DATA, prefix) for prefix in GEOCODE_DATA})
    carriers = ranges({prefix: carried(CARRIER_DATA, prefix) for prefix in CARRIER_DATA})
    names = sorted({called for _, called in (*places, *carriers)})
    at = {called: index for index, called in enumerate(names)}
    countries = [f"{code}\t{of('zh')}\t{of('en')}" for code, of in sorted(spoken(LOCALE_DATA).items())]
    table: dict[str, Any] = {"names": text([f"{zh}\t{en}" for zh, en in names]), "countries": text(countries)}
    for kind, found in (("place", places), ("carrier", carriers)):
        starts = np.array([start for start, _ in found], dtype="<u4")
        table[f"{kind}_steps"] = np.diff(starts, prepend=starts[:1])  # of which few differ, so that they pack well
        table[f"{kind}_names"] = np.array([at[called] for _, called in found], dtype="<u2")
    np.savez_compressed(FILE, **table)
    print(f"{FILE}: {len(places)} places, {len(carriers)} carriers, {Path(FILE).stat().st_size} bytes")  # noqa: T201


def spoken(data: dict[str, dict[str, str]]) -> dict[str, Any]:
    """How each country is called in a language; ``*xx``: as in the language xx."""

    def of(names: dict[str, str], language: str) -> str:
        name = names.get(language, "")
        return names.get(name[1:], "") if name.startswith("*") else name

    return {code: lambda language, names=names: of(names, language) for code, names in data.items()}


def text(lines: list[str]) -> Any:
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


if __name__ == "__main__":
    main()
