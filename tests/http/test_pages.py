"""The built pages, their safety headers, and the API's own page."""

import base64
import gzip
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from callroom.core.directory import Company
from callroom.http import api_page, pages, problems

SCRIPT = "console.log('callroom')\n" * 100


def make(ui: Path) -> FastAPI:
    app = FastAPI(docs_url=None, openapi_url="/api/v1/openapi.json")
    problems.install(app)

    @app.post("/api/v1/things", summary="Make <b>a thing</b>")
    async def make_thing(name: str) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        return {"name": name}

    api_page.install(app)
    pages.install(app, ui)
    return app


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    folder = tmp_path / "ui"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Callroom</title>")
    (folder / "assets" / "index-a1b2.js").write_text(SCRIPT)
    (folder / "assets" / "index-a1b2.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
async def web(ui: Path) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=make(ui)), base_url="http://site") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/queues", "/setup/phones/", "/sipphones"])
async def test_every_place_of_the_ui_is_its_one_page(web: AsyncClient, path: str):
    answer = await web.get(path)
    assert answer.status_code == 200
    assert answer.text == "<!doctype html><title>Callroom</title>"
    assert answer.headers["cache-control"] == "no-cache"
    again = await web.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_a_page_runs_the_scripts_written_into_it_and_no_other(web: AsyncClient, ui: Path):
    (ui / "index.html").write_text("<script>\nmissing = 1\n</script><script type=module src=/a.js></script>")
    [policy] = [
        part for part in (await web.get("/desk")).headers["content-security-policy"].split(";") if "script-src" in part
    ]
    own = base64.b64encode(hashlib.sha256(b"\nmissing = 1\n").digest()).decode()
    assert policy.split() == ["script-src", "'self'", f"'sha256-{own}'"]
    assert "sha256" not in (await web.get("/assets/index-a1b2.js")).headers["content-security-policy"]


async def test_hashed_files_are_kept_for_good_and_sent_small(web: AsyncClient):
    path = "/assets/index-a1b2.js"
    small = await web.get(path, headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(SCRIPT) / 5
    plain = await web.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for answer in (small, plain):
        assert answer.text == SCRIPT
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].startswith(("text/javascript", "application/javascript"))
    part = await web.get(path, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-6"})
    assert (part.status_code, part.text) == (206, "console")


@pytest.mark.parametrize("path", ["/assets/index-old.js", "/../secret.txt", "/%2e%2e/secret.txt", "/favicon.ico"])
async def test_missing_and_outside_files_are_not_found(web: AsyncClient, path: str):
    answer = await web.get(path)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_api_paths_never_show_a_page(web: AsyncClient):
    for path in ("/api/v1/nothing", "/api/nothing", "/api", "/metrics", "/sip"):
        answer = await web.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path
    assert (await web.get("/api/v1/things")).status_code == 405
    assert (await web.post("/queues")).status_code == 405


async def test_every_answer_is_guarded(web: AsyncClient):
    for path in ("/", "/assets/index-a1b2.js", "/api/v1/openapi.json", "/api/v1/nothing"):
        headers = (await web.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "script-src 'self';" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "microphone=(self)" in headers["permissions-policy"]


async def test_only_the_page_that_agents_see_within_the_desk_may_be_framed(tmp_path: Path):
    (tmp_path / "index.html").write_text("<!doctype html>")
    company = [Company()]
    app = FastAPI()
    pages.install(app, tmp_path, lambda: pages.framed_by(company[0]))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://site") as web:
        first = await web.get("/desk")
        assert "frame-src" not in first.headers["content-security-policy"]
        address = "https://crm.example.com:8443/find?n={number}"
        company[0] = Company(pop_url=address)
        assert "frame-src" not in (await web.get("/desk")).headers["content-security-policy"]  # in a new tab
        company[0] = Company(pop_url=address, pop_in="desk")
        again = await web.get("/desk", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 200  # the page is the same, but not what it may do
        assert again.headers["content-security-policy"].endswith("; frame-src https://crm.example.com:8443")
        company[0] = Company()
        back = await web.get("/desk", headers={"If-None-Match": again.headers["etag"]})
        assert back.status_code == 200 and "frame-src" not in back.headers["content-security-policy"]


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "尚未构建"), ("en", "not built")])
async def test_unbuilt_pages_say_how_to_build_them(tmp_path: Path, language: str, said: str):
    ui = tmp_path / "ui"
    async with AsyncClient(transport=ASGITransport(app=make(ui)), base_url="http://site") as web:
        answer = await web.get("/", headers={"Accept-Language": language})
        assert answer.status_code == 503
        assert said in answer.text and "make web" in answer.text
        ui.mkdir()
        (ui / "index.html").write_text("built meanwhile")
        assert (await web.get("/")).text == "built meanwhile"


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "必填"), ("en", "required")])
async def test_api_page_needs_no_internet(web: AsyncClient, language: str, word: str):
    page = (await web.get("/api/docs", headers={"Accept-Language": language})).text
    assert "<code>/api/v1/things</code>" in page and word in page
    assert "Make &lt;b&gt;a thing&lt;/b&gt;" in page
    assert "<script" not in page and "://" not in page
    assert 'href="#HTTPValidationError"' in page and 'id="HTTPValidationError"' in page
