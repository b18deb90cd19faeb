"""Where flows stood: one note a leg, in a file beside the engine.

The engine could keep them as variables, but each would be a request of its own, and there are several a call. The file
lives as long as they would: a killed server leaves it behind, and another start of the engine begins a new one.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
import structlog

from callroom.core.ids import LegId

log = structlog.get_logger(__name__)
MANY = 4 * 1024 * 1024  # bytes; then the file is written anew with what still lives
_Line = tuple[str, str]


class Checkpoints:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: dict[LegId, str] = {}
        self._start = ""
        self._file: int | None = None
        self._size = 0

    def open(self, start: str) -> None:
        """Go on with what was kept during this start of the engine; what belongs to another is forgotten."""
        if start == self._start:
            return
        self.close()
        self._start = start
        self._notes = self._read()
        self._write_all()

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def get(self, leg: LegId) -> str:
        return self._notes.get(leg, "")

    def beginning_with(self, name: str) -> list[LegId]:
        return [leg for leg in self._notes if leg.startswith(name)]

    def keep(self, leg: LegId, note: str) -> None:
        """In the file when this returns; a file that cannot be written is logged, and tried whole at the next note."""
        self._notes[leg] = note
        if self._file is None or self._size > MANY:
            self._write_all()
            return
        line = _line(leg, note)
        try:
            written = os.write(self._file, line)
        except OSError as error:
            written = 0
            log.error("where a call stands cannot be kept", error=str(error))
        self._size += written
        if written < len(line):
            self.close()

    def forget(self, leg: LegId) -> None:
        self._notes.pop(leg, None)

    def only(self, legs: Iterable[LegId]) -> None:
        """All others have gone."""
        alive = set(legs)
        self._notes = {leg: note for leg, note in self._notes.items() if leg in alive}

    def _read(self) -> dict[LegId, str]:
        try:
            first, *lines = self._path.read_bytes().splitlines()
        except (OSError, ValueError):
            return {}
        if first != self._start.encode():
            return {}
        notes: dict[LegId, str] = {}
        for line in lines:
            try:
                leg, note = msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError:
                continue  # the server died in the middle of it
            notes[LegId(leg)] = note
        return notes

    def _write_all(self) -> None:
        self.close()
        fresh = self._path.with_suffix(".new")
        data = self._start.encode() + b"\n" + b"".join(_line(leg, note) for leg, note in self._notes.items())
        try:
            fresh.write_bytes(data)
            fresh.chmod(0o600)
            self._file = os.open(fresh, os.O_WRONLY | os.O_APPEND)
            fresh.replace(self._path)
        except OSError as error:
            self.close()
            log.error("where calls stand cannot be kept", error=str(error))
        self._size = len(data) if self._file is not None else 0


def _line(leg: LegId, note: str) -> bytes:
    return msgspec.json.encode((leg, note)) + b"\n"
