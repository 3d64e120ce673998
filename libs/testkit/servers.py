"""Real PostgreSQL and NATS for tests: temporary folders, free ports, gone with the run."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres
from libs.ledger.act import new_id
from libs.ledger.schema import provision

Server = TypeVar("Server", EmbeddedPostgres, EmbeddedNats)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    """Run a PostgreSQL server for the tests of a session."""
    with _running(EmbeddedPostgres(folder / "postgres")) as server:
        yield server


@contextmanager
def nats(folder: Path) -> Iterator[EmbeddedNats]:
    """Run a NATS server for the tests of a session."""
    with _running(EmbeddedNats(folder / "nats")) as server:
        yield server


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def database(server: EmbeddedPostgres) -> Iterator[str]:
    """Make an empty database of its own; yield its superuser's connection string."""
    name = "t_" + new_id().replace("-", "")
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield server.conninfo(dbname=name)
    finally:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def run_time(admin_url: str, service: str) -> str:
    """Return the run-time role's connection string beside a superuser's."""
    return make_conninfo(admin_url, user=f"{service}_run")


def provisioned(admin_url: str, service: str) -> str:
    """Lay a ledger and return its run-time role's connection string."""
    provision(admin_url, service)
    return run_time(admin_url, service)
