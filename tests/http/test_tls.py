"""The certificate of the HTTPS address, and both addresses served at once."""

import asyncio
import os
import signal
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from fastapi import FastAPI
from httpx2 import AsyncClient

from callroom.http import serving, tls

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def names(*found: str) -> Callable[[], frozenset[str]]:
    return lambda: frozenset({"localhost", *found})


def test_made_once_and_kept(tmp_path: Path):
    made = tls.provide(tmp_path, NOW)
    assert tls.names_of_this_machine() <= made.names
    assert timedelta(days=823) < made.expires_at - NOW <= tls.LIFETIME
    assert made.key.stat().st_mode & 0o077 == 0
    before = made.certificate.read_bytes()
    assert tls.provide(tmp_path, NOW + timedelta(days=700)).certificate.read_bytes() == before


@pytest.mark.parametrize("why", ["runs out", "address", "damaged", "foreign key"])
def test_made_anew_when_it_no_longer_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str):
    monkeypatch.setattr(tls, "names_of_this_machine", names("10.0.0.5"))
    made = tls.provide(tmp_path, NOW)
    before, later = made.certificate.read_bytes(), NOW
    match why:
        case "runs out":
            later = made.expires_at - timedelta(days=29)
        case "address":
            monkeypatch.setattr(tls, "names_of_this_machine", names("10.0.0.6", "fd00::6"))
        case "damaged":
            made.certificate.write_text("nonsense")
        case _:
            made.key.write_bytes(tls.provide(tmp_path / "other", NOW).key.read_bytes())
    again = tls.provide(tmp_path, later)
    assert again.certificate.read_bytes() != before
    assert again.names == tls.names_of_this_machine()
    assert again.expires_at - later > timedelta(days=823)


def test_an_own_certificate_is_used_or_refused_but_never_replaced(tmp_path: Path):
    made = tls.provide(tmp_path / "a", NOW)
    given = (str(made.certificate), str(made.key))
    assert tls.provide(tmp_path / "b", made.expires_at, given).own
    assert not (tmp_path / "b").exists()
    other = tls.provide(tmp_path / "c", NOW)
    for wrong in ((given[0], str(other.key)), (given[0], str(tmp_path / "none.pem")), (given[1], given[1])):
        with pytest.raises(tls.CertificateUnusable):
            tls.provide(tmp_path / "b", NOW, wrong)


def test_browsers_on_other_machines_may_trust_it(tmp_path: Path):
    made = tls.provide(tmp_path, NOW)
    certificate = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509.OID_SERVER_AUTH in usage
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


async def test_one_app_answers_on_both_addresses_until_the_signal(tmp_path: Path):
    app = FastAPI()

    @app.get("/where")
    async def where() -> str:  # pyright: ignore[reportUnusedFunction]
        return "here"

    certificate = tls.provide(tmp_path, datetime.now(UTC))  # noqa: TID251 - checked against the real clock
    plain, secure = serving.listen("127.0.0.1", 0), serving.listen("127.0.0.1", 0)
    ports = plain.getsockname()[1], secure.getsockname()[1]
    with pytest.raises(serving.AddressUnusable) as taken:
        serving.listen("127.0.0.1", ports[0])
    assert taken.value.address == f"127.0.0.1:{ports[0]}"
    ready = asyncio.Event()
    running = asyncio.create_task(serving.serve(app, plain, secure, certificate, ready.set))
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again once it has stopped
    try:
        await asyncio.wait_for(ready.wait(), 10)
        trusting = ssl.create_default_context(cafile=certificate.certificate)
        async with AsyncClient(verify=trusting, trust_env=False) as web:
            assert (await web.get(f"http://127.0.0.1:{ports[0]}/where")).json() == "here"
            assert (await web.get(f"https://127.0.0.1:{ports[1]}/where")).json() == "here"
            assert (await web.get(f"https://localhost:{ports[1]}/where")).json() == "here"
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 10)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def test_start_message_tells_where_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    certificate = tls.provide(tmp_path, NOW)
    monkeypatch.setattr(serving, "addresses_of_this_machine", lambda: ["10.0.0.5", "fd00::6"])
    told = serving.start_message("127.0.0.1:8080", "0.0.0.0:8443", certificate, "once")
    assert "http://127.0.0.1:8080" in told and "https://10.0.0.5:8443" in told and "fd00" not in told
    assert "首次登录 / first sign-in:  admin  once" in told
    assert "https://[fd00::6]:8443" in serving.start_message("127.0.0.1:8080", "[::]:8443", certificate, "")
    assert "https" not in serving.start_message("127.0.0.1:8080", "", None, "")
