"""The same calls through the engine's own ``app_queue``: same build, same modules and it, same phones and line."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from bench import generator
from bench.network import CARRIER, ENGINE, PHONE
from callroom.core.ids import DeviceId, TrunkId
from callroom.telephony.asterisk.config import EngineSettings
from callroom.telephony.asterisk.engine import find_engine, prepare, stop, wait_ready
from callroom.telephony.asterisk.link import Link
from callroom.telephony.asterisk.setup import Object, device_objects, trunk_objects
from callroom.telephony.port import DeviceSetup, TrunkSetup

_DIALPLAN = """
[from-trunk]
exten = _8XXXX,1,Answer()
 same = n,Queue(q${EXTEN})
 same = n,Hangup()
"""
_QUEUE = """
[q%s]
strategy = %s
timeout = 20
retry = 1
wrapuptime = 0
ringinuse = no
joinempty = yes
musicclass = default
"""


class Peer:
    """A running engine with ``numbers`` to call, one a queue."""

    def __init__(self, pid: int, numbers: list[str], link: Link) -> None:
        self.pid = pid
        self.numbers = numbers
        self._link = link

    async def all_there(self, agents: int) -> None:
        """Until the engine has seen every agent's phone answer; it asks them one after another within 30 s."""
        link = self._link
        async with (
            asyncio.timeout(60),
            httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{link.http_port}/ari/",
                auth=(link.ari_user, link.ari_secret),
                trust_env=False,
            ) as client,
        ):
            while True:
                phones = (await client.get("endpoints/PJSIP")).json()
                if sum(phone["state"] == "online" for phone in phones) >= agents:
                    return
                await asyncio.sleep(0.5)


def _section(kind: str, name: str, fields: dict[str, str]) -> str:
    return f"\n[{name}]\ntype = {kind}\n" + "".join(f"{key} = {value}\n" for key, value in fields.items())


def _with_contact(objects: list[Object], user: str) -> list[Object]:
    contact = {"contact": f"sip:{user}@{PHONE}:{generator.AGENTS_PORT}"}
    return [(kind, name, fields | contact if kind == "aor" else fields) for kind, name, fields in objects]


@asynccontextmanager
async def app_queue(queues: int, *, agents_each: int = 1, strategy: str = "ringall") -> AsyncGenerator[Peer]:
    """The engine alone, with a plain dialplan and static members. Be in ``own_network``."""
    with tempfile.TemporaryDirectory(prefix="callroom-bench-") as folder:
        home = Path(folder)
        settings = EngineSettings(
            home, home / "recordings", ENGINE, rtp_from=20000, rtp_to=39999, extra_modules=("app_queue",)
        )
        started = prepare(find_engine(), settings)
        etc = home / "engine/etc"
        line = TrunkSetup(TrunkId("carrier"), "address", CARRIER, port=generator.CARRIER_PORT, match=(CARRIER,))
        objects = trunk_objects(line)
        lines = ["[general]\nautofill = yes\n"]
        numbers = [f"8{number:04}" for number in range(queues)]
        for place, number in enumerate(numbers):
            lines.append(_QUEUE % (number, strategy))
            for agent in range(agents_each):
                name = f"agent{place * agents_each + agent}"
                phone = DeviceSetup(DeviceId(name), "sip", "secret-of-a-phone", name, f"{1000 + place}")
                objects += _with_contact(device_objects(phone), name)
                lines.append(f"member = PJSIP/{name}\n")
        (etc / "queues.conf").write_text("".join(lines))
        with (etc / "pjsip.conf").open("a") as file:
            file.writelines(_section(*each) for each in objects)
        dialplan = (etc / "extensions.conf").read_text()
        before, _, after = dialplan.partition("[from-trunk]")
        (etc / "extensions.conf").write_text(before + _DIALPLAN + after[after.index("[from-device]") :])
        process = await asyncio.create_subprocess_exec(*started.command, env=started.env)
        try:
            await wait_ready(started.link)
            yield Peer(process.pid, numbers, started.link)
        finally:
            await stop(process)
