"""What rules make of customers: tier, stage and tags, in the rules' order; what a person chose stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from callroom.core.customers import MOST_TAGS
from callroom.core.search import plain

TIER, STAGE = "tier", "stage"  # what a person chose, in ``Standing.by_hand``; of a tag its ``tag_token``


@dataclass(frozen=True, slots=True)
class Sets:
    """What one rule sets; None, or no tags: it says nothing of that. ``over_hand``: also where a person chose."""

    tier: int | None = None
    stage: str | None = None
    tags_on: Sequence[str] = ()
    tags_off: Sequence[str] = ()
    over_hand: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer is filed under; ``by_hand``: what of it a person chose."""

    tier: int
    stage: str
    tags: Sequence[str] = ()
    by_hand: frozenset[str] = frozenset()


@dataclass(slots=True)
class Outcome:
    """What he becomes. ``because``: what changes (tier, stage, tags), and the place of the rule that does it first."""

    tier: int
    stage: str
    tags: list[str]
    by_hand: set[str]
    because: dict[str, int] = field(default_factory=dict[str, int])


def tag_token(tag: str) -> str:
    return f"tag:{plain(tag)}"


def by_hand_of(tier: int, stage: str, tags: Sequence[str], usual: str) -> list[str]:
    """What counts as chosen by the person who makes a customer: all that is not the usual."""
    chosen = ([TIER] if tier else []) + ([STAGE] if stage != usual else [])
    return chosen + sorted({tag_token(tag) for tag in tags})


def changed_by_hand(before: Standing, tier: int, stage: str, tags: Sequence[str]) -> list[str]:
    """What a person has chosen once he changed it to this: a tag that he took away too."""
    chosen = set(before.by_hand)
    if tier != before.tier:
        chosen.add(TIER)
    if stage != before.stage:
        chosen.add(STAGE)
    chosen |= {tag_token(tag) for tag in before.tags} ^ {tag_token(tag) for tag in tags}
    return sorted(chosen)


def outcome(standing: Standing, rules: Sequence[tuple[int, Sets]]) -> Outcome:
    """``rules``: those that fit the customer, with their places, in order. Of each thing the first that may say
    something decides; what a person chose then is the rule's."""
    found = Outcome(standing.tier, standing.stage, list(standing.tags), set(standing.by_hand))
    decided: set[str] = set()

    def decides(token: str, sets: Sets) -> bool:
        if token in decided or (token in standing.by_hand and not sets.over_hand):
            return False
        decided.add(token)
        return True

    for place, sets in rules:
        if sets.tier is not None and decides(TIER, sets) and sets.tier != standing.tier:
            found.tier = sets.tier
            found.because[TIER] = place
            found.by_hand.discard(TIER)
        if sets.stage is not None and decides(STAGE, sets) and sets.stage != standing.stage:
            found.stage = sets.stage
            found.because[STAGE] = place
            found.by_hand.discard(STAGE)
        for tags, on in ((sets.tags_on, True), (sets.tags_off, False)):
            for tag in tags:
                token = tag_token(tag)
                has = any(tag_token(one) == token for one in standing.tags)
                if not decides(token, sets) or has == on or (on and len(found.tags) >= MOST_TAGS):
                    continue
                found.tags = [*found.tags, tag] if on else [one for one in found.tags if tag_token(one) != token]
                found.because.setdefault("tags", place)
                found.by_hand.discard(token)
    return found
