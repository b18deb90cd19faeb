"""The rows of an import read as customers who are ready to be written.

That takes as long as the writing. The rows of a large file are read in a process of their own, ``python -m
callroom.actions.customer_import_reading``, beside the writing of those before and behind everything else that runs. It
answers who started it through a pipe, and ends with that pipe.
"""

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from callroom.actions.new_customers import NewCustomer, Prepared, prepared
from callroom.core.customers import Filing, Form, Phone
from callroom.core.fields import Stored
from callroom.core.imports import Draft, Plan
from callroom.core.imports.merging import Picture
from callroom.core.imports.targets import VALUE
from callroom.garbage import look_rarely
from callroom.media.sheets import rows_from

READER = (sys.executable, "-m", "callroom.actions.customer_import_reading")
LENGTH = 8  # bytes before each message, which say how long it is
READY = b"ready"
EMPTY: Picture = {
    "name": "", "company": "", "memo": "", "tier": 0, "owner_id": None, "tags": [], "stage": "new",
    "do_not_call": False, "no_mail": False, "phones": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows as they were read. ``keys``: by what each may meet others; ``bad``: drafts of those that have faults or
    lack something, by their place. Of the others, which are nearly all, a draft is unpacked only when it is asked."""

    keys: list[list[tuple[str, str]]]
    bad: dict[int, Draft]
    packed: bytes
    unpacked: dict[int, Draft] = field(default_factory=dict[int, Draft])

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def able(self) -> list[int]:
        """Places of those that may make customers."""
        return [place for place in range(len(self.keys)) if place not in self.bad]

    def draft(self, place: int) -> Draft:
        if place in self.bad:
            return self.bad[place]
        if not self.unpacked:
            drafts = pickle.loads(self.packed)  # noqa: S301 - we packed it
            self.unpacked.update((at, Draft(*one)) for at, one in zip(self.able, drafts, strict=True))
        return self.unpacked[place]


@dataclass(frozen=True, slots=True)
class Chunk:
    """``ready``: those of the ``rows`` that may make customers, in their order. ``begins``, ``ends``: offsets in the
    file of rows."""

    rows: Rows
    ready: Prepared
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Way:
    """How the file ``rows`` is read, by whom (``by_id``) and for which import its customers are made."""

    form: Form
    plan: Plan
    by_id: str | None
    import_id: str
    rows: Path

    def read(self, begins: int, most: int, now: datetime) -> Chunk | None:
        """Up to ``most`` rows from an offset on; None at the end."""
        rows = rows_from(self.rows, begins, most)
        if not rows:
            return None
        drafts = [self.plan.read(row.number, row.cells) for row in rows]
        able = [draft for draft in drafts if not draft.faults and not draft.lacking]
        people = [_customer(EMPTY | one.own, [Phone(*p) for p in one.phones], self.plan.fresh(one)) for one in able]
        ready = prepared(self.form, people, self.by_id, now, self.import_id)
        return Chunk(rows_of(drafts, self.plan), ready, begins, rows[-1].ends)


def rows_of(drafts: Sequence[Draft], plan: Plan) -> Rows:
    keys = [plan.keys(draft) if not draft.faults else [] for draft in drafts]
    bad = {place: draft for place, draft in enumerate(drafts) if draft.faults or draft.lacking}
    able = [
        (one.number, one.cells, one.own, one.phones, one.values) for place, one in enumerate(drafts) if place not in bad
    ]
    return Rows(keys, bad, pickle.dumps(able, pickle.HIGHEST_PROTOCOL))


def picture_of(draft: Draft, plan: Plan) -> Picture:
    values = {VALUE + id: value for id, value in plan.fresh(draft).items()}
    return EMPTY | draft.own | values | {"phones": [{"number": n, "label": label} for n, label in draft.phones]}


def new_customer(picture: Picture) -> NewCustomer:
    phones = [Phone(**one) for one in picture["phones"]]
    values = {name.removeprefix(VALUE): value for name, value in picture.items() if name.startswith(VALUE)}
    return _customer(picture, phones, values)


def _customer(own: Picture, phones: list[Phone], values: dict[str, Stored]) -> NewCustomer:
    filing = Filing(own["tags"], own["owner_id"], own["tier"], own["stage"], own["do_not_call"], own["no_mail"])
    return NewCustomer(own["name"], own["company"], own["memo"], phones, values, filing)


async def chunks(way: Way, begins: int, most: int, now: Callable[[], datetime]) -> AsyncGenerator[Chunk]:
    """All rows from an offset on, ``most`` in each chunk; while one is written the next is read."""
    chunk = await asyncio.to_thread(way.read, begins, most, now())
    if chunk is None or len(chunk.rows) < most:
        if chunk is not None:
            yield chunk
        return
    async with _reader(way) as reader:
        while chunk is not None:
            read = reader.read if reader.is_ready() else partial(asyncio.to_thread, way.read)
            coming = asyncio.ensure_future(read(chunk.ends, most, now()))
            try:
                yield chunk
                chunk = await coming
            finally:
                coming.cancel()


class _Reader:
    """Reads as ``Way.read`` does in a process of its own, which takes a moment to be ready. Raises
    ``IncompleteReadError`` when that dies."""

    def __init__(self, into: asyncio.StreamWriter, out: asyncio.StreamReader) -> None:
        self._into, self._out = into, out
        self._told = asyncio.ensure_future(out.readexactly(len(READY)))
        self._begun = False

    def is_ready(self) -> bool:
        return self._told.done()

    async def read(self, begins: int, most: int, now: datetime) -> Chunk | None:
        """The rows from ``begins`` on, at the first time; those after the ones that were read last from then on."""
        await self._told
        if not self._begun:
            self._begun = True
            self._into.write(_framed((begins, most, now)))
        self._into.write(_framed((None, most, now)))  # what is wanted next, so that it need not wait for us
        length = int.from_bytes(await self._out.readexactly(LENGTH))
        return pickle.loads(await self._out.readexactly(length))  # noqa: S301 - out of our own process

    async def stop(self) -> None:
        self._told.cancel()
        await asyncio.gather(self._told, return_exceptions=True)  # it told, died, or is not waited for any more


@asynccontextmanager
async def _reader(way: Way) -> AsyncGenerator[_Reader]:
    process = await asyncio.create_subprocess_exec(
        *READER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(_framed(way))
    reader = _Reader(process.stdin, process.stdout)
    try:
        yield reader
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reader.stop()


def _framed(what: object) -> bytes:
    message = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    return len(message).to_bytes(LENGTH) + message


def main() -> None:
    os.nice(10)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # who asks is gone: it ends
    asked, answers = sys.stdin.buffer, sys.stdout.buffer

    def received() -> Any:
        length = int.from_bytes(asked.read(LENGTH))
        return pickle.loads(asked.read(length)) if length else None  # noqa: S301 - of who started us

    way: Way | None = received()
    look_rarely()
    answers.write(READY)
    answers.flush()
    reached = 0
    while way is not None and (question := received()) is not None:
        begins, most, now = question
        reached = reached if begins is None else begins
        chunk = way.read(reached, most, now)
        reached = chunk.ends if chunk else reached
        answers.write(_framed(chunk))
        answers.flush()


if __name__ == "__main__":
    main()
