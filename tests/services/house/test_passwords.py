"""A database of the operator's own that asks every role for its password."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.chassis.settings import HouseSettings
from libs.ledger.ledger import DATABASE_AWAY, Ledger
from libs.testkit import servers
from services.house.running import Running

PASSWORD = "an operator's own: #1 & only"
ASKING = "local all all scram-sha-256\n"


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[str]:
    """Give the administrator's connection string to a server that lets nobody in unasked."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    door = tmp_path / "postgres" / "pg_hba.conf"
    before = door.read_text()
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(
                f"ALTER ROLE postgres PASSWORD '{PASSWORD.replace(chr(39), chr(39) * 2)}'".encode()
            )
            door.write_text(ASKING)
            connection.execute("SELECT pg_reload_conf()")
        yield make_conninfo(server.url, password=PASSWORD)
    finally:
        door.write_text(before)
        server.stop()


async def check_starts(folder: Path, url: str, bus: str, kind: type[Running]) -> None:
    """A house starts there, and its services read and write under roles of their own."""
    settings = HouseSettings(data=folder, database_url=SecretStr(url), origin="passwords")
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    for _ in range(2):
        running = kind(settings, ["directory"], url, bus, keys)
        try:
            await running.start()
            [directory] = running.services
            assert await directory.troubles() == []
        finally:
            await running.stop()


class WithoutPasswords(Running):
    """Leaves every role with the password of the connection string that it was given."""

    def _password_of(self, service: str) -> str | None:
        del service
        return None


def test_roles_get_passwords_of_their_own(tmp_path: Path, asking: str, nats: EmbeddedNats) -> None:
    asyncio.run(check_starts(tmp_path, asking, nats.url, Running))
    with (
        pytest.raises(psycopg.OperationalError),
        psycopg.connect(make_conninfo(asking, user="directory_run")),
    ):
        pass


def test_roles_without_passwords_are_caught(
    tmp_path: Path, asking: str, nats: EmbeddedNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Ledger.env, "POSTGRES_CONNECT_TIMEOUT", "5")
    with pytest.raises(DATABASE_AWAY):
        asyncio.run(check_starts(tmp_path, asking, nats.url, WithoutPasswords))


def test_the_ledger_keeps_every_part_of_its_connection_string(database: str) -> None:
    url = make_conninfo(servers.provisioned(database, "tracking"), application_name="a part of it")
    ledger = Ledger("tracking", url, [])
    try:
        with ledger.factory.datastore.get_connection() as connection:  # type: ignore[attr-defined]
            row = connection.execute("SHOW application_name").fetchone()
        assert row == {"application_name": "a part of it"}
    finally:
        ledger.close()
