"""The process that reads an uploaded table: ``python -m callroom.media.sheets.unrolling SOURCE INTO``.

It tells what it found, or what is wrong with the file, as JSON. What a file can do to its reader, such as a few bytes
that unpack to gigabytes, ends this process only.
"""

import codecs
import csv
import io
import os
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import python_calamine as calamine

MEMORY = 2 << 30  # bytes of address space
SECONDS = 600  # of processor time
MOST_UNPACKED = 3 << 29  # bytes that an xlsx file may unpack to
MOST_COLUMNS = 200
LONGEST_HEAD = 200  # characters
LONGEST_CELL = 32_767  # characters, as in any spreadsheet
BLOCK = 1 << 20
SAMPLE = 1 << 16  # characters by which the delimiter is found
DELIMITERS = ",\t;|"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # xls, and every Office file with a password
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.I)
_FORMULA = re.compile(r"'[=+\-@＝＋－＠\t\r\n]")
Found = tuple[str, str, str, Iterator[Sequence[Any]]]  # format, encoding, delimiter, rows


class Fault(Exception):
    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.values = rule, values


def main() -> None:
    source, into = map(Path, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told: Any = unrolled(source, into)
    except Fault as fault:
        told = {"rule": fault.rule, "values": fault.values}
    sys.stdout.buffer.write(msgspec.json.encode(told))


def unrolled(source: Path, into: Path) -> dict[str, Any]:
    """Write the rows into a file, which appears only when whole. Raises ``Fault``."""
    with source.open("rb") as file:
        begin = file.read(4096)
    if not begin.strip():
        raise Fault("empty_file")
    if begin.startswith(OLD_EXCEL):
        raise Fault("old_excel")
    form, encoding, delimiter, rows = _xlsx(source) if begin.startswith(b"PK") else _csv(source, begin)
    numbered = ((number, row) for number, row in enumerate(rows, start=1) if any(c not in ("", None) for c in row))
    _, first = next(numbered, (0, ()))
    heads = _heads([_plain(cell) for cell in first])
    part, encode, count = into.with_name(into.name + ".part"), msgspec.json.Encoder().encode, 0
    with part.open("wb") as out:
        begins = out.write(encode(heads) + b"\n")
        for number, row in numbered:
            cells = [_text(cell) if isinstance(cell, str) else _plain(cell) for cell in row]
            if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
                raise Fault("cell_too_long", row=number, most=LONGEST_CELL)
            out.write(encode([number, *cells]) + b"\n")
            count += 1
    if not count:
        raise Fault("no_rows")
    os.replace(part, into)
    return {
        "format": form,
        "encoding": encoding,
        "delimiter": delimiter,
        "heads": heads,
        "rows": count,
        "begins": begins,
    }


def _heads(cells: Sequence[Any]) -> list[str]:
    heads = [" ".join(str(cell).split()) if cell is not None else "" for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    if not heads:
        raise Fault("empty_file")
    if len(heads) > MOST_COLUMNS:
        raise Fault("too_many_columns", most=MOST_COLUMNS)
    if any(len(head) > LONGEST_HEAD for head in heads):
        raise Fault("no_heads")
    named = [head.casefold() for head in heads if head]
    twice = list(dict.fromkeys(head for head in heads if head and named.count(head.casefold()) > 1))
    if twice:
        raise Fault("heads_twice", names="、".join(twice)[:200])
    return heads


def _text(cell: str) -> str:
    """A cell as it was before it was written so that no program takes it for a formula."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _plain(cell: Any) -> Any:
    match cell:
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        case datetime():
            whole = cell.replace(microsecond=0)
            return whole.isoformat(" ") if whole.time() != time() else whole.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return cell


# ---------------------------------------------------------------- xlsx


def _xlsx(source: Path) -> Found:
    try:
        with zipfile.ZipFile(source) as packed:
            names, unpacked = packed.namelist(), sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError):
        # its table of contents is broken, names that say so are no UTF-8, or its form is newer than any
        raise Fault("broken_xlsx") from None
    if "xl/workbook.xml" not in names:
        raise Fault("not_a_table")
    if unpacked > MOST_UNPACKED:
        raise Fault("sheet_too_large")
    try:
        with calamine.load_workbook(str(source)) as book:  # pyright: ignore[reportUnknownMemberType]
            shown = [
                one.name
                for one in book.sheets_metadata
                if one.visible is calamine.SheetVisibleEnum.Visible and one.typ is calamine.SheetTypeEnum.WorkSheet
            ]
            if not shown:
                raise Fault("empty_file")
            sheet = book.get_sheet_by_name(shown[0])
    except calamine.CalamineError:
        raise Fault("broken_xlsx") from None
    if sheet.start is None:
        raise Fault("empty_file")
    if sheet.width > MOST_COLUMNS:
        raise Fault("too_many_columns", most=MOST_COLUMNS)
    return "xlsx", "", "", iter(sheet.iter_rows())


# ---------------------------------------------------------------- csv


def _csv(source: Path, begin: bytes) -> Found:
    encoding = _encoding(source, begin)
    file = source.open(encoding=encoding, newline="")
    sample = file.read(SAMPLE)
    if "\0" in sample or begin.startswith(b"%PDF") or begin.lstrip().lower().startswith((b"<html", b"<!doctype")):
        raise Fault("not_a_table")
    file.seek(0)
    told = _SEPARATOR.match(sample)
    if told:
        file.readline()
    delimiter = told[1] if told else _delimiter(sample)
    return "csv", encoding, delimiter, _records(file, delimiter)


def _records(file: io.TextIOBase, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(file, delimiter=delimiter)
    count = 0
    try:
        for record in reader:
            count += 1
            if len(record) > MOST_COLUMNS and any(record[MOST_COLUMNS:]):
                raise Fault("too_many_columns", most=MOST_COLUMNS)
            yield record
    except csv.Error:
        raise Fault("cell_too_long", row=count + 1, most=LONGEST_CELL) from None


def _encoding(source: Path, begin: bytes) -> str:
    """By its mark, else by what it can be: UTF-8, UTF-16 by its zeros, GB18030 (with GBK). Raises ``Fault``."""
    for mark, encoding in BOMS:
        if begin.startswith(mark):
            _decodes(source, encoding)
            return encoding
    zeros = [begin[at::2].count(0) * 4 > len(begin) // 2 for at in (0, 1)]
    if zeros[0] != zeros[1]:
        encoding = "utf-16-be" if zeros[0] else "utf-16-le"
        _decodes(source, encoding)
        return encoding
    if 0 in begin:
        raise Fault("not_a_table")
    broken = _first_fault(source, "utf-8")
    if broken is None:
        return "utf-8"
    line, characters = broken
    if characters >= 20:  # so much is no chance: it is UTF-8 with something wrong in it
        raise Fault("bad_encoding", encoding="UTF-8", row=line)
    _decodes(source, "gb18030")
    return "gb18030"


def _decodes(source: Path, encoding: str) -> None:
    broken = _first_fault(source, encoding)
    if broken is not None:
        raise Fault("bad_encoding", encoding=encoding.upper().removesuffix("-SIG"), row=broken[0])


def _first_fault(source: Path, encoding: str) -> tuple[int, int] | None:
    """The line, from 1, that is not written in ``encoding``, and how many characters beyond ASCII came before it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, beyond = 1, 0
    with source.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, "ignore")
                return lines + before.count("\n"), beyond + sum(map((127).__lt__, map(ord, before)))
            if not block:
                return None
            lines += text.count("\n")
            if not text.isascii() and beyond < 20:
                beyond += sum(c > "\x7f" for c in text[:SAMPLE])


def _delimiter(sample: str) -> str:
    """The one that parts the most columns in the same way row by row."""
    return max(DELIMITERS, key=lambda one: _columns(sample, one))


def _columns(sample: str, delimiter: str) -> float:
    try:
        widths = [len(row) for row in _some(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)) if row]
    except csv.Error:
        return 0
    if not widths or widths[0] < 2:
        return 0
    alike = sum(width == widths[0] for width in widths) / len(widths)
    return alike + widths[0] / 1000


def _some(rows: Iterable[list[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    for row in rows:
        found.append(row)
        if len(found) == 50:
            break
    return found[:-1] if 1 < len(found) < 50 else found  # the last one may be cut off


if __name__ == "__main__":
    main()
