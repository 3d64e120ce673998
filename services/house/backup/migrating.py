"""What version each ledger has, and bringing all of them to this platform's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from libs.ledger.schema import Migrated, migrate, newest, standing, version
from services.house.backup.reaching import NoRecord
from services.house.running import SERVICES

if TYPE_CHECKING:
    from collections.abc import Sequence


def due(database: str) -> list[Migrated]:
    """Return each ledger's version and the one that it needs; change nothing.

    Raises:
        NoRecord: no ledger stands there.
    """
    with psycopg.connect(database) as connection:
        found = [
            Migrated(each, version(connection, each), newest())
            for each in standing(connection, SERVICES)
        ]
    return _some(found, database)


def perform(database: str) -> list[Migrated]:
    """Migrate every ledger, or none.

    Raises:
        NoRecord: no ledger stands there.
        MigrationFailed: the database refused; all is as it was.
        LedgerNewer: a newer platform was here.
    """
    return _some(migrate(database, SERVICES), database)


def _some(found: Sequence[Migrated], database: str) -> list[Migrated]:
    if not found:
        with psycopg.connect(database) as connection:
            raise NoRecord(place=str(connection.info.dbname))
    return list(found)
