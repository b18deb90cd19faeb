"""``callroom simulate``: how many agents a load needs, found by the distributor itself in virtual time (X-08)."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from statistics import fmean, stdev
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from callroom.core.acd.model import Strategy
from callroom.core.acd.simulation import Load, Result, agents_needed, replications
from callroom.doctor import Language, language_of

TIMES, CALLS = 10, 8_000  # plays for each number of agents, and calls in each
T_95 = 2.262  # Student's t, 9 degrees of freedom, two-sided
AROUND = 2  # so many agents fewer and more are shown beside the number needed
HOUR = 3600.0

_HEADS = {
    "zh": ("坐席", "服务水平", "平均等待", "放弃率", "占用率"),
    "en": ("Agents", "Service level", "Mean wait", "Abandoned", "Occupancy"),
}


def staff(
    calls_per_hour: Annotated[float, typer.Option(min=0.1, max=20_000, help="Calls that arrive in an hour.")],
    handling: Annotated[float, typer.Option(min=1, max=7200, help="Mean seconds of talk and wrap-up.")],
    patience: Annotated[float | None, typer.Option(min=1, help="Mean seconds a caller waits; none: for ever.")] = None,
    goal: Annotated[float, typer.Option(min=1, max=99.9, help="Per cent of calls to be answered in time.")] = 80.0,
    within: Annotated[float, typer.Option(min=0, help="Seconds in which a call is answered in time.")] = 20.0,
    strategy: Annotated[Strategy, typer.Option(help="How the queue rings.")] = Strategy.ROTATE_WITH_MEMORY,
    seed: Annotated[int, typer.Option(help="Another number plays other callers.")] = 1,
    lang: Annotated[str | None, typer.Option(help="zh or en; by default the language of this terminal.")] = None,
) -> None:
    """Say how many agents a load needs, by playing it through the site's own distributor."""
    load = Load(calls_per_hour / HOUR, 1, handling, patience, strategy)

    def chance(number: int) -> Callable[[], float]:
        return Random(f"{seed}/{number}").random  # noqa: S311  # callers in a play, no secret

    with Console(stderr=True).status("…"):
        needed, results = agents_needed(load, goal / 100, times=TIMES, calls=CALLS, chance=chance, within=within)
        tried = {needed: results}
        for agents in range(max(1, needed - AROUND), needed + AROUND + 1):
            if agents not in tried:
                other = replace(load, agents=agents)
                tried[agents] = replications(other, times=TIMES, calls=CALLS, chance=chance, within=within)
    language = language_of(lang)
    Console().print(_table(load, needed, tried, language))
    if language == "zh":
        typer.echo(f"达到 {within:g} 秒内接起 {goal:g}%，需要 {needed} 名坐席（不含休息和缺勤）。")
    else:
        typer.echo(f"{needed} agents answer {goal:g} % within {within:g} s; breaks and absences come on top of that.")


def _table(load: Load, needed: int, tried: dict[int, list[Result]], language: Language) -> Table:
    table = Table(*_HEADS[language])
    for column in table.columns:
        column.justify = "right"
    for agents, results in sorted(tried.items()):
        levels = [result.service_level for result in results]
        abandoned = fmean(result.share_abandoned for result in results)
        busy = load.arrivals * load.handling * (1 - abandoned) / agents
        table.add_row(
            str(agents),
            f"{fmean(levels):.1%} ± {T_95 * stdev(levels) / TIMES**0.5:.1%}",
            f"{fmean(result.mean_wait for result in results):.1f} s",
            f"{abandoned:.1%}",
            f"{min(1.0, busy):.0%}",
            style="bold" if agents == needed else "",
        )
    return table
