"""``/api/docs``: the API as a page, made here from the OpenAPI document; it needs neither internet nor script."""

import json
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from callroom.http.problems import speaks_english

Json = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_WORDS = {
    False: {
        "lang": "zh", "title": "Callroom 接口", "document": "OpenAPI 文档", "parameters": "参数", "body": "请求内容",
        "answers": "回应", "required": "必填", "schemas": "数据结构",
        "intro": "先用 POST /api/v1/session 登录，之后用得到的 token 作为 Bearer，或在浏览器中使用 Cookie。",
    },
    True: {
        "lang": "en", "title": "Callroom API", "document": "OpenAPI document", "parameters": "Parameters",
        "body": "Request body", "answers": "Answers", "required": "required", "schemas": "Schemas",
        "intro": "Sign in with POST /api/v1/session, then send its token as Bearer; in a browser the cookie does.",
    },
}  # fmt: skip
_STYLE = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
details{border:1px solid #8885;border-radius:8px;margin:.4rem 0;padding:.4rem .8rem}summary{cursor:pointer}
code,pre{font-family:ui-monospace,monospace;font-size:13px}pre{overflow:auto;background:#8881;padding:.6rem}
b.m{display:inline-block;width:4.5rem}table{border-collapse:collapse}td{padding:.1rem .8rem .1rem 0;vertical-align:top}
"""


def install(app: FastAPI) -> None:
    @app.get("/api/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:  # pyright: ignore[reportUnusedFunction]
        return HTMLResponse(render(app.openapi(), english=speaks_english(request)))


def render(document: Json, *, english: bool) -> str:
    """The page for one OpenAPI document."""
    words = _WORDS[english]
    paths: dict[str, Json] = document.get("paths", {})
    operations = "".join(
        _operation(method.upper(), path, about[method], words)
        for path, about in sorted(paths.items())
        for method in _METHODS
        if method in about
    )
    schemas: dict[str, Json] = document.get("components", {}).get("schemas", {})
    shapes = "".join(
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>{_json(shape)}</details>'
        for name, shape in sorted(schemas.items())
    )
    return (
        f'<!doctype html><html lang="{words["lang"]}"><head><meta charset="utf-8"><title>{words["title"]}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="/icon.svg">'
        f"<style>{_STYLE}</style></head><body>"
        f"<h1>{words['title']}</h1><p>{words['intro']} "
        f'<a href="/api/v1/openapi.json">{words["document"]}</a></p>{operations}'
        f"<h2>{words['schemas']}</h2>{shapes}</body></html>"
    )


def _operation(method: str, path: str, about: Json, words: dict[str, str]) -> str:
    parts = [f"<p>{escape(about['description'])}</p>"] if about.get("description") else []
    if parameters := about.get("parameters"):
        rows = "".join(
            f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['in'])}</td>"
            f"<td>{words['required'] if one.get('required') else ''}</td><td>{_shape(one.get('schema', {}))}</td></tr>"
            for one in parameters
        )
        parts.append(f"<h4>{words['parameters']}</h4><table>{rows}</table>")
    if body := about.get("requestBody"):
        shown = ", ".join(_shape(content.get("schema", {})) for content in body["content"].values())
        parts.append(f"<h4>{words['body']}</h4><p>{shown}</p>")
    answers = "".join(
        f"<tr><td><b>{escape(code)}</b></td><td>{escape(answer.get('description', ''))}</td><td>"
        + ", ".join(_shape(content.get("schema", {})) for content in answer.get("content", {}).values())
        + "</td></tr>"
        for code, answer in about.get("responses", {}).items()
    )
    return (
        f'<details><summary><b class="m">{method}</b><code>{escape(path)}</code> {escape(about.get("summary", ""))}'
        f"</summary>{''.join(parts)}<h4>{words['answers']}</h4><table>{answers}</table></details>"
    )


def _shape(schema: Json) -> str:
    """A reference as a link, anything else as it stands."""
    if reference := schema.get("$ref"):
        name = escape(str(reference).rpartition("/")[2])
        return f'<a href="#{name}"><code>{name}</code></a>'
    return f"<code>{escape(json.dumps(schema, ensure_ascii=False))}</code>" if schema else ""


def _json(value: Json) -> str:
    return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=2))}</pre>"
