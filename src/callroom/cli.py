"""The ``callroom`` command."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvloop
from pydantic import ValidationError

from callroom import logs
from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.demo import commands as demo_commands
from callroom.doctor import examine, language_of, report
from callroom.http.tls import CertificateUnusable
from callroom.staffing import staff
from callroom.store.database import DatabaseUnusable
from callroom.supervisor import REFUSED, run_site
from callroom.telephony.asterisk.config import BadEngineSettings
from callroom.telephony.asterisk.engine import EngineMissing

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Callroom, call centre and telephone exchange.")


app.add_typer(demo_commands.app, name="demo")
app.command(name="simulate")(staff)


@app.callback()
def main() -> None:
    """Callroom, call centre and telephone exchange in one box."""
    logs.set_up("pretty", "callroom")


@app.command()
def run(
    home: Annotated[Path | None, typer.Option(help="Where the site keeps everything.")] = None,
    http: Annotated[str | None, typer.Option(help="HOST:PORT of the pages.")] = None,
    https: Annotated[str | None, typer.Option(help="HOST:PORT of the pages for other machines; empty: none.")] = None,
    sip: Annotated[str | None, typer.Option(help="HOST:PORT for phones and trunks.")] = None,
    rtp: Annotated[str | None, typer.Option(help="FROM-TO, the ports for sound.")] = None,
    database: Annotated[str | None, typer.Option(help="Empty: SQLite in the home.")] = None,
    log: Annotated[str | None, typer.Option(help="pretty, or json: one object a line.")] = None,
) -> None:
    """Start a site and keep it alive."""
    given = {"home": home, "http": http, "https": https, "sip": sip, "rtp": rtp, "database_url": database, "log": log}
    settings = _settings({key: value for key, value in given.items() if value is not None}, "supervisor")
    try:
        code = asyncio.run(run_site(settings))
    except EngineMissing as error:
        _refuse(f"没有可用的语音引擎：{error}", f"There is no telephone engine to use: {error}")
    except BadEngineSettings as error:
        _refuse(f"设置有误：{error}", f"A setting cannot work: {error}")
    except PermissionError as error:
        _refuse(f"无法写入 {error.filename}。", f"{error.filename} cannot be written.")
    raise typer.Exit(code)


@app.command(hidden=True)
def serve() -> None:
    """The server process alone, with its settings from the environment; ``run`` starts it."""
    from callroom.http.serving import AddressUnusable
    from callroom.main import serve as run_server  # the supervisor and other commands need nothing of the server

    settings = _settings({}, "server")
    try:
        uvloop.run(run_server(settings))
    except DatabaseUnusable as error:
        _refuse(f"无法打开数据库 {error}", f"The database cannot be opened: {error}")
    except AddressUnusable as error:
        _refuse(
            f"网页地址 {error.address} 已被占用或无法使用。", f"The address {error.address} is taken or cannot be used."
        )
    except CertificateUnusable as error:
        _refuse(f"无法使用证书 {error}", f"The certificate cannot be used: {error}")


@app.command(hidden=True)
def work() -> None:
    """The worker process alone, with its settings from the environment; ``run`` starts it."""
    from callroom.worker import work as run_worker

    settings = _settings({}, "worker")
    try:
        asyncio.run(run_worker(settings))
    except DatabaseUnusable as error:
        _refuse(f"无法打开数据库 {error}", f"The database cannot be opened: {error}")


@app.command()
def doctor(
    home: Annotated[Path | None, typer.Option(help="Where the site keeps everything.")] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en; by default the language of this terminal.")] = None,
) -> None:
    """Say in plain words what is wrong with a site and how to mend it."""
    settings = _settings({} if home is None else {"home": home})
    findings = asyncio.run(examine(settings, utc_now()))
    typer.echo(report(findings, language_of(lang)))
    raise typer.Exit(int(any(one.state == "bad" for one in findings)))


def _settings(given: dict[str, object], part: str = "callroom") -> SiteSettings:
    """The settings; from here on log lines are written as they say."""
    try:
        settings = SiteSettings(**given)  # pyright: ignore[reportArgumentType]
        logs.set_up(settings.log, part, pii=settings.log_pii)
        return settings
    except ValidationError as error:
        told = "; ".join(": ".join([*map(str, one["loc"]), one["msg"]]) for one in error.errors())
        _refuse(f"设置有误：{told}", f"A setting cannot work: {told}")


def _refuse(zh: str, en: str) -> NoReturn:
    typer.secho(zh, err=True, fg="red")
    typer.secho(en, err=True, fg="red")
    raise typer.Exit(REFUSED)


if __name__ == "__main__":
    app()
