"""Tables that people upload, csv or xlsx, as rows of one form.

A file is unrolled once, in a process of its own (``unrolling.py``) with bounded memory and time, into a file of lines:
the heads of its columns first, then each row as [number, cell …] in JSON. From any line on it can be read again.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from callroom.errors import CallroomError

UNROLLING = (sys.executable, "-m", "callroom.media.sheets.unrolling")
_decode = msgspec.json.Decoder(list[Any]).decode
Cell = str | int | float | bool | None


@dataclass
class NotATable(CallroomError):
    """The file cannot be taken. ``rule``: see ``http/rules.py``; ``values`` fill its text."""

    rule: str
    values: dict[str, object] = field(default_factory=dict[str, object])


class Unrolled(msgspec.Struct, frozen=True):
    """What kind of file it was: ``encoding`` by Python's name and ``delimiter`` are of csv only. ``begins``: the
    offset of the first row in bytes."""

    format: Literal["csv", "xlsx"]
    encoding: str
    delimiter: str
    heads: list[str]
    rows: int
    begins: int


@dataclass(frozen=True, slots=True)
class Row:
    """``number``: as the spreadsheet counts, from 1; ``ends``: the offset of the next row in bytes."""

    number: int
    cells: Sequence[Cell]
    ends: int


async def unroll(source: Path, into: Path) -> Unrolled:
    """Raises ``NotATable``; RuntimeError when the reader itself is broken."""
    process = await asyncio.create_subprocess_exec(
        *UNROLLING, str(source), str(into), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        told, wrong = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    finally:
        await asyncio.to_thread(into.with_name(into.name + ".part").unlink, missing_ok=True)
    if process.returncode:
        if process.returncode < 0 or b"MemoryError" in wrong:  # memory or time were not enough
            raise NotATable("sheet_too_large")
        raise RuntimeError(wrong.decode(errors="replace")[-500:])  # our own fault, and not the file's
    answer = msgspec.json.decode(told)
    if "rule" in answer:
        raise NotATable(answer["rule"], answer["values"])
    return msgspec.convert(answer, Unrolled)


def rows_from(path: Path, offset: int, most: int) -> list[Row]:
    """Up to ``most`` rows from ``offset`` on; none at the end."""
    found: list[Row] = []
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            offset += len(line)
            number, *cells = _decode(line)
            found.append(Row(number, cells, offset))
            if len(found) == most:
                break
    return found


def lines_of(path: Path) -> Iterator[list[Any]]:
    """What stands in each line of a file of lines."""
    with path.open("rb") as file:
        yield from map(_decode, file)
