"""Why this agent got that call (X-05), as data and in words."""

from collections.abc import Callable

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
    Obstacle.NOT_HIS_TURN: ("空闲，排在后面", "free, but later in turn"),
}


def why(queue: Queue, connected: ConnectCaller, name_of: Callable[[AgentId], str]) -> dict[str, object]:
    """For the journey: the strategy, who was rung, who was passed over and for what, and all of it in words."""
    strategy = queue.settings.strategy
    return {
        "strategy": strategy.value,
        "offered": list(connected.rung),
        "passed_over": [{"agent": agent, "reason": reason.value} for agent, reason in connected.passed_over[:KEPT]],
        "text_zh": _told(connected, strategy, name_of, 0),
        "text_en": _told(connected, strategy, name_of, 1),
    }


def _told(connected: ConnectCaller, strategy: Strategy, name_of: Callable[[AgentId], str], language: int) -> str:
    comma = ("、", ", ")[language]
    rung = comma.join(name_of(agent) for agent in connected.rung)
    told = _CHOSEN[strategy][language].format(agent=name_of(connected.agent), rung=rung)
    others = connected.passed_over
    if not others:
        return told
    brackets = ("{}（{}）", "{} ({})")[language]
    names = comma.join(brackets.format(name_of(a), _OBSTACLES[reason][language]) for a, reason in others[:MOST])
    more = len(others) - MOST
    if language == 0:
        return f"{told}未振铃：{names}{f' 等 {len(others)} 人' if more > 0 else ''}。"
    return f"{told} Not rung: {names}{f' and {more} more' if more > 0 else ''}."
