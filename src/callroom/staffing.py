"""``callroom simulate``: how many agents a load, or a day that was, needs, found by the distributor itself (X-08)."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from callroom.actions.settings import read_settings
from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.core.acd.model import Strategy
from callroom.doctor import Language, language_of
from callroom.errors import TooMuchToReckon
from callroom.store.database import open_database, reading
from callroom.store.tables import Queue
from callroom.what_if import MOST_ERLANGS, DayAnswer, DayQuestion, Expected, LoadAnswer, LoadQuestion, plan, replay

_LOAD_HEADS = {
    "zh": ("坐席", "服务水平", "平均等待", "放弃率", "占用率"),
    "en": ("Agents", "Service level", "Mean wait", "Abandoned", "Occupancy"),
}
_DAY_HEADS = {
    "zh": ("时间", "来电", "实到坐席", "实际服务水平", "需要坐席", "服务水平", "平均等待", "放弃率", "占用率"),
    "en": ("Time", "Calls", "Were there", "Level was", "Needed", "Level", "Mean wait", "Abandoned", "Occupancy"),
}


def staff(
    calls_per_hour: Annotated[
        float | None, typer.Option(min=0.1, max=20_000, help="Calls that arrive in an hour.")
    ] = None,
    handling: Annotated[float | None, typer.Option(min=1, max=7200, help="Mean seconds of talk and wrap-up.")] = None,
    patience: Annotated[float | None, typer.Option(min=1, help="Mean seconds a caller waits; none: for ever.")] = None,
    queue: Annotated[str | None, typer.Option(help="Name of a queue: play one of its days again.")] = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="That day.")] = None,
    home: Annotated[Path | None, typer.Option(help="Where the site keeps everything.")] = None,
    goal: Annotated[float, typer.Option(min=1, max=99.9, help="Per cent of calls to be answered in time.")] = 80.0,
    within: Annotated[float, typer.Option(min=0, help="Seconds in which a call is answered in time.")] = 20.0,
    strategy: Annotated[Strategy, typer.Option(help="How a load's queue rings.")] = Strategy.ROTATE_WITH_MEMORY,
    seed: Annotated[int, typer.Option(help="Another number plays other callers.")] = 1,
    lang: Annotated[str | None, typer.Option(help="zh or en; by default the language of this terminal.")] = None,
) -> None:
    """Say how many agents a load needs, or a queue's day needed, by playing it through the site's own distributor."""
    language = language_of(lang)
    if queue is not None or day is not None:
        if queue is None or day is None:
            raise typer.BadParameter("give both --queue and --day")
        settings = SiteSettings() if home is None else SiteSettings(home=home)
        _tell_day(asyncio.run(_day(settings.database, queue, day, goal, within, seed)), language)
        return
    if calls_per_hour is None or handling is None:
        raise typer.BadParameter("give --calls-per-hour and --handling, or --queue and --day")
    question = LoadQuestion(calls_per_hour, handling, patience, goal, within, strategy, seed)
    if question.too_heavy:
        raise typer.BadParameter(f"--calls-per-hour times --handling make more than {MOST_ERLANGS:g} Erlangs")
    with Console(stderr=True).status("…"):
        answer = plan(question)
    Console().print(_load_table(answer, language))
    if language == "zh":
        typer.echo(f"达到 {within:g} 秒内接起 {goal:g}%，需要 {answer.needed} 名坐席（不含休息和缺勤）。")
    else:
        typer.echo(
            f"{answer.needed} agents answer {goal:g} % within {within:g} s; breaks and absences come on top of that."
        )


async def _day(database: str, name: str, day: datetime, goal: float, within: float, seed: int) -> tuple[DayAnswer, str]:
    """The answer, and the site's time zone. Raises ``BadParameter``."""
    engine = open_database(database)
    try:
        async with reading(engine) as session:
            queue = await session.scalar(select(Queue.id).where(Queue.name == name))
            names = list(await session.scalars(select(Queue.name).order_by(Queue.name)))
            company, _ = await read_settings(session)
            zone, short = str(company["time_zone"]), float(company["short_abandon_seconds"])
    except (SQLAlchemyError, OSError) as error:
        raise typer.BadParameter(f"the site's database cannot be read: {error}", param_hint="--home") from error
    finally:
        await engine.dispose()
    if queue is None:
        raise typer.BadParameter(f"there is no queue {name!r}; there are {', '.join(names) or 'none'}")
    question = DayQuestion(queue, day.date(), zone, goal, within, utc_now(), seed=seed, short=short)
    try:
        with Console(stderr=True).status("…"):
            return await replay(database, question), zone
    except TooMuchToReckon as error:
        raise typer.BadParameter(f"more than {error.calls} calls on that day") from error


def _load_table(answer: LoadAnswer, language: Language) -> Table:
    table = _table(_LOAD_HEADS[language])
    for one in answer.staffed:
        level, *rest = _figures(one.expected)
        style = "bold" if one.agents == answer.needed else ""
        table.add_row(str(one.agents), f"{level} ± {one.margin:.1%}", *rest, style=style)
    return table


def _tell_day(told: tuple[DayAnswer, str], language: Language) -> None:
    answer, zone = told
    if not answer.half_hours:
        empty = {
            "zh": f"当天该队列有 {answer.calls} 通来电，接通 0 通：无法得知处理时长。",
            "en": f"{answer.calls} calls came to the queue that day, none was answered: how long one takes is unknown.",
        }
        typer.echo(empty[language])
        return
    table = _table(_DAY_HEADS[language])
    for one in answer.half_hours:
        was = _figures(one.was)[0]
        needed = str(one.needed) if one.reachable else f"{one.needed}*"
        at = f"{one.at.astimezone(ZoneInfo(zone)):%H:%M}"
        table.add_row(at, str(one.calls), f"{one.present:.1f}", was, needed, *_figures(one.with_needed))
    Console().print(table)
    if not all(one.reachable for one in answer.half_hours):
        note = {
            "zh": "* 振铃时间过长，再多坐席也达不到目标。",
            "en": "* phones ring too long: no number of agents reaches the goal.",
        }
        typer.echo(note[language])


def _table(heads: tuple[str, ...]) -> Table:
    table = Table(*heads)
    for column in table.columns:
        column.justify = "right"
    return table


def _figures(expected: Expected | None) -> tuple[str, str, str, str]:
    """Service level, mean wait, share abandoned, occupancy."""
    if expected is None:
        return "–", "–", "–", "–"
    occupancy = "–" if expected.occupancy is None else f"{expected.occupancy:.0%}"
    return f"{expected.service_level:.1%}", f"{expected.mean_wait:.1f} s", f"{expected.abandoned:.1%}", occupancy
