"""What programs that watch a site read: figures, and no person's name or number."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import ANA, ANA_PAGE, CITY, Office

from callroom.actions.users import Role
from callroom.telephony.port import TrunkState

ELSEWHERE = "203.0.113.9"


@pytest.fixture
async def office(world) -> AsyncIterator[Office]:
    office = Office()
    world.site.exchange = office.exchange
    world.site.parts = {"engine": lambda: office.exchange.engine_answers, "journal": lambda: True}
    yield office
    await office.exchange.leave()


Figures = dict[tuple[str, ...], float]


@pytest.fixture
def read(world) -> Callable[[], Awaitable[Figures]]:
    async def figures() -> Figures:
        """Each figure by its name and the sorted values of its labels."""
        async with AsyncClient(transport=ASGITransport(app=world.app), base_url="http://site") as client:
            answer = await client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return figures


async def test_the_figures_follow_a_call(world, office: Office, read):
    await office.until(lambda: office.exchange.engine_answers)
    before = await read()
    assert before["callroom_calls", "waiting"] == before["callroom_agents", "ready"] == 0
    assert before["callroom_agents", "offline"] == 2
    assert before["callroom_part_works", "engine"] == 1
    assert before["callroom_queue_longest_wait_seconds", "Sales"] == 0
    assert before["process_resident_memory_bytes",] > 0

    caller = office.call()  # nobody is signed in: he waits
    await office.until(lambda: [call.view.state for call in office.exchange.calls.values()] == ["waiting"])
    office.fake.set_trunk(CITY, TrunkState.UNREACHABLE)
    unhear = office.exchange.live.listen(lambda told: None)
    waiting = await read()
    assert waiting["callroom_calls", "waiting"] == waiting["callroom_queue_waiting", "Sales"] == 1
    assert 0 < waiting["callroom_queue_longest_wait_seconds", "Sales"] < 60
    assert waiting["callroom_trunk_state", "City", "unreachable"] == 1
    assert waiting["callroom_trunk_state", "City", "unknown"] == 0
    assert waiting["callroom_live_listeners",] == before["callroom_live_listeners",] + 1
    unhear()

    office.fake.register(ANA_PAGE)
    office.exchange.sign_in(ANA)
    ana = await office.fake.dialled(ANA_PAGE)
    ana.answer()
    await office.until(lambda: office.state(ANA) == "talking")
    talking = await read()
    assert talking["callroom_calls", "talking"] == talking["callroom_agents", "talking"] == 1
    assert talking["callroom_queue_visits_today", "Sales", "answered"] == 1
    assert talking["callroom_queue_visits_today", "Sales", "abandoned"] == 0
    assert (talking["callroom_devices_online", "browser"], talking["callroom_devices_online", "sip"]) == (1, 0)
    caller.hang_up()
    await office.until(lambda: not office.exchange.calls)
    assert (await read())["callroom_calls", "talking"] == 0


async def test_a_part_that_fails_shows(world, office: Office, read):
    world.site.parts["journal"] = lambda: False
    told = await read()
    assert (told["callroom_journal_behind",], told["callroom_part_works", "journal"]) == (1, 0)


async def test_no_number_and_no_name_of_a_person_is_in_it(world, office: Office):
    office.call(number="13800138000")
    await office.sign_in(ANA)
    await office.until(lambda: office.state(ANA) == "ringing")
    async with AsyncClient(transport=ASGITransport(app=world.app), base_url="http://site") as client:
        text = (await client.get("/metrics")).text
    for secret in ("13800138000", "Ana", "ana", "Mei", "secret"):
        assert secret not in text


@pytest.mark.parametrize("role", [*Role, "nobody"])
async def test_from_elsewhere_only_admins_and_auditors_may_read(world, role: str):
    token = ""
    if role != "nobody":
        answer = await (await world.client("nobody")).post("session", json={"login": role, "password": "long enough"})
        token = answer.json()["token"]
    transport = ASGITransport(app=world.app, client=(ELSEWHERE, 40000))
    async with AsyncClient(transport=transport, base_url="http://site") as client:
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    if role in (Role.ADMIN, Role.AUDITOR):
        assert answer.status_code == 200 and "callroom_part_works" in answer.text
    else:
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:callroom:problem:not-allowed"


async def test_what_a_proxy_on_this_machine_passes_on_is_not_from_this_machine(world):
    async with AsyncClient(transport=ASGITransport(app=world.app), base_url="http://site") as client:
        assert (await client.get("/metrics")).status_code == 200
        for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"):
            assert (await client.get("/metrics", headers={name: ELSEWHERE})).status_code == 403
