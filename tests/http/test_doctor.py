"""What ``callroom doctor`` finds, and that it tells how to mend it."""

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from callroom import doctor
from callroom.cli import app
from callroom.config import SiteSettings
from callroom.doctor import Finding, examine
from callroom.http import pages, tls
from callroom.store.database import migrate, open_database
from callroom.telephony.asterisk.config import free_port

NOW = datetime(2100, 1, 1, tzinfo=UTC)  # after any date of the source files


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SiteSettings]:
    """A site that has everything: pages and an engine, though both are only pretended."""
    ui, root = tmp_path / "ui", tmp_path / "engine"
    ui.mkdir()
    (ui / "index.html").touch()
    monkeypatch.setattr(pages, "UI", ui)
    for folder in ("usr/sbin", "usr/lib/asterisk/modules", "usr/share/asterisk/sounds", "bin"):
        (root / folder).mkdir(parents=True)
    (root / "usr/sbin/asterisk").touch()
    bwrap = root / "bin/bwrap"  # stands for the private root's engine, which only tells its version here
    bwrap.write_text("#!/bin/sh\necho Asterisk 22.10.1\n")
    bwrap.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bwrap.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLROOM_ENGINE_ROOT", str(root))
    yield SiteSettings(
        home=tmp_path / "home",
        http=f"127.0.0.1:{free_port()}",
        https=f"127.0.0.1:{free_port()}",
        sip=f"127.0.0.1:{free_port()}",
    )


async def finding(settings: SiteSettings, subject: str, now: datetime = NOW) -> Finding:
    return next(one for one in await examine(settings, now) if subject in one.subject[1])


async def test_a_fresh_machine_that_has_everything_is_well(settings: SiteSettings):
    findings = await examine(settings, NOW)
    assert {one.state for one in findings} == {"ok"}
    assert "22.10.1" in findings[0].text[1]
    assert not settings.home.exists()  # looking changes nothing
    for language in ("zh", "en"):
        assert doctor.report(findings, language).count("✓") == len(findings)


async def test_missing_engine_and_pages(settings: SiteSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("CALLROOM_ENGINE_ROOT", str(tmp_path / "none"))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    (pages.UI / "index.html").unlink()
    engine, ui = await finding(settings, "engine"), await finding(settings, "Pages")
    assert (engine.state, ui.state) == ("bad", "bad")
    assert "make engine" in engine.mend[0] and "make web" in ui.mend[1]


async def test_ports_that_others_hold(settings: SiteSettings):
    with socket.create_server(settings.http_address):
        taken = await finding(settings, settings.http)
    assert taken.state == "bad" and "CALLROOM_HTTP" in taken.mend[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(settings.sip_address)
        taken = await finding(settings, settings.sip)
    assert taken.state == "bad" and "CALLROOM_SIP" in taken.mend[0]
    assert (await finding(settings, settings.sip)).state == "ok"


async def test_own_server_on_the_port_is_no_fault(settings: SiteSettings):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"ok": false, "parts": {"database": true}}'
        writer.write(b"HTTP/1.1 503 x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, *settings.http_address):
        ours = await finding(settings, settings.http)
    assert (ours.state, ours.text[1]) == ("ok", "in use by this site")


async def test_database_states(settings: SiteSettings):
    settings.home.mkdir()
    engine = open_database(settings.database)
    async with engine.connect():
        pass
    assert (await finding(settings, "Database")).state == "note"  # empty: the next start fills it
    await migrate(engine)
    assert "newest form" in (await finding(settings, "Database")).text[1]
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    await engine.dispose()
    newer = await finding(settings, "Database")
    assert newer.state == "bad" and "v9999" in newer.text[0]
    settings.database_url = "postgresql://nobody:pass-word@127.0.0.1:1/none"
    away = await finding(settings, "Database")
    assert away.state == "bad" and "CALLROOM_DATABASE_URL" in away.mend[0]
    assert "pass-word" not in away.text[1]


async def test_full_disk(settings: SiteSettings, monkeypatch: pytest.MonkeyPatch):
    for free, state in ((20 * 1024**3, "ok"), (3 * 1024**3, "note"), (10 * 1024**2, "bad")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: shutil._ntuple_diskusage(0, 0, free))  # pyright: ignore
        assert (await finding(settings, "Home")).state == state


async def test_certificate_and_microphone(settings: SiteSettings):
    made = tls.provide(settings.home, NOW)
    assert (await finding(settings, "Certificate")).state == "ok"
    soon = made.expires_at - timedelta(days=10)
    assert (await finding(settings, "Certificate", soon)).state == "note"  # the next start makes a new one
    settings.tls_cert = settings.tls_key = str(made.key)
    assert (await finding(settings, "Certificate")).state == "bad"
    settings.https = ""
    off = await finding(settings, "Microphone")
    assert off.state == "note" and "CALLROOM_HTTPS" in off.mend[1]


async def test_clock_behind_the_software(settings: SiteSettings):
    assert (await finding(settings, "Clock", datetime(2001, 1, 1, tzinfo=UTC))).state == "bad"


@pytest.mark.parametrize(
    ("lang", "environment", "said"),
    [
        ("zh", "en_US.UTF-8", "时钟"),
        ("en", "zh_CN.UTF-8", "Clock"),
        (None, "zh_CN.UTF-8", "时钟"),
        (None, "C", "Clock"),
    ],
)
def test_the_command_speaks_the_terminals_language(
    settings: SiteSettings, monkeypatch: pytest.MonkeyPatch, lang: str | None, environment: str, said: str
):
    monkeypatch.setenv("LC_ALL", environment)
    for name in ("home", "http", "https", "sip"):
        monkeypatch.setenv(f"CALLROOM_{name.upper()}", str(getattr(settings, name)))
    told = CliRunner().invoke(app, ["doctor", *(["--lang", lang] if lang else [])])
    assert said in told.output
    assert told.exit_code == 0
    (pages.UI / "index.html").unlink()
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 1
