"""Why this agent got that call, in words."""

from callroom.calls.why import MOST, why
from callroom.core.acd import model as m
from callroom.core.directory import Queue
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId
from callroom.core.routing.model import ToHangUp

SALES = QueueId("sales")
NAMES = {"ana": "王安娜", "bo": "李博", "chen": "张晨"}


def told(strategy: m.Strategy, *others: tuple[str, m.Obstacle]) -> dict[str, object]:
    queue = Queue(SALES, "Sales", "600", m.QueueSettings(SALES, strategy), ToHangUp())
    connected = m.ConnectCaller(
        OfferId("o1"),
        JourneyId("j1"),
        AgentId("ana"),
        m.Visit(SALES, 3.0, 1, 3),
        (AgentId("ana"),),
        tuple((AgentId(agent), reason) for agent, reason in others),
    )
    return why(queue, connected, lambda agent: NAMES.get(agent, agent))


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
