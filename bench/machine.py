"""What the machine did: processor time of processes from /proc, and how busy it was beside us."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    name: str
    seconds: float


def _processes() -> dict[int, _Process]:
    found: dict[int, _Process] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue  # it ended meanwhile
        pid, _, rest = text.partition(" (")
        name, _, rest = rest.rpartition(") ")
        fields = rest.split()
        found[int(pid)] = _Process(int(fields[1]), name, (int(fields[11]) + int(fields[12])) / TICK)
    return found


def cpu_seconds(root: int) -> dict[str, float]:
    """utime + stime so far of a process and all below it, by kind: ``asterisk``, ``server``, ``other``."""
    known = _processes()
    below = {root}
    while more := {pid for pid, process in known.items() if process.parent in below} - below:
        below |= more
    told = {"asterisk": 0.0, "server": 0.0, "other": 0.0}
    for pid in below & known.keys():
        told[_kind(pid, known[pid].name)] += known[pid].seconds
    return told


def _kind(pid: int, name: str) -> str:
    if name == "asterisk":
        return "asterisk"
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "other"
    return "server" if b"serve" in words else "other"


def pid_of(root: int, kind: str) -> int:
    """The process of a kind below ``root``. Raises ``StopIteration`` when there is none."""
    known = _processes()
    below = {root}
    while more := {pid for pid, process in known.items() if process.parent in below} - below:
        below |= more
    return next(pid for pid in below if pid in known and _kind(pid, known[pid].name) == kind)


def since(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {name: after[name] - before[name] for name in after}


class Busyness:
    """How busy the whole machine was, as a share of all processors, from ``__init__`` until ``share``."""

    def __init__(self) -> None:
        self._before = self._read()

    @staticmethod
    def _read() -> tuple[int, int]:
        fields = [int(f) for f in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(fields), fields[3] + fields[4]

    def share(self) -> float:
        whole, idle = (b - a for a, b in zip(self._before, self._read(), strict=True))
        return round(1 - idle / whole, 3) if whole else 0.0


def load() -> list[float]:
    return [round(value, 2) for value in os.getloadavg()]
