"""How the server process finds a running engine: ``home/engine/run/link.json``, readable by its owner only."""

import os
from pathlib import Path

import msgspec


class LinkMissing(Exception):
    """There is no engine to connect to (yet), or its link file cannot be read."""


class Link(msgspec.Struct, frozen=True):
    """One start of one engine. All ports are on 127.0.0.1, except SIP."""

    start_id: str
    http_port: int
    ami_port: int
    ari_user: str
    ari_secret: str
    ami_user: str
    ami_secret: str
    sip_host: str
    sip_port: int

    @property
    def sip_websocket(self) -> str:
        """Where browsers' SIP goes in, for the proxy of our own origin."""
        return f"ws://127.0.0.1:{self.http_port}/ws"


def link_path(home: Path) -> Path:
    return home / "engine" / "run" / "link.json"


def write_link(path: Path, link: Link) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(link))
    fresh.replace(path)


def read_link(path: Path) -> Link:
    """Raises LinkMissing."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Link)
    except (OSError, msgspec.DecodeError) as error:
        raise LinkMissing(f"no engine at {path}: {error}") from error
