"""What rules make of a customer: the first that says something decides, and what a person chose stays."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from callroom.core.customer_value import Sets, Standing, by_hand_of, changed_by_hand, outcome
from callroom.core.customers import MOST_TAGS

GOLD = Sets(tier=5, tags_on=["金卡"])
SILVER = Sets(tier=3, stage="retained", tags_off=["金卡"])


def test_the_first_rule_decides_and_later_ones_add():
    found = outcome(Standing(0, "new"), [(0, GOLD), (1, SILVER)])
    assert (found.tier, found.stage, found.tags) == (5, "retained", ["金卡"])
    assert found.because == {"tier": 0, "stage": 1, "tags": 0}


def test_what_a_person_chose_stays_unless_the_rule_says_otherwise():
    chosen = Standing(7, "new", [], frozenset({"tier", "tag:金卡"}))
    assert outcome(chosen, [(0, GOLD)]).because == {}
    found = outcome(chosen, [(0, GOLD), (1, Sets(tier=1, over_hand=True))])
    assert (found.tier, found.tags, found.because, found.by_hand) == (1, [], {"tier": 1}, {"tag:金卡"})


def test_a_tag_taken_away_by_hand_is_remembered_whatever_its_letters():
    chosen = changed_by_hand(Standing(0, "new", ["VIP", "web"]), 0, "old", ["web"])
    assert chosen == ["stage", "tag:vip"]
    assert outcome(Standing(0, "old", ["web"], frozenset(chosen)), [(0, Sets(tags_on=["vip"]))]).because == {}


def test_who_is_made_the_usual_has_nothing_chosen():
    assert by_hand_of(0, "new", [], "new") == []
    assert by_hand_of(2, "old", ["A"], "new") == ["tier", "stage", "tag:a"]


SETS = st.builds(
    Sets,
    tier=st.none() | st.integers(0, 2),
    stage=st.none() | st.sampled_from(["new", "old"]),
    tags_on=st.lists(st.sampled_from("ab"), max_size=1),
    tags_off=st.lists(st.sampled_from("cd"), max_size=1),
    over_hand=st.booleans(),
)
STANDING = st.builds(
    Standing,
    tier=st.integers(0, 2),
    stage=st.sampled_from(["new", "old"]),
    tags=st.lists(st.sampled_from("abcd"), unique=True),
    by_hand=st.frozensets(st.sampled_from(["tier", "stage", "tag:a", "tag:c"])),
)


@given(STANDING.map(lambda one: replace(one, by_hand=frozenset())), st.lists(SETS, max_size=4))
def test_what_was_done_is_left_alone_by_the_next_run(standing: Standing, rules: list[Sets]):
    placed = list(enumerate(rules))
    once = outcome(standing, placed)
    again = outcome(Standing(once.tier, once.stage, once.tags, frozenset(once.by_hand)), placed)
    assert again.because == {}


@given(STANDING, st.lists(SETS, max_size=4))
def test_only_a_rule_that_may_takes_over_from_a_person(standing: Standing, rules: list[Sets]):
    found = outcome(standing, list(enumerate(rules)))
    for token, name in (("tier", "tier"), ("stage", "stage")):
        if token in standing.by_hand and name in found.because:
            assert rules[found.because[name]].over_hand


def test_no_rule_gives_more_tags_than_a_customer_may_have():
    full = Standing(0, "new", [f"t{n}" for n in range(MOST_TAGS - 1)])
    assert outcome(full, [(0, Sets(tags_on=["a", "b"]))]).tags == [*full.tags, "a"]
