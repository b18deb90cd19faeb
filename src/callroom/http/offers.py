"""To whom a waiting caller was offered, why to them, and how it ended, in words (X-05)."""

from collections.abc import Callable, Iterator
from datetime import datetime

from pydantic import BaseModel

from callroom.core.acd.model import Obstacle, Strategy

MOST = 12  # names told in words; of more only how many

Both = tuple[str, str]  # Chinese and English


class RungOut(BaseModel):
    """``ended``: answered, refused, not_answered, unreachable, answered_elsewhere, caller_left, flowed_out or
    agent_gone, after ``seconds``. ``score``: what the strategy compared: calls offered or answered that day, the place
    among the members, or the seconds since the last answer; null: nothing, or none yet."""

    agent: str
    agent_name: str = ""
    ended: str = ""
    seconds: float = 0.0
    score: float | None = None
    tier: int = 0
    team: str | None = None  # the preferred one, if he is of it
    through: str | None = None  # the further queue whose agent he is


class PassedOver(BaseModel):
    """An agent who was signed in and not rung, and the ``core.acd`` obstacle that kept him from it."""

    agent: str
    reason: str
    score: float | None = None


class OfferedOut(BaseModel):
    """Agents who were chosen together for a caller. ``agents`` and ``others``: how many were rung and passed over, of
    whom only the first are told; ``skills``: the levels that were asked."""

    at: datetime
    strategy: str
    rung: list[RungOut]
    agents: int = 1
    passed_over: list[PassedOver] = []
    others: int = 0
    sticky: bool = False
    skills: list[tuple[str, int]] = []
    lowered: bool = False
    credit: float = 0.0
    text_zh: str = ""
    text_en: str = ""

    @property
    def chosen(self) -> RungOut:
        """Who took the caller, or else the first who was rung."""
        return next((one for one in self.rung if one.ended == "answered"), self.rung[0])

    @property
    def answered(self) -> bool:
        return self.chosen.ended == "answered"


# With who is meant, who was rung, and what was compared.
_CHOSEN: dict[Strategy, Both] = {
    Strategy.RING_ALL: ("振铃所有空闲坐席（{rung}）", "All free agents were rung ({rung})"),
    Strategy.RANDOM: (
        "随机分配：在空闲坐席中随机选中 {agent}",
        "At random: of the free agents, chance chose {agent}",
    ),
    Strategy.ROTATE_WITH_MEMORY: (
        "轮流分配：在空闲坐席中，{agent} 距上次接听最久（{score}）",
        "In turn: of the free agents, {agent} had gone longest without an answer ({score})",
    ),
    Strategy.LINEAR: (
        "逐个分配：按成员顺序，{agent} 是第一个空闲的坐席（{score}）",
        "In order: {agent} was the first free agent in the members' order ({score})",
    ),
    Strategy.LINEAR_WITH_MEMORY: (
        "逐个依次：从上次接听者之后算起，{agent} 是第一个空闲的坐席（{score}）",
        "In order, after the last: {agent} was the first free agent after the one who answered last ({score})",
    ),
    Strategy.FEWEST_OFFERED: (
        "最少呼叫：在空闲坐席中，{agent} 今天被振铃的次数最少（{score}）",
        "Fewest offered: of the free agents, {agent} had been rung least often today ({score})",
    ),
    Strategy.FEWEST_ANSWERED: (
        "最少接通：在空闲坐席中，{agent} 今天接听的次数最少（{score}）",
        "Fewest answered: of the free agents, {agent} had answered least often today ({score})",
    ),
}
_FIRST = ("，{agent} 最先接起", "; {agent} answered first")
_STICKY = (
    "上次接待：{agent} 上次接待过这位客户，因此先单独振铃",
    "Same agent: {agent} served this customer last and was rung first, alone",
)
_OBSTACLES: dict[Obstacle, Both] = {
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


def tell(offered: OfferedOut, agent: Callable[[str], str], called: Callable[[str], Both]) -> None:
    """Write the names and words into it. ``called``: the name of a skill, team or queue."""
    for one in offered.rung:
        one.agent_name = agent(one.agent)
    told = [_chosen(offered), *_rules(offered, called)]
    if offered.others:
        told.append(_not_rung(offered, agent))
    offered.text_zh = "".join(zh for zh, _ in told)
    offered.text_en = " ".join(en for _, en in told)


def _chosen(offered: OfferedOut) -> Both:
    strategy, chosen = Strategy(offered.strategy), offered.chosen
    told = _STICKY if offered.sticky else _CHOSEN[strategy]
    if strategy is Strategy.RING_ALL and offered.answered and not offered.sticky:
        told = told[0] + _FIRST[0], told[1] + _FIRST[1]
    names = [one.agent_name for one in offered.rung]
    rung = _listed(names, offered.agents)
    score = _scored(strategy, chosen.score)
    zh, en = (told[k].format(agent=chosen.agent_name, rung=rung[k], score=score[k] if score else "") for k in range(2))
    return f"{zh}。", f"{en}."


def _not_rung(offered: OfferedOut, agent: Callable[[str], str]) -> Both:
    strategy = Strategy(offered.strategy)
    zh: list[str] = []
    en: list[str] = []
    for one in offered.passed_over:
        why = _OBSTACLES[Obstacle(one.reason)]
        if one.reason == Obstacle.NOT_HIS_TURN and (score := _scored(strategy, one.score)):
            why = f"{why[0]}，{score[0]}", f"{why[1]}, {score[1]}"
        zh.append(f"{agent(one.agent)}（{why[0]}）")
        en.append(f"{agent(one.agent)} ({why[1]})")
    return (
        f"未振铃：{_listed(zh, offered.others)[0]}。",
        f"Not rung: {_listed(en, offered.others)[1]}.",
    )


def _listed(names: list[str], count: int) -> Both:
    """Some of ``count`` names."""
    shown = names[:MOST]
    more = count - len(shown)
    return (
        "、".join(shown) + (f" 等 {count} 人" if more else ""),
        ", ".join(shown) + (f" and {more} more" if more else ""),
    )


def _scored(strategy: Strategy, score: float | None) -> Both | None:
    """What the strategy compared."""
    match strategy:
        case Strategy.ROTATE_WITH_MEMORY:
            return ("尚未接听过", "no answer yet") if score is None else _ago(score)
        case Strategy.LINEAR | Strategy.LINEAR_WITH_MEMORY if score is not None:
            return f"第 {score:g} 位", f"place {score:g}"
        case Strategy.FEWEST_OFFERED | Strategy.FEWEST_ANSWERED if score is not None:
            return f"{score:g} 次", f"{score:g}"
        case _:
            return None


def _ago(seconds: float) -> Both:
    if seconds < 60:
        return f"{seconds:.0f} 秒前", f"{seconds:.0f} s ago"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} 分钟前", f"{minutes} min ago"
    return f"{minutes // 60} 小时 {minutes % 60} 分钟前", f"{minutes // 60} h {minutes % 60} min ago"


def _rules(offered: OfferedOut, called: Callable[[str], Both]) -> Iterator[Both]:
    """What the queue's rules had to do with it."""
    chosen = offered.chosen
    if asked := [(*called(skill), level) for skill, level in offered.skills if level > 0]:
        zh, en = "、".join(f"{skill} {level}" for skill, _, level in asked), ", ".join(f"{s} {n}" for _, s, n in asked)
        lowered = ("（已因等待放宽）", " (lowered because the caller waited)") if offered.lowered else ("", "")
        yield f"要求技能：{zh}{lowered[0]}。", f"Skills asked: {en}{lowered[1]}."
    elif offered.skills:
        yield "等待已久，不再要求技能。", "No skill was asked any more, because the caller waited."
    if chosen.tier:
        yield (
            f"前面的梯队无人可接，因此轮到第 {chosen.tier + 1} 梯队。",
            f"Nobody of an earlier tier could take it, so tier {chosen.tier + 1} was rung.",
        )
    if chosen.team:
        zh, en = called(chosen.team)
        yield (
            f"{chosen.agent_name} 属于优先班组“{zh}”。",
            f"{chosen.agent_name} is of the preferred team “{en}”.",
        )
    if chosen.through:
        zh, en = called(chosen.through)
        yield (
            f"本队列无人可接，等待后由队列“{zh}”的坐席支援。",
            f"Nobody of this queue could take it; after the wait, agents of “{en}” helped.",
        )
    if offered.credit > 0:
        yield (
            f"客户等级使其排队提前 {offered.credit:g} 秒。",
            f"The customer's tier moved him {offered.credit:g} s forward in the line.",
        )
