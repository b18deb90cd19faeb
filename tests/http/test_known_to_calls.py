"""What an answer says of the configuration, the calls know; and a database that hangs keeps nobody waiting for long."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import Office

from callroom import main
from callroom.config import SiteSettings
from callroom.http import site
from callroom.media.voices.speaking import Speaking


@pytest.fixture
async def office(world: Any, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Office]:
    """A company whose calls follow the site's configuration."""
    office = Office()
    configuration = main.Configuration(engine, SiteSettings(home=tmp_path), Speaking(tmp_path / "spoken"))
    world.site.exchange, world.site.changed = office.exchange, configuration.changed
    following = asyncio.create_task(configuration.run(office.exchange))
    yield office
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await office.exchange.leave()


async def test_the_calls_know_what_was_answered(world: Any, office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(site, "KNOWN_WITHIN", 60.0)  # a busy machine may take longer than the second people wait
    for number in range(5):
        made = await world.make("queues", name=f"Queue {number}", number=f"600{number}")
        assert made["id"] in office.exchange.directory.queues
    assert ("config.changed", {"kind": "queues"}) in [(told.type, told.data) for told in office.told]


async def test_an_engine_that_is_away_keeps_no_answer_waiting(
    world: Any, office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(site, "KNOWN_WITHIN", 3600.0)  # whoever waited for the engine would do so for an hour
    await office.until(lambda: office.exchange.engine_answers)
    office.fake.disconnect()
    await office.until(lambda: not office.exchange.engine_answers)
    async with asyncio.timeout(10):
        made = await world.make("queues", name="Sales")
    assert made["id"] in office.exchange.directory.queues


async def test_a_customer_is_written_without_reading_the_configuration(world: Any, office: Office):
    await world.make("queues", name="Sales")
    read = office.exchange.directory
    await world.make("customers", name="Mei")
    await asyncio.sleep(0.1)  # in which it could be read
    assert office.exchange.directory is read
    assert ("config.changed", {"kind": "customers"}) in [(told.type, told.data) for told in office.told]


async def test_an_answer_does_not_wait_for_calls_that_cannot_follow(
    admin: AsyncClient, office: Office, monkeypatch: pytest.MonkeyPatch
):
    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(main, "load_directory", hangs)
    monkeypatch.setattr(site, "KNOWN_WITHIN", 0.1)
    async with asyncio.timeout(10):
        assert (await admin.post("queues", json={"name": "Sales"})).status_code == 201
