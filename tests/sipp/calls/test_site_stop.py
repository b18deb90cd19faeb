"""A server that is told to end leaves its calls to the next one; a site that is told so hangs them up."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.phone import EndReason, Tone
from site_world import CLI, demo_world


async def test_a_talk_outlives_the_server_and_ends_with_the_site():
    async with demo_world() as world:
        admin, ana = await world.sign_in("admin"), await world.sign_in("ana")
        phone = await world.sip_phone(admin, ana)
        await ana("PUT", "me/sign-in", {})
        caller = await asyncio.create_subprocess_exec(
            *CLI, "demo", "call", "--home", str(world.home), "--keys", "1", "--tone", "440", "--seconds", "90",
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        call = await phone.incoming()
        await call.answer(Tone(700))
        await call.heard.wait_tone(440)
        [server] = world.pids("server")
        os.kill(server, signal.SIGTERM)
        await world.until(lambda: len(world.pids("server")) == 2, what="a new server")
        assert re.search(r"part ended by itself +again_in=\S+ code=0 part=server", world.log.read_text()), (
            "left in order"
        )
        await world.until(world.takes_calls, what="the new server takes calls")
        assert "a call is taken over" in world.log.read_text()
        await call.heard.wait_tone(440)
        assert call.heard.longest_gap() < 2, "a server is away for longer"
        assert world.process is not None
        world.process.send_signal(signal.SIGTERM)
        assert await call.wait_ended() is EndReason.HUNG_UP_THERE
        async with asyncio.timeout(60):
            assert await world.process.wait() == 0
            await caller.wait()
        book = sqlite3.connect(world.home / "site.db")
        [(ended, talk, recorded)] = book.execute("SELECT ended_at, talk_seconds, has_recording FROM journeys")
        assert ended and talk > 0.2 and recorded
        assert book.execute("SELECT complete FROM recordings").fetchall() == [(1,)]
        book.close()
