"""The page behind the link in mails to many: whoever opens it says that he wants no more. No sign-in, one click.

Opening it changes nothing, as programs that look through mails open links too; the button does, and so does a mail
program by itself (RFC 8058).
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from callroom.actions import mailings
from callroom.errors import NotFound
from callroom.http.problems import speaks_english
from callroom.http.site import Site, SiteDep, address_of
from callroom.store.database import writing

router = APIRouter()
A_MINUTE = 20  # from one address
WORDS = {
    "zh-CN": {
        "ask": ("退订邮件", "确认后，您不会再收到我们群发的邮件。"),
        "button": "退订",
        "done": ("已退订", "您不会再收到我们群发的邮件。"),
        "gone": ("链接无效", "请使用邮件中的完整链接，或直接联系我们。"),
    },
    "en": {
        "ask": ("Unsubscribe", "Once you confirm, we send you no more mails like this."),
        "button": "Unsubscribe",
        "done": ("You are unsubscribed", "We send you no more mails like this."),
        "gone": ("This link is not valid", "Please use the whole link of the mail, or ask us directly."),
    },
}


@router.get(mailings.PATH + "{token}", include_in_schema=False)
async def ask(token: str, request: Request) -> HTMLResponse:
    return _page(request, "ask", button=True)


@router.post(mailings.PATH + "{token}", include_in_schema=False)
async def opt_out(token: str, request: Request, site: SiteDep) -> HTMLResponse:
    await site.limit("unsubscribe", address_of(request), A_MINUTE)
    try:
        await _opt_out(site, token)
    except NotFound:
        return _page(request, "gone", status=404)
    return _page(request, "done")


async def _opt_out(site: Site, token: str) -> None:
    async with writing(site.engine) as session, session.begin():
        await mailings.opt_out(session, site.vault, token, site.now())


def _page(request: Request, what: str, *, button: bool = False, status: int = 200) -> HTMLResponse:
    language = "en" if speaks_english(request) else "zh-CN"
    words = WORDS[language]
    title, text = words[what]
    form = f'<form method="post"><button>{words["button"]}</button></form>' if button else ""
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><style>'
        ":root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;margin:15vh auto;max-width:28rem;"
        "padding:0 1.5rem}button{font:inherit;padding:.5rem 1.5rem;border:0;border-radius:6px;background:#0b7285;"
        "color:#fff;cursor:pointer}</style></head>"
        f"<body><main><h1>{title}</h1><p>{text}</p>{form}</main></body></html>"
    )
    return HTMLResponse(page, status, {"Cache-Control": "no-store"})
