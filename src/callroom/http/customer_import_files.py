"""What an import gives as files: the template to fill, and the rows that could not be taken, as they came."""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from callroom.actions import audit, customer_imports
from callroom.actions.customers import form_of
from callroom.core.fields.writing import Language
from callroom.core.imports import heads_of
from callroom.errors import NotFound
from callroom.http.downloads import Cell, Format, Sheet, download, plain
from callroom.http.problems import speaks_english
from callroom.http.resources import Admin
from callroom.http.rules import text_of
from callroom.http.site import SiteDep, actor_of
from callroom.media.sheets import lines_of
from callroom.store.database import reading, writing
from callroom.store.tables import CustomerImport

router = APIRouter(prefix="/api/v1", tags=["customer-imports"])
BATCH = 500
AskedLanguage = Annotated[Language | None, Query(description="Of the person; a link cannot send it as a header")]
ERRORS = ("错误", "Errors")


@router.get("/customer-imports/template", operation_id="downloadImportTemplate", response_class=Response)
async def template(
    me: Admin, request: Request, site: SiteDep, format: Format = "xlsx", language: AskedLanguage = None
) -> Response:
    """A file with the heads of all that a customer has, in the language of who asks; it is recognised when it comes
    back."""
    language = language or _language(request)
    async with reading(site.engine) as session:
        form = await form_of(session)
    heads = list(heads_of(form.fields, language).values())

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        return
        yield []

    name = "customers" if language == "en" else "客户导入模板"
    return await download(
        site, actor_of(me, request), "customers.template_downloaded", Sheet(name, heads, 0, rows), format, {}
    )


@router.get("/customer-imports/{id}/faults", operation_id="downloadImportFaults", response_class=Response)
async def faults(id: str, me: Admin, request: Request, site: SiteDep, language: AskedLanguage = None) -> Response:
    """The rows that were not taken, in the form of the file and its encoding, and what is wrong in a last column: it
    can be mended there and imported again. Cells that a spreadsheet would take for formulas begin with an apostrophe
    in csv, which importing takes off again."""
    english = (language or _language(request)) == "en"
    async with reading(site.engine) as session:
        row = await customer_imports.get(session, id)
    path = customer_imports.faults_of(customer_imports.folder_of(site.home, id))
    if not row.failed or not path.is_file():
        raise NotFound("customer_import", id)
    heads = [*row.heads, _free_head(row.heads, ERRORS[english])]

    def bad_rows() -> Iterator[list[Cell]]:
        width = len(row.heads)
        for _, cells, told in lines_of(path):
            padded = [*cells[:width], *[None] * (width - len(cells))]
            yield [*padded, _worded(row, told, english=english)]

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        left = bad_rows()
        while batch := list(islice(left, BATCH)):
            yield batch

    stem = row.file_name.rpartition(".")[0] or row.file_name
    name = f"{stem[:80]} {ERRORS[english]}"
    actor, told = actor_of(me, request), {"file": row.file_name, "rows": row.failed}
    action, subject = "customers.import_faults_downloaded", ("customer_import", id)
    if row.format == "xlsx":
        sheet = Sheet(name, heads, row.failed, rows)
        return await download(site, actor, action, sheet, "xlsx", told, subject=subject)
    async with writing(site.engine) as session, session.begin():
        await audit.record(session, actor, action, now=site.now(), subject=subject, after=told)

    async def lines() -> AsyncIterator[bytes]:
        marked = row.encoding in ("utf-8", "utf-8-sig", "utf-16")  # UTF-8 is known to spreadsheets by its mark only
        begin = "\ufeff" if marked else ""
        codec = "utf-16-le" if row.encoding == "utf-16" else row.encoding.removesuffix("-sig")
        yield (begin + _line([heads], row.delimiter)).encode(codec, "replace")
        async for batch in rows():
            yield _line(batch, row.delimiter).encode(codec, "replace")

    headers = {
        "Content-Disposition": f"attachment; filename=\"errors.csv\"; filename*=UTF-8''{quote(name)}.csv",
        "Cache-Control": "no-store",
    }
    charset = row.encoding.removesuffix("-sig")
    return StreamingResponse(lines(), media_type=f"text/csv; charset={charset}", headers=headers)


def _language(request: Request) -> Language:
    return "en" if speaks_english(request) else "zh"


def _line(rows: Sequence[Sequence[Cell]], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    for row in rows:
        writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _free_head(heads: Sequence[str], wanted: str) -> str:
    head, n, taken = wanted, 2, {one.casefold() for one in heads}
    while head.casefold() in taken:
        head, n = f"{wanted} {n}", n + 1
    return head


def _worded(row: CustomerImport, told: Sequence[Any], *, english: bool) -> str:
    faults: list[str] = []
    for fault in told:
        column, rule, values = int(fault[0]), str(fault[1]), fault[2]
        text = text_of(rule, values)[english]
        head = row.heads[column] if 0 <= column < len(row.heads) else ""
        faults.append((f"{head}: {text}" if english else f"{head}：{text}") if head else text)
    return " ".join(faults)
