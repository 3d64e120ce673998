"""Laying a ledger into a database: its roles, schemas, tables and the one function that writes."""

from __future__ import annotations

from importlib.resources import files

import psycopg
from psycopg import sql


def provision(admin_url: str, service: str, password: str | None = None) -> None:
    """Make the ledger of ``service`` stand in the database of ``admin_url``; harmless when it does.

    ``admin_url`` is a connection string of a role that may create roles. ``password`` is set for
    the run-time role where the server asks for one (not over the embedded server's own socket).

    Raises:
        ValueError: ``service`` is not a plain lower-case word.
        psycopg.Error: the database refused.
    """
    if not service.isalpha() or not service.islower():
        msg = f"a service is named by one lower-case word, not {service!r}"
        raise ValueError(msg)
    text = files("libs.ledger").joinpath("schema.sql").read_text(encoding="utf-8")
    with psycopg.connect(admin_url, autocommit=False) as connection:
        connection.execute(text.replace("{service}", service).encode())
        if password is not None:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(f"{service}_run"), sql.Literal(password)
                )
            )
