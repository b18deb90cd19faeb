"""The demo company: a line, a number, an attendant, two queues, a supervisor, four agents and their customers.

It is made over the site's own API, so that everything it makes is checked, logged and live like any other change.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

DID = "88001"
CARRIER = "127.0.0.9"  # an address of its own on loopback: calls from there are the demo line's and nobody else's
CARRIER_PORT = 5080
CALLER = "13800138000"
LINE = "Demo line 演示线路"


class Api(Protocol):
    async def __call__(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, version: int | None = None
    ) -> dict[str, Any]:
        """One request below ``/api/v1/``; raises ``DemoRefused`` with the site's own words."""
        ...


@dataclass
class DemoRefused(Exception):
    """The site refused a step; ``told`` is its message in the language asked for."""

    step: str
    told: str

    def __str__(self) -> str:
        return f"{self.step}: {self.told}"


@dataclass(frozen=True, slots=True)
class SignIn:
    login: str
    password: str
    role: str
    name: str
    extension: str


@dataclass(frozen=True, slots=True)
class _Person:
    login: str
    zh: str
    en: str
    role: str
    extension: str
    queues: tuple[int, ...] = ()  # which of the two


PEOPLE = (
    _Person("lead", "陈静", "Chen Jing", "supervisor", "800"),
    _Person("ana", "王安娜", "Ana Wang", "agent", "801", (0, 1)),
    _Person("bo", "李博", "Bo Li", "agent", "802", (0, 1)),
    _Person("chen", "张晨", "Chen Zhang", "agent", "803", (0,)),
    _Person("dana", "刘丹", "Dana Liu", "agent", "804", (1,)),
)
QUEUES = (("销售", "Sales", "601", "ring_all"), ("售后服务", "Service", "602", "rotate_with_memory"))
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀兰",
    "霞",
    "平",
)
_COMPANIES = ("", "", "", "东方贸易有限公司", "长江物流", "明珠电子", "Harbour Trading Ltd", "华信科技")


async def load(
    api: Api, *, customers: int = 20, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> list[SignIn]:
    """Make the company, or what is missing of it; people who exist get a new password. Raises ``DemoRefused``."""
    site = await api("GET", "settings")
    language = site["language"]
    zh = language != "en"
    trunk = await _ensure(
        api,
        "trunks",
        "name",
        {"name": LINE, "kind": "address", "host": CARRIER, "port": CARRIER_PORT, "match": [f"{CARRIER}/32"],
         "caller_number": DID, "max_calls": 10},
    )  # fmt: skip
    queues = [
        await _ensure(
            api,
            "queues",
            "number",
            {"name": name_zh if zh else name_en, "number": number, "strategy": strategy, "language": language},
        )
        for name_zh, name_en, number, strategy in QUEUES
    ]
    team = await _ensure(api, "teams", "name", {"name": "客服班" if zh else "Service team"})
    sign_ins = [
        await _person(api, person, [queues[n]["id"] for n in person.queues], team["id"], language) for person in PEOPLE
    ]
    flow = await _ensure(
        api,
        "ivr-flows",
        "number",
        {"name": "总机" if zh else "Main menu", "number": "700", "definition": _menu(queues, zh)},
    )
    await _ensure(
        api,
        "inbound-routes",
        "did",
        {"name": "总机号码" if zh else "Main number", "did": DID, "trunk_id": trunk["id"],
         "destination": {"kind": "flow", "id": flow["id"]}, "language": language},
    )  # fmt: skip
    await _ensure(
        api,
        "outbound-routes",
        "name",
        {"name": "全部外呼" if zh else "All calls out", "pattern": "X.", "trunk_ids": [trunk["id"]], "position": 99},
    )
    await _customers(api, customers, progress)
    return sign_ins


def _menu(queues: list[dict[str, Any]], zh: bool) -> dict[str, Any]:
    sales, service = ({"kind": "queue", "id": queue["id"]} for queue in queues)
    labels = ("欢迎词", "主菜单", "销售", "售后服务") if zh else ("Greeting", "Main menu", "Sales", "Service")
    return {
        "entry": "greeting",
        "nodes": {
            "greeting": {"kind": "announce", "label": labels[0], "sound": {"system": "demo_greeting"}, "next": "menu"},
            "menu": {
                "kind": "menu",
                "label": labels[1],
                "sound": {"system": "demo_menu"},
                "keys": {"1": "sales", "2": "service", "*": "menu"},
                "timeout": 5,
                "attempts": 3,
                "fallback": "sales",
            },
            "sales": {"kind": "go_to", "label": labels[2], "destination": sales},
            "service": {"kind": "go_to", "label": labels[3], "destination": service},
        },
    }


async def _ensure(api: Api, kind: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
    """The row of this kind with this value of ``key``; made when there is none."""
    return await _find(api, kind, key, body[key]) or await api("POST", kind, body)


async def _find(api: Api, kind: str, key: str, value: str) -> dict[str, Any] | None:
    cursor = ""
    while True:
        page = await api("GET", f"{kind}?limit=200{f'&cursor={cursor}' if cursor else ''}")
        for row in page["items"]:
            if row[key] == value:
                return row
        if not page["next"]:
            return None
        cursor = page["next"]


async def _person(api: Api, person: _Person, queues: list[str], team: str, language: str) -> SignIn:
    name = person.en if language == "en" else person.zh
    password = secrets.token_urlsafe(8)
    extension = await _ensure(api, "extensions", "number", {"number": person.extension, "name": name})
    body = {
        "login": person.login,
        "name": name,
        "role": person.role,
        "password": password,
        "language": language,
        "takes_calls": True,
        "staff_number": f"1{person.extension}",
        "extension_id": extension["id"],
        "queues": queues,
        "team_id": team,
        "supervises": [team] if person.role == "supervisor" else [],
    }
    known = await _find(api, "users", "login", person.login)
    if known is None:
        await api("POST", "users", body)
    else:
        await api("PUT", f"users/{known['id']}", body, version=known["version"])
    return SignIn(person.login, password, person.role, name, person.extension)


async def _customers(api: Api, count: int, progress: Callable[[int, int], None]) -> None:
    there = await api("GET", f"customers?limit=1&q={CALLER}")
    if there["items"]:
        return
    for number in range(count):
        family, given = _FAMILY[number % len(_FAMILY)], _GIVEN[number * 7 % len(_GIVEN)]
        phone = CALLER if number == 0 else f"139{number:08}"
        body = {"name": family + given, "company": _COMPANIES[number % len(_COMPANIES)], "phones": [phone], "memo": ""}
        await api("POST", "customers", body)
        progress(number + 1, count)
