"""Parts are kept alive and stopped in order, what fails is said plainly, the engine's log is told and kept small."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from callroom import logs, supervisor
from callroom.supervisor import PLAIN, REFUSED, EngineLog, Part, keep_alive, keep_running

WARNING = "[2026-11-23 09:00:00] WARNING[77]: res_pjsip.c:12 find_it: No match for +8613800138000 from 10.77.0.2\n"
ERROR = "[2026-11-23 09:00:01] ERROR[77][C-00000001]: app_dial.c:9 dial: No such phone\n"


def program(name: str, script: str) -> Part:
    async def start() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(sys.executable, "-c", script)

    return Part(name, start)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what other processes bring about."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - they tell of it by being there only
            await asyncio.sleep(0.02)


async def test_a_part_that_keeps_failing_is_said_plainly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.01)
    part = program("worker", "raise SystemExit(7)")
    with capture_logs() as told:
        keeping = asyncio.create_task(keep_alive(part))
        await until(lambda: any(line["log_level"] == "error" for line in told))
        part.stopping.set()
        assert await keeping == 0
    plain = [line for line in told if line["log_level"] == "error"]
    assert plain[0] | {"again_in": 0} == {
        "event": "the worker does not run: it keeps failing",
        "log_level": "error",
        "part": "worker",
        "failures": PLAIN,
        "code": 7,
        "again_in": 0,
    }
    before = told[: told.index(plain[0])]  # it may have ended once more before it was told to stop
    assert [line["event"] for line in before].count("part ended by itself") == PLAIN - 1


async def test_a_part_that_cannot_be_started_for_a_while_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.01)
    starts = 0

    async def start() -> asyncio.subprocess.Process:
        nonlocal starts
        starts += 1
        if starts in (2, 3):
            raise OSError("no space left on device")
        script = "raise SystemExit(1)" if starts == 1 else "import time; time.sleep(60)"
        return await asyncio.create_subprocess_exec(sys.executable, "-c", script)

    part = Part("engine", start)
    with capture_logs() as told:
        keeping = asyncio.create_task(keep_alive(part))
        await until(lambda: [line["event"] for line in told].count("part started") == 2)
        part.stopping.set()
        assert await keeping == 0
    assert starts == 4
    assert "no space left on device" in [line.get("code") for line in told]


async def test_the_server_stops_after_the_others_have_ended(tmp_path: Path):
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(0.5 * (sys.argv[1] == 'engine'))\n"
        "    open(sys.argv[2], 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    order, ready = tmp_path / "order", 0

    def part(name: str) -> Part:
        async def start() -> asyncio.subprocess.Process:
            nonlocal ready
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", script, name, str(order)), stdout=asyncio.subprocess.PIPE
            )
            assert process.stdout is not None
            await process.stdout.readline()
            ready += 1
            return process

        return Part(name, start)

    told = asyncio.Event()
    keeping = asyncio.create_task(keep_running([part("server"), part("engine"), part("worker")], told, last="server"))
    await until(lambda: ready == 3)
    told.set()
    assert await keeping == 0
    assert order.read_text().split() == ["worker", "engine", "server"]


async def test_a_server_that_refuses_its_settings_ends_the_site():
    parts = [program("engine", "import time; time.sleep(60)"), program("server", f"raise SystemExit({REFUSED})")]
    async with asyncio.timeout(20):
        assert await keep_running(parts, asyncio.Event(), last="server") == REFUSED


# ---------------------------------------------------------------- the engine's log


def test_what_the_engine_says_is_told_once_and_without_numbers(tmp_path: Path):
    path = tmp_path / "messages.log"
    path.write_text(ERROR)  # told by a former run
    follower = EngineLog(path)
    with path.open("a") as engine, capture_logs() as told:
        engine.write("[2026-11-23 09:00:00] Asterisk 22 built by nobody\n" + WARNING + "   and so on\n" + ERROR[:40])
        engine.flush()
        follower.look()
        engine.write(ERROR[40:])
        engine.flush()
        follower.look()
        follower.look()
    assert [(line["log_level"], line["source"], line["text"]) for line in told] == [
        ("warning", "res_pjsip.c:12", "find_it: No match for +86… from 10.77.0.2"),
        ("warning", "", "   and so on"),
        ("error", "app_dial.c:9", "dial: No such phone"),
    ]
    assert {line["part"] for line in told} == {"engine"}


def test_what_the_engine_says_of_every_phone_is_told_of_none(tmp_path: Path):
    path = tmp_path / "messages.log"
    follower = EngineLog(path)
    idle = "Endpoint d_1: Option 'stir_shaken' is no longer supported.  Use 'stir_shaken_profile' instead."
    with capture_logs() as told:
        path.write_text(f"[2026-11-23 09:00:00] WARNING[7]: res_pjsip.c:12 find_it: {idle}\n" + ERROR)
        follower.look()
    assert [line["log_level"] for line in told] == ["error"]


def test_the_engines_log_never_fills_the_disk(tmp_path: Path):
    path = tmp_path / "messages.log"
    follower = EngineLog(path)
    follower.FULL = 50_000
    biggest = 0
    with path.open("a") as engine, capture_logs() as told:
        for _ in range(40):
            engine.write(WARNING * 50)
            engine.flush()
            follower.look()
            biggest = max(biggest, path.stat().st_size)
        engine.write(WARNING * (EngineLog.MOST + 7))
        engine.flush()
        follower.look()
    assert biggest < 2 * follower.FULL
    assert len([line for line in told if line["event"] == "the engine says"]) == 40 * 50 + EngineLog.MOST
    assert told[-1] == {
        "event": "the engine says more than is told", "log_level": "warning", "part": "engine", "lines": 7,
    }  # fmt: skip


# ---------------------------------------------------------------- one stream


@pytest.fixture
def usual_logs() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


@pytest.mark.usefixtures("usual_logs")
def test_lines_for_programs_are_json_and_hide_persons_unless_asked(capfd: pytest.CaptureFixture[str]):
    for pii in (False, True):
        logs.set_up("json", "server", pii=pii)
        structlog.get_logger().info("offer expired", call="j1", pii_number="13800138000", at=Path("x"))
        try:
            pii_secret = "13900139000"
            raise ValueError("no such row" if pii_secret else "")
        except ValueError:
            structlog.get_logger().exception("broken")
        [line, broken] = lines(capfd)
        assert line["pii_number"] == ("13800138000" if pii else "…")
        assert (line["event"], line["level"], line["part"], line["call"]) == ("offer expired", "info", "server", "j1")
        assert broken["exception"][0]["exc_value"] == "no such row"
        assert "13900139000" not in str(broken)


@pytest.mark.usefixtures("usual_logs")
def test_what_libraries_say_is_in_the_stream_and_the_web_servers_chatter_is_not(capfd: pytest.CaptureFixture[str]):
    script = (
        "import logging; from callroom import logs; logs.set_up('json', 'worker')\n"
        "logging.getLogger('uvicorn.error').warning('Invalid HTTP request received.')\n"
        "logging.getLogger('uvicorn.error').error('Exception in %s', 'app')\n"
        "logging.getLogger('asyncio').warning('slow %d', 3)\n"
        "logging.getLogger('alembic').info('running')\n"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", script]) == 0
    assert [(line["event"], line["logger"], line["level"]) for line in lines(capfd)] == [
        ("Exception in app", "uvicorn.error", "error"),
        ("slow 3", "asyncio", "warning"),
    ]
