"""Two colleagues at SIP phones: what they press to hold or transfer each other has no effect (CC-14)."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.phone import CallRefused, Phone, Tone
from callroom.demo.tones import loudest
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
ANA, BO = 700, 900  # Hz


class Desks:
    def __init__(self, world: SiteWorld, admin: Person, ana: Phone, bo: Phone, chen: Phone, person: Person) -> None:
        self.world, self.admin, self.ana, self.bo, self.chen, self.person = world, admin, ana, bo, chen, person

    async def talk(self) -> tuple[Any, Any]:
        """Ana has called Bo, and both hear each other."""
        mine = await self.ana.dial("802", Tone(ANA))
        his = await self.bo.incoming()
        await his.answer(Tone(BO))
        await mine.answered()
        await self.hear_each_other(mine, his)
        return mine, his

    async def hear_each_other(self, mine: Any, his: Any) -> None:
        await mine.heard.wait_tone(BO)
        await his.heard.wait_tone(ANA)

    async def over(self, mine: Any, his: Any) -> None:
        """The call is one journey between the two, which Ana ends."""
        await mine.hang_up()
        await his.wait_ended()
        journey = await self.world.journey(self.admin, direction="internal")
        assert (journey["from"], journey["to"], len(journey["legs"])) == ("801", "802", 2)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desks() -> AsyncIterator[Desks]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        people = [await world.sign_in(login) for login in ("ana", "bo", "chen")]
        phones = [await world.sip_phone(admin, person) for person in people]
        yield Desks(world, admin, *phones, people[0])


@pytest.mark.parametrize("who", ["caller", "called"])
async def test_hold_on_the_phone_lets_nobody_hear_music(desks: Desks, who: str):
    mine, his = await desks.talk()
    holder, other = (mine, his) if who == "caller" else (his, mine)
    await holder.hold()
    await other.heard.wait_silent(1.5)
    await holder.resume()
    await desks.hear_each_other(mine, his)
    await desks.over(mine, his)


@pytest.mark.parametrize("who", ["caller", "called"])
async def test_a_transfer_from_the_phone_is_refused_and_both_talk_on(desks: Desks, who: str):
    mine, his = await desks.talk()
    call = mine if who == "caller" else his
    await call.refer("sip:803@callroom")
    assert await call.refer_finished() == 404
    await desks.hear_each_other(mine, his)
    await desks.over(mine, his)


async def test_no_second_call_to_which_he_could_be_transferred(desks: Desks):
    mine, his = await desks.talk()
    second = await desks.ana.dial("803", Tone(ANA))
    with pytest.raises(CallRefused) as refused:
        await second.answered()
    assert refused.value.status == 486
    await desks.hear_each_other(mine, his)
    await desks.over(mine, his)


async def test_codes_are_dialled_at_the_phone(desks: Desks):
    """*11 signs in, *15 is away: said in the agent's language, and true."""
    for code, state in (("*11", "ready"), ("*15", "away"), ("*12", "offline")):
        call = await desks.ana.dial(code, Tone(ANA))
        await call.answered()
        await call.wait_ended()
        assert loudest(call.heard.samples()), "a word"

        async def is_so(state: str = state) -> bool:
            return (await desks.person("GET", "me/agent-state"))["state"] == state

        await desks.world.until(is_so, what=state)
