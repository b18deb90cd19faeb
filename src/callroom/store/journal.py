"""The journal: facts about calls go to a file at once and to the database behind it, so that no call ever waits.

Files ``NNNNNN.jsonl`` hold one fact a line. The writer applies them in order and keeps in the same transaction how far
it came (``journal_position``); a fact carries its number within its journey, so that replay does no harm. The database
may be away for as long as the disk has room.
"""

import asyncio
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import msgspec
import structlog
from sqlalchemy import Executable, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.core.journeys.facts import AgentLine, CallbackLine, FaxLine, JourneyLine, Line, VoicemailLeft
from callroom.core.journeys.model import Journey
from callroom.core.journeys.story import DoesNotFit, apply
from callroom.store import tables as t
from callroom.store.database import insert_for, reading, writing
from callroom.store.journal_rows import Rows, agent_row, callback_row, fax_values

log = structlog.get_logger(__name__)

FULL = 16 * 1024 * 1024  # bytes; then the next file is begun
BATCH = 1000  # lines a transaction
GATHER = 0.05  # seconds in which facts gather before they are written together
GATHER_LONGEST = 1.0  # under load, so that a call's many facts make few changes of its row
SHARE = 20  # the database is written for one part in so many of the time
RETRY = 2.0  # seconds until a database that failed is tried again
SYNC = 1.0  # seconds of facts that a power failure may cost

_decode = msgspec.json.Decoder(Line).decode
_encode = msgspec.json.Encoder().encode


class Postman(Protocol):
    """Who is told of the messages that callers left."""

    async def arrived(self, session: AsyncSession, messages: list[str]) -> None:
        """Their ids, within the transaction in which they are written."""
        ...

    def written(self) -> None:
        """They are in the database for all to see."""
        ...


class Journal:
    """``append`` from the calls; ``run`` as a task follows with the database."""

    def __init__(self, folder: Path, engine: AsyncEngine, postman: Postman | None = None) -> None:
        self._folder = folder
        self._engine = engine
        self._postman = postman
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(path.stem) for path in folder.glob("*.jsonl")]
        self._number = max(numbers, default=0) + 1
        self._file = self._open()
        self._size = 0
        self._unwritten: list[bytes] = []  # the disk was full
        self._more = asyncio.Event()
        self._living: dict[str, Journey] = {}
        self._at: tuple[Path, int] | None = None  # the file followed, and how far the database has it
        self.behind = False  # the database could not be written at the last try

    def _open(self) -> int:
        path = self._folder / f"{self._number:06}.jsonl"
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    # ------------------------------------------------------------ from the calls

    def append(self, line: Line) -> None:
        """Keep a fact: in the file when this returns, in the database soon."""
        self._unwritten.append(_encode(line) + b"\n")
        self._flush()
        self._more.set()

    def _flush(self) -> None:
        while self._unwritten:
            data = self._unwritten[0]
            try:
                written = os.write(self._file, data)
            except OSError as error:
                log.error("the journal cannot be written; facts are kept in memory", error=str(error))
                return
            self._size += written
            if written < len(data):
                self._unwritten[0] = data[written:]
                return
            self._unwritten.pop(0)
        if self._size >= FULL:
            full = self._file
            try:
                self._number += 1
                self._file = self._open()
            except OSError as error:
                self._number -= 1
                log.error("the next file of the journal cannot be made; this one goes on", error=str(error))
                return
            self._size = 0
            os.close(full)

    # ------------------------------------------------------------ to the database

    async def replay(self) -> None:
        """Bring the database up to the last fact of the former run. Raises ``SQLAlchemyError``, ``OSError``."""
        while await self._step():
            pass

    async def run(self) -> None:
        """Follow with the database until cancelled."""
        syncing = asyncio.create_task(self._sync(), name="journal sync")
        clock, took = asyncio.get_running_loop().time, 0.0
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                await asyncio.sleep(min(GATHER_LONGEST, max(GATHER, took * SHARE)))
                begun = clock()
                try:
                    while await self._step():
                        pass
                    self.behind = False
                    took = clock() - begun
                except (SQLAlchemyError, OSError) as error:
                    self.behind = True
                    log.warning("the database cannot be written; the journal keeps the facts", error=str(error))
                    self._more.set()
                    await asyncio.sleep(RETRY)
        finally:
            syncing.cancel()

    async def close(self) -> None:
        """Write what is left, if the database can be written."""
        self._flush()
        with suppress(SQLAlchemyError, OSError):  # the next start replays it
            await self.replay()
        os.close(self._file)

    async def _sync(self) -> None:
        while True:
            await asyncio.sleep(SYNC)  # the power failure does not tell when it comes
            self._flush()
            try:
                await asyncio.to_thread(os.fsync, self._file)
            except OSError as error:  # also when the file was full and closed in this moment
                log.warning("the journal cannot be brought to the disk", error=str(error))

    async def _step(self) -> bool:
        """Apply one batch of lines; False when there is no more."""
        self._at = self._at or await self._position()
        if self._at is None:
            return False
        path, offset = self._at
        lines, end = await asyncio.to_thread(_read, path, offset)
        if not lines:
            if int(path.stem) < self._number:  # done with it, and nothing more will come
                await self._drop(path)
                return True
            return False
        try:
            async with writing(self._engine) as session, session.begin():
                messages = await self._apply(session, lines)
                await _upsert(session, t.JournalPosition, [{"name": path.name, "offset": end}])
        except BaseException:
            self._at = None
            self._living.clear()  # what was applied in memory was not committed
            raise
        self._at = path, end
        if messages and self._postman is not None:
            self._postman.written()
        return len(lines) == BATCH or int(path.stem) < self._number

    async def _position(self) -> tuple[Path, int] | None:
        files = sorted(self._folder.glob("*.jsonl"))
        if not files:
            return None
        async with reading(self._engine) as session:
            row = await session.get(t.JournalPosition, files[0].name)
        return files[0], row.offset if row else 0

    async def _drop(self, path: Path) -> None:
        self._at = None
        await asyncio.to_thread(path.unlink)
        async with writing(self._engine) as session, session.begin():
            await session.execute(delete(t.JournalPosition).where(t.JournalPosition.name == path.name))

    async def _apply(self, session: AsyncSession, lines: list[Line]) -> list[str]:
        """Write what the lines tell; the ids of messages that were left."""
        told: dict[str, list[JourneyLine]] = {}
        for line in lines:
            if isinstance(line, JourneyLine):
                told.setdefault(line.journey, []).append(line)
        unknown = [journey for journey in told if journey not in self._living]
        if unknown:
            found = await session.scalars(select(t.JourneyRow).where(t.JourneyRow.id.in_(unknown)))
            self._living |= {row.id: msgspec.convert(row.document, Journey) for row in found}
        changed: list[Journey] = []
        for journey_id, facts in told.items():
            journey = self._living.setdefault(journey_id, Journey(id=journey_id))
            if any([_applied(journey, line) for line in facts]):
                changed.append(journey)
        rows = Rows(changed, {journey: facts[0].at for journey, facts in told.items()})
        await _upsert(session, t.JourneyRow, rows.journeys)
        await _upsert(session, t.QueueVisitRow, rows.visits)
        await _upsert(session, t.IvrStepRow, rows.steps)
        await _upsert(session, t.SurveyAnswerRow, rows.survey_answers)
        await _upsert(session, t.Recording, rows.recordings)
        await _upsert(session, t.Voicemail, rows.voicemails, keep=("heard_at", "heard_by"))
        agents = {(line.agent, line.at): line for line in lines if isinstance(line, AgentLine)}
        await _upsert(session, t.AgentStateRow, [agent_row(line) for line in agents.values()])
        lasts = {line.id: line for line in lines if isinstance(line, CallbackLine)}  # the last of each counts
        await _upsert(session, t.CallbackRow, [callback_row(line) for line in lasts.values()])
        await _upsert(session, t.FaxRow, rows.faxes, keep=("state", "changed_at", "seen_at", "seen_by"))
        steps = {line.id: line for line in lines if isinstance(line, FaxLine)}  # the last of each counts
        for line in steps.values():  # one that was deleted meanwhile stays so
            await session.execute(update(t.FaxRow).where(t.FaxRow.id == line.id).values(**fax_values(line)))
        for journey_id in told:
            if self._living[journey_id].settled:
                del self._living[journey_id]
        left = (line.fact for line in lines if isinstance(line, JourneyLine))
        messages = [fact.id for fact in left if isinstance(fact, VoicemailLeft)]
        if messages and self._postman is not None:
            await self._postman.arrived(session, messages)
        return messages


def _applied(journey: Journey, line: JourneyLine) -> bool:
    """Take a fact; one that does not fit is logged and left: it must not keep all later ones from the database."""
    try:
        return apply(journey, line)
    except DoesNotFit as error:
        log.error("a fact does not fit its journey", call=journey.id, number=line.number, error=str(error))
        return True


def _read(path: Path, offset: int) -> tuple[list[Line], int]:
    """Up to ``BATCH`` whole lines from ``offset``, and where they end. What cannot be read is logged and left."""
    lines: list[Line] = []
    with path.open("rb") as file:
        file.seek(offset)
        for raw in file:
            if not raw.endswith(b"\n"):
                break  # it is being written, or power failed in the middle of it
            offset += len(raw)
            try:
                lines.append(_decode(raw))
            except msgspec.DecodeError as error:
                log.error("a line of the journal cannot be read", file=path.name, error=str(error))
            if len(lines) >= BATCH:
                break
    return lines, offset


async def _upsert(
    session: AsyncSession, model: type[t.Base], rows: list[dict[str, Any]], *, keep: tuple[str, ...] = ()
) -> None:
    """Insert rows, or replace those that are there except the columns in ``keep``."""
    if rows:
        await session.execute(_upserting(model, insert_for(session), tuple(rows[0]), keep), rows)


@cache
def _upserting(model: type[t.Base], insert: Any, names: tuple[str, ...], keep: tuple[str, ...]) -> Executable:
    """The statement, made once: it runs many times a second."""
    table: Any = model.__table__
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in names if name not in keys and name not in keep}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)
