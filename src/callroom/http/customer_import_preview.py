"""The first rows of a file as they would be stored, with what is wrong in them."""

import asyncio
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.customer_import_reading import rows_of
from callroom.actions.customer_import_run import sort_out
from callroom.actions.customer_imports import Choices, check, plan_of
from callroom.actions.customers import form_of
from callroom.core.fields import Field, FieldType, Place, shown
from callroom.core.fields.writing import phone_shown
from callroom.core.imports import Draft
from callroom.core.imports.rows import STAGES
from callroom.core.imports.targets import PHONE, VALUE
from callroom.http.rules import text_of
from callroom.media.sheets import Cell, rows_from
from callroom.store.tables import CustomerImport

FIRST = 20  # rows
LONGEST = 200  # characters of a cell that are shown


class PreviewCell(BaseModel):
    """``text``: as it would be stored, or as it stands in the file where there is an ``error``."""

    text: str
    error: str | None


class PreviewRow(BaseModel):
    """``number``: as spreadsheets count. ``fate``: what would become of it. ``cells``: one for each column of the file;
    ``errors``: what is wrong beside them."""

    number: int
    fate: Literal["created", "updated", "skipped", "bad"]
    cells: list[PreviewCell]
    errors: list[str]


class Preview(BaseModel):
    rows: list[PreviewRow]


async def previewed(session: AsyncSession, row: CustomerImport, choices: Choices, path: Path, language: int) -> Preview:
    """Raises ``Invalid`` for choices with which it could not run."""
    form = await form_of(session)
    check(choices, row, form)
    plan = await plan_of(session, choices, form)
    rows = await asyncio.to_thread(rows_from, path, row.reached, FIRST)
    drafts = [plan.read(one.number, one.cells) for one in rows]
    found = await sort_out(session, rows_of(drafts, plan), plan, choices)
    out: list[PreviewRow] = []
    for place, (draft, fate) in enumerate(zip(drafts, found.fates, strict=True)):
        errors: dict[int, str] = {}
        for column, rule, values in found.bad.get(place, ()):
            errors[column] = " ".join(filter(None, (errors.get(column), text_of(rule, values)[language])))
        cells = [
            PreviewCell(
                text=_text(draft, column, target, form.fields, form.place, language, wrong=column in errors)[:LONGEST],
                error=errors.get(column),
            )
            for column, target in enumerate(choices.mapping)
        ]
        beside = [errors[-1]] if -1 in errors else []
        out.append(PreviewRow(number=draft.number, fate=fate, cells=cells, errors=beside))  # pyright: ignore[reportArgumentType]
    return Preview(rows=out)


def _text(
    draft: Draft, column: int, target: str, fields: dict[str, Field], place: Place, language: int, *, wrong: bool
) -> str:
    cell: Cell = draft.cells[column] if column < len(draft.cells) else None
    if wrong or not target or cell is None or cell == "":
        return "" if cell is None else str(cell)
    words = "en" if language else "zh"
    if target.startswith(VALUE):
        id = target.removeprefix(VALUE)
        return shown(fields[id], draft.values.get(id), words, place)
    if target == PHONE or target.startswith(PHONE + ":"):
        label = target.partition(":")[2]
        return "、".join(phone_shown(number, place) for number, own in draft.phones if own == label)
    value: Any = draft.own.get(target)
    match target, value:
        case "do_not_call" | "no_mail", bool():
            return shown(Field("", "", FieldType.YES_NO), value, words, place)
        case "stage", str():
            return value if language else STAGES[value]
        case "tags", list():
            return "、".join(value)  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(cell) if value is None else str(value)
