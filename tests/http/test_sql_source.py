"""Lookups of flows in databases: PostgreSQL and SQLite, read only."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from callroom.integrations import sql_source
from callroom.integrations.connection import Reach
from lookups import NASTY, failure


@pytest.fixture(params=["sqlite", "postgresql"])
async def accounts(request: pytest.FixtureRequest, tmp_path: Path):
    """A database with two accounts, as one connection and a way to look into it."""
    table = "CREATE TABLE accounts (number INTEGER PRIMARY KEY, name TEXT, balance NUMERIC(10,2))"
    rows = [(1001, "Ana", "12.50"), (1002, NASTY, "0")]
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        with sqlite3.connect(tmp_path / "data/bank.db") as there:
            there.execute(table)
            there.executemany("INSERT INTO accounts VALUES (?, ?, ?)", rows)
        there.close()
        yield Reach("db", "sqlite", database="bank.db")
    else:
        folder: Path = request.getfixturevalue("postgres")
        own = await asyncpg.connect(host=str(folder), user="callroom", database="postgres")
        await own.execute("DROP TABLE IF EXISTS accounts")
        await own.execute(table)
        for number, name, balance in rows:
            await own.execute("INSERT INTO accounts VALUES ($1, $2, $3::text::numeric)", number, name, balance)
        await own.close()
        yield Reach("db", "postgresql", host=str(folder), port=5432, database="postgres", username="callroom")


async def ask(where: Reach, query: str, home: Path, **values: str) -> Any:
    return await sql_source.ask_database(where, {"query": query}, values, home)


async def test_a_select_finds_rows_by_values_of_the_call(accounts, tmp_path):
    [row] = await ask(accounts, "SELECT name, balance FROM accounts WHERE number = :account", tmp_path, account="1001")
    assert row["name"] == "Ana" and float(row["balance"]) == 12.5
    query = "-- the customer's\nSELECT number FROM accounts /* ; */ WHERE name = :customer_name AND ':x' = ':x';"
    assert await ask(accounts, query, tmp_path, **{"customer.name": NASTY}) == [{"number": 1002}]
    for query in (
        "SELECT number FROM accounts WHERE name = {{customer.name}}",
        "SELECT number FROM accounts WHERE name='{{customer.name}}'",
    ):
        assert await ask(accounts, query, tmp_path, **{"customer.name": NASTY}) == [{"number": 1002}]
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a="7")) == "not_found"
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a="")) == "not_found"
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a=NASTY)) == "not_found"
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a="9" * 19)) == "not_found"


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM accounts",
        "UPDATE accounts SET balance = 0",
        "SELECT 1; DROP TABLE accounts",
        "SELECT 1;; DELETE FROM accounts; SELECT 1",
        "WITH gone AS (DELETE FROM accounts RETURNING *) SELECT * FROM gone",
        "/* SELECT */ DROP TABLE accounts",
        "ATTACH 'x.db' AS x",
        "SELECT nothing FROM nowhere",
        "",
        "SELECT 'unclosed",
        "SELECT * FROM accounts WHERE name LIKE '%{{name}}%'",
    ],
)
async def test_anything_but_one_select_is_refused_and_changes_nothing(accounts, tmp_path, query):
    assert await failure(ask(accounts, query, tmp_path)) == "bad_request"
    assert len(await ask(accounts, "SELECT number FROM accounts", tmp_path)) == 2


async def test_few_rows_come_however_many_there_are(accounts, tmp_path):
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n"
    assert len(await ask(accounts, query, tmp_path)) == sql_source.MOST_ROWS


async def test_a_query_that_never_ends_stops_with_whoever_asked_and_the_loop_goes_on(accounts, tmp_path):
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await ask(accounts, query, tmp_path)
    assert time.monotonic() - begun < 5
    if accounts.kind == "sqlite":
        async with asyncio.timeout(60):
            await asyncio.get_running_loop().shutdown_default_executor()  # no thread is busy with it any more
    if accounts.kind == "postgresql":
        still = (
            "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE 'WITH RECURSIVE n(i)%' AND state = 'active'"
        )
        async with asyncio.timeout(30):
            while (await ask(accounts, still, tmp_path))[0]["n"]:  # each question takes a moment
                pass


async def test_databases_that_cannot_be_asked(tmp_path, postgres):
    away = Reach("db", "postgresql", host="127.0.0.1", port=1, database="x", username="x", encrypted=False)
    assert await failure(ask(away, "SELECT 1", tmp_path)) == "unreachable"
    unknown = Reach("db", "postgresql", host=str(postgres), port=5432, database="none", username="callroom")
    assert await failure(ask(unknown, "SELECT 1", tmp_path)) == "refused"
    (tmp_path / "data").mkdir()
    (tmp_path / "site.db").write_bytes(b"")
    (tmp_path / "data/no.db").write_bytes(b"no database at all" * 100)
    for name, why in (("gone.db", "unreachable"), ("../site.db", "unreachable"), ("no.db", "bad_request")):
        assert await failure(ask(Reach("db", "sqlite", database=name), "SELECT * FROM x", tmp_path)) == why
