"""An attendant: what a caller hears, and where each key leads. Stored and edited as one document."""

from typing import Annotated, Any

import msgspec

from callroom.core.routing.model import Destination

LONGEST_FLOW = 200  # nodes


class Sound(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Either an uploaded prompt by its id, or a system prompt by its name."""

    prompt: str = ""
    system: str = ""


class _Node(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    label: str = ""


class Announce(_Node, frozen=True, tag="announce"):
    sound: Sound
    next: str


class Menu(_Node, frozen=True, tag="menu"):
    """Say ``sound``, wait ``timeout`` seconds for one key; after ``attempts`` rounds without a valid one go on to
    ``fallback``. Keys are heard while the sound plays."""

    sound: Sound
    keys: dict[str, str]
    fallback: str
    timeout: Annotated[float, msgspec.Meta(ge=1, le=60)] = 5.0
    attempts: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3


class GoTo(_Node, frozen=True, tag="go_to"):
    destination: Destination


class HangUp(_Node, frozen=True, tag="hang_up"):
    sound: Sound | None = None


Node = Announce | Menu | GoTo | HangUp


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: str
    nodes: dict[str, Node]


class BadFlow(ValueError):
    """No flow at all: the document has another shape; the text says where."""


def flow_from(document: dict[str, Any]) -> Flow:
    """Read a stored flow. Raises ``BadFlow``."""
    try:
        return msgspec.convert(document, Flow)
    except msgspec.ValidationError as error:
        raise BadFlow(str(error)) from None


def problems(flow: Flow) -> list[tuple[str, str]]:
    """What is wrong with a flow, in Chinese and English; empty when it can be used."""
    found: list[tuple[str, str]] = []
    if len(flow.nodes) > LONGEST_FLOW:
        found.append((f"步骤过多：最多 {LONGEST_FLOW} 个。", f"Too many steps: {LONGEST_FLOW} at most."))
    if flow.entry not in flow.nodes:
        found.append(("没有起始步骤。", "The first step is missing."))
    for name, node in flow.nodes.items():
        shown = node.label or name
        for target in _targets(node):
            if target not in flow.nodes:
                found.append(
                    (f"“{shown}”指向不存在的步骤“{target}”。", f"“{shown}” leads to “{target}”, which does not exist.")
                )
        match node:
            case Announce(sound=sound) | Menu(sound=sound) | HangUp(sound=Sound() as sound):
                if bool(sound.prompt) == bool(sound.system):
                    found.append((f"“{shown}”没有选择语音。", f"“{shown}” has no sound chosen."))
            case _:
                pass
        if isinstance(node, Menu):
            if not node.keys:
                found.append((f"菜单“{shown}”没有按键。", f"The menu “{shown}” has no keys."))
            for key in node.keys:
                if len(key) != 1 or key not in "0123456789*#":
                    found.append((f"“{shown}”的按键“{key}”无效。", f"“{key}” in “{shown}” is no key of a telephone."))
    if not found:
        for name in sorted(flow.nodes.keys() - _reached(flow)):
            shown = flow.nodes[name].label or name
            found.append((f"没有任何步骤通向“{shown}”。", f"No step leads to “{shown}”."))
        if not found and (loop := _talks_for_ever(flow)):
            found.append((f"从“{loop}”开始会无限循环播放。", f"From “{loop}” on, announcements repeat for ever."))
    return found


def _targets(node: Node) -> list[str]:
    match node:
        case Announce(next=target):
            return [target]
        case Menu(keys=keys, fallback=fallback):
            return [*keys.values(), fallback]
        case GoTo() | HangUp():
            return []


def _reached(flow: Flow) -> set[str]:
    seen: set[str] = set()
    rest = [flow.entry]
    while rest:
        name = rest.pop()
        if name not in seen:
            seen.add(name)
            rest += _targets(flow.nodes[name])
    return seen


def _talks_for_ever(flow: Flow) -> str:
    """The name of an announcement that leads back to itself without asking anything, else ""."""
    for start in flow.nodes:
        name, seen = start, set[str]()
        while isinstance(node := flow.nodes[name], Announce):
            if name in seen:
                return node.label or name
            seen.add(name)
            name = node.next
    return ""
