"""Lists as files: csv, sent line by line as it is read, or xlsx, written row by row to disk. No cell is a formula."""

import asyncio
import csv
import io
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import xlsxwriter
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from callroom.actions import audit
from callroom.errors import invalid
from callroom.http.site import Site
from callroom.store.database import writing

Format = Literal["csv", "xlsx"]
Cell = str | int | float | None
Row = Sequence[Cell]
MOST_ROWS = 1_048_575  # of a sheet, beside its head
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LONGEST_CELL = 32_767  # characters that a sheet's cell takes
_BEGINS_FORMULA = tuple("=+-@＝＋－＠\t\r\n")  # wide signs count in East Asian spreadsheets


@dataclass(frozen=True, slots=True)
class Sheet:
    """``name``: of the file, without its ending. ``rows`` gives them in batches, read as they are sent; now there are
    ``count``."""

    name: str
    head: Sequence[str]
    count: int
    rows: Callable[[], AsyncIterator[Sequence[Row]]]


def plain(text: str) -> str:
    """``text`` as no program that opens it takes it for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


async def download(
    site: Site,
    by: audit.Actor,
    action: str,
    sheet: Sheet,
    form: Format,
    told: dict[str, Any],
    subject: tuple[str, str] = ("", ""),
) -> Response:
    """The sheet as an answer; the operation log tells of it as ``action`` with what is ``told``.

    Call it without a transaction: a large file takes long. Raises ``Invalid`` for more rows than an xlsx file takes.
    """
    if form == "xlsx" and sheet.count > MOST_ROWS:
        raise invalid("format", "too_many_rows", most=MOST_ROWS)
    async with writing(site.engine) as session, session.begin():
        after = told | {"format": form}
        await audit.record(session, by, action, now=site.now(), subject=subject, after=after)
    ascii_name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in sheet.name)
    disposition = f"attachment; filename=\"{ascii_name}.{form}\"; filename*=UTF-8''{quote(sheet.name)}.{form}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    if form == "csv":
        return StreamingResponse(_csv(sheet), media_type=TYPES["csv"], headers=headers)
    path = await _xlsx(sheet)
    return FileResponse(path, media_type=TYPES["xlsx"], headers=headers, background=BackgroundTask(os.unlink, path))


async def _csv(sheet: Sheet) -> AsyncIterator[str]:
    yield "\ufeff" + _lines([sheet.head])  # by the mark spreadsheets know that it is UTF-8
    async for batch in sheet.rows():
        yield _lines(batch)


def _lines(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


async def _xlsx(sheet: Sheet) -> str:
    """A file with the sheet; who asked removes it."""
    handle, path = tempfile.mkstemp(prefix="callroom-", suffix=".xlsx")
    os.close(handle)
    try:
        await _fill(path, sheet)
    except BaseException:
        os.unlink(path)
        raise
    return path


async def _fill(path: str, sheet: Sheet) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet()  # pyright: ignore[reportUnknownMemberType]
    page.freeze_panes(1, 0)

    def write(first: int, rows: Sequence[Row]) -> None:
        for at, row in enumerate(rows, first):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(at, column, cell[:LONGEST_CELL])
                elif cell is not None:
                    page.write_number(at, column, cell)

    try:
        write(0, [sheet.head])
        written = 0
        async for batch in sheet.rows():
            if written + len(batch) > MOST_ROWS:
                raise invalid("format", "too_many_rows", most=MOST_ROWS)
            await asyncio.to_thread(write, written + 1, batch)
            written += len(batch)
    finally:
        await asyncio.to_thread(book.close)
