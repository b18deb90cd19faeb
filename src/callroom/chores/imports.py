"""Files of customers: unrolled, written, and taken back."""

import asyncio
import shutil
from contextlib import aclosing
from typing import Any

from callroom.actions import customer_import_run, customer_import_undo, customer_imports
from callroom.actions.customer_import_reading import chunks
from callroom.chores.work import Work
from callroom.media.sheets import NotATable, unroll
from callroom.store.database import reading, writing
from callroom.store.upkeep import tidy_customers


async def read_import(work: Work) -> dict[str, Any]:
    """See what an uploaded table holds, and propose what its columns are."""
    import_id = str(work.arguments["import"])
    folder = customer_imports.folder_of(work.home, import_id)
    try:
        found = await unroll(customer_imports.source_of(folder), customer_imports.rows_of(folder))
    except NotATable as fault:
        async with writing(work.database) as session, session.begin():
            await customer_imports.was_unreadable(session, import_id, fault.rule, fault.values, work.now())
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)  # nothing can be done with it any more
        return {"fault": fault.rule}
    async with writing(work.database) as session, session.begin():
        await customer_imports.was_read(session, import_id, found, work.now())
    return {"rows": found.rows}


async def run_import(work: Work) -> dict[str, Any]:
    """Write the rows that are not written yet, chunk by chunk; the next ones are read meanwhile."""
    import_id = str(work.arguments["import"])
    folder = customer_imports.folder_of(work.home, import_id)
    rows, faults = customer_imports.rows_of(folder), customer_imports.faults_of(folder)
    over = False
    while not over:
        async with reading(work.database) as session:
            row = await customer_imports.get(session, import_id)
            way = await customer_import_run.way_of(session, row, rows)
        done, over = row.done, True
        async with aclosing(chunks(way, row.reached, customer_import_run.CHUNK, work.now)) as coming:
            async for chunk in coming:
                async with writing(work.database) as session, session.begin():
                    over = await customer_import_run.write_chunk(session, import_id, chunk, way, faults, work.now())
                if not over:
                    break
                done += len(chunk.rows)
                await work.progress(done / max(row.rows, 1))
    async with writing(work.database) as session, session.begin():
        told = await customer_import_run.finish(session, import_id, work.now())
    await tidy_customers(work.database, told["created"] + told["updated"])
    return told


async def undo_import(work: Work) -> dict[str, Any]:
    """Take back what an import has written, some customers at a time."""
    while True:
        async with writing(work.database) as session, session.begin():
            row = await customer_import_undo.undo_some(session, str(work.arguments["import"]), work.now())
        told = {name: int(row.undone.get(name, 0)) for name in ("deleted", "restored", "kept")}
        if row.state == "undone":
            await tidy_customers(work.database, told["deleted"] + told["restored"])
            return told
        await work.progress(min(sum(told.values()) / max(row.created + row.updated, 1), 1.0))
