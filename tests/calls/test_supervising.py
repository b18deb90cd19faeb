"""Lee leads Ana's team: he listens to her talk, whispers, barges in, takes over; Bo is not his to lead."""

import asyncio
from dataclasses import replace

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, CITY, SALES, X802, Office, company

from callroom.calls.arrivals import supervise
from callroom.calls.call import Call
from callroom.calls.page_watch import PAGE_WAIT
from callroom.core import conversation as c
from callroom.core.directory import Agent, Device, Directory, Extension
from callroom.core.ids import AgentId, DeviceId, ExtensionId, JourneyId
from callroom.core.journeys.facts import SupervisionMode
from callroom.core.journeys.model import Journey
from callroom.core.routing.model import DialPermission, ToExtension
from callroom.errors import CannotSupervise, InternalCall, NotFound, NotLed, NotNow
from callroom.telephony.fake import Party, PartyState

LEE, X800 = AgentId("lee"), ExtensionId("x800")
LEE_PAGE, LEE_PHONE = DeviceId("lee-page"), DeviceId("lee-phone")
MEI = "13800138000"


def led_company() -> Directory:
    plain = company()
    lee = Agent(
        LEE, "Lee", "1000", X800, True, DialPermission.NATIONAL, frozenset({SALES}), "en", leads=frozenset({ANA})
    )
    return replace(
        plain,
        agents={**plain.agents, LEE: lee},
        extensions={**plain.extensions, X800: Extension(X800, "800", "Lee", (LEE_PAGE, LEE_PHONE), LEE)},
        devices={
            **plain.devices,
            LEE_PAGE: Device(LEE_PAGE, X800, "browser", "secret-of-lee"),
            LEE_PHONE: Device(LEE_PHONE, X800, "sip", "secret-of-lee"),
        },
    )


class Scene:
    """Ana talks with Mei; Lee's page is open."""

    def __init__(self) -> None:
        self.office = Office(led_company())

    async def begin(self) -> None:
        office = self.office
        await office.sign_in(ANA)
        office.fake.register(LEE_PAGE)
        office.fake.when_dialled(ANA_PAGE, answers_after=1)
        self.mei = office.call()
        await office.until(lambda: self.mei.hears() == {ANA_PAGE}, within=5)
        office.fake.when_dialled(ANA_PAGE)
        [self.call] = office.exchange.calls.values()
        self.ana = office.fake.party(ANA_PAGE)

    def ask(self, mode: SupervisionMode, leader: AgentId = LEE) -> JourneyId:
        return supervise(self.office.exchange, leader, self.call.journey, None, mode)[0]

    async def lee(self, mode: SupervisionMode = "listen") -> Party:
        self.ask(mode)
        party = await self.office.fake.dialled(LEE_PAGE)
        await self.office.until(lambda: party.hears() == {MEI, ANA_PAGE}, within=3)
        return party

    def own(self) -> Call:
        """Lee's call of his own."""
        return next(call for call in self.office.exchange.calls.values() if call.view.supervises)

    async def over(self) -> tuple[Journey, Journey]:
        """When nothing is left: the journeys of Mei's call and of Lee's."""
        office = self.office
        await office.until(lambda: not office.exchange.calls and not office.exchange.parties, within=30)
        await asyncio.sleep(1)
        assert office.fake.left_over() == [] and not office.exchange.notes.open_journeys()
        journeys = office.book.journeys().values()
        [mei] = [one for one in journeys if one.direction == "inbound"]
        [lee] = [one for one in journeys if one.direction == "internal"]
        return mei, lee


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    await scene.begin()
    return scene


async def test_lee_listens_and_nobody_hears_or_sees_it(scene: Scene):
    told = len(scene.office.views("call.changed"))
    lee = await scene.lee()
    assert lee.auto_answer and lee.headers["auto"] == "1"
    assert scene.mei.hears() == {ANA_PAGE} and scene.ana.hears() == {MEI}
    assert scene.office.state(LEE) == "talking", "he is rung for no caller meanwhile"
    seen_by_ana = [one for one in scene.office.told if one.type == "call.changed" and one.agents and ANA in one.agents]
    assert len(seen_by_ana) <= told and "Lee" not in str([one.data for one in seen_by_ana])
    await asyncio.sleep(5)
    lee.hang_up()
    await scene.office.until(lambda: scene.office.state(LEE) == "offline", within=1)
    assert scene.mei.hears() == {ANA_PAGE}
    scene.mei.hang_up()
    mei, own = await scene.over()
    [noted] = mei.supervisions
    assert (noted.leader_name, noted.agent, noted.mode) == ("Lee", ANA, "listen")
    assert noted.until and (noted.until - noted.since).total_seconds() == pytest.approx(5, abs=0.5)
    assert [leg.agent for leg in mei.legs] == [None, ANA], "his leg is none of hers"
    assert (own.from_number, own.to_number, own.agent, own.ended_by) == ("800", "*21801", LEE, "agent")
    assert own.talk == pytest.approx(5, abs=0.5)


async def test_lee_whispers_barges_and_listens_again(scene: Scene):
    lee = await scene.lee("whisper")
    assert scene.ana.hears() == {MEI, LEE_PAGE} and scene.mei.hears() == {ANA_PAGE}
    own = scene.own()
    assert scene.ask("barge") == own.journey, "the same call of his"
    everybody = {MEI, ANA_PAGE, LEE_PAGE}
    for party in (scene.mei, scene.ana, lee):
        await scene.office.until(lambda party=party: party.hears() == everybody - {party.name}, within=1)
    assert [(guest.name, guest.leader) for guest in scene.call.view.guests] == [("Lee", True)]
    scene.ask("listen")
    await scene.office.until(lambda: scene.mei.hears() == {ANA_PAGE} and lee.hears() == {MEI, ANA_PAGE}, within=1)
    assert scene.ana.hears() == {MEI} and scene.call.view.guests == []
    scene.ask("whisper")
    await scene.office.until(lambda: scene.ana.hears() == {MEI, LEE_PAGE}, within=1)
    assert own.view.supervises is not None and own.view.supervises.mode == "whisper"
    scene.mei.hang_up()
    mei, _ = await scene.over()
    assert [one.mode for one in mei.supervisions] == ["whisper", "barge", "listen", "whisper"]
    assert all(one.until for one in mei.supervisions)


async def test_the_end_of_the_talk_is_said_to_who_listened(scene: Scene):
    lee = await scene.lee()
    scene.ana.hang_up()
    await scene.office.until(lambda: lee.hears() == {"goodbye"}, within=1)
    await scene.office.until(lambda: lee.state is PartyState.ENDED, within=3)
    assert (await scene.over())[1].ended_by == "system"


@pytest.mark.parametrize("mode", ["listen", "barge"])
async def test_lee_takes_over_and_ana_is_free(scene: Scene, mode: SupervisionMode):
    lee = await scene.lee(mode)
    await asyncio.sleep(4)
    own = scene.own()
    scene.ask("take_over")
    await scene.office.until(lambda: scene.mei.hears() == {LEE_PAGE} and lee.hears() == {MEI}, within=1)
    assert scene.ana.state is PartyState.ENDED
    assert (scene.office.state(ANA), scene.office.state(LEE)) == ("wrap_up", "talking")
    assert scene.call.view.agent == LEE
    await scene.office.until(lambda: own.journey not in scene.office.exchange.calls, within=1)
    assert lee.state is PartyState.TALKING
    [ended] = [told for told in scene.office.views("call.ended") if told["id"] == own.journey]
    assert ended["into"] == scene.call.journey, "his page keeps the leg, for the other call"
    assert scene.call.conversation is not None
    scene.call.conversation.press(c.HoldPressed())
    await scene.office.until(lambda: scene.mei.hears() == {"music"}, within=1)
    scene.call.conversation.press(c.ResumePressed())
    await asyncio.sleep(6)
    scene.mei.hang_up()
    mei, _ = await scene.over()
    talks = {leg.agent: leg.talk for leg in mei.legs if leg.agent}
    assert talks == {ANA: pytest.approx(5, abs=1), LEE: pytest.approx(6, abs=0.5)}
    assert (mei.agent, mei.ended_by) == (LEE, "caller")
    assert mei.supervisions[-1].mode == "take_over" and all(one.until for one in mei.supervisions)


async def test_lee_takes_over_at_once(scene: Scene):
    scene.ask("take_over")
    await scene.office.until(lambda: scene.mei.hears() == {LEE_PAGE}, within=3)
    scene.office.exchange.hang_up(scene.call, LEE)
    assert (await scene.over())[0].ended_by == "agent"


async def test_who_barged_in_goes_on_when_the_agent_leaves(scene: Scene):
    await scene.lee("barge")
    scene.ana.hang_up()
    await scene.office.until(lambda: scene.mei.hears() == {LEE_PAGE} and scene.call.view.agent == LEE, within=1)
    assert (scene.office.state(ANA), scene.office.state(LEE)) == ("wrap_up", "talking")
    scene.mei.hang_up()
    mei, own = await scene.over()
    assert (mei.agent, [one.mode for one in mei.supervisions]) == (LEE, ["barge", "take_over"])
    assert own.ended_at is not None


async def test_lee_stays_while_the_customer_is_on_hold_and_while_the_page_is_loaded_anew(scene: Scene):
    lee = await scene.lee("whisper")
    assert scene.call.conversation is not None
    scene.call.conversation.press(c.HoldPressed())
    await scene.office.until(lambda: scene.mei.hears() == {"music"} and scene.ana.hears() == {LEE_PAGE}, within=1)
    assert lee.hears() == {ANA_PAGE}
    scene.call.conversation.press(c.ResumePressed())
    await scene.office.until(lambda: lee.hears() == {MEI, ANA_PAGE}, within=1)
    scene.ana.vanish()
    scene.office.fake.unregister(ANA_PAGE)
    await scene.office.until(lambda: scene.mei.hears() == {"music"}, within=2)
    scene.office.fake.register(ANA_PAGE)
    await scene.office.until(lambda: lee.hears() == {MEI, ANA_PAGE}, within=3)
    assert scene.office.fake.party(ANA_PAGE).hears() == {MEI, LEE_PAGE}
    scene.mei.hang_up()
    await scene.over()


async def test_a_page_that_never_comes_back_ends_it(scene: Scene):
    lee = await scene.lee()
    scene.ana.vanish()
    scene.office.fake.unregister(ANA_PAGE)
    await scene.office.until(lambda: lee.state is PartyState.ENDED, within=PAGE_WAIT + 5)
    assert scene.mei.hears() >= {"music"}
    scene.mei.hang_up()
    await scene.over()


async def test_a_leader_whose_page_is_gone_listens_no_more(scene: Scene):
    lee = await scene.lee()
    lee.vanish()
    scene.office.fake.unregister(LEE_PAGE)
    await scene.office.until(lambda: lee.state is PartyState.ENDED, within=3)
    assert scene.mei.hears() == {ANA_PAGE}
    scene.mei.hang_up()
    await scene.over()


async def test_the_talk_is_handed_on_and_is_ended_by_force(scene: Scene):
    lee = await scene.lee()
    scene.office.fake.register(BO_PHONE)
    scene.office.fake.when_dialled(BO_PHONE, answers_after=1)
    await asyncio.sleep(0.1)
    assert scene.call.conversation is not None
    scene.call.conversation.press(c.TransferPressed(ToExtension(X802)))
    await scene.office.until(lambda: lee.hears() == {"goodbye"}, within=1)
    await scene.office.until(lambda: scene.mei.hears() == {BO_PHONE}, within=5)
    with pytest.raises(NotLed):
        scene.ask("listen")
    scene.office.exchange.force_hang_up(scene.call)
    await scene.over()


async def test_two_leaders_listen_to_one_agent(scene: Scene):
    directory = led_company()
    agents = {**directory.agents, BO: replace(directory.agents[BO], leads=None)}
    scene.office.exchange.set_directory(replace(directory, agents=agents))
    scene.office.fake.register(BO_PHONE)
    await asyncio.sleep(0.1)
    lee = await scene.lee("whisper")
    scene.ask("listen", leader=BO)
    bo = await scene.office.fake.dialled(BO_PHONE)
    await scene.office.until(lambda: bo.hears() == {MEI, ANA_PAGE}, within=3)
    assert scene.ana.hears() == {MEI, LEE_PAGE}
    lee.hang_up()
    await asyncio.sleep(1)
    assert bo.hears() == {MEI, ANA_PAGE}
    scene.mei.hang_up()
    await scene.office.until(lambda: not scene.office.exchange.calls, within=5)
    assert scene.office.fake.left_over() == []
    [mei] = [one for one in scene.office.book.journeys().values() if one.direction == "inbound"]
    assert [(one.leader, one.mode) for one in mei.supervisions] == [(LEE, "whisper"), (BO, "listen")]


async def test_what_cannot_be_supervised_is_refused(scene: Scene):
    office = scene.office
    with pytest.raises(NotFound):
        supervise(office.exchange, LEE, JourneyId("none"), None, "listen")
    with pytest.raises(NotLed):
        scene.ask("listen", leader=BO)
    with pytest.raises(CannotSupervise, match="own_talk"):
        scene.ask("listen", leader=ANA)
    waiting = office.fake.call_in(CITY, dialled="88002", caller="13900139000")
    await office.until(lambda: len(office.exchange.calls) == 2, within=1)
    other = next(call for call in office.exchange.calls.values() if call is not scene.call)
    with pytest.raises(CannotSupervise, match="no_agent_talks"):
        supervise(office.exchange, LEE, other.journey, None, "listen")
    waiting.hang_up()
    await office.until(lambda: len(office.exchange.calls) == 1, within=3)
    office.fake.unregister(LEE_PAGE)
    await asyncio.sleep(0.1)
    with pytest.raises(CannotSupervise, match="no_phone"):
        scene.ask("listen")
    office.fake.register(LEE_PAGE)
    await asyncio.sleep(0.1)
    scene.ask("listen")
    with pytest.raises(CannotSupervise, match="in_a_talk"):
        scene.ask("whisper")  # his phone rings yet
    lee = await office.fake.dialled(LEE_PAGE)
    await office.until(lambda: lee.hears() == {MEI, ANA_PAGE}, within=2)
    lee.hang_up()
    scene.mei.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_a_talk_that_ends_while_the_phone_rings_is_told(scene: Scene):
    scene.office.fake.when_dialled(LEE_PAGE, answers_after=3)
    scene.ask("whisper")
    lee = await scene.office.fake.dialled(LEE_PAGE)
    scene.mei.hang_up()
    await scene.office.until(lambda: lee.hears() == {"party_unavailable"}, within=5)
    mei, _ = await scene.over()
    assert mei.supervisions == []


async def test_a_phone_that_is_not_answered_supervises_nobody(scene: Scene):
    scene.office.fake.when_dialled(LEE_PAGE, rings=True, answers_after=40)
    scene.ask("listen")
    await scene.office.until(lambda: len(scene.office.exchange.calls) == 1, within=30)
    assert scene.office.state(LEE) == "offline"
    scene.mei.hang_up()
    mei, own = await scene.over()
    assert (mei.supervisions, own.loss_reason) == ([], "no_answer")


async def test_colleagues_talk_and_lee_hears_the_one_he_leads():
    office = Office(led_company())
    await office.sign_in(ANA, BO)
    office.fake.register(LEE_PAGE)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    ana = office.fake.device_calls(ANA_PAGE, "802")
    await office.until(lambda: ana.hears() == {BO_PHONE}, within=5)
    [call] = office.exchange.calls.values()
    with pytest.raises(NotLed):
        supervise(office.exchange, LEE, call.journey, BO, "listen")
    with pytest.raises(InternalCall):
        supervise(office.exchange, LEE, call.journey, None, "take_over")
    assert supervise(office.exchange, LEE, call.journey, None, "whisper")[1] == ANA
    lee = await office.fake.dialled(LEE_PAGE)
    await office.until(lambda: ana.hears() == {BO_PHONE, LEE_PAGE}, within=2)
    assert office.fake.party(BO_PHONE).hears() == {ANA_PAGE}
    with pytest.raises(InternalCall):
        supervise(office.exchange, LEE, call.journey, None, "take_over")
    ana.hang_up()
    await office.until(lambda: lee.state is PartyState.ENDED, within=5)
    await office.until(lambda: not office.exchange.calls, within=5)


# ---------------------------------------------------------------- from a phone


async def dial(scene: Scene, code: str) -> Party:
    scene.office.fake.register(LEE_PHONE)
    await asyncio.sleep(0.1)
    return scene.office.fake.device_calls(LEE_PHONE, code)


@pytest.mark.parametrize(("code", "mode"), [("*21801", "listen"), ("*22801", "whisper"), ("*23801", "barge")])
async def test_lee_dials_a_code_and_changes_by_keys(scene: Scene, code: str, mode: SupervisionMode):
    logged: list[tuple[str, ...]] = []
    scene.office.exchange._supervised = lambda *act: logged.append(act)  # pyright: ignore[reportPrivateUsage]
    lee = await dial(scene, code)
    await scene.office.until(lambda: lee.hears() == {MEI, ANA_PAGE}, within=2)
    heard = {"listen": (False, False), "whisper": (True, False), "barge": (True, True)}

    def is_so(mode: SupervisionMode) -> bool:
        return (LEE_PHONE in scene.ana.hears(), LEE_PHONE in scene.mei.hears()) == heard[mode]

    await scene.office.until(lambda: is_so(mode), within=1)
    keys: list[tuple[str, SupervisionMode]] = [("5", "whisper"), ("6", "barge"), ("4", "listen"), ("6", "barge")]
    for key, wanted in keys:
        lee.press("9" + key)
        await scene.office.until(lambda wanted=wanted: is_so(wanted), within=1)
    lee.hang_up()
    await scene.office.until(lambda: scene.mei.hears() == {ANA_PAGE}, within=1)
    scene.mei.hang_up()
    mei, own = await scene.over()
    modes = [one.mode for one in mei.supervisions]
    assert modes[-3:] == ["barge", "listen", "barge"] and modes[0] == mode
    assert logged == [(LEE, scene.call.journey, ANA, mode) for mode in modes]
    assert own.to_number == code


@pytest.mark.parametrize(
    ("code", "said"), [("*21802", "not_allowed"), ("*21999", "not_allowed"), ("*21", "not_allowed")]
)
async def test_a_refusal_is_spoken(scene: Scene, code: str, said: str):
    lee = await dial(scene, code)
    await scene.office.until(lambda: lee.hears() == {said}, within=2)
    await scene.office.until(lambda: lee.state is PartyState.ENDED, within=3)
    scene.mei.hang_up()
    assert (await scene.over())[1].loss_reason == "not_permitted"


async def test_an_agent_who_leads_nobody_and_one_who_does_not_talk(scene: Scene):
    office = scene.office
    office.fake.register(BO_PHONE)
    await asyncio.sleep(0.1)
    bo = office.fake.device_calls(BO_PHONE, "*23801")
    await office.until(lambda: bo.hears() == {"not_allowed"}, within=2)
    scene.mei.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)
    lee = await dial(scene, "*21801")
    await office.until(lambda: lee.hears() == {"party_unavailable"}, within=2)
    await office.until(lambda: not office.exchange.calls, within=5)


# ---------------------------------------------------------------- what goes away meanwhile


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
async def test_a_killed_server_keeps_the_talk_and_nothing_of_who_only_listened(scene: Scene, mode: SupervisionMode):
    office = scene.office
    lee = await scene.lee(mode)
    await asyncio.sleep(2)
    office.new_server()
    await asyncio.sleep(1)
    office.fake.reconnect()
    office.fake.register(ANA_PAGE, LEE_PAGE)
    await asyncio.sleep(2)
    assert (lee.state is PartyState.TALKING) == (mode == "barge"), "who speaks with the customer stays"
    assert scene.mei.hears() == ({ANA_PAGE, LEE_PAGE} if mode == "barge" else {ANA_PAGE})
    assert scene.ana.hears() == {MEI} | ({LEE_PAGE} if mode == "barge" else set())
    scene.mei.hang_up()
    mei, own = await scene.over()
    assert all(one.until for one in mei.supervisions) and own.ended_at is not None


@pytest.mark.parametrize("mode", ["listen", "whisper"])
async def test_a_lost_engine_connection_costs_no_supervision(scene: Scene, mode: SupervisionMode):
    lee = await scene.lee(mode)
    scene.office.fake.disconnect()
    await asyncio.sleep(1)
    scene.office.fake.reconnect()
    await asyncio.sleep(1)
    assert lee.hears() == {MEI, ANA_PAGE} and scene.mei.hears() == {ANA_PAGE}
    assert (LEE_PAGE in scene.ana.hears()) == (mode == "whisper")
    scene.mei.hang_up()
    await scene.over()


async def test_an_engine_that_lets_nobody_listen_is_told(scene: Scene):
    scene.office.fake.refuse_next("listen_to")
    scene.ask("listen")
    lee = await scene.office.fake.dialled(LEE_PAGE)
    await scene.office.until(lambda: lee.hears() == {"goodbye"}, within=3)
    assert scene.mei.hears() == {ANA_PAGE}
    scene.mei.hang_up()
    await scene.over()


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.05, 0.3])
@pytest.mark.parametrize("who", ["lee", "ana", "mei"])
async def test_whoever_hangs_up_at_any_moment_leaves_nothing_behind(scene: Scene, who: str, moment: float):
    lee = await scene.lee()
    parties = {"lee": lee, "ana": scene.ana, "mei": scene.mei}
    for mode in ("barge", "listen", "take_over"):
        try:
            scene.ask(mode)
        except (NotNow, CannotSupervise, NotFound):
            break
        if mode == "listen":
            await asyncio.sleep(moment)
            if parties[who].state is PartyState.TALKING:
                parties[who].hang_up()
    await asyncio.sleep(1)
    if scene.mei.state is PartyState.TALKING:
        scene.mei.hang_up()
    mei, _ = await scene.over()
    assert all(one.until for one in mei.supervisions)
