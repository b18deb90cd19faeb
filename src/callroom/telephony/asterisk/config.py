"""Writes the engine's own configuration directory for one home; ``/etc/asterisk`` is never touched.

Everything the engine offers to programs (ARI, AMI, HTTP) listens on 127.0.0.1 with secrets made for one start.
"""

import errno
import os
import secrets
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from callroom.core.ids import DeviceId
from callroom.telephony.asterisk import templates
from callroom.telephony.asterisk.link import Link

APP = "callroom"
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_PORT, ATTEMPTS = 10_000, 200


class BadEngineSettings(ValueError):
    """A setting of the engine that cannot work; the text says which and why."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What one engine needs to know. Ports are numbers, paths absolute paths of the host."""

    home: Path
    recordings: Path
    sip_host: str
    sip_port: int = 5060
    rtp_from: int = 10000
    rtp_to: int = 19999
    external_address: str = ""  # what carriers are told when we sit behind NAT
    music: Path | None = None  # a folder of wav files; None: the engine's own
    prompts: tuple[Path, ...] = ()  # folders from which sounds are played
    emergency: tuple[DeviceId, ...] = ()  # rung when the server is away
    sorry: str = "tt-somethingwrong"  # then said, path without extension or one of the engine's own sounds
    accept_unknown: bool = False  # False: calls nobody knows are refused like a wrong password
    realm: str = "callroom"
    extra_modules: tuple[str, ...] = field(default=())

    def check(self) -> None:
        """Raises BadEngineSettings."""
        if not self.home.is_absolute() or not self.recordings.is_absolute():
            raise BadEngineSettings("the engine's home and recordings folder must be absolute paths")
        if not 1 <= self.sip_port <= 65535:
            raise BadEngineSettings(f"{self.sip_port} is no port for SIP")
        if not 1024 <= self.rtp_from < self.rtp_to <= 65535:
            raise BadEngineSettings(f"{self.rtp_from}-{self.rtp_to} is no range of ports for sound")
        for text in (self.sip_host, self.external_address, self.sorry, self.realm, *self.emergency):
            if any(c in text for c in "\r\n;[]"):
                raise BadEngineSettings(f"{text!r} holds a character that the engine's configuration cannot carry")


def free_port(host: str = "127.0.0.1", *, but: int = 0) -> int:
    """A TCP port that nobody has, other than ``but``.

    One below those which the system gives to outgoing connections: until the engine has it, a moment passes, and one
    of these may be somebody's by then. Raises ``OSError`` when none can be found.
    """
    try:
        lowest = int(EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        lowest = 32768
    for _ in range(ATTEMPTS):
        port = FIRST_PORT + secrets.randbelow(max(1, lowest - FIRST_PORT))
        with socket.socket() as s, suppress(OSError):  # somebody has this one
            s.bind((host, port))
            if port != but:
                return port
    raise OSError(errno.EADDRINUSE, "no free port was found")


def write_configuration(settings: EngineSettings, *, data_dir: str, module_dir: str) -> Link:
    """Write all files below ``home/engine`` with fresh secrets and return the link to that coming start.

    ``data_dir`` and ``module_dir`` are the engine's own folders as it sees them. Raises BadEngineSettings, OSError.
    """
    settings.check()
    base = settings.home / "engine"
    etc = base / "etc"
    if etc.exists():
        shutil.rmtree(etc)
    for name in ("etc", "spool", "run", "log", "db", "lib", "lib/keys"):
        (base / name).mkdir(parents=True, exist_ok=True)
        (base / name).chmod(0o700)
    settings.recordings.mkdir(parents=True, exist_ok=True)
    spool = base / "spool" / "recording"
    if spool.is_symlink():
        spool.unlink()
    if not spool.exists():
        spool.symlink_to(settings.recordings)
    http = free_port()
    ami = free_port(but=http)
    link = Link(
        start_id=secrets.token_hex(8),
        http_port=http,
        ami_port=ami,
        ari_user=APP,
        ari_secret=secrets.token_urlsafe(24),
        ami_user=APP,
        ami_secret=secrets.token_urlsafe(24),
        sip_host=settings.sip_host,
        sip_port=settings.sip_port,
    )
    values = {
        "base": str(base),
        "data_dir": data_dir,
        "module_dir": module_dir,
        "modules": "\n".join(f"load = {m}.so" for m in (*templates.MODULES, *settings.extra_modules)),
        "music": str(settings.music) if settings.music else f"{data_dir}/moh",
        "http_port": str(http),
        "ami_port": str(ami),
        "ari_secret": link.ari_secret,
        "ami_secret": link.ami_secret,
        "sip": f"{settings.sip_host}:{settings.sip_port}",
        "nat": _nat(settings.external_address),
        "realm": settings.realm,
        "anonymous": templates.ANONYMOUS if settings.accept_unknown else "",
        "anonymous_module": ("load = res_pjsip_endpoint_identifier_anonymous.so" if settings.accept_unknown else ""),
        "rtp_from": str(settings.rtp_from),
        "rtp_to": str(settings.rtp_to),
        "emergency": "&".join(f"PJSIP/{device}" for device in settings.emergency),
        "sorry": settings.sorry,
        "fax_variables": ",".join(templates.FAX_VARIABLES),
        "fax_told": "|".join(f"${{{name}}}" for name in templates.FAX_VARIABLES),
    }
    for name, text in templates.FILES.items():
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        _write(etc / name, text)
    return link


def _nat(address: str) -> str:
    if not address:
        return ""
    return (
        f"external_media_address = {address}\nexternal_signaling_address = {address}\n"
        "local_net = 10.0.0.0/8\nlocal_net = 172.16.0.0/12\nlocal_net = 192.168.0.0/16\n"
    )


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
