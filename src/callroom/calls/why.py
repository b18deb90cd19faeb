"""Why this agent got that call (X-05), as data and in words."""

from collections.abc import Callable, Iterator

from callroom.core.acd.model import ConnectCaller, Obstacle, Strategy
from callroom.core.directory import Queue
from callroom.core.ids import AgentId

MOST = 12  # names told in words; of more only how many
KEPT = 50  # kept as data: a journey need not carry five hundred

# Chinese and English, with who answered and who was rung.
_CHOSEN: dict[Strategy, tuple[str, str]] = {
    Strategy.RING_ALL: (
        "振铃所有空闲坐席（{rung}），{agent} 最先接起。",
        "All free agents were rung ({rung}); {agent} answered first.",
    ),
    Strategy.RANDOM: (
        "随机分配：在空闲坐席中随机选中 {agent}。",
        "At random: of the free agents, chance chose {agent}.",
    ),
    Strategy.ROTATE_WITH_MEMORY: (
        "轮流分配：在空闲坐席中，{agent} 距上次接听最久。",
        "In turn: of the free agents, {agent} had gone longest without an answer.",
    ),
    Strategy.LINEAR: (
        "逐个分配：按成员顺序，{agent} 是第一个空闲的坐席。",
        "In order: {agent} was the first free agent in the members' order.",
    ),
    Strategy.LINEAR_WITH_MEMORY: (
        "逐个依次：从上次接听者之后算起，{agent} 是第一个空闲的坐席。",
        "In order, after the last: {agent} was the first free agent after the one who answered last.",
    ),
    Strategy.FEWEST_OFFERED: (
        "最少呼叫：在空闲坐席中，{agent} 今天被振铃的次数最少。",
        "Fewest offered: of the free agents, {agent} had been rung least often today.",
    ),
    Strategy.FEWEST_ANSWERED: (
        "最少接通：在空闲坐席中，{agent} 今天接听的次数最少。",
        "Fewest answered: of the free agents, {agent} had answered least often today.",
    ),
}
_OBSTACLES: dict[Obstacle, tuple[str, str]] = {
    Obstacle.RINGING: ("正在为其他来电振铃", "ringing for another caller"),
    Obstacle.TALKING: ("通话中", "talking"),
    Obstacle.WRAP_UP: ("话后处理", "in wrap-up"),
    Obstacle.BUSY: ("示忙", "busy"),
    Obstacle.AWAY: ("离席", "away"),
    Obstacle.NO_PHONE: ("电话不在线", "no phone online"),
    Obstacle.RESTING: ("刚刚未接", "had just refused"),
    Obstacle.TRIED: ("已振铃未接", "had been rung already"),
    Obstacle.LACKS_SKILL: ("空闲，技能不足", "free, but lacks a skill"),
    Obstacle.LATER_TIER: ("空闲，属于后面的梯队", "free, but of a later tier"),
    Obstacle.OTHER_TEAM: ("空闲，不属于优先班组", "free, but not of the preferred team"),
    Obstacle.NOT_THE_LAST: ("空闲，先找上次接待者", "free, but the one who served him last comes first"),
    Obstacle.NOT_HIS_TURN: ("空闲，排在后面", "free, but later in turn"),
}
_STICKY = (
    "上次接待：{agent} 上次接待过这位客户，因此先单独振铃。",
    "Same agent: {agent} served this customer last and was rung first, alone.",
)


def why(
    queue: Queue, connected: ConnectCaller, name_of: Callable[[AgentId], str], called: Callable[[str], str]
) -> dict[str, object]:
    """For the journey: the strategy and the rules, who was rung, who was passed over and for what, and all in words.

    ``called``: the name of a skill, queue or team by its id.
    """
    grounds, strategy = connected.grounds, queue.settings.strategy
    return {
        "strategy": strategy.value,
        "offered": list(connected.rung),
        "passed_over": [{"agent": agent, "reason": reason.value} for agent, reason in connected.passed_over[:KEPT]],
        "rules": {
            "sticky": grounds.sticky,
            "skills": [{"skill": skill, "level": level} for skill, level in grounds.skills],
            "tier": grounds.tier,
            "team": queue.settings.prefer_team if grounds.team else None,
            "through": grounds.through,
            "credit": grounds.credit,
        },
        "text_zh": _told(queue, connected, name_of, called, 0),
        "text_en": _told(queue, connected, name_of, called, 1),
    }


def _told(
    queue: Queue,
    connected: ConnectCaller,
    name_of: Callable[[AgentId], str],
    called: Callable[[str], str],
    language: int,
) -> str:
    comma = ("、", ", ")[language]
    rung = comma.join(name_of(agent) for agent in connected.rung)
    chosen = _STICKY if connected.grounds.sticky else _CHOSEN[queue.settings.strategy]
    told = [chosen[language].format(agent=name_of(connected.agent), rung=rung)]
    told += [both[language] for both in _rules(queue, connected, name_of(connected.agent), called)]
    if others := connected.passed_over:
        brackets = ("{}（{}）", "{} ({})")[language]
        names = comma.join(brackets.format(name_of(a), _OBSTACLES[reason][language]) for a, reason in others[:MOST])
        more = len(others) - MOST
        if language == 0:
            told.append(f"未振铃：{names}{f' 等 {len(others)} 人' if more > 0 else ''}。")
        else:
            told.append(f"Not rung: {names}{f' and {more} more' if more > 0 else ''}.")
    return ("", " ")[language].join(told)


def _rules(
    queue: Queue, connected: ConnectCaller, agent: str, called: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """What the queue's rules had to do with it, in Chinese and English."""
    grounds = connected.grounds
    if asked := [(called(skill), level) for skill, level in grounds.skills if level > 0]:
        skills = [" ".join((name, str(level))) for name, level in asked]
        lowered = ("（已因等待放宽）", " (lowered because the caller waited)") if grounds.lowered else ("", "")
        yield f"要求技能：{'、'.join(skills)}{lowered[0]}。", f"Skills asked: {', '.join(skills)}{lowered[1]}."
    elif grounds.skills:
        yield "等待已久，不再要求技能。", "No skill was asked any more, because the caller waited."
    if grounds.tier:
        yield (
            f"前面的梯队无人可接，因此轮到第 {grounds.tier + 1} 梯队。",
            f"Nobody of an earlier tier could take it, so tier {grounds.tier + 1} was rung.",
        )
    if grounds.team and queue.settings.prefer_team:
        team = called(queue.settings.prefer_team)
        yield f"{agent} 属于优先班组“{team}”。", f"{agent} is of the preferred team “{team}”."
    if grounds.through:
        other = called(grounds.through)
        yield (
            f"本队列无人可接，等待后由队列“{other}”的坐席支援。",
            f"Nobody of this queue could take it; after the wait, agents of “{other}” helped.",
        )
    if grounds.credit > 0:
        yield (
            f"客户等级使其排队提前 {grounds.credit:g} 秒。",
            f"The customer's tier moved him {grounds.credit:g} s forward in the line.",
        )
