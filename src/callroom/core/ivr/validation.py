"""What is wrong with a flow, so that it cannot be published: each problem with its step and in both languages."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callroom.core.ivr import graph
from callroom.core.ivr import model as ivr
from callroom.core.ivr.paths import is_path
from callroom.core.ivr.statements import WrongStatement, unknown_in
from callroom.core.ivr.templates import BUILT_IN, is_variable, names_in, texts_in
from callroom.core.routing.model import Destination, ToHangUp, ToOutside, ToVoicemailMenu

DEEPEST = 8  # flows that run one another
_CONNECTIONS = {"http": {"http"}, "sql": {"postgresql", "sqlite"}}  # kinds of connections by what a lookup asks


@dataclass(frozen=True, slots=True)
class Problem:
    """``node``: the step's name, "" for the flow as a whole; ``code`` is stable."""

    node: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Around:
    """What there is beside the flow. ``system``: names of the system's prompts; ``connections``: kinds of the data
    connections by their ids; ``unique_fields``: of customers, who are found by them; ``flows``: the published ones;
    ``missing``: those of the flow's destinations that lead to rows which do not exist; ``own``: the flow's id;
    ``voices``: whether typed texts can be spoken."""

    prompts: Collection[str] = ()
    system: Collection[str] = ()
    schedules: Collection[str] = ()
    connections: Mapping[str, str] = field(default_factory=dict[str, str])
    unique_fields: Collection[str] = ()
    sms_templates: Collection[str] = ()
    flows: Mapping[str, ivr.Flow] = field(default_factory=dict[str, ivr.Flow])
    missing: Collection[Destination] = ()
    own: str = ""
    voices: bool = True


_TEXTS = {
    "too_many_steps": ("步骤过多：最多 {more} 个。", "Too many steps: {more} at most."),
    "no_entry": ("没有起始步骤。", "The first step is missing."),
    "unknown_target": ("“{step}”指向不存在的步骤“{more}”。", "“{step}” leads to “{more}”, which does not exist."),
    "no_exit": ("“{step}”的出口“{more}”没有连接。", "The exit “{more}” of “{step}” leads nowhere."),
    "no_sound": ("“{step}”没有选择语音。", "“{step}” has no sound chosen."),
    "two_sounds": ("“{step}”选择了多个语音。", "“{step}” has more than one sound chosen."),
    "unknown_prompt": ("“{step}”的语音已不存在。", "A sound of “{step}” does not exist any more."),
    "no_voices": (
        "“{step}”的文字无法朗读：本站没有安装语音（make voices）。",
        "The text of “{step}” cannot be spoken: this site has no voices (make voices).",
    ),
    "no_keys": ("菜单“{step}”没有按键。", "The menu “{step}” has no keys."),
    "bad_key": ("“{step}”的按键“{more}”无效。", "“{more}” in “{step}” is no key of a telephone."),
    "bad_range": ("“{step}”的最少位数大于最多位数。", "“{step}” asks for more digits than it takes."),
    "bad_variable": ("“{step}”的变量名“{more}”无效。", "“{more}” in “{step}” cannot be the name of a value."),
    "no_variable": ("“{step}”没有填写变量名。", "“{step}” does not say how its value is called."),
    "unknown_variable": ("“{step}”用到的变量“{more}”从未赋值。", "“{step}” uses “{more}”, which nothing sets."),
    "no_value": ("“{step}”没有要播报的内容。", "“{step}” has nothing to say."),
    "no_cases": ("“{step}”没有条件。", "“{step}” has no cases."),
    "no_schedule": ("“{step}”没有选择营业时间。", "“{step}” has no opening hours chosen."),
    "unknown_schedule": ("“{step}”的营业时间已不存在。", "The opening hours of “{step}” do not exist any more."),
    "no_source": ("“{step}”没有选择数据来源。", "“{step}” has no source of data chosen."),
    "unknown_connection": ("“{step}”的数据连接已不存在。", "The data connection of “{step}” does not exist any more."),
    "no_query": ("“{step}”没有填写查询语句。", "“{step}” has no query to ask."),
    "no_select": ("“{step}”的查询语句必须是 SELECT。", "The query of “{step}” must be a SELECT."),
    "more_statements": ("“{step}”只能有一条查询语句。", "“{step}” may ask one query only."),
    "value_in_text": (
        "“{step}”的查询语句把变量写在了引号里：请用 || 连接。",
        "The query of “{step}” has a value within a text: join them with ||.",
    ),
    "unknown_parameter": (
        "“{step}”的查询语句用到“:{more}”，但没有这个变量。",
        "The query of “{step}” uses “:{more}”, which nothing sets.",
    ),
    "bad_path": ("“{step}”的路径“{more}”无效。", "“{more}” in “{step}” is no path into an answer."),
    "no_recipient": ("“{step}”没有填写收件人。", "“{step}” has nobody to send to."),
    "no_text": ("“{step}”没有填写主题或正文。", "“{step}” has no subject or text."),
    "no_message": (
        "“{step}”需要选择短信模板或填写文字，二者选一。",
        "“{step}” needs a template or a text, one of the two.",
    ),
    "unknown_template": (
        "“{step}”的短信模板不存在或已停用。",
        "The template of “{step}” does not exist, or is switched off.",
    ),
    "no_unique_field": (
        "“{step}”按其查找客户的字段已不存在，或不再唯一。",
        "The field by which “{step}” finds customers does not exist any more, or is not unique.",
    ),
    "no_url": ("“{step}”没有填写以 http:// 或 https:// 开头的地址。", "“{step}” needs an address with http:// or https://."),
    "no_flow": ("“{step}”没有选择子流程。", "“{step}” has no attendant to run chosen."),
    "unknown_flow": (
        "“{step}”要运行的流程不存在或未发布。",
        "The attendant that “{step}” runs does not exist or is not published.",
    ),
    "recursion": ("“{step}”会让流程反复运行自身。", "By “{step}” the attendant would run itself again and again."),
    "too_deep": ("“{step}”的子流程超过 {more} 层。", "By “{step}” attendants run one another more than {more} deep."),
    "no_destination": ("“{step}”没有选择目的地。", "“{step}” has no destination chosen."),
    "unknown_destination": ("“{step}”的目的地不存在。", "The destination of “{step}” does not exist."),
    "bad_number": ("“{step}”的外部号码无效。", "“{step}” leads to something that is no telephone number."),
    "unreachable": ("没有任何步骤通向“{step}”。", "No step leads to “{step}”."),
    "endless": (
        "从“{step}”开始会无限循环，来电者没有任何选择。",
        "From “{step}” on, callers go round for ever without being asked anything.",
    ),
}  # fmt: skip


def problems(flow: ivr.Flow, around: Around) -> list[Problem]:
    """What is wrong with a flow; empty when it can be published."""
    found = list(_whole(flow))
    known = BUILT_IN | known_variables(flow, around)
    for name, node in flow.nodes.items():
        found += _of_node(flow, name, node, around, known)
    if not found:
        for name in sorted(flow.nodes.keys() - graph.reached(flow)):
            found.append(_problem(flow, name, "unreachable"))
    if not found and (loop := graph.endless(flow, around.own, _asking(flow, around.flows))):
        found.append(_problem(flow, loop[0], "endless"))
    return found


def _whole(flow: ivr.Flow) -> Iterator[Problem]:
    if len(flow.nodes) > ivr.LONGEST_FLOW:
        yield _problem(flow, "", "too_many_steps", str(ivr.LONGEST_FLOW))
    if flow.entry not in flow.nodes:
        yield _problem(flow, "", "no_entry")


def _problem(flow: ivr.Flow, name: str, code: str, more: str = "") -> Problem:
    node = flow.nodes.get(name)
    step = (node.label if node else "") or name
    zh, en = _TEXTS[code]
    return Problem(name, code, zh.format(step=step, more=more), en.format(step=step, more=more))


def _of_node(flow: ivr.Flow, name: str, node: ivr.Node, around: Around, known: Collection[str]) -> Iterator[Problem]:
    def problem(code: str, more: str = "") -> Problem:
        return _problem(flow, name, code, more)

    for exit_, target in graph.exits(node).items():
        if not target:
            yield problem("no_exit", exit_)
        elif target not in flow.nodes:
            yield problem("unknown_target", target)
    for code in _wrong_sounds(node, around):
        yield problem(code)
    for code, more in _wrong(node, around, known):
        yield problem(code, more)
    for asked in dict.fromkeys(_asked(node)):
        if asked not in known and not asked.startswith("secret."):
            yield problem("unknown_variable", asked)
    if isinstance(node, ivr.RunFlow):
        yield from _wrong_run(flow, name, node.flow, around)


def _wrong_sounds(node: ivr.Node, around: Around) -> Iterator[str]:
    for sound in graph.sounds(node):
        if not sound.chosen:
            yield "no_sound"
        elif bool(sound.prompt) + bool(sound.system) + bool(sound.text) > 1:
            yield "two_sounds"
        elif sound.prompt not in {"", *around.prompts} or sound.system not in {"", *around.system}:
            yield "unknown_prompt"
        elif sound.text and not around.voices:
            yield "no_voices"


def _wrong(node: ivr.Node, around: Around, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong within a step, as codes with what fills their texts."""
    match node:
        case ivr.Menu(keys=keys):
            if not keys:
                yield "no_keys", ""
            for key in keys:
                if len(key) != 1 or key not in ivr.KEYS:
                    yield "bad_key", key
        case ivr.Digits():
            yield from _wrong_variable(node.variable)
            if node.shortest > node.longest:
                yield "bad_range", ""
            if len(node.end_key) > 1 or node.end_key not in "*#":
                yield "bad_key", node.end_key
        case ivr.Set(variable=variable) | ivr.Record(variable=variable):
            yield from _wrong_variable(variable)
        case ivr.HoursNode(schedule=""):
            yield "no_schedule", ""
        case ivr.HoursNode(schedule=schedule) if schedule not in around.schedules:
            yield "unknown_schedule", ""
        case ivr.Condition(cases=()):
            yield "no_cases", ""
        case ivr.Lookup():
            yield from _wrong_source(node.source, around, known)
            for output in node.outputs:
                yield from _wrong_variable(output.variable)
                if not is_path(output.path):
                    yield "bad_path", output.path
        case ivr.Say(value=value) if not value.strip():
            yield "no_value", ""
        case ivr.Say(style="text") if not around.voices:
            yield "no_voices", ""
        case ivr.Send():
            if not node.to.strip():
                yield "no_recipient", ""
            if not (node.subject.strip() and node.text.strip()):
                yield "no_text", ""
        case ivr.SendSms():
            if not node.to.strip():
                yield "no_recipient", ""
            if bool(node.template) == bool(node.text.strip()):
                yield "no_message", ""
            elif node.template and node.template not in around.sms_templates:
                yield "unknown_template", ""
        case ivr.Webhook(url=url) if not url.startswith(("http://", "https://")):
            yield "no_url", ""
        case ivr.GoTo(destination=destination):
            yield from _wrong_destination(destination, around)
        case _:
            pass


def _wrong_source(source: Mapping[str, Any], around: Around, known: Collection[str]) -> Iterator[tuple[str, str]]:
    match source:
        case {"kind": "crm", "by": str(by)} if by.startswith("values."):
            if by.removeprefix("values.") not in around.unique_fields:
                yield "no_unique_field", ""
        case {"kind": "crm"}:
            pass
        case {"kind": "http" | "sql" as kind, "connection": str(connection)} if connection:
            if around.connections.get(connection) not in _CONNECTIONS[kind]:
                yield "unknown_connection", ""
            if kind == "sql":
                yield from _wrong_query(source.get("query"), known)
        case _:
            yield "no_source", ""


def _wrong_query(query: Any, known: Collection[str]) -> Iterator[tuple[str, str]]:
    if not (isinstance(query, str) and query.strip()):
        yield "no_query", ""
        return
    templates = names_in(query)  # these are looked at as those of all steps are
    try:
        for name in unknown_in(query, {*known, *templates}):
            yield "unknown_parameter", name
    except WrongStatement as wrong:
        yield wrong.code, ""


def _wrong_variable(name: str) -> Iterator[tuple[str, str]]:
    if not name:
        yield "no_variable", ""
    elif not is_variable(name):
        yield "bad_variable", name


def _wrong_destination(destination: Destination | None, around: Around) -> Iterator[tuple[str, str]]:
    match destination:
        case None:
            yield "no_destination", ""
        case ToHangUp() | ToVoicemailMenu():
            pass
        case ToOutside(number=number):
            if not number:
                yield "no_destination", ""
            elif destination in around.missing:
                yield "bad_number", ""
        case _ if not destination.id:
            yield "no_destination", ""
        case _ if destination in around.missing:
            yield "unknown_destination", ""
        case _:
            pass


def _asked(node: ivr.Node) -> Iterator[str]:
    """The values that the templates of a step ask for."""
    match node:
        case ivr.Condition(cases=cases):
            texts = [text for case in cases for text in (case.left, case.right)]
        case ivr.Set(value=text) | ivr.Say(value=text) | ivr.Webhook(url=text):
            texts = [text]
        case ivr.Send():
            texts = [node.to, node.subject, node.text]
        case ivr.SendSms():
            texts = [node.to, node.text]
        case ivr.Lookup(source=source):
            texts = list(texts_in(source))
        case _:
            return
    for text in texts:
        yield from names_in(text)


# ---------------------------------------------------------------- flows together


def known_variables(flow: ivr.Flow, around: Around) -> set[str]:
    """What this flow sets, and those that run it or hand callers over to it, and those that it runs."""
    flows = {**around.flows, around.own: flow}
    near = _upward(flows, around.own)
    for name in list(near):
        near |= _downward(flows, name)
    return {variable for name in near for _, variable in graph.variables(flows[name])}


def _asking(flow: ivr.Flow, flows: Mapping[str, ivr.Flow]) -> set[str]:
    """Those of the flows which this one runs that ask the caller something, or run one that does."""
    return {
        name
        for name in graph.runs(flow)
        if any(graph.asks(node) for each in _downward(flows, name) for node in flows[each].nodes.values())
    }


def _downward(flows: Mapping[str, ivr.Flow], own: str) -> set[str]:
    return _closure({name: graph.runs(flow) for name, flow in flows.items()}, own)


def _upward(flows: Mapping[str, ivr.Flow], own: str) -> set[str]:
    came: dict[str, set[str]] = {}
    for name, flow in flows.items():
        for target in graph.runs(flow) | graph.goes_to(flow):
            came.setdefault(target, set()).add(name)
    return _closure({name: came.get(name, set()) for name in flows}, own)


def _closure(ways: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    rest = [start]
    while rest:
        name = rest.pop()
        if name in ways and name not in seen:
            seen.add(name)
            rest += ways[name]
    return seen


def _wrong_run(flow: ivr.Flow, name: str, target: str, around: Around) -> Iterator[Problem]:
    if not target:
        yield _problem(flow, name, "no_flow")
    elif target != around.own and target not in around.flows:
        yield _problem(flow, name, "unknown_flow")
    else:
        flows = {**around.flows, around.own: flow}
        if target == around.own or around.own in _downward(flows, target):
            yield _problem(flow, name, "recursion")
        elif _depth(flows, target, DEEPEST) >= DEEPEST:
            yield _problem(flow, name, "too_deep", str(DEEPEST))


def _depth(flows: Mapping[str, ivr.Flow], name: str, limit: int) -> int:
    """How many flows run one another from this one on, itself counted; no more than ``limit`` are looked at."""
    if limit <= 0 or name not in flows:
        return 0
    return 1 + max((_depth(flows, each, limit - 1) for each in graph.runs(flows[name])), default=0)
