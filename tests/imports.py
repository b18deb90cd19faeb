"""Files of customers as people make them, and the worker that takes them in."""

import io
from typing import Any

import xlsxwriter
from httpx2 import AsyncClient
from sqlalchemy import func, select

from callroom.actions import jobs
from callroom.store.database import reading
from callroom.store.tables import Customer
from callroom.worker import Worker

KINDS = (jobs.IMPORT_READ, jobs.IMPORT_RUN, jobs.IMPORT_UNDO)
HEADS = ["姓名", "手机", "公司", "等级", "备注"]


def csv_of(rows: list[list[str]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


TEXT = csv_of(
    [HEADS, ["王小明", "138 0013 8000", "示例科技", "2", "喜欢下午接电话"], ["李四", "+8613800138001", "", "", ""]]
)


def xlsx_of(rows: list[list[Any]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return file.getvalue()


def numbers(first: int, count: int) -> list[str]:
    return [f"138{first + n:08}" for n in range(count)]


def people(first: int, count: int) -> list[list[str]]:
    return [[f"客户{n}", phone, "示例", "1", ""] for n, phone in enumerate(numbers(first, count))]


async def step(world: Any) -> None:
    """Let the worker do what is in line."""
    worker = Worker(world.site.engine, world.site.home, now=world.site.now)
    while await worker.step(KINDS):
        pass


async def upload(world: Any, admin: AsyncClient, data: bytes, name: str = "客户.csv") -> dict[str, Any]:
    """A file that was sent and read; the import."""
    answer = await admin.post("customer-imports", params={"name": name}, content=data)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "reading"
    await step(world)
    return (await admin.get(f"customer-imports/{answer.json()['id']}")).json()


async def run(world: Any, admin: AsyncClient, made: dict[str, Any], **choices: Any) -> dict[str, Any]:
    """The import when it is over."""
    path = f"customer-imports/{made['id']}"
    answer = await admin.post(f"{path}/run", json={"mapping": made["mapping"]} | choices)
    assert answer.status_code == 202, answer.text
    await step(world)
    return (await admin.get(path)).json()


def counts(made: dict[str, Any]) -> tuple[int, int, int, int]:
    return made["created"], made["updated"], made["skipped"], made["failed"]


async def count(world: Any, *where: Any) -> int:
    """How many customers there are."""
    async with reading(world.site.engine) as session:
        wanted = select(func.count()).select_from(Customer).where(Customer.deleted_at.is_(None), *where)
        return await session.scalar(wanted) or 0


async def named(admin: AsyncClient, name: str) -> dict[str, Any]:
    [found] = (await admin.get("customers", params={"q": name})).json()["items"]
    return found
