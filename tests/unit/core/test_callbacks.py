"""What becomes of a call back, step by step."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callroom.core import callbacks as c
from callroom.core.directory import CallbackRules
from callroom.core.ids import JourneyId, QueueId

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REASONS = ["busy", "no_answer", "trunk_full", "agent_hung_up", "no_route", "not_found"]


@given(st.integers(1, 10), st.lists(st.sampled_from(REASONS), min_size=12, max_size=12), st.floats(0, 7200))
def test_he_is_called_at_most_so_often_and_never_before_the_time(attempts: int, reasons: list[str], waited: float):
    rules = CallbackRules("1", attempts, 600.0)
    at = START
    line = c.asked("cb", QueueId("q"), "13800138000", JourneyId("j0"), "zh", waited=waited, at=at)
    place = line.asked_at
    tried: list[str] = []
    while line.state in c.OPEN:
        line = c.offered(line, JourneyId(f"j{len(tried)}"), at)
        line = c.dialled(line, at)
        tried.append(reasons[len(tried)])
        line = c.failed(line, tried[-1], rules, at)
        assert line.asked_at == place, "he keeps his place"
        assert line.attempts == len(tried) <= attempts
        if line.state == "waiting":
            assert line.due_at == at + timedelta(seconds=600)
            at = line.due_at
    assert line.state == "failed" and line.reason == tried[-1] and line.due_at is None
    assert len(tried) == attempts or tried[-1] in ("no_route", "not_found")


def test_an_answer_ends_it_and_an_agent_who_hangs_up_early_does_not_count():
    line = c.asked("cb", QueueId("q"), "13800138000", JourneyId("j0"), "zh", waited=60.0, at=START)
    line = c.taken_back(c.offered(line, JourneyId("j1"), START), START)
    assert (line.state, line.attempts, line.journey) == ("waiting", 0, "j1")
    line = c.done(c.dialled(c.offered(line, JourneyId("j2"), START), START), START)
    assert (line.state, line.attempts, line.journey, line.reason) == ("done", 1, "j2", "")
