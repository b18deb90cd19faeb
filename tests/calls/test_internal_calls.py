"""Calls between colleagues: what is pressed on a phone can neither hold nor transfer the other (CC-14)."""

from company import ANA, ANA_PAGE, BO, BO_PHONE, Office

from callroom.telephony.fake import Party, PartyState
from callroom.telephony.port import EndCause


async def talk(office: Office) -> tuple[Party, Party]:
    """Bo, at his phone, has called Ana, and both hear each other."""
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    bo = office.fake.device_calls(BO_PHONE, "801")
    ana = await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: bo.hears() == {ANA_PAGE} and ana.hears() == {BO_PHONE}, within=5)
    return bo, ana


async def test_who_is_put_on_hold_by_a_phone_hears_no_music():
    office = Office()
    bo, ana = await talk(office)
    bo.hold()
    assert ana.hears() == set()
    bo.resume()
    assert (ana.hears(), bo.hears()) == ({BO_PHONE}, {ANA_PAGE})
    bo.hang_up()
    assert (await office.story()).ended_by == "agent"


async def test_a_second_call_of_the_phone_is_refused():
    office = Office()
    bo, _ = await talk(office)
    second = office.fake.device_calls(BO_PHONE, "88009")
    await office.until(lambda: second.state is PartyState.ENDED, within=2)
    assert second.end_cause is EndCause.BUSY
    bo.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_a_call_for_help_goes_through_from_any_call():
    office = Office()
    bo, _ = await talk(office)
    second = office.fake.device_calls(BO_PHONE, "119")
    (await office.fake.dialled("119", within=5)).answer()
    await office.until(lambda: second.hears() == {"119"}, within=5)
    for party in (bo, second):
        party.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_a_second_call_beside_a_customer_is_a_consultation_and_goes_through():
    office = Office()
    await office.sign_in(BO)
    caller = office.call()
    (await office.fake.dialled(BO_PHONE)).answer()
    await office.until(lambda: office.state(BO) == "talking", within=5)
    office.fake.register(ANA_PAGE)
    office.fake.device_calls(BO_PHONE, "801")
    await office.fake.dialled(ANA_PAGE, within=5)
    caller.hang_up()
