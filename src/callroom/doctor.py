"""``callroom doctor``: what is wrong with a site, in plain words, and how to mend it. It changes nothing."""

import asyncio
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Literal

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from callroom.config import SiteSettings
from callroom.http import pages, tls
from callroom.store.database import MIGRATIONS, DatabaseUnusable, open_database
from callroom.telephony.asterisk.engine import EngineMissing, EngineNotReady, find_engine, wait_ready
from callroom.telephony.asterisk.link import LinkMissing, link_path, read_link

Language = Literal["zh", "en"]
_GB = 1024**3
_TIGHT, _FULL = 5 * _GB, 1 * _GB
_HOUR_OF_SOUND = 8000 * 2 * 3600  # bytes: 8 kHz, 16 bits, one channel


@dataclass(frozen=True, slots=True)
class Finding:
    """``bad`` keeps calls from working; ``note`` is worth knowing. Texts are (Chinese, English)."""

    state: Literal["ok", "note", "bad"]
    subject: tuple[str, str]
    text: tuple[str, str]
    mend: tuple[str, str] = ("", "")


def language_of(chosen: str | None) -> Language:
    """The language asked for, else that of the terminal (LC_ALL, LC_MESSAGES, LANG)."""
    told = chosen or next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), "")
    return "zh" if told.lower().startswith("zh") else "en"


def report(findings: list[Finding], language: Language) -> str:
    """The findings as lines for a terminal, and one that sums up."""
    at = 0 if language == "zh" else 1
    lines: list[str] = []
    for one in findings:
        lines.append(f"{ {'ok': '✓', 'note': '!', 'bad': '✗'}[one.state] } {one.subject[at]}: {one.text[at]}")
        if one.mend[at]:
            lines.append(f"    → {one.mend[at]}")
    bad = sum(one.state == "bad" for one in findings)
    if bad:
        lines.append((f"发现 {bad} 个会影响通话的问题。", f"{bad} found that would keep calls from working.")[at])
    else:
        lines.append(("没有发现影响通话的问题。", "Nothing found that would keep calls from working.")[at])
    return "\n".join(lines)


async def examine(settings: SiteSettings, now: datetime) -> list[Finding]:
    """Look at everything a site needs; takes a few seconds at most."""
    running = await _engine_runs(settings.home)
    return [
        await asyncio.to_thread(_engine, settings, running),
        await _database(settings),
        *await asyncio.to_thread(lambda: list(_ports(settings, running))),
        *_disk(settings),
        *_certificate(settings, now),
        _pages(),
        _clock(now),
    ]


async def _engine_runs(home: Path) -> bool:
    """Whether the engine of this home answers now."""
    try:
        await wait_ready(read_link(link_path(home)), timeout=1)
    except (LinkMissing, EngineNotReady):
        return False
    return True


def _engine(settings: SiteSettings, running: bool) -> Finding:
    subject = ("语音引擎", "Telephone engine")
    try:
        engine = find_engine()
    except (EngineMissing, StopIteration) as error:  # StopIteration: an engine without its sounds
        mend = "运行 make engine 安装引擎。", "Run make engine, which installs it."
        return Finding("bad", subject, (f"找不到可用的引擎（{error}）", f"none that can be used ({error})"), mend)
    state = ("正在运行", "running") if running else ("未运行", "not running")
    return Finding("ok", subject, (f"Asterisk {engine.version}，{state[0]}", f"Asterisk {engine.version}, {state[1]}"))


async def _database(settings: SiteSettings) -> Finding:
    subject = ("数据库", "Database")
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not os.path.exists(url.database or ""):  # noqa: ASYNC240 - one look
        return Finding("ok", subject, ("尚未创建，首次启动时会自动创建", "not made yet; the first start makes it"))
    try:
        engine = open_database(settings.database)
        try:
            async with asyncio.timeout(5), engine.connect() as connection:
                found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
        finally:
            await engine.dispose()
    except (SQLAlchemyError, DatabaseUnusable, OSError, TimeoutError) as error:
        mend = (
            "请检查 CALLROOM_DATABASE_URL，并确认数据库服务已启动、账号可以登录。",
            "Check CALLROOM_DATABASE_URL, that the database's service runs and that its user may sign in.",
        )
        return Finding("bad", subject, (f"无法打开（{error}）", f"cannot be opened ({error})"), mend)
    script = ScriptDirectory(str(MIGRATIONS))
    if found == script.get_current_head():
        return Finding("ok", subject, ("可以访问，结构为最新", "reachable and in its newest form"))
    if found is None or found in {one.revision for one in script.walk_revisions()}:
        return Finding(
            "note", subject, ("可以访问，下次启动时升级结构", "reachable; the next start brings it to its newest form")
        )
    return Finding(
        "bad",
        subject,
        (f"由更新的版本写成（{found}）", f"written by a newer Callroom ({found})"),
        ("请使用写入它的版本，或恢复更早的备份。", "Use the version that wrote it, or restore an older backup."),
    )


def _ports(settings: SiteSettings, running: bool) -> Iterator[Finding]:
    yield _port("CALLROOM_HTTP", settings.http_address, socket.SOCK_STREAM, lambda: _is_callroom(settings.http_address))
    serves = running and _is_callroom(settings.http_address)
    if settings.https_address:
        yield _port("CALLROOM_HTTPS", settings.https_address, socket.SOCK_STREAM, lambda: serves)
    yield _port("CALLROOM_SIP", settings.sip_address, socket.SOCK_DGRAM, lambda: running)


def _port(name: str, address: tuple[str, int], kind: socket.SocketKind, ours: Callable[[], bool]) -> Finding:
    shown = f"{address[0]}:{address[1]}"
    subject = (f"地址 {shown}", f"Address {shown}")
    try:
        with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:  # as the server does it: connections that just ended do not count
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        return Finding("ok", subject, ("空闲", "free"))
    except OSError as error:
        if ours():
            return Finding("ok", subject, ("由本站点使用", "in use by this site"))
        mend = (
            f"停止占用它的程序（ss -lpn 可查），或用 {name} 指定其他地址。",
            f"Stop the program that uses it (ss -lpn shows it), or name another address with {name}.",
        )
        return Finding("bad", subject, (f"无法使用（{error.strerror}）", f"cannot be used ({error.strerror})"), mend)


def _is_callroom(address: tuple[str, int]) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104 - compared, not bound
    connection = HTTPConnection(host, address[1], timeout=3)
    try:
        connection.request("GET", "/healthz")
        return "database" in json.loads(connection.getresponse().read()).get("parts", {})
    except (OSError, HTTPException, ValueError, AttributeError):
        return False
    finally:
        connection.close()


def _disk(settings: SiteSettings) -> Iterator[Finding]:
    seen: set[int] = set()
    for subject, folder in ((("数据目录", "Home"), settings.home), (("录音目录", "Recordings"), settings.recordings)):
        place = next(one for one in (folder, *folder.parents) if one.exists())
        if not os.access(place, os.W_OK):
            mend = f"请将 {place} 的写权限授予当前用户。", f"Give this user the right to write {place}."
            yield Finding("bad", subject, (f"{place} 无法写入", f"{place} cannot be written"), mend)
            continue
        if place.stat().st_dev in seen:
            continue  # the same disk, told already
        seen.add(place.stat().st_dev)
        free = shutil.disk_usage(place).free
        size, hours = f"{free / _GB:.1f} GB", int(free / _HOUR_OF_SOUND)
        text = (
            f"{folder} 剩余 {size}，约可录音 {hours} 小时",
            f"{folder} has {size} free, about {hours} hours of recordings",
        )
        mend = (
            "请清理磁盘、缩短录音保留天数，或换到更大的磁盘。",
            "Free space, keep recordings for fewer days, or move to a larger disk.",
        )
        state = "bad" if free < _FULL else "note" if free < _TIGHT else "ok"
        yield Finding(state, subject, text, ("", "") if state == "ok" else mend)


def _certificate(settings: SiteSettings, now: datetime) -> Iterator[Finding]:
    microphone = ("麦克风", "Microphone")
    if not settings.https:
        off = (
            "HTTPS 已关闭：只有本机的浏览器能使用麦克风",
            "HTTPS is off: only browsers on this machine get a microphone",
        )
        mend = "用 CALLROOM_HTTPS=0.0.0.0:8443 打开。", "Turn it on with CALLROOM_HTTPS=0.0.0.0:8443."
        yield Finding("note", microphone, off, mend)
        return
    subject = ("证书", "Certificate")
    own = bool(settings.tls_cert)
    files = (Path(settings.tls_cert), Path(settings.tls_key))
    files = files if own else (settings.home / "tls/certificate.pem", settings.home / "tls/key.pem")
    try:
        found = tls.read(*files, own=own)
        days = (found.expires_at - now).days
        text = f"有效期还有 {days} 天", f"valid for {days} more days"
        mend = "", ""
        if own and days < tls.RENEW_BEFORE.days:
            mend = "请更换 CALLROOM_TLS_CERT 指定的证书。", "Replace the certificate named by CALLROOM_TLS_CERT."
        elif not own and (days < tls.RENEW_BEFORE.days or not tls.names_of_this_machine() <= found.names):
            text = "即将到期或本机地址已变", "it runs out soon, or this machine's addresses changed"
            mend = "重新启动 Callroom 即会更新。", "Start Callroom again, which makes a new one."
        yield Finding("bad" if days < 0 else "note" if mend[0] else "ok", subject, text, mend)
    except tls.CertificateUnusable as error:
        if own:
            mend = "请检查 CALLROOM_TLS_CERT 和 CALLROOM_TLS_KEY。", "Check CALLROOM_TLS_CERT and CALLROOM_TLS_KEY."
            yield Finding("bad", subject, (f"无法使用（{error}）", f"cannot be used ({error})"), mend)
        else:
            yield Finding("ok", subject, ("启动时会自动签发", "the start makes one"))
    port = settings.https.rpartition(":")[2]
    yield Finding(
        "ok",
        microphone,
        (
            f"其他电脑请用 https://本机地址:{port} 打开，否则浏览器不给麦克风",
            f"on other machines open https://THIS-MACHINE:{port}; browsers give none over plain HTTP",
        ),
    )


def _pages() -> Finding:
    subject = ("网页界面", "Pages")
    if (pages.UI / "index.html").is_file():
        return Finding("ok", subject, ("已构建", "built"))
    return Finding("bad", subject, ("尚未构建", "not built"), ("运行 make web。", "Run make web."))


def _clock(now: datetime) -> Finding:
    """A clock that is behind our own files is wrong: sessions, certificates and reports would be too."""
    subject = ("时钟", "Clock")
    newest = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    if now < newest:
        mend = "请校准系统时间（如 timedatectl set-ntp true）。", "Set the system's clock (timedatectl set-ntp true)."
        return Finding("bad", subject, (f"{shown} 比软件本身还早", f"{shown} is before this software was made"), mend)
    return Finding("ok", subject, (shown, shown))
