"""Whose phone rings when: Callroom's queues beside Asterisk's own ``app_queue``, with the same script and real phones.

Each queue has four phones, A to D in the members' order, and one caller after another. What a phone does is told by
the script: the n-th phone rung for a caller answers, refuses (486), or rings until its time is over.

Which of app_queue's strategies is which of ours, by what both say of themselves (queues.conf.sample; SPEC CC-11):

    ring_all            ringall       all who are free
    linear              linear        always from the first
    linear_with_memory  rrmemory      next to the one where the last caller was left
    rotate_with_memory  leastrecent   who answered longest ago
    fewest_answered     fewestcalls   who answered fewest
    random              random

``rotate_with_memory`` is not rrmemory, whatever its name: SPEC has who *answered* go to the end, so that a phone that
refused or did not answer is the next one again, where rrmemory goes on behind every phone that was *rung*.
"""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "asterisk"))
from people import SECRET, registered, sessions
from world import CARRIER

from callroom.core.acd.model import QueueSettings
from callroom.core.ids import DeviceId, QueueId, TrunkId
from callroom.demo.phone import IncomingCall, Phone, Silence
from callroom.demo.phone.patience import PATIENCE
from callroom.telephony.asterisk.config import EngineSettings
from callroom.telephony.asterisk.engine import find_engine, prepare, stop, wait_ready
from callroom.telephony.asterisk.setup import Object, device_objects, trunk_objects
from callroom.telephony.port import DeviceSetup, TrunkSetup
from site_world import ENGINE, HTTP, PASSWORD, SiteWorld, site_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEER = "10.77.0.4"  # the plain engine's address, beside the site's
RING = 5  # seconds: the shortest that a queue of ours takes
REST = QueueSettings(QueueId("")).refusal_pause + 0.5  # an agent of ours who refused is not rung so long
APART = 1.3  # seconds between callers: app_queue counts whole ones
NAMES = "ABCD"

PAIRS = {
    "ring_all": "ringall",
    "linear": "linear",
    "linear_with_memory": "rrmemory",
    "rotate_with_memory": "leastrecent",
    "fewest_answered": "fewestcalls",
    "random": "random",
}
NAMESAKE = "rotate_with_memory by rrmemory"  # one more queue of app_queue's, for the script of rotate_with_memory

# One word a caller: what the first, second … phone rung for him does. g: the caller gives up while the last one rings.
PLAIN = ("a", "ra", "sa", "a", "rsa", "a")
LEFT = ("g", "a")
SCRIPTS: Mapping[str, Sequence[str]] = {
    "ring_all": ("A", "C", "D"),  # who answers when all ring
    "linear": PLAIN,
    "linear_with_memory": (*PLAIN, *LEFT),
    "rotate_with_memory": ("a", "a", "a", "a", "ra", "ra", "a", "sa", "a"),
    "fewest_answered": ("a", "a", "a", "a", "ra", "a", "ra", "a"),
    "random": ("a",) * 18,
}
MEMBERS = {"random": 2}  # so few that each is rung in 18 calls but for a chance of 1 in 100,000


@dataclass
class Queue:
    """One queue and its phones; ``rung`` holds for each caller the phones in the order in which they rang."""

    strategy: str
    target: str  # what a caller dials
    phones: list[Phone]
    rung: list[str] = field(default_factory=list[str])
    words: str = ""  # for the caller who is there
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    serving: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def serve(self, name: str, phone: Phone) -> None:
        """One phone at work, until cancelled."""
        while True:
            call = await phone.incoming(timeout=600)
            self.rung[-1] += name
            self.changed.set()
            turn = asyncio.create_task(self.act(name, call, len(self.rung[-1])), name=f"{self.strategy} {name}")
            self.serving.add(turn)
            turn.add_done_callback(self.serving.discard)

    async def act(self, name: str, call: IncomingCall, place: int) -> None:
        if self.strategy == "ring_all":
            call.ring()
            if name == self.words:
                await self.rang(len(self.phones))
                await self.talk(call)
            return
        match self.words[place - 1 : place]:
            case "a":
                await self.talk(call)
            case "r":
                call.ring()
                call.reject(486)
            case _:
                call.ring()

    async def rang(self, count: int) -> None:
        """Until so many phones were rung for the caller who is there."""
        async with asyncio.timeout(PATIENCE):
            while len(self.rung[-1]) < count:
                self.changed.clear()
                await self.changed.wait()

    async def talk(self, call: IncomingCall) -> None:
        call.ring()
        await call.answer(Silence())
        await asyncio.sleep(0.2)  # two words
        await call.hang_up()

    async def play(self, carrier: Phone) -> list[str]:
        """Let the script's callers come; whom each of them rang."""
        tasks = [asyncio.create_task(self.serve(NAMES[k], phone)) for k, phone in enumerate(self.phones)]
        try:
            for number, words in enumerate(SCRIPTS[self.strategy.split()[0]]):
                self.words = words
                self.rung.append("")
                call = await carrier.dial(self.target, Silence(), caller=f"1390000{number:04}")
                if "g" in self.words:
                    await self.rang(1)
                    await asyncio.sleep(0.5)  # he hears it ring before he gives up
                    await call.hang_up()
                else:
                    await call.wait_ended(timeout=2 * PATIENCE)
                await asyncio.sleep(REST if "r" in self.words else APART)
            return self.rung
        finally:
            for task in [*tasks, *self.serving]:
                task.cancel()
            await asyncio.gather(*tasks, *self.serving, return_exceptions=True)


# ---------------------------------------------------------------- Callroom


async def ours(world: SiteWorld, phones: contextlib.AsyncExitStack) -> list[Queue]:
    """A queue for each strategy, each agent at a registered phone."""
    admin = await world.sign_in("admin")
    trunk = {"name": "carrier", "kind": "address", "host": CARRIER, "match": [f"{CARRIER}/32"]}
    line = await admin("POST", "trunks", trunk)
    queues: list[Queue] = []
    for number, strategy in enumerate(PAIRS):
        body = {"name": strategy, "strategy": strategy, "ring_timeout": RING, "wrap_up": 0, "record": False,
                "announce_every": 600, "language": "en"}  # fmt: skip
        made = await admin("POST", "queues", body)
        did = f"8{number:04}"
        route = {"name": did, "did": did, "trunk_id": line["id"], "destination": {"kind": "queue", "id": made["id"]}}
        await admin("POST", "inbound-routes", route)
        queue = Queue(strategy, f"sip:{did}@{ENGINE}:5060", [])
        for place in range(MEMBERS.get(strategy, len(NAMES))):
            inside = f"1{number}{place}0"
            extension = await admin("POST", "extensions", {"number": inside, "record": False})
            device = {"extension_id": extension["id"], "kind": "sip", "secret": SECRET}
            user = (await admin("POST", "devices", device))["id"]
            person = {"login": f"agent{inside}", "name": NAMES[place], "role": "agent", "password": PASSWORD,
                      "staff_number": inside, "extension_id": extension["id"], "queues": [made["id"]]}  # fmt: skip
            await admin("POST", "users", person)
            queue.phones.append(await registered(phones, user, ENGINE))
        queues.append(queue)
    await signed_in(world)

    async def online() -> bool:
        items = (await admin("GET", "devices?limit=200"))["items"]
        return all(one["state"] == "online" for one in items if one["kind"] == "sip")

    await world.until(online, what="phones that are online")
    return queues


async def signed_in(world: SiteWorld) -> None:
    """Every agent."""
    async with httpx2.AsyncClient(base_url=f"http://{HTTP}/api/v1/", trust_env=False) as client:
        for token in await sessions(world):
            answer = await client.put("me/sign-in", json={}, headers={"Authorization": f"Bearer {token}"})
            assert answer.is_success, answer.text


# ---------------------------------------------------------------- app_queue

QUEUE = """
[q{}]
strategy = {}
timeout = {}
retry = 1
wrapuptime = 0
ringinuse = no
joinempty = yes
"""


@contextlib.asynccontextmanager
async def theirs(phones: contextlib.AsyncExitStack) -> AsyncGenerator[list[Queue]]:
    """A plain engine beside the site's, with a queue for each strategy. Be in the site's network."""
    subprocess.run(  # noqa: ASYNC221  # at once
        ["ip", "addr", "add", f"{PEER}/24", "dev", "cr0"], check=True
    )
    with tempfile.TemporaryDirectory(prefix="callroom-") as folder:
        home = Path(folder)
        settings = EngineSettings(
            home, home / "recordings", PEER, rtp_from=22000, rtp_to=22999, extra_modules=("app_queue",)
        )
        started = prepare(find_engine(), settings)
        objects: list[Object] = trunk_objects(TrunkSetup(TrunkId("carrier"), "address", CARRIER, match=(CARRIER,)))
        lines, dialplan = ["[general]\n"], ["[from-trunk]\n"]
        pairs = PAIRS | {NAMESAKE: "rrmemory"}
        users: list[list[str]] = []
        for number, (ours, strategy) in enumerate(pairs.items()):
            lines.append(QUEUE.format(number, strategy, RING))
            dialplan.append(f"exten = 8{number:04},1,Answer()\n same = n,Queue(q{number})\n same = n,Hangup()\n")
            users.append([f"phone{number}{name}" for name in NAMES[: MEMBERS.get(ours, len(NAMES))]])
            for user in users[-1]:
                objects += device_objects(DeviceSetup(DeviceId(user), "sip", SECRET, user, "100"))
                lines.append(f"member = PJSIP/{user}\n")
        etc = home / "engine/etc"
        (etc / "queues.conf").write_text("".join(lines))
        with (etc / "pjsip.conf").open("a") as file:
            for kind, name, fields in objects:
                file.write(f"\n[{name}]\ntype = {kind}\n" + "".join(f"{k} = {v}\n" for k, v in fields.items()))
        before, _, after = (etc / "extensions.conf").read_text().partition("[from-trunk]")
        after = after[after.index("[from-device]") :]
        (etc / "extensions.conf").write_text(before + "".join(dialplan) + after)
        process = await asyncio.create_subprocess_exec(*started.command, env=started.env)
        try:
            await wait_ready(started.link)
            queues: list[Queue] = []
            for number, strategy in enumerate(pairs):
                there = [await registered(phones, user, PEER) for user in users[number]]
                queues.append(Queue(strategy, f"sip:8{number:04}@{PEER}:5060", there))
            yield queues
        finally:
            await stop(process)


# ---------------------------------------------------------------- what happened

Orders = dict[str, list[str]]  # by strategy of ours: whom each caller rang


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def orders() -> tuple[Orders, Orders]:
    """Callroom's and app_queue's: all queues at once, each with its own phones."""
    async with site_world() as world, contextlib.AsyncExitStack() as phones, theirs(phones) as peers:
        queues = await ours(world, phones)
        carrier = await phones.enter_async_context(Phone(bind=CARRIER, user="carrier"))
        every = [*queues, *peers]
        told = await asyncio.gather(*(queue.play(carrier) for queue in every))
        await phones.aclose()
    ended = {id(queue): rung for queue, rung in zip(every, told, strict=True)}
    both = [{queue.strategy: ended[id(queue)] for queue in side} for side in (queues, peers)]
    return both[0], both[1]


def renamed(rung: Sequence[str]) -> list[str]:
    """The same with A for who answered first, B for who did so next …: where all begin alike, whom app_queue takes
    first is its own affair (the last of its list)."""
    first = {one[-1]: NAMES[place] for place, one in enumerate(rung[: len(NAMES)])}
    return ["".join(first[name] for name in one) for one in rung]


async def test_all_ring_for_each_caller(orders: tuple[Orders, Orders]):
    for side in orders:
        assert [sorted(rung) for rung in side["ring_all"]] == [list(NAMES)] * 3


async def test_linear_is_linear(orders: tuple[Orders, Orders]):
    expected = ["A", "AB", "AB", "A", "ABC", "A"]
    assert [side["linear"] for side in orders] == [expected, expected]


async def test_linear_with_memory_is_rrmemory_as_long_as_callers_are_answered(orders: tuple[Orders, Orders]):
    """Who is answered leaves both at the same place, whoever refused or did not answer before.

    A caller who gives up leaves rrmemory behind the phone that rang, ours behind who answered last (SPEC: "next starts
    after the one who answered"): a phone that a caller did not wait for is not passed over.
    """
    ours, theirs = (side["linear_with_memory"] for side in orders)
    assert ours[:-2] == theirs[:-2] == ["A", "BC", "DA", "B", "CDA", "B"]
    assert (ours[-2:], theirs[-2:]) == (["C", "C"], ["C", "D"])


async def test_rotate_with_memory_is_leastrecent_but_for_phones_that_stay_silent(orders: tuple[Orders, Orders]):
    """Who refused keeps his place at the head of both.

    When a phone was not answered in time, app_queue begins a new round with all its members, so that leastrecent rings
    the same phone again; ours asks those first who were not yet asked for this caller.
    """
    ours, theirs = orders[0]["rotate_with_memory"], renamed(orders[1]["rotate_with_memory"])
    assert ours[:-2] == theirs[:-2] == ["A", "B", "C", "D", "AB", "AC", "A"]
    assert (ours[-2:], theirs[-2:]) == (["DB", "D"], ["DD", "B"])


async def test_rotate_with_memory_is_not_rrmemory(orders: tuple[Orders, Orders]):
    """A refused, and is the next one all the same: he answered longest ago. rrmemory goes on behind who was rung."""
    ours, theirs = orders[0]["rotate_with_memory"], orders[1][NAMESAKE]
    assert ours[:5] == theirs[:5] == ["A", "B", "C", "D", "AB"]
    assert (ours[5:], theirs[5:]) == (["AC", "A", "DB", "D"], ["CD", "A", "BC", "D"])


async def test_fewest_answered_is_fewestcalls(orders: tuple[Orders, Orders]):
    """Among equals ours takes who answered longest ago, app_queue the last of its list: by the new names, the same."""
    expected = ["A", "B", "C", "D", "AB", "A", "CD", "C"]
    assert [orders[0]["fewest_answered"], renamed(orders[1]["fewest_answered"])] == [expected, expected]
    for side in orders:
        answered = dict.fromkeys(NAMES, 0)
        for rung in side["fewest_answered"]:
            for place, name in enumerate(rung):
                assert answered[name] == min(answered[other] for other in NAMES if other not in rung[:place])
            answered[rung[-1]] += 1


async def test_random_rings_one_and_everybody_sometimes(orders: tuple[Orders, Orders]):
    for side in orders:
        assert all(len(rung) == 1 for rung in side["random"])
        assert set(side["random"]) == {"A", "B"}
