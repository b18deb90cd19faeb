"""The engine's process: where it is, how it is started, when it is ready, how it stops.

The process is kept alive by whoever runs ``command()``; the server only reads the link file.
"""

import asyncio
import base64
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from callroom.telephony.asterisk.config import EngineSettings, write_configuration
from callroom.telephony.asterisk.link import Link, link_path, write_link

DEFAULT_ROOT = "/var/lib/callroom/engine"
_OLDEST = {22: (10, 1), 20: (20, 0)}


class EngineMissing(Exception):
    """No engine that can be used; the text says where it was looked for."""


class EngineNotReady(Exception):
    """The engine was started but does not answer."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An installed engine. ``root`` is its private root, None for one of the system."""

    root: Path | None
    binary: str
    version: str
    data_dir: str
    module_dir: str


def find_engine(root: Path | None = None) -> Engine:
    """The engine at ``root``, by default $CALLROOM_ENGINE_ROOT, else the system's. Raises EngineMissing."""
    root = root or Path(os.environ.get("CALLROOM_ENGINE_ROOT", DEFAULT_ROOT))
    if (root / "usr/sbin/asterisk").exists():
        if shutil.which("bwrap") is None:
            raise EngineMissing(f"{root} holds an engine, but bubblewrap, which runs it, is not installed")
        found = _inspect(root, "/usr/sbin/asterisk", [*_wrap(root), "/usr/sbin/asterisk"])
    elif system := shutil.which("asterisk"):
        found = _inspect(None, system, [system])
    else:
        raise EngineMissing(f"no engine at {root} and no asterisk on this system")
    return found


def _inspect(root: Path | None, binary: str, command: list[str]) -> Engine:
    told = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20)
    match = re.search(r"Asterisk (\d+)\.(\d+)\.(\d+)", told.stdout)
    if match is None:
        raise EngineMissing(f"{root or binary} does not tell its version: {told.stdout} {told.stderr}".strip())
    major, minor, patch = (int(part) for part in match.groups())
    if (major < max(_OLDEST) and major not in _OLDEST) or (minor, patch) < _OLDEST.get(major, (0, 0)):
        raise EngineMissing(f"Asterisk {major}.{minor}.{patch} is too old: 22.10.1 (or 20.20.0) is needed")
    base = root or Path("/")
    libraries = sorted(base.glob("usr/lib/*/asterisk/modules")) + sorted(base.glob("usr/lib/asterisk/modules"))
    if not libraries:
        raise EngineMissing(f"no modules of Asterisk below {base}")
    data = next(p for p in ("usr/share/asterisk", "var/lib/asterisk") if (base / p / "sounds").exists())
    return Engine(
        root=root,
        binary=binary,
        version=f"{major}.{minor}.{patch}",
        data_dir=f"/{data}",
        module_dir="/" + str(libraries[0].relative_to(base)),
    )


def _wrap(root: Path, *binds: Path) -> list[str]:
    command = ["bwrap", "--die-with-parent", "--bind", str(root), "/", "--dev-bind", "/dev", "/dev", "--proc", "/proc"]
    command += ["--tmpfs", "/tmp"]  # noqa: S108 - the engine's own, empty one
    # Without /etc/hosts every call waits on a failing look-up of the host's own name.
    for name in ("/etc/hosts", "/etc/resolv.conf"):
        if Path(name).exists():
            command += ["--ro-bind", name, name]
    for path in binds:
        command += ["--bind", str(path), str(path)]
    return command


@dataclass(frozen=True, slots=True)
class EngineProcess:
    """One start of an engine: run ``command`` in the foreground, its child."""

    command: list[str]
    env: dict[str, str]
    link: Link
    link_file: Path


def prepare(engine: Engine, settings: EngineSettings) -> EngineProcess:
    """Write configuration and link for one start. Raises BadEngineSettings, OSError."""
    link = write_configuration(settings, data_dir=engine.data_dir, module_dir=engine.module_dir)
    path = link_path(settings.home)
    write_link(path, link)
    run = [engine.binary, "-f", "-C", str(settings.home / "engine" / "etc" / "asterisk.conf")]
    if engine.root is not None:
        binds = [settings.home, settings.recordings, *settings.prompts, *([settings.music] if settings.music else [])]
        run = [*_wrap(engine.root, *binds), *run]
    return EngineProcess(run, {**os.environ, "LC_ALL": "C.UTF-8"}, link, path)


async def wait_ready(link: Link, *, timeout: float = 30.0) -> None:
    """Until the engine answers over ARI and has loaded all modules. Raises EngineNotReady after ``timeout`` seconds."""
    try:
        async with asyncio.timeout(timeout):
            while not await _answers(link):  # noqa: ASYNC110 - another process; there is no event to wait for
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise EngineNotReady(f"the engine did not answer within {timeout:g} s") from None


async def _answers(link: Link) -> bool:
    token = base64.b64encode(f"{link.ari_user}:{link.ari_secret}".encode()).decode()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", link.http_port)
        try:
            writer.write(
                b"GET /ari/asterisk/info?only=status HTTP/1.0\r\nHost: localhost\r\n"
                + f"Authorization: Basic {token}\r\n\r\n".encode()
            )
            return b" 200 " in await reader.readline()
        finally:
            writer.close()
    except OSError:
        return False


async def stop_gently(process: asyncio.subprocess.Process, *, grace: float = 8.0) -> None:
    """End the engine so that it hangs up its calls first, and tells so; after ``grace`` seconds by force."""
    # Told itself, not the wrapper around it: with that it would be killed at once, and leave callers in silence.
    try:
        inside = _children(process.pid)
        for pid in inside:
            os.kill(pid, signal.SIGTERM)
        if inside:
            async with asyncio.timeout(grace):
                await process.wait()
    except (OSError, TimeoutError):
        pass  # it is gone, has no wrapper, or does not listen
    await stop(process, grace=grace)


def _children(pid: int) -> list[int]:
    """Raises ``OSError`` when the process is gone."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def stop(process: asyncio.subprocess.Process, *, grace: float = 8.0) -> None:
    """End the engine (SIGTERM), after ``grace`` seconds by force."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(grace):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
