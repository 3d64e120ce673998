"""Step 3 of an event's life: append is the only way into history, and nothing leads out."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from libs.testkit.servers import provisioned
from tests.libs.ledger.laying import lay, lay_with_fault, opened, record_case, rows

HISTORY = ("tracking.tracking_events", "tracking.leaves")
KEPT = (*HISTORY, "tracking.answers", "tracking.vault")
INSERTS = (
    "INSERT INTO tracking.tracking_events VALUES (gen_random_uuid(), 1, 't', '', 99)",
    "INSERT INTO tracking.leaves VALUES (99, gen_random_uuid(), 1, '')",
    "INSERT INTO tracking.answers VALUES ('a', 'k', '', '', 1, NULL)",
    "INSERT INTO tracking.vault VALUES (gen_random_uuid(), gen_random_uuid(), '')",
)
COLUMNS = {
    HISTORY[0]: "topic = 't'",
    HISTORY[1]: "leaf = ''",
    KEPT[2]: "answer = ''",
    KEPT[3]: "sealed = ''",
}
ALWAYS = "ALTER TABLE {service}.{service}_events ENABLE ALWAYS TRIGGER keep;\n"
MORE_RIGHTS = "GRANT SELECT ON ALL TABLES IN SCHEMA {service} TO {service}_run"


def changes(table: str) -> tuple[str, ...]:
    return (f"UPDATE {table} SET {COLUMNS[table]}", f"DELETE FROM {table}", f"TRUNCATE {table}")


def refused(connection: psycopg.Connection, statement: str) -> type[psycopg.Error] | None:
    """Try a statement and take it back; return how it was refused, None when it was not."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except psycopg.Error as reason:
        return type(reason)
    return None


def check_run_time_role(url: str) -> None:
    """The role that services run as must not change history except through the function."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (*INSERTS, *(each for table in KEPT for each in changes(table))):
            assert refused(connection, statement) is errors.InsufficientPrivilege, statement
        for table in KEPT:
            assert refused(connection, f"DROP TABLE {table}") is errors.InsufficientPrivilege
        disable = "ALTER TABLE tracking.tracking_events DISABLE TRIGGER keep"
        assert refused(connection, disable) is errors.InsufficientPrivilege


def check_owner(database: str) -> None:
    """Even the owner, even where replication switches triggers off, must not change history."""
    for role in ("origin", "replica"):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(f"SET session_replication_role = {role}".encode())
            connection.execute(b"SET ROLE tracking_owner")
            for statement in (each for table in HISTORY for each in changes(table)):
                assert refused(connection, statement) is errors.RestrictViolation, (role, statement)


def _with_one_event(url: str) -> None:
    with opened(url) as ledger:
        record_case(ledger)


def test_the_run_time_role_only_appends(database: str) -> None:
    url = lay(database)
    _with_one_event(url)
    check_run_time_role(url)
    assert rows(url, "SELECT count(*) FROM tracking.tracking_events") == [(1,)]


@pytest.mark.parametrize("right", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_one_right_too_many_is_caught(database: str, right: str) -> None:
    more = MORE_RIGHTS.replace("SELECT", f"SELECT, {right}")
    url = lay_with_fault(database, (MORE_RIGHTS, more))
    _with_one_event(url)
    with pytest.raises(AssertionError):
        check_run_time_role(url)


def test_not_even_the_owner_changes_history(database: str) -> None:
    _with_one_event(lay(database))
    check_owner(database)


def test_a_trigger_that_replication_switches_off_is_caught(database: str) -> None:
    _with_one_event(lay_with_fault(database, (ALWAYS, "")))
    with pytest.raises(AssertionError):
        check_owner(database)


def test_a_missing_trigger_is_caught(database: str) -> None:
    trigger = (
        "CREATE OR REPLACE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {service}.leaves\n"
        "  FOR EACH STATEMENT EXECUTE FUNCTION {service}.refuse();\n"
    )
    always = "ALTER TABLE {service}.leaves ENABLE ALWAYS TRIGGER keep;\n"
    _with_one_event(lay_with_fault(database, (trigger, ""), (always, "")))
    with pytest.raises(AssertionError):
        check_owner(database)


def test_no_service_sees_the_ledger_of_another(database: str) -> None:
    _with_one_event(lay(database))
    with psycopg.connect(provisioned(database, "intake"), autocommit=True) as connection:
        for statement in (
            "SELECT * FROM tracking.tracking_events",
            "SELECT * FROM tracking_read.positions",
        ):
            assert refused(connection, statement) is errors.InsufficientPrivilege
