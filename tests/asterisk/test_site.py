"""A whole site with the real engine, in a network namespace of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from callroom.demo.phone.patience import PATIENCE

PASSWORD = "long enough"


class RunningSite:
    """``callroom run`` in its own namespace; ``ask`` speaks HTTP to it from inside."""

    def __init__(self, home: Path, **options: str) -> None:
        self.home = home
        self.namespace = f"cr{os.urandom(4).hex()}"
        self.log = home / "run.log"
        home.mkdir()
        subprocess.run(["ip", "netns", "add", self.namespace], check=True)
        subprocess.run(["ip", "-n", self.namespace, "link", "set", "lo", "up"], check=True)
        command = [sys.executable, "-m", "callroom.cli", "run", "--home", str(home)]
        for name, value in options.items():
            command += [f"--{name}", value]
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace, *command],
            env=os.environ | {"CALLROOM_ADMIN_PASSWORD": PASSWORD},
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def ask(self, path: str, body: dict[str, str] | None = None) -> tuple[int, dict[str, object]]:
        script = (
            "import sys, json, httpx2\n"
            "path, body = json.loads(sys.argv[1])\n"
            "r = httpx2.request('POST' if body else 'GET', 'http://127.0.0.1:8080' + path, json=body)\n"
            "print(json.dumps([r.status_code, r.json()]))\n"
        )
        told = subprocess.run(
            ["ip", "netns", "exec", self.namespace, sys.executable, "-c", script, json.dumps([path, body])],
            capture_output=True,
        )
        return tuple(json.loads(told.stdout)) if told.returncode == 0 else (0, {})

    def wait(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)

    def engine_answers(self) -> bool:
        return bool(self.ask("/healthz")[1].get("parts", {}).get("engine"))  # pyright: ignore

    def pids(self, part: str) -> list[int]:
        lines = re.sub(r"\x1b\[[0-9;]*m", "", self.log.read_text()).splitlines()
        return [int(m[1]) for line in lines if f"part={part}" in line and (m := re.search(r"pid=(\d+)", line))]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        left = subprocess.run(["ip", "netns", "pids", self.namespace], capture_output=True, text=True).stdout.split()
        subprocess.run(["ip", "netns", "del", self.namespace], check=True)
        assert left == [], "processes left behind"
        return code


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    site = RunningSite(tmp_path / "home")
    yield site
    site.stop()


def test_site_starts_signs_in_and_stops_cleanly(site: RunningSite):
    site.wait(site.engine_answers)
    status, signed_in = site.ask("/api/v1/session", {"login": "admin", "password": PASSWORD})
    assert (status, signed_in["user"]["role"]) == (200, "admin")  # pyright: ignore


def test_start_tells_both_addresses_once_they_answer(site: RunningSite):
    site.wait(lambda: "server is ready" in site.log.read_text())
    told = site.log.read_text()
    assert "Callroom 已启动 / Callroom is running" in told
    assert "http://127.0.0.1:8080" in told and re.search(r"https://\S+:8443", told)
    assert PASSWORD not in told
    assert site.ask("/healthz")[0] in (200, 503)
    secure = "import httpx2; print(httpx2.get('https://127.0.0.1:8443/healthz', verify=False).status_code)"
    command = ["ip", "netns", "exec", site.namespace, sys.executable, "-c", secure]
    assert subprocess.run(command, capture_output=True, text=True).stdout.strip() in ("200", "503")


def test_doctor_knows_the_running_site(site: RunningSite):
    site.wait(site.engine_answers)
    command = [sys.executable, "-m", "callroom.cli", "doctor", "--lang", "en", "--home", str(site.home)]
    told = subprocess.run(["ip", "netns", "exec", site.namespace, *command], capture_output=True, text=True).stdout
    assert told.count("in use by this site") == 3, told
    assert "newest form" in told and "Asterisk 22" in told and ", running" in told


def test_engine_goes_on_while_the_killed_server_comes_back(site: RunningSite):
    site.wait(site.engine_answers)
    [engine], [server] = site.pids("engine"), site.pids("server")
    os.kill(server, signal.SIGKILL)
    site.wait(lambda: len(site.pids("server")) == 2 and site.engine_answers())
    assert site.pids("engine") == [engine]
    os.kill(engine, 0)


def test_killed_engine_comes_back(site: RunningSite):
    site.wait(site.engine_answers)
    [engine] = site.pids("engine")
    os.kill(engine, signal.SIGKILL)
    site.wait(lambda: len(site.pids("engine")) == 2)
    site.wait(site.engine_answers)


@pytest.mark.parametrize(
    ("options", "zh", "en"),
    [
        ({"http": "203.0.113.9:80"}, "已被占用或无法使用", "is taken or cannot be used"),
        (
            {"https": "203.0.113.9:443"},
            "网页地址 203.0.113.9:443 已被占用或无法使用",
            "203.0.113.9:443 is taken or cannot be used",
        ),
        ({"http": "nonsense"}, "设置有误", "no HOST:PORT"),
        ({"database": "postgresql://x@127.0.0.1:1/y"}, "无法打开数据库", "The database cannot be opened"),
    ],
)
def test_what_cannot_work_is_said_in_both_languages(tmp_path: Path, options: dict[str, str], zh: str, en: str):
    site = RunningSite(tmp_path / "home", **options)
    site.process.wait(PATIENCE)
    told = site.log.read_text()
    assert site.stop() == 3, told
    assert zh in told and en in told
    assert "Traceback" not in told
