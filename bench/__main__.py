"""``python -m bench P-1`` or ``all``: runs benchmarks one after another and prints their figures."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from bench import (
    attendant,
    chaos,
    cold_start,
    decisions,
    flow_editor,
    imports,
    pop,
    queued_calls,
    search,
    survival,
    watchers,
)
from bench.figure import Figure
from bench.generator import LoadFailed
from bench.site import SiteFailed

LONGEST = 300.0  # seconds each may take,
# … or this one: a million customers to store, as many strikes as there are.
LONGER = {"P-5": 900.0, "P-7": 900.0, "R-2": 1800.0}
BENCHMARKS: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "P-1": queued_calls.cost,
    "P-1-20": partial(queued_calls.cost, members=20),
    "P-1-100": partial(queued_calls.cost, members=100),
    "P-2": queued_calls.limit,
    "P-4": decisions.decisions,
    "P-5": pop.pop,
    "P-6": imports.imports,
    "P-7": search.search,
    "P-9": watchers.wall,
    "P-14": cold_start.cold_start,
    "IVR-50": attendant.attendant,
    "IVR-300": flow_editor.flow_editor,
    "R-1": survival.killed_server,
    "R-2": chaos.chaos,
}


async def _one(name: str) -> int:
    longest = LONGER.get(name, LONGEST)
    try:
        async with asyncio.timeout(longest):
            figures = await BENCHMARKS[name]()
    except (TimeoutError, LoadFailed, SiteFailed) as error:
        print(
            f"{name}: {str(error) or f'not done within {longest:g} s, or one of its steps not within its own'}",
            file=sys.stderr,
        )
        return 1
    for figure in figures:
        print(figure.line(), flush=True)
    return 0


def main() -> int:
    names = sys.argv[1:] or ["all"]
    if names == ["all"]:
        names = list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}, all", file=sys.stderr)
        return 2
    return max([asyncio.run(_one(name)) for name in names])


if __name__ == "__main__":
    raise SystemExit(main())
