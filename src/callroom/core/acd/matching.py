"""Who is rung for a caller now: of the agents who are free, those whom the queue's rules and its strategy choose."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from callroom.core.acd import model as m
from callroom.core.acd.lines import waited
from callroom.core.acd.settings import PLAIN, Stage
from callroom.core.acd.state import Agent, Caller, Offer, Part, Queue, occupied
from callroom.core.acd.strategies import FIRST, Candidate, Rank, next_agent, score
from callroom.core.ids import AgentId, OfferId, QueueId

NO_RULES = m.Grounds()
TOLD = 20  # who were passed over: a journey need not carry five hundred


@dataclass(frozen=True, slots=True)
class Choice:
    chosen: list[Candidate]
    grounds: m.Grounds
    passed_over: tuple[m.PassedOver, ...]
    others: int  # who were passed over, told or not


class Matching:
    """One walk along the lines, during which free agents only become fewer."""

    def __init__(
        self,
        queues: Mapping[QueueId, Queue],
        free: Mapping[AgentId, Agent],
        offers: Mapping[OfferId, Offer],
        chance: Callable[[], float],
        now: float,
    ) -> None:
        self._queues = queues
        self._free = free
        self._offers = offers
        self._chance = chance
        self._now = now
        self._nobody: set[tuple[QueueId, Stage]] = set()  # found out on this walk
        self.done: set[tuple[QueueId, Part]] = set()  # nobody is free for whoever stands there

    def choose(self, queue: Queue, caller: Caller) -> Choice | None:
        """Whom to ring now; None when nobody can be, or somebody is being rung."""
        settings = queue.settings
        if caller.offers and (caller.alone or settings.strategy is not m.Strategy.RING_ALL):
            return None
        if settings.plain and not caller.skills:
            if not self._free.keys().isdisjoint(queue.serving.keys()):
                return self._choice(queue, caller, PLAIN, self._turn(queue, caller, self._pool(queue, PLAIN)))
            self.done.add((settings.id, caller.filed))
            return None
        if caller.served_by is not None and not caller.offers and (last := queue.serving.get(caller.served_by)):
            if last.id in self._free:
                return self._alone(queue, caller, last)
            if self._worth_waiting(settings, caller, last):
                return None
        stage = caller.stage
        if (settings.id, stage) in self._nobody:
            return None
        if not (pool := self._pool(queue, stage)):
            self._nobody.add((settings.id, stage))
            if not caller.filed[1]:
                self.done.add((settings.id, caller.filed))
            return None
        chosen = self._turn(queue, caller, pool)
        return self._choice(queue, caller, stage, chosen) if chosen else None

    # ------------------------------------------------------------ who served him last

    def _alone(self, queue: Queue, caller: Caller, agent: Agent) -> Choice:
        name = queue.settings.id
        candidate = Candidate(agent.id, queue.place(agent.id), agent.record(name))
        grounds = m.Grounds(sticky=True, credit=caller.credit)

        def why_not(other: Agent) -> m.PassedOver:
            return m.PassedOver(other.id, m.Obstacle.NOT_THE_LAST if other.id in self._free else occupied(other))

        others = self._others(queue, {agent.id})
        return Choice([candidate], grounds, tuple(map(why_not, others)), len(queue.serving) - 1)

    def _worth_waiting(self, settings: m.QueueSettings, caller: Caller, agent: Agent) -> bool:
        """Whether he is on a call, will be ready after it, and the caller's patience lasts."""
        on_a_call = isinstance(agent.state, m.Talking | m.Ringing | m.WrapUp) and isinstance(agent.rest, m.Ready)
        return on_a_call and agent.reachable and waited(caller, self._now) < settings.sticky_patience

    # ------------------------------------------------------------ who may be rung

    def _pool(self, queue: Queue, stage: Stage) -> list[Candidate]:
        """Who is free, in the order of the members; agents of further queues come after them."""
        name, settings = queue.settings.id, queue.settings
        if stage is PLAIN:
            pool = [Candidate(a.id, queue.place(a.id), a.record(name)) for a in self._free_of(queue)]
            return sorted(pool, key=_in_order)
        found: dict[AgentId, Candidate] = {}
        for agent in self._free_of(queue):
            tier = settings.tiers.get(agent.id, 0)
            if (stage.tiers is None or tier <= stage.tiers) and _able(agent, stage):
                rank = (0, tier, _not_preferred(settings, agent))
                found[agent.id] = Candidate(agent.id, queue.place(agent.id), agent.record(name), rank)
        for number, step in enumerate(settings.steps[: stage.steps], 1):
            if (other := self._queues.get(step.queue)) is None:
                continue
            for agent in self._free_of(other):
                if agent.id not in queue.serving and agent.id not in found and _able(agent, stage):
                    rank = (number, 0, _not_preferred(settings, agent))
                    place = len(queue.places) + other.place(agent.id)
                    found[agent.id] = Candidate(agent.id, place, agent.record(name), rank, step.queue)
        return sorted(found.values(), key=_in_order)

    def _free_of(self, queue: Queue) -> list[Agent]:
        few, many = (self._free, queue.serving) if len(self._free) < len(queue.serving) else (queue.serving, self._free)
        return [agent for agent in few.values() if agent.id in many]

    # ------------------------------------------------------------ whose turn it is

    def _turn(self, queue: Queue, caller: Caller, pool: list[Candidate]) -> list[Candidate]:
        """Of the lowest rank first; who was rung for him in this round holds the next rank closed no longer."""
        if queue.settings.strategy is m.Strategy.RING_ALL:
            if queue.settings.plain:
                return pool
            ranks = [one.rank for one in pool if one.agent not in caller.tried]
            ranks += [self._offers[offer].rank for offer in caller.offers]
            return [one for one in pool if one.rank <= min(ranks)] if ranks else pool
        if not (fresh := [one for one in pool if one.agent not in caller.tried]):
            caller.tried.clear()  # all were: a new round begins
            fresh = pool
        if not queue.settings.plain:
            lowest = min(one.rank for one in fresh)
            fresh = [one for one in fresh if one.rank == lowest]
        last = -1 if queue.last is None else queue.place(queue.last)
        return [next_agent(queue.settings.strategy, fresh, last=last, chance=self._chance)]

    def _choice(self, queue: Queue, caller: Caller, stage: Stage, chosen: list[Candidate]) -> Choice:
        settings = queue.settings
        ringing = {each.agent for each in chosen} | {self._offers[offer].agent for offer in caller.offers}
        rank = FIRST if stage is PLAIN else max(each.rank for each in chosen)

        def why_not(other: Agent) -> m.PassedOver:
            if other.id not in self._free:
                return m.PassedOver(other.id, occupied(other))
            obstacle = self._free_but(settings, caller, stage, other, rank)
            record, place = other.record(settings.id), queue.place(other.id)
            return m.PassedOver(other.id, obstacle, score(settings.strategy, place, record, self._now))

        others = len(queue.serving) - len(ringing & queue.serving.keys())
        told = map(why_not, self._others(queue, ringing)) if others else ()
        grounds = NO_RULES
        if stage.skills or caller.credit:
            lowered = any(level < each.level for (_, level), each in zip(stage.skills, settings.skills, strict=False))
            grounds = m.Grounds(skills=stage.skills, lowered=lowered, credit=caller.credit)
        return Choice(chosen, grounds, tuple(told), others)

    def _others(self, queue: Queue, ringing: set[AgentId]) -> Iterable[Agent]:
        """Who is signed in and not rung, as far as it is told: who is free first."""
        free = (agent for agent in self._free_of(queue) if agent.id not in ringing)
        occupied = (agent for name, agent in queue.serving.items() if name not in ringing and name not in self._free)
        return islice(chain(free, occupied), TOLD)

    @staticmethod
    def _free_but(settings: m.QueueSettings, caller: Caller, stage: Stage, agent: Agent, rank: Rank) -> m.Obstacle:
        if not _able(agent, stage):
            return m.Obstacle.LACKS_SKILL
        if agent.id in caller.tried:
            return m.Obstacle.TRIED
        own: Rank = (0, settings.tiers.get(agent.id, 0), _not_preferred(settings, agent))
        if stage.tiers is not None and own[1] > stage.tiers:
            return m.Obstacle.LATER_TIER
        if own <= rank:
            return m.Obstacle.NOT_HIS_TURN
        return m.Obstacle.LATER_TIER if own[:2] > rank[:2] else m.Obstacle.OTHER_TEAM


def grounds_of(settings: m.QueueSettings, choice: Choice, one: Candidate) -> m.Grounds:
    """The rules by which one of those chosen together is rung."""
    if one.rank == FIRST and not settings.prefer_team:
        return choice.grounds
    team = settings.prefer_team is not None and one.rank[2] == 0
    return replace(choice.grounds, tier=one.rank[1], team=team and not choice.grounds.sticky, through=one.through)


def _able(agent: Agent, stage: Stage) -> bool:
    return all(agent.skills.get(skill, 0) >= level for skill, level in stage.skills)


def _not_preferred(settings: m.QueueSettings, agent: Agent) -> int:
    return 0 if settings.prefer_team is None or agent.team == settings.prefer_team else 1


def _in_order(one: Candidate) -> tuple[int, AgentId]:
    return one.place, one.agent
