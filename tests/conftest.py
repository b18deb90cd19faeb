"""A database of each kind; PostgreSQL is a server of the test's own on a socket in a temporary folder.

It is empty for a test that asks for ``database_url`` alone. With ``engine`` it is of the newest form, and without rows:
a copy of one that is made once in a run, or (PostgreSQL) that one itself, rid of what the test before left.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import users, voicemail_boxes
from callroom.store.database import migrate, open_database

sys.path.insert(0, str(Path(__file__).parent))
from post_office import PostOffice, open_post_office
from web_server import WebServer

# To try passwords is meant to take long; here hundreds of people sign in.
for hasher in (users.HASHER, voicemail_boxes.HASHER):
    hasher.__init__(time_cost=1, memory_cost=8, parallelism=1)


HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nobody needs it after a crash


def _postgres_bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    assert found, "PostgreSQL is missing; on Debian: apt-get install postgresql"
    return found[-1]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="callroom-pg-", dir="/tmp"))
    user: dict[str, str | int] = {}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid}
    data, tools = folder / "data", _postgres_bin()
    options = (f"unix_socket_directories='{folder}'", "listen_addresses=''", *HASTY)
    start = ["-o", " ".join(f"-c {option}" for option in options)]
    quiet = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, **user}
    subprocess.run([tools / "initdb", "-U", "callroom", "-A", "trust", "-D", data], **quiet)
    subprocess.run([tools / "pg_ctl", "-D", data, "-w", "-l", folder / "log", *start, "start"], **quiet)
    try:
        yield folder
    finally:
        subprocess.run([tools / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **quiet)
        subprocess.run(["rm", "-rf", folder], check=True)  # of many files: several times as fast


def _create(folder: Path, name: str) -> str:
    """The address of a new database of PostgreSQL."""
    subprocess.run([_postgres_bin() / "createdb", "-h", folder, "-U", "callroom", name], check=True)
    return f"postgresql://callroom@/{name}?host={folder}"


def _to_the_newest_form(url: str) -> None:
    async def bring() -> None:
        engine = open_database(url)
        await migrate(engine)
        await engine.dispose()

    asyncio.run(bring())


@pytest.fixture(scope="session")
def newest_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("newest") / "site.db"
    _to_the_newest_form(f"sqlite:///{file}")
    return file


# Without the checks of what refers to what: all go. A copy of the database would take ten times as long.
EMPTY = """
DO $$ DECLARE one text; BEGIN
  SET LOCAL session_replication_role = replica;
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR one IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE 'DELETE FROM ' || one; END LOOP;
  FOR one IN SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'
  LOOP EXECUTE 'ALTER SEQUENCE ' || one || ' RESTART'; END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def newest_postgresql(postgres: Path) -> Iterator[Callable[[], str]]:
    """The address of a database of the newest form, each time without a row in it."""
    url = _create(postgres, "newest")
    _to_the_newest_form(url)
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(host=str(postgres), user="callroom", database="newest"))

    def emptied() -> str:
        loop.run_until_complete(connection.execute(EMPTY))
        return url

    yield emptied
    loop.run_until_complete(connection.close())
    loop.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    newest = "engine" in request.fixturenames
    if request.param == "sqlite":
        if newest:
            shutil.copy(request.getfixturevalue("newest_sqlite"), tmp_path / "site.db")
        return f"sqlite:///{tmp_path}/site.db"
    if newest:
        return request.getfixturevalue("newest_postgresql")()
    return _create(request.getfixturevalue("postgres"), f"t{os.urandom(6).hex()}")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_database(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def post_office(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[PostOffice]]]:
    """Opens mail servers: ``await post_office("starttls", ("name", "password"))``."""
    servers: list[asyncio.Server] = []

    async def opened(security: str = "none", login: tuple[str, str] | None = None) -> PostOffice:
        office, server = await open_post_office(tmp_path / "post-office", security, login)
        servers.append(server)
        return office

    yield opened
    for server in servers:
        server.close()


@pytest.fixture
async def web_server() -> AsyncIterator[WebServer]:
    web = WebServer()
    server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    yield web
    web.close()
    server.close()
