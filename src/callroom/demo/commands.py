"""``callroom demo``: the demo company and its caller, from the command line."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import httpx2
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.demo import caller, company, people
from callroom.demo.api import owner_token, site_api
from callroom.store.database import DatabaseUnusable
from callroom.telephony.asterisk.link import LinkMissing, link_path, read_link

app = typer.Typer(no_args_is_help=True, help="A demo company, and a caller with sound for it.")
Home = Annotated[Path | None, typer.Option(help="The home of the running site.")]
Http = Annotated[str | None, typer.Option(help="HOST:PORT of its pages.")]
MADE_OVER_THE_API = 20  # customers; more would be slow there, and go past it
_STEPS = {
    "calling": ("正在呼叫…", "calling …"),
    "answered": ("已接通", "answered"),
    "ended there": ("对方已挂断", "the other side hung up"),
    "ended here": ("通话时间到，已挂断", "time is over, hung up"),
}


def _settings(home: Path | None, http: str | None) -> SiteSettings:
    given: dict[str, object] = {"home": home, "http": http}
    return SiteSettings(**{name: value for name, value in given.items() if value is not None})  # pyright: ignore[reportArgumentType]


def _fail(zh: str, en: str) -> NoReturn:
    typer.secho(zh, err=True, fg="red")
    typer.secho(en, err=True, fg="red")
    raise typer.Exit(1)


@app.command()
def load(
    customers: Annotated[int, typer.Option(min=0, max=5_000_000, help="How many customers to make.")] = 20,
    home: Home = None,
    http: Http = None,
) -> None:
    """Make the demo company in the running site and print its sign-ins."""
    settings = _settings(home, http)

    async def run() -> list[company.SignIn]:
        token = await owner_token(settings)
        with Progress(transient=True) as progress:
            task = progress.add_task("customers", total=customers)
            async with site_api(f"http://{settings.http}", token) as api:
                made = await company.load(
                    api,
                    customers=min(customers, MADE_OVER_THE_API),
                    progress=lambda done, _all: progress.update(task, completed=done),
                )
            await people.fill_up(
                settings.database,
                customers - MADE_OVER_THE_API,
                utc_now,
                lambda done: progress.update(task, completed=MADE_OVER_THE_API + done),
            )
            return made

    try:
        made = asyncio.run(run())
    except (DatabaseUnusable, LookupError) as error:
        _fail(f"无法登录站点：{error}", f"The site cannot be entered: {error}")
    except httpx2.TransportError:
        _fail(
            f"http://{settings.http} 没有应答：请先启动站点（make run）。",
            f"http://{settings.http} does not answer: start the site first (make run).",
        )
    except company.DemoRefused as error:
        _fail(f"演示数据未能建立：{error}", f"The demo company could not be made: {error}")
    table = Table("账号 login", "密码 password", "姓名 name", "角色 role", "分机 extension")
    for one in made:
        table.add_row(one.login, one.password, one.name, one.role, one.extension)
    Console().print(table)
    print(f"号码 / number: {company.DID}    callroom demo call --keys 1")  # noqa: T201


@app.command()
def call(
    to: Annotated[str, typer.Option("--to", help="The number that is called.")] = company.DID,
    caller_number: Annotated[str, typer.Option("--from", help="The caller's number.")] = company.CALLER,
    keys: Annotated[str, typer.Option(help="Keys pressed after the greeting, with commas: 1,2.")] = "",
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="How long the caller stays.")] = 120.0,
    tone: Annotated[
        int | None, typer.Option(min=100, max=3400, help="Send a tone of this many Hz, not a voice.")
    ] = None,
    language: Annotated[str, typer.Option(help="zh or en: what the caller speaks.")] = "zh",
    home: Home = None,
) -> None:
    """Let a caller with sound ring over the demo line."""
    settings = _settings(home, None)
    try:
        link = read_link(link_path(settings.home))
    except LinkMissing:
        _fail(f"{settings.home} 中没有运行的站点。", f"No site runs in {settings.home}.")
    script = caller.Script(
        to, caller_number, tuple(key.strip() for key in keys.split(",") if key.strip()), seconds, tone, language
    )

    def told(step: str) -> None:
        zh, en = _STEPS.get(step, (f"按键 {step[4:]}", f"pressed {step[4:]}"))
        print(f"  {zh} / {en}", flush=True)  # noqa: T201

    host = "127.0.0.1" if link.sip_host in ("0.0.0.0", "::") else link.sip_host  # noqa: S104 - compared, not bound
    try:
        outcome = asyncio.run(caller.place((host, link.sip_port), script, told))
    except OSError as error:
        _fail(f"无法使用演示线路的地址：{error}", f"The demo line's address cannot be used: {error}")
    if not outcome.answered:
        _fail(
            f"未接通（{outcome.refused or '无应答'}）。请先运行 callroom demo load。",
            f"Not answered ({outcome.refused or 'no answer'}). Run callroom demo load first.",
        )
    print(f"  听到 {outcome.heard_seconds:.0f} 秒声音 / heard {outcome.heard_seconds:.0f} s of sound")  # noqa: T201
