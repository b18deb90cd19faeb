"""To whom a caller was offered and why, in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callroom.core.acd import model as m
from callroom.http.offers import MOST, OfferedOut, PassedOver, RungOut, tell

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
NAMES = {"ana": "王安娜", "bo": "李博", "chen": "张晨"}


def called(id: str) -> tuple[str, str]:
    return ({"english": "英语", "service": "Service", "north": "North"}[id],) * 2


def told(
    strategy: m.Strategy, *others: tuple[str, m.Obstacle, float | None], ended: str = "answered", **more: Any
) -> OfferedOut:
    """Ana was rung; ``more`` is of her, or else of the offer."""
    of_ana = {name: more.pop(name) for name in list(more) if name in ("score", "tier", "team", "through")}
    offered = OfferedOut(
        at=AT,
        strategy=strategy.value,
        rung=[RungOut(agent="ana", ended=ended, **of_ana)],
        passed_over=[PassedOver(agent=agent, reason=reason.value, score=score) for agent, reason, score in others],
        others=more.pop("others", len(others)),
        **more,
    )
    tell(offered, lambda agent: NAMES.get(agent, agent), called)
    return offered


def test_the_reason_and_what_kept_the_others_away():
    text = told(m.Strategy.LINEAR, ("bo", m.Obstacle.BUSY, None), ("chen", m.Obstacle.TALKING, None), score=2)
    assert text.rung[0].agent_name == "王安娜"
    assert text.text_zh == (
        "逐个分配：按成员顺序，王安娜 是第一个空闲的坐席（第 2 位）。未振铃：李博（示忙）、张晨（通话中）。"
    )
    assert text.text_en.endswith(" (place 2). Not rung: 李博 (busy), 张晨 (talking).")


@pytest.mark.parametrize(
    ("strategy", "scores", "zh", "en"),
    [
        (m.Strategy.FEWEST_ANSWERED, (2, 5), ("（2 次）", "排在后面，5 次"), ("today (2)", "later in turn, 5")),
        (m.Strategy.FEWEST_OFFERED, (0, 1), ("（0 次）", "排在后面，1 次"), ("today (0)", "later in turn, 1")),
        (m.Strategy.ROTATE_WITH_MEMORY, (None, 59.2), ("尚未接听过", "59 秒前"), ("no answer yet", "59 s ago")),
        (m.Strategy.ROTATE_WITH_MEMORY, (3900, 120), ("1 小时 5 分钟前", "2 分钟前"), ("1 h 5 min ago", "2 min ago")),
    ],
)
def test_what_was_compared_is_told(
    strategy: m.Strategy, scores: tuple[float | None, float], zh: tuple[str, str], en: tuple[str, str]
):
    text = told(strategy, ("bo", m.Obstacle.NOT_HIS_TURN, scores[1]), score=scores[0])
    assert all(part in text.text_zh for part in zh), text.text_zh
    assert all(part in text.text_en for part in en), text.text_en


def test_of_many_only_some_are_named():
    others = [(f"agent {number}", m.Obstacle.TALKING, None) for number in range(MOST + 3)]
    text = told(m.Strategy.RING_ALL, *others, others=500)
    assert text.text_zh.endswith(" 等 500 人。")
    assert text.text_en.endswith(f" and {500 - MOST} more.")


def test_every_strategy_and_obstacle_has_its_words():
    for strategy in m.Strategy:
        for obstacle in m.Obstacle:
            text = told(strategy, ("bo", obstacle, None))
            assert "王安娜" in text.text_zh and "李博" in text.text_en


def test_only_where_somebody_answered_it_is_said_that_he_was_first():
    for ended, first in (("answered", True), ("not_answered", False)):
        text = told(m.Strategy.RING_ALL, ended=ended)
        assert ("最先接起" in text.text_zh, "answered first" in text.text_en) == (first, first)


def test_the_rules_are_told_beside_the_strategy():
    rules: dict[str, Any] = {"tier": 1, "team": "north", "through": "service", "lowered": True, "credit": 60.0}
    text = told(m.Strategy.LINEAR, skills=[("english", 5)], **rules)
    assert text.text_zh.endswith(
        "要求技能：英语 5（已因等待放宽）。前面的梯队无人可接，因此轮到第 2 梯队。王安娜 属于优先班组“North”。"
        "本队列无人可接，等待后由队列“Service”的坐席支援。客户等级使其排队提前 60 秒。"
    )
    assert "Skills asked: 英语 5 (lowered because the caller waited). Nobody of an earlier tier" in text.text_en
    assert "agents of “Service” helped. The customer's tier moved him 60 s forward" in text.text_en


def test_who_served_him_last_is_the_reason_whatever_the_strategy():
    text = told(m.Strategy.RING_ALL, ("bo", m.Obstacle.NOT_THE_LAST, None), sticky=True)
    assert text.text_zh == (
        "上次接待：王安娜 上次接待过这位客户，因此先单独振铃。未振铃：李博（空闲，先找上次接待者）。"
    )
    assert text.text_en.startswith("Same agent: 王安娜 served this customer last and was rung first, alone.")
