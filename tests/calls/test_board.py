"""What the wall shows of a queue's day."""

import asyncio

from company import ANA, ANA_PAGE, SALES, Office, company, with_queue


async def test_a_call_counts_as_in_time_when_it_was_answered_within_the_queues_goal():
    office = Office(with_queue(company(wrap_up=0.0), service_level=3.0))
    await office.sign_in(ANA)
    for answers_after in (2, 4):
        office.fake.when_dialled(ANA_PAGE, answers_after=answers_after, hangs_up_after=1)
        office.call()
        await office.until(lambda: office.state(ANA) == "talking", within=10)
        await office.until(lambda: office.state(ANA) == "ready", within=10)
    view = office.exchange.board.queue(SALES)
    assert view is not None
    assert (view.today["offered"], view.today["answered"], view.today["in_time"]) == (2, 2, 1)


async def test_who_gives_up_at_once_is_told_apart():
    office = Office()
    for waits in (2, 8):
        caller = office.call()
        await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=5)
        await asyncio.sleep(waits)
        caller.hang_up()
        await office.until(lambda: not office.exchange.calls, within=5)
    view = office.exchange.board.queue(SALES)
    assert view is not None
    assert (view.today["abandoned"], view.today["short"]) == (2, 1)
