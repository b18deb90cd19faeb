"""Why this agent got that call, in words."""

from callroom.calls.why import MOST, why
from callroom.core.acd import model as m
from callroom.core.directory import Queue
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId, SkillId, TeamId
from callroom.core.routing.model import ToHangUp

SALES = QueueId("sales")
NAMES = {"ana": "王安娜", "bo": "李博", "chen": "张晨"}


def called(id: str) -> str:
    return {"english": "英语", "service": "Service", "north": "North"}[id]


def told(
    strategy: m.Strategy, *others: tuple[str, m.Obstacle], grounds: m.Grounds | None = None, team: str | None = None
) -> dict[str, object]:
    settings = m.QueueSettings(SALES, strategy, prefer_team=TeamId(team) if team else None)
    queue = Queue(SALES, "Sales", "600", settings, ToHangUp())
    connected = m.ConnectCaller(
        OfferId("o1"),
        JourneyId("j1"),
        AgentId("ana"),
        m.Visit(SALES, 3.0, 1, 3),
        (AgentId("ana"),),
        tuple((AgentId(agent), reason) for agent, reason in others),
        grounds or m.Grounds(),
    )
    return why(queue, connected, lambda agent: NAMES.get(agent, agent), called)


def test_the_reason_and_what_kept_the_others_away():
    text = told(m.Strategy.LINEAR, ("bo", m.Obstacle.BUSY), ("chen", m.Obstacle.TALKING))
    assert text["text_zh"] == (
        "逐个分配：按成员顺序，王安娜 是第一个空闲的坐席。未振铃：李博（示忙）、张晨（通话中）。"
    )
    assert str(text["text_en"]).endswith(" Not rung: 李博 (busy), 张晨 (talking).")
    assert text["passed_over"] == [{"agent": "bo", "reason": "busy"}, {"agent": "chen", "reason": "talking"}]


def test_of_many_only_some_are_named():
    others = [(f"agent {number}", m.Obstacle.TALKING) for number in range(MOST + 3)]
    text = told(m.Strategy.RING_ALL, *others)
    assert str(text["text_zh"]).endswith(f" 等 {MOST + 3} 人。")
    assert str(text["text_en"]).endswith(" and 3 more.")


def test_every_strategy_and_obstacle_has_its_words():
    for strategy in m.Strategy:
        for obstacle in m.Obstacle:
            text = told(strategy, ("bo", obstacle))
            assert "王安娜" in str(text["text_zh"]) and "李博" in str(text["text_en"])


def test_the_rules_are_told_beside_the_strategy():
    asked = ((SkillId("english"), 5),)
    grounds = m.Grounds(skills=asked, lowered=True, tier=1, team=True, through=QueueId("service"), credit=60.0)
    text = told(m.Strategy.LINEAR, grounds=grounds, team="north")
    assert str(text["text_zh"]).endswith(
        "要求技能：英语 5（已因等待放宽）。前面的梯队无人可接，因此轮到第 2 梯队。王安娜 属于优先班组“North”。"
        "本队列无人可接，等待后由队列“Service”的坐席支援。客户等级使其排队提前 60 秒。"
    )
    assert "Skills asked: 英语 5 (lowered because the caller waited). Nobody of an earlier tier" in str(text["text_en"])
    assert "agents of “Service” helped. The customer's tier moved him 60 s forward" in str(text["text_en"])
    assert text["rules"] == {
        "sticky": False,
        "skills": [{"skill": "english", "level": 5}],
        "tier": 1,
        "team": "north",
        "through": "service",
        "credit": 60.0,
    }


def test_who_served_him_last_is_the_reason_whatever_the_strategy():
    text = told(m.Strategy.RING_ALL, ("bo", m.Obstacle.NOT_THE_LAST), grounds=m.Grounds(sticky=True))
    assert text["text_zh"] == (
        "上次接待：王安娜 上次接待过这位客户，因此先单独振铃。未振铃：李博（空闲，先找上次接待者）。"
    )
    assert str(text["text_en"]).startswith("Same agent: 王安娜 served this customer last and was rung first, alone.")
