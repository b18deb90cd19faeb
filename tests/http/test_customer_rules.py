"""Rules file customers by what happened; segments name whom they mean; what a person chose stays. On both databases."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import Office

from callroom.core.acd import model as m
from callroom.store.database import reading, writing
from callroom.store.tables import Job, JourneyRow, Order, Record, SurveyAnswerRow
from callroom.store.today import StoredCustomers
from callroom.worker import Worker

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Shop:
    """Mei bought twice lately and called once, Bo bought long ago, was lost twice and complains, Cai did nothing."""

    world: Any
    ids: dict[str, str]
    now: datetime = NOW

    async def work(self) -> None:
        """Let the worker do all that is due."""
        worker = Worker(self.world.site.engine, self.world.home, now=lambda: self.now)
        while await worker.step(["customer_rules"]):
            pass

    async def job(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code == 202, answer.text
        await self.work()
        async with reading(self.world.site.engine) as session:
            job = await session.get(Job, answer.json()["job"])
            assert job is not None and job.state == "done", job and job.result
            return job.result or {}

    async def customer(self, name: str) -> dict[str, Any]:
        answer = await (await self.world.client("admin")).get(f"customers/{self.ids[name]}")
        return answer.json()

    async def change(self, name: str, **values: Any) -> None:
        row = await self.customer(name)
        answer = await (await self.world.client("agent")).patch(
            f"customers/{row['id']}", json=values, headers={"If-Match": str(row["version"])}
        )
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def shop(world: Any, table: dict[str, Any]) -> AsyncIterator[Shop]:
    problems = await world.make("tables", name="报修", statuses=table["statuses"], problems=True, due_hours=4)
    ids: dict[str, str] = {}
    for name, phone in (("Mei", "13800138000"), ("Bo", "13700137000"), ("Cai", "13600136000")):
        ids[name] = (await world.make("customers", name=name, phones=[phone]))["id"]
    async with writing(world.site.engine) as session, session.begin():
        for number, (name, days, total) in enumerate((("Mei", 3, 80_000), ("Mei", 40, 30_050), ("Bo", 400, 99))):
            at = NOW - days * DAY
            row = Order(id=f"o_{number}", version=1, number=number, status="new", total=total, created_at=at)
            row.updated_at, row.customer_id = at, ids[name]
            session.add(row)
        calls = (("Mei", 1, "inbound", None), ("Bo", 5, "inbound", "agents_busy"), ("Bo", 9, "inbound", "no_answer"))
        for number, (name, days, direction, lost) in enumerate((*calls, ("Bo", 200, "outbound", None))):
            at = NOW - days * DAY
            session.add(
                JourneyRow(
                    id=f"j_{number}", direction=direction, started_at=at, customer_id=ids[name], loss_reason=lost,
                    from_number="1", to_number="2", document={},
                )
            )  # fmt: skip
        await session.flush()
        for number, meaning in ((0, "very_satisfied"), (1, "unsatisfied"), (2, "satisfied")):
            at = NOW - number * DAY
            session.add(
                SurveyAnswerRow(journey_id=f"j_{number}", question=0, survey_id="s", asked_at=at, meaning=meaning)
            )
        record = Record(id="r_1", version=1, created_at=NOW, updated_at=NOW, table_id=problems["id"], number=1)
        record.status, record.values, record.customer_id = "new", {}, ids["Bo"]
        session.add(record)
    yield Shop(world, ids)


def fact(name: str, op: str, value: float, period: str = "") -> dict[str, Any]:
    return {"facts": [{"fact": name, "op": op, "value": value, "period": period}]}


@pytest.mark.parametrize(
    ("asked", "whom"),
    [
        ("orders.count:ge:2", "Mei"),
        ("orders.count:ge:1", "Bo Mei"),
        ("orders.count:le:0", "Cai"),
        ("orders.count:ge:0", "Bo Cai Mei"),
        ("orders.count:le:0:30", "Bo Cai"),
        ("orders.count:ge:1:2026-10-01..2026-10-31", "Mei"),
        ("orders.sum:ge:1100.5", "Mei"),
        ("orders.sum:ge:1100.51", ""),
        ("orders.sum:le:0.99", "Bo Cai"),
        ("orders.last:ge:90", "Bo"),
        ("orders.last:le:7", "Mei"),
        ("calls.in:ge:2", "Bo"),
        ("calls.in:le:1", "Cai Mei"),
        ("calls.out:ge:1", "Bo"),
        ("calls.out:ge:1:100", ""),
        ("calls.lost:ge:2", "Bo"),
        ("calls.last:le:2", "Mei"),
        ("satisfaction.average:ge:3", "Mei"),
        ("satisfaction.average:le:1.5", "Bo"),
        ("satisfaction.last:le:1", "Bo"),
        ("problems.open:ge:1", "Bo"),
        ("created:le:1", "Bo Cai Mei"),
        ("created:ge:1", ""),
    ],
)
async def test_customers_are_found_by_what_happened(admin: AsyncClient, shop: Shop, asked: str, whom: str):
    found = await admin.get("customers", params={"fact": asked, "sort": "name"})
    assert found.status_code == 200, found.text
    assert [one["name"] for one in found.json()["items"]] == whom.split()
    counted = await admin.get("customers/count", params={"fact": asked})
    assert counted.json() == {"count": len(whom.split()), "more": False}


@pytest.mark.parametrize("asked", ["orders:ge:1", "orders.count:eq:1", "orders.count:ge:x", "orders.count:ge:nan",
                                   "orders.last:ge:1:30", "orders.sum:ge:1:2026-13-01..2026-01-01"])  # fmt: skip
async def test_what_is_no_fact_is_refused(admin: AsyncClient, asked: str):
    assert (await admin.get("customers", params={"fact": asked})).status_code == 422


async def test_a_segment_is_a_list_whose_members_change_by_themselves(world, admin: AsyncClient, agent, shop: Shop):
    buyers = await world.make("segments", name="近期买家", conditions=fact("orders.count", "ge", 1, "90"))
    names = [one["name"] for one in (await agent.get("customers", params={"segment": buyers["id"]})).json()["items"]]
    assert names == ["Mei"]
    both = await admin.get("customers/count", params={"segment": buyers["id"], "fact": "calls.lost:ge:1"})
    assert both.json()["count"] == 0
    async with writing(world.site.engine) as session, session.begin():
        order = Order(id="o_9", version=1, number=9, status="new", total=1, created_at=NOW, updated_at=NOW)
        order.customer_id = shop.ids["Cai"]
        session.add(order)
    found = await admin.get("customers", params={"segment": buyers["id"], "sort": "name"})
    assert [one["name"] for one in found.json()["items"]] == ["Cai", "Mei"]
    assert (await admin.get("customers", params={"segment": "sg_none"})).status_code == 422
    assert (await agent.get("segments")).json()["items"][0].keys() == {"id", "name", "note"}


async def test_rules_file_customers_in_their_order_and_their_history_says_so(world, admin: AsyncClient, shop: Shop):
    rules = (
        ("金卡", fact("orders.sum", "ge", 1000), {"tier": 5, "stage": "retained", "tags_on": ["金卡"]}),
        ("老客户", fact("orders.last", "ge", 365), {"stage": "old", "tags_on": ["待回访"]}),
        ("其他", {}, {"tier": 1, "tags_off": ["金卡"]}),
    )
    for name, conditions, sets in rules:
        await world.make("customer-rules", name=name, conditions=conditions, **sets)
    told = await shop.job(await admin.post("customer-rules/run"))
    assert (told["customers"], told["changed"]) == (3, 3)
    mei, bo, cai = [await shop.customer(name) for name in ("Mei", "Bo", "Cai")]
    assert [(one["tier"], one["stage"], one["tags"]) for one in (mei, bo, cai)] == [
        (5, "retained", ["金卡"]),
        (1, "old", ["待回访"]),
        (1, "new", []),
    ]
    changes = (await admin.get(f"customers/{mei['id']}/changes")).json()["items"]
    assert {(one["field"], one["by"], one["rule"]) for one in changes} == {
        ("tier", "金卡", True), ("stage", "金卡", True), ("tags", "金卡", True),
    }  # fmt: skip
    assert [one["name"] for one in (await admin.get("customers", params={"tag": "金卡"})).json()["items"]] == ["Mei"]
    [entry] = [
        one for one in (await admin.get("audit-log")).json()["items"] if one["action"] == "customer_rules.applied"
    ]
    assert entry["after"]["changed"] == 3
    assert (await shop.job(await admin.post("customer-rules/run")))["changed"] == 0  # it is done, and stays


async def test_what_a_person_chose_stays_until_he_leaves_it_to_the_rules(world, admin: AsyncClient, shop: Shop):
    await world.make("customer-rules", name="金卡", conditions=fact("orders.count", "ge", 1), tier=5, tags_on=["VIP"])
    await shop.change("Mei", tier=2, tags=["vip"])
    await shop.change("Mei", tags=[])
    assert (await shop.customer("Mei"))["by_hand"] == ["tag:vip", "tier"]
    await shop.job(await admin.post("customer-rules/run"))
    mei, bo = await shop.customer("Mei"), await shop.customer("Bo")
    assert ((mei["tier"], mei["tags"]), (bo["tier"], bo["tags"])) == ((2, []), (5, ["VIP"]))
    left = await admin.post(f"customers/{mei['id']}/leave-to-rules")
    assert left.json()["by_hand"] == []
    await shop.job(await admin.post("customer-rules/run"))
    assert (await shop.customer("Mei"))["tier"] == 5


async def test_a_trial_tells_what_would_be_and_changes_nothing(world, admin: AsyncClient, refused, shop: Shop):
    rule = await world.make("customer-rules", name="A", conditions=fact("orders.count", "ge", 2), tier=5)
    draft = {"name": "A", "conditions": fact("orders.count", "ge", 1), "tier": 4}
    told = await shop.job(await admin.post("customer-rules/try", json={"id": rule["id"], "rule": draft}))
    assert (told["changed"], told["fits"], told["changes"]) == (2, {rule["id"]: 2}, {rule["id"]: 2})
    assert [(one["name"], one["changes"]) for one in told["pii_first"]] == [
        ("Mei", {"tier": [0, 4]}),
        ("Bo", {"tier": [0, 4]}),
    ]
    new = await shop.job(await admin.post("customer-rules/try", json={"rule": draft | {"name": "B"}}))
    assert (new["changed"], new["changes"]) == (2, {rule["id"]: 1, "": 1})
    assert (await shop.customer("Mei"))["tier"] == 0
    nothing = await admin.post("customer-rules/try", json={"rule": {"name": "C", "conditions": {}}})
    assert refused(nothing) == {("tier", "missing")}
    gone = {"conditions": {"fields": [{"field": "f_none", "op": "eq", "value": "x"}]}, "tier": 1, "name": "D"}
    assert refused(await admin.post("customer-rules", json=gone)) == {("values.f_none", "no_such_field")}


async def test_a_rule_whose_field_has_another_type_means_nobody_and_keeps_its_field(
    world, admin: AsyncClient, shop: Shop
):
    field = await world.make("customer-fields", label="备注", type="line")
    asked = {"fields": [{"field": field["id"], "op": "contains", "value": "贵宾"}]}
    await world.make("customer-rules", name="A", conditions=asked, tier=9)
    await world.make("customer-rules", name="B", conditions=fact("orders.sum", "ge", 1000), tier=7)
    answer = await admin.delete(f"customer-fields/{field['id']}")
    assert (answer.status_code, "customer rule “A”" in answer.text) == (409, True)
    answer = await admin.put(
        f"customer-fields/{field['id']}", json=field | {"type": "number"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200, answer.text
    await shop.job(await admin.post("customer-rules/run"))
    assert [(await shop.customer(name))["tier"] for name in shop.ids] == [7, 0, 0]


async def test_rules_are_put_in_order(world, admin: AsyncClient, refused, shop: Shop):
    ids = [(await world.make("customer-rules", name=name, tier=tier))["id"] for name, tier in (("A", 1), ("B", 2))]
    assert refused(await admin.post("customer-rules/reorder", json={"ids": ids[:1]})) == {("ids", "not_all_rules")}
    assert (await admin.post("customer-rules/reorder", json={"ids": ids[::-1]})).status_code == 200
    assert [one["name"] for one in (await admin.get("customer-rules")).json()["items"]] == ["B", "A"]
    await shop.job(await admin.post("customer-rules/run"))
    assert (await shop.customer("Mei"))["tier"] == 2


async def test_customers_are_filed_each_night_by_the_sites_clock(world, shop: Shop):
    await world.make("customer-rules", name="All", tier=3)
    shop.now = datetime(2026, 11, 23, 18, 50, tzinfo=UTC)  # ten to three in Shanghai
    await shop.work()
    assert (await shop.customer("Mei"))["tier"] == 0
    shop.now += timedelta(minutes=15)
    await shop.work()
    assert (await shop.customer("Mei"))["tier"] == 3
    async with reading(world.site.engine) as session:
        assert await session.get(Job, "customer_rules-20261124") is not None


async def test_a_run_that_died_is_begun_again_and_does_the_rest(world, admin: AsyncClient, shop: Shop, monkeypatch):
    from callroom.actions import customer_rules

    monkeypatch.setattr(customer_rules, "PIECE", 1)
    await world.make("customer-rules", name="All", tier=3)
    done, apply_some = [], customer_rules.apply_some

    async def dies(*told: Any) -> None:
        if len(done) == 1:
            done.append("died")
            raise OSError("the disk went")
        await apply_some(*told)
        done.append("changed")

    monkeypatch.setattr(customer_rules, "apply_some", dies)
    await admin.post("customer-rules/run")
    await shop.work()
    assert sorted([(await shop.customer(name))["tier"] for name in shop.ids]) == [0, 0, 3]
    shop.now += timedelta(minutes=1)
    await shop.work()
    assert [(await shop.customer(name))["tier"] for name in shop.ids] == [3, 3, 3]
    assert [(await shop.customer(name))["version"] for name in shop.ids] == [2, 2, 2]


async def test_the_next_call_is_queued_with_the_tier_of_the_rule(world, admin: AsyncClient, shop: Shop):
    office = Office()
    office.exchange.customers = StoredCustomers(world.site.engine, lambda: ("CN", "10"))
    joined: list[m.AcdEvent] = []
    handle = office.exchange.acd.handle

    def listen(event: m.AcdEvent) -> None:
        joined.append(event)
        handle(event)

    office.exchange.acd.handle = listen

    async def tier_of_the_next_call() -> int:
        joined.clear()
        caller = office.call()
        await office.until(lambda: "music" in caller.hears(), within=20)
        await office.until(lambda: office.exchange.live is not None and bool(joined), within=20)
        tiers = [one.tier for one in joined if isinstance(one, m.CallerJoined | m.CallerRanked)]
        caller.hang_up()
        return max(tiers)

    assert await tier_of_the_next_call() == 0
    await world.make("customer-rules", name="金卡", conditions=fact("orders.sum", "ge", 1000), tier=7)
    await shop.job(await admin.post("customer-rules/run"))
    assert await tier_of_the_next_call() == 7
    await office.exchange.leave()
