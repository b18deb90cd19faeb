"""What searching of customers needs after many of them were written, so that it stays quick.

Nobody waits for it. SQLite's index grows by parts, each of which every search looks into: they are joined in short
steps, and between two steps others write. PostgreSQL keeps new tokens in a list that every search reads through, and
without knowing how many rows there are it goes through all phones: its VACUUM mends both, and holds up neither readers
nor writers.
"""

import asyncio
from time import monotonic

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.store.database import writing

MANY = 1_000  # customers; fewer are filed along with daily work
STEP = 100  # pages that are joined in one transaction: some hundredths of a second
TABLES = ("customers", "customer_phones", "customer_uniques")


async def tidy_customers(engine: AsyncEngine, written: int) -> None:
    """To be called when ``written`` customers were made, changed or deleted at once. Raises ``SQLAlchemyError``."""
    if written < MANY:
        return
    if engine.dialect.name == "postgresql":
        await _vacuum(engine)
    else:
        await _join_parts(engine)


async def _vacuum(engine: AsyncEngine) -> None:
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("SET vacuum_cost_delay = '2ms'"))  # as unhurried as its own
        try:
            for table in TABLES:
                await connection.execute(text(f"VACUUM (ANALYZE) {table}"))
        finally:
            await connection.execute(text("RESET vacuum_cost_delay"))


async def _join_parts(engine: AsyncEngine) -> None:
    pages = -STEP  # with less than nothing, all parts there are begin to be joined; what follows goes on with that
    joined = True
    while joined:
        begun = monotonic()
        async with writing(engine) as session, session.begin():
            before = await session.scalar(text("SELECT total_changes()")) or 0
            merge = text("INSERT INTO customer_search (customer_search, rank) VALUES ('merge', :pages)")
            await session.execute(merge, {"pages": pages})
            joined = (await session.scalar(text("SELECT total_changes()")) or 0) - before > 1
        pages = STEP
        await asyncio.sleep(monotonic() - begun)
