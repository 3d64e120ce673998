"""What a file would do to the register: rows that can be worked out anew from the kept file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from libs.ledger.bulk import borrowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from libs.ledger.ledger import Ledger
    from services.intake.domain.preview import Judged, Leftover, Read

PREVIEW_TABLES: Final = """
        CREATE TABLE IF NOT EXISTS intake_read.import_previews (
          import_id uuid PRIMARY KEY, file_format text NOT NULL DEFAULT '',
          rows_read int NOT NULL DEFAULT 0, finished boolean NOT NULL DEFAULT false,
          position bigint NOT NULL DEFAULT 0, digest text NOT NULL DEFAULT '',
          counts jsonb NOT NULL DEFAULT '{}', refusal jsonb,
          recorded int NOT NULL DEFAULT 0, taken_back int NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS intake_read.import_rows (
          import_id uuid NOT NULL, place int NOT NULL, row int NOT NULL, state text NOT NULL,
          kind text, reason text, number text, recommendation uuid,
          confirms boolean NOT NULL DEFAULT false, reinstates boolean NOT NULL DEFAULT false,
          stated jsonb NOT NULL, differences jsonb, PRIMARY KEY (import_id, place));
        CREATE INDEX IF NOT EXISTS import_rows_state
          ON intake_read.import_rows (import_id, state, place);
        CREATE TABLE IF NOT EXISTS intake_read.import_leftovers (
          import_id uuid NOT NULL, recommendation uuid NOT NULL, number text NOT NULL,
          reason text NOT NULL, fields jsonb NOT NULL,
          PRIMARY KEY (import_id, recommendation, reason))
"""


class Previews:
    """Writes the rows of previews, and how far each import's work has come."""

    def __init__(self, ledger: Ledger) -> None:
        """Write through the reading connection of ``ledger``."""
        self._ledger = ledger

    def begin(self, identity: UUID) -> None:
        """Forget what was read of an import before, and begin anew."""
        with borrowed(self._ledger) as connection, connection.transaction():
            for table in ("import_rows", "import_previews"):
                connection.execute(
                    f"DELETE FROM intake_read.{table} WHERE import_id = %s".encode(),  # noqa: S608
                    (identity,),
                )
            connection.execute(
                "INSERT INTO intake_read.import_previews (import_id) VALUES (%s)", (identity,)
            )

    def add(self, identity: UUID, rows: Sequence[Read]) -> None:
        """Keep rows as they were read."""
        copying = (
            "COPY intake_read.import_rows (import_id, place, row, state, kind, reason, stated)"
            " FROM STDIN"
        )
        with borrowed(self._ledger) as connection, connection.transaction():
            with connection.cursor().copy(copying) as copy:
                for row in rows:
                    stated = _json(row.stated)
                    copy.write_row(
                        (identity, row.place, row.row, row.state, row.kind, row.reason, stated)
                    )
            connection.execute(
                "UPDATE intake_read.import_previews SET rows_read = rows_read + %s"
                " WHERE import_id = %s",
                (len(rows), identity),
            )

    def judged(self, identity: UUID, rows: Sequence[Judged]) -> None:
        """Put what each row would do."""
        names = ("place", "kind", "reason", "number", "recommendation", "confirms", "reinstates")
        columns: list[list[Any]] = [[getattr(row, name) for row in rows] for name in names]
        columns.append([_json(row.differences) for row in rows])
        with borrowed(self._ledger) as connection:
            connection.execute(
                "UPDATE intake_read.import_rows AS r SET kind = j.kind, reason = j.reason,"
                " number = j.number, recommendation = j.recommendation, confirms = j.confirms,"
                " reinstates = j.reinstates, differences = j.differences"
                " FROM unnest(%b::int[], %b::text[], %b::text[], %b::text[], %b::uuid[],"
                " %b::boolean[], %b::boolean[], %b::text[]::jsonb[])"
                " AS j (place, kind, reason, number, recommendation, confirms, reinstates,"
                " differences) WHERE r.import_id = %s AND r.place = j.place",
                [*columns, identity],
            )

    def finish(self, identity: UUID, *, position: int, digest: str, counts: dict[str, int]) -> None:
        """Say that every row is judged, against the register as it stood at ``position``."""
        self._put(
            identity,
            "finished = true, position = %s, digest = %s, counts = %s",
            position,
            digest,
            _json(counts),
        )

    def format_told(self, identity: UUID, file_format: str) -> None:
        """Keep what the file turned out to be."""
        self._put(identity, "file_format = %s", file_format)

    def fail(self, identity: UUID, code: str, facts: dict[str, str | int]) -> None:
        """Say why the file could not be read."""
        told = _json({"code": code, "facts": facts})
        self._put(identity, "finished = true, refusal = %s", told)

    def recorded(self, identity: UUID, count: int) -> None:
        """Tell how many rows are recorded."""
        self._put(identity, "recorded = %s", count)

    def taken_back(self, identity: UUID, count: int) -> None:
        """Tell how many recommendations are as they were before."""
        self._put(identity, "taken_back = %s", count)

    def leave(self, identity: UUID, leftovers: Sequence[Leftover]) -> None:
        """Keep what was not done, and why; what is decided again is told as it was decided last."""
        if leftovers:
            with borrowed(self._ledger) as connection, connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO intake_read.import_leftovers VALUES (%s, %s, %s, %s, %s)"
                    " ON CONFLICT (import_id, recommendation, reason)"
                    " DO UPDATE SET fields = excluded.fields",
                    [
                        (identity, each.id, each.number, each.reason, _json(each.fields))
                        for each in leftovers
                    ],
                )

    def _put(self, identity: UUID, what: str, *values: object) -> None:
        with borrowed(self._ledger) as connection:
            connection.execute(
                f"UPDATE intake_read.import_previews SET {what} WHERE import_id = %s".encode(),  # noqa: S608
                (*values, identity),
            )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
