"""The load: sipp as the carrier and as the agents' phones. Its own processor time is never counted."""

import asyncio
import csv
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).parent / "sipp"
AGENTS_PORT = 5070
CARRIER_PORT = 5080
OVER = 97  # sipp's code when its time was over and some calls still went on
LATE = 10  # seconds that calls may go on after the last was placed


class LoadFailed(Exception):
    """The generator could not do its own work; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One load: calls begun, done whole, failed or not even begun, and the seconds until all had ended."""

    rate: float
    begun: int
    done: int
    failed: int
    seconds: float


def _command(scenario: str | Path, bind: str, port: int, *words: str) -> list[str]:
    path = scenario if isinstance(scenario, Path) else SCENARIOS / f"{scenario}.xml"
    return ["sipp", *words, "-sf", str(path), "-i", bind, "-p", str(port), "-nostdin"]


def _timed(folder: str, scenario: str, was: str, now: int) -> Path:
    """A scenario with another time in it (milliseconds)."""
    path = Path(folder) / f"{scenario}.xml"
    path.write_text((SCENARIOS / path.name).read_text().replace(f'"{was}"', f'"{now}"'))
    return path


async def _run(command: list[str], folder: Path, *, within: float) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(within):
            _, told = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, told.decode(errors="replace")


def _table(path: Path, order: str, rows: Sequence[Sequence[str]]) -> Path:
    path.write_text(f"{order}\n" + "".join(";".join(row) + "\n" for row in rows))
    return path


async def register(bind: str, exchange: str, phones: Sequence[tuple[str, str]]) -> None:
    """Register phones (user, secret), all at the agents' address. Raises ``LoadFailed``.

    The engine hears of new phones a moment after the API has answered, so that refused ones try again for a while.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        rows = [(user, f"[authentication username={user} password={secret}]") for user, secret in phones]
        table = _table(folder / "phones.csv", "SEQUENTIAL", rows)
        words = ["-inf", str(table), "-m", str(len(phones)), "-r", "100", "-l", "100"]
        command = _command("register", bind, AGENTS_PORT, f"{exchange}:5060", *words)
        told = ""
        for _ in range(12):
            code, told = await _run(command, folder, within=60)
            if code == 0:
                return
            await asyncio.sleep(2)
        raise LoadFailed(f"the phones could not register: {told[:1500]}")


@asynccontextmanager
async def agents(bind: str, exchange: str, *, talk: float = 0.3) -> AsyncGenerator[None]:
    """All agents' phones, answering at one address until the end of the block; they hang up after ``talk`` seconds."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        process = await asyncio.create_subprocess_exec(
            *_command(
                _timed(folder, "agent", "300", round(talk * 1000)), bind, AGENTS_PORT, "-key", "engine", exchange
            ),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def call(
    bind: str,
    exchange: str,
    numbers: Sequence[str],
    *,
    rate: float,
    calls: int,
    port: int = CARRIER_PORT,
    longest_talk: float = 15.0,
) -> Ran:
    """Place ``calls`` calls at ``rate`` a second to ``numbers`` in turn, until all ended. Raises ``LoadFailed``.

    A call that the far side has not ended after ``longest_talk`` seconds has failed.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        table = _table(folder / "calls.csv", "SEQUENTIAL", [(n, f"1390{k:07}") for k, n in enumerate(numbers)])
        words = ["-inf", str(table), "-r", f"{rate:g}", "-rp", "1000", "-m", str(calls), "-l", "5000"]
        longest = calls / rate + LATE + max(0.0, longest_talk - 15.0)
        scenario = _timed(name, "carrier", "15000", round(longest_talk * 1000))
        words += ["-timeout", f"{longest:.0f}s", "-trace_stat", "-fd", "1", "-stf", str(folder / "stat.csv"), "-aa"]
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            code, told = await _run(
                _command(scenario, bind, port, f"{exchange}:5060", *words), folder, within=longest + 5
            )
        except TimeoutError:
            code, told = OVER, ""
        seconds = loop.time() - begun
        if code not in (0, 1, OVER):
            raise LoadFailed(f"the carrier ended with {code}: {told[-500:]}")
        with (folder / "stat.csv").open() as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        done = int(last["SuccessfulCall(C)"])
        return Ran(rate, int(last["TotalCallCreated"]), done, calls - done, seconds)
