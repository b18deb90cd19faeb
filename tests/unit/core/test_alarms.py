"""When a queue's load raises an alarm, and when an agent's rest passes a limit."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from callroom.core.alarms import Load, Thresholds, changes_in, passed, service_level
from callroom.core.rests import Reason, first_limit

LIMITS = st.builds(
    Thresholds,
    waiting=st.none() | st.integers(1, 20),
    longest=st.none() | st.floats(1, 600),
    level=st.none() | st.floats(1, 100),
)
LOADS = st.builds(
    Load, waiting=st.integers(0, 30), longest=st.none() | st.floats(0, 900), level=st.none() | st.floats(0, 100)
)


def test_a_limit_that_is_reached_raises_its_alarm():
    limits = Thresholds(waiting=5, longest=60.0, level=80.0)
    assert passed(limits, Load(4, 59.9, 80.0)) == {}
    assert passed(limits, Load(5, 60.0, 79.9)) == {"waiting": 5, "longest": 60.0, "level": 79.9}


def test_nothing_to_measure_raises_nothing():
    assert passed(Thresholds(1, 1.0, 100.0), Load()) == {}
    assert service_level({"answered": 0, "abandoned": 2, "short": 2, "in_time": 0}) is None


@given(LIMITS, LOADS)
def test_only_what_has_a_limit_is_told(limits: Thresholds, load: Load):
    for kind in passed(limits, load):
        assert getattr(limits, kind) is not None
        assert kind not in passed(replace(limits, **{kind: None}), load)


@given(LIMITS, LOADS)
def test_waiting_as_long_as_told_raises_the_alarm_and_no_shorter(limits: Thresholds, load: Load):
    seconds = changes_in(limits, load)
    if seconds is None:
        assert "longest" in passed(limits, load) or load.longest is None or limits.longest is None
    else:
        assert load.longest is not None
        if seconds > 0.001:  # a shorter time is lost in the sum
            assert "longest" not in passed(limits, replace(load, longest=load.longest + seconds * 0.99))
        assert "longest" in passed(limits, replace(load, longest=load.longest + seconds * 1.01 + 0.001))


def test_the_level_is_the_one_the_wall_shows():
    assert service_level({"answered": 6, "abandoned": 3, "short": 1, "in_time": 5}) == 62.5


def test_whichever_limit_comes_first_counts():
    lunch = Reason("r1", "away", stay=1800.0, day=3600.0)
    assert first_limit(lunch, stay=0, today=0) == ("stay", 1800.0)
    assert first_limit(lunch, stay=600, today=3000) == ("day", 600.0)
    assert first_limit(lunch, stay=1900, today=1900) == ("stay", -100.0)
    assert first_limit(Reason("r2", "away"), stay=9999, today=9999) is None
