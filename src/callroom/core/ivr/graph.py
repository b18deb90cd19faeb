"""The ways through a flow: which exits a step has, what can be reached, and where one could go round for ever."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import assert_never

from callroom.core.ivr import model as ivr
from callroom.core.ivr.templates import BUILT_IN, folded, names_in
from callroom.core.routing.model import ToFlow

VALUE = "values."  # before a field's id, where a customer is looked up


def exits(node: ivr.Node) -> dict[str, str]:
    """The step's exits and where each leads ("": nowhere yet): next, fallback, open, closed, case_1 …, or a key."""
    match node:
        case ivr.Menu(keys=keys, fallback=fallback):
            return {**keys, "fallback": fallback}
        case ivr.Digits(next=following, fallback=fallback) | ivr.Lookup(next=following, fallback=fallback):
            return {"next": following, "fallback": fallback}
        case ivr.HoursNode(open=opened, closed=closed):
            return {"open": opened, "closed": closed}
        case ivr.Condition(cases=cases, fallback=fallback):
            return {f"case_{place}": case.to for place, case in enumerate(cases, 1)} | {"fallback": fallback}
        case (
            ivr.Announce(next=following)
            | ivr.LanguageNode(next=following)
            | ivr.Set(next=following)
            | ivr.Say(next=following)
            | ivr.Send(next=following)
            | ivr.SendSms(next=following)
            | ivr.Webhook(next=following)
            | ivr.Record(next=following)
            | ivr.RunFlow(next=following)
        ):
            return {"next": following}
        case ivr.Return() | ivr.GoTo() | ivr.HangUp():
            return {}
        case _:
            assert_never(node)


def sounds(node: ivr.Node) -> list[ivr.Sound]:
    """What a step says, the sounds for wrong keys and silence included."""
    match node:
        case ivr.Announce(sound=sound):
            return [sound]
        case ivr.Menu() | ivr.Digits():
            return [sound for sound in (node.sound, node.on_invalid, node.on_silence) if sound is not None]
        case ivr.HangUp(sound=ivr.Sound() as sound):
            return [sound]
        case _:
            return []


def variables(flow: ivr.Flow) -> Iterator[tuple[str, str]]:
    """Each variable that a step of the flow sets, with the step's name."""
    for name, node in flow.nodes.items():
        match node:
            case ivr.Digits(variable=variable) | ivr.Set(variable=variable) | ivr.Record(variable=variable):
                yield name, variable
            case ivr.Lookup(outputs=outputs):
                for output in outputs:
                    yield name, output.variable
            case _:
                pass


def holding(flows: Iterable[ivr.Flow], fields: Mapping[str, str]) -> set[str]:
    """The values of flows, ``folded``, that may hold what stands in these fields of customers (labels by id): called
    like one of them, taken out of one, used to find a customer by one, or made of such values."""
    nodes = [node for flow in flows for node in flow.nodes.values()]
    found = {folded(name) for name in (*fields, *fields.values())}
    stands = {f"{VALUE}{id}" for id in fields}
    for node in nodes:
        match node:
            case ivr.Lookup(source={"kind": "crm", **source}, outputs=outputs):
                if source.get("by") in stands:
                    found |= _names(str(source.get("value", "")))
                found |= {folded(one.variable) for one in outputs if one.path in stands}
            case _:
                pass
    made = [node for node in nodes if isinstance(node, ivr.Set)]
    while more := {folded(node.variable) for node in made if _names(node.value) & found} - found:
        found |= more
    return found


def _names(text: str) -> set[str]:
    return {folded(name) for name in names_in(text) if name not in BUILT_IN}


def runs(flow: ivr.Flow) -> set[str]:
    """The attendants that the flow runs and comes back from."""
    return {node.flow for node in flow.nodes.values() if isinstance(node, ivr.RunFlow) and node.flow}


def goes_to(flow: ivr.Flow) -> set[str]:
    """The attendants that the flow hands its callers over to."""
    return {
        node.destination.id
        for node in flow.nodes.values()
        if isinstance(node, ivr.GoTo) and isinstance(node.destination, ToFlow) and node.destination.id
    }


def reached(flow: ivr.Flow) -> set[str]:
    """The steps to which some way leads from the first one."""
    seen: set[str] = set()
    rest = [flow.entry]
    while rest:
        name = rest.pop()
        if name not in seen and name in flow.nodes:
            seen.add(name)
            rest += exits(flow.nodes[name]).values()
    return seen


def asks(node: ivr.Node) -> bool:
    """Whether the caller is waited for at a step."""
    return isinstance(node, ivr.Menu | ivr.Digits | ivr.Record)


def endless(flow: ivr.Flow, own: str = "", asking: Collection[str] = ()) -> list[str]:
    """The steps of a loop in which the caller is never asked nor waited for; empty when there is none. ``own``: the
    flow's id, by which it can lead to itself; ``asking``: those of the flows it runs that ask something."""
    ways: dict[str, set[str]] = {}
    for name, node in flow.nodes.items():
        if asks(node) or (isinstance(node, ivr.RunFlow) and node.flow in asking):
            continue
        ways[name] = {target for target in exits(node).values() if target in flow.nodes}
        if own and isinstance(node, ivr.GoTo) and node.destination == ToFlow(own):  # pyright: ignore[reportArgumentType]
            ways[name].add(flow.entry)
    return cycle({name: targets & ways.keys() for name, targets in ways.items()})


def cycle(ways: Mapping[str, Collection[str]]) -> list[str]:
    """One way round, each name once; empty when there is none."""
    try:
        TopologicalSorter(ways).prepare()
    except CycleError as error:
        return list(error.args[1])[1:]
    return []
