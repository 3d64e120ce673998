"""Laying a ledger into a database: its roles, schemas, tables and the one function that writes.

The tables come by migrations, numbered files that run once each, in order; all else (roles,
functions, triggers, rights) holds no data and is laid anew every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOCK_SECONDS = 30
_MARK = "{migrations}"


class LedgerOlder(Refusal):
    """The ledger has not been through every migration of this platform, and others may use it."""

    status = 503


class LedgerNewer(Refusal):
    """A newer platform has migrated the ledger; this one does not know its tables."""

    status = 503


class MigrationFailed(Refusal):
    """The database refused a migration; nothing is changed."""

    status = 503


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a ledger's tables from a version to the next."""

    version: int
    name: str
    text: str

    def statements(self, service: str) -> str:
        """Return what takes the ledger of ``service`` through this step, and keeps that it did."""
        kept = f"VALUES ({self.version}, '{self.name}') ON CONFLICT DO NOTHING;"
        return (
            self.text.replace("{service}", service)
            + f"INSERT INTO {service}.migrations (version, name) {kept}\n"
        )


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of one ledger: the version that it had and the one that it has."""

    service: str
    before: int
    now: int


@cache
def migrations() -> tuple[Migration, ...]:
    """Return every migration, oldest first."""
    found = [
        Migration(int(each.name[:4]), each.name[5:-4], each.read_text(encoding="utf-8"))
        for each in files("libs.ledger.migrations").iterdir()
        if each.name.endswith(".sql")
    ]
    return tuple(sorted(found, key=lambda each: each.version))


def newest() -> int:
    """Return the version of a ledger that has been through every migration."""
    return migrations()[-1].version


def provision(
    admin_url: str, service: str, password: str | None = None, *, migrate: bool = True
) -> None:
    """Make the ledger of ``service`` stand in the database of ``admin_url``; harmless when it does.

    ``admin_url`` is a connection string of a role that may create roles. ``password`` is set for
    the run-time role where the server asks for one (not over the embedded server's own socket).
    ``migrate`` says whether an older ledger may be migrated: not while others may be using it.

    Raises:
        ValueError: ``service`` is not a plain lower-case word.
        LedgerOlder: the ledger must be migrated first.
        LedgerNewer: a newer platform has migrated the ledger.
        psycopg.Error: the database refused.
    """
    _vet(service)
    with psycopg.connect(admin_url, autocommit=False) as connection:
        _one_at_a_time(connection)
        stands = version(connection, service)
        if 0 < stands < newest() and not migrate:
            raise LedgerOlder(service=service, stands=stands, needed=newest())
        lay(connection, service)
        if password is not None:
            _let_in(connection, f"{service}_run", password)


def _let_in(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    """Set a role's password; it leaves this process as its hash alone, for servers keep logs."""
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
    )


def migrate(admin_url: str, services: Sequence[str]) -> list[Migrated]:
    """Bring every ledger that stands to the newest version: all of them, or none.

    Raises:
        LedgerNewer: a newer platform has migrated one.
        MigrationFailed: the database refused; every ledger is as it was.
    """
    with psycopg.connect(admin_url, autocommit=False) as connection:
        _one_at_a_time(connection)
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'".encode())
        done = []
        for service in standing(connection, services):
            before = version(connection, service)
            if before < newest():
                try:
                    lay(connection, service)
                except psycopg.Error as reason:
                    cause = str(reason).strip()
                    raise MigrationFailed(service=service, cause=cause) from reason
            _not_newer(service, before)
            done.append(Migrated(service, before, newest()))
        return done


def standing(connection: psycopg.Connection[Any], services: Iterable[str]) -> list[str]:
    """Return those of ``services`` whose ledgers stand in a database."""
    return [each for each in services if version(connection, each) > 0]


def version(connection: psycopg.Connection[Any], service: str) -> int:
    """Return the version of a ledger; 0 where there is none.

    A ledger that was laid before versions were kept is of version 1.
    """
    _vet(service)
    laid = connection.execute(
        "SELECT to_regclass(%s), to_regclass(%s)",
        (f"{service}.{service}_events", f"{service}.migrations"),
    ).fetchone()
    if laid is None or laid[0] is None:
        return 0
    if laid[1] is None:
        return 1
    found = connection.execute(
        sql.SQL("SELECT coalesce(max(version), 1) FROM {}").format(
            sql.Identifier(service, "migrations")
        )
    ).fetchone()
    return int(found[0]) if found else 1


def lay(connection: psycopg.Connection[Any], service: str) -> None:
    """Lay the ledger, or what of it is missing, in the connection's transaction.

    Raises:
        LedgerNewer: a newer platform has migrated the ledger.
    """
    stands = version(connection, service)
    _not_newer(service, stands)
    connection.execute(statements(service, after=stands).encode())


def lay_tables(connection: psycopg.Connection[Any], service: str, until: int) -> None:
    """Lay a new ledger's tables as they were at version ``until``, without what guards them.

    What an older platform kept is put there before ``lay`` completes and migrates it.
    """
    head = _text(service).partition(_MARK)[0]
    steps = _steps(service, 0, until)
    connection.execute(f"{head}\n{steps}\nRESET ROLE;".encode())


def statements(service: str, after: int = 0) -> str:
    """Return what lays a ledger that has been through the migrations up to ``after``."""
    # The first one is harmless, and makes the table of versions where it is missing.
    return _text(service).replace(_MARK, _steps(service, after if after > 1 else 0, newest()))


def _text(service: str) -> str:
    _vet(service)
    text = files("libs.ledger").joinpath("schema.sql").read_text(encoding="utf-8")
    return text.replace("{service}", service)


def _steps(service: str, after: int, until: int) -> str:
    due = (each for each in migrations() if after < each.version <= until)
    return "\n".join(each.statements(service) for each in due)


def _not_newer(service: str, stands: int) -> None:
    if stands > newest():
        raise LedgerNewer(service=service, stands=stands, known=newest())


def _one_at_a_time(connection: psycopg.Connection[Any]) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('dhakira/provision'))")


def _vet(service: str) -> None:
    if not service.isalpha() or not service.islower():
        msg = f"a service is named by one lower-case word, not {service!r}"
        raise ValueError(msg)
