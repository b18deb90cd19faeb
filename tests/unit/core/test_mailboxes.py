"""PINs that may be chosen, and who guesses at them."""

import pytest

from callroom.core.guesses import Guesses, Limit, Lock
from callroom.core.mailboxes import Box, pin_fits


@pytest.mark.parametrize(
    ("pin", "fits"),
    [("271828", True), ("112233", True), ("000001", True), ("27182", False), ("111111", False), ("123456", False),
     ("987654", False), ("2718281828459", False), ("27182x", False), ("２７１８２８", False), ("", False)],
)  # fmt: skip
def test_a_pin_is_long_enough_and_not_too_simple(pin: str, fits: bool):
    assert pin_fits(pin) is fits


def test_a_greeting_of_its_own_for_each_moment_or_the_usual_one():
    box = Box("e1", "extension", greetings={"usual": "/u", "busy": "/b"})
    assert [box.greeting(moment) for moment in ("usual", "busy", "away")] == ["/u", "/b", "/u"]
    assert Box("e1", "extension").greeting("usual") is None


def guesses() -> Guesses:
    return Guesses(Limit(3, 100, 60), Limit(4, 1000, 600))


def test_wrong_ones_lock_an_account_for_a_while_whoever_gives_them():
    known = guesses()
    locks = [known.wrong("box", f"caller {n}", 10.0 * n) for n in range(3)]
    assert locks == [[], [], [Lock("account", "box", 60)]]
    assert known.locked("box", "another", 79) and not known.locked("box", "another", 81)
    assert not known.locked("other box", "another", 30)


def test_locks_go_on_in_the_next_process():
    known = guesses()
    known.restore([Lock("account", "box", 20), Lock("caller", "caller", 50)], now=1000)
    assert known.locked("box", "another", 1019) and not known.locked("box", "another", 1021)
    assert known.locked("other box", "caller", 1049) and not known.locked("other box", "caller", 1051)


def test_a_right_one_clears_the_account_but_not_the_caller():
    known = guesses()
    for n in range(3):
        assert not known.wrong(f"box {n}", "caller", n)
        known.right(f"box {n}")
    assert known.wrong("box 4", "caller", 4)
    assert known.locked("his own", "caller", 5)


def test_old_ones_are_forgotten():
    known = guesses()
    assert not any(known.wrong("box", f"caller {n}", 60.0 * n) for n in range(9))
