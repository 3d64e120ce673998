"""What the work on imports must know of the register and of earlier work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from libs.ledger.bulk import borrowed
from services.intake.domain.matching import Difference, Known
from services.intake.domain.preview import Planned, Preview, Read

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from libs.ledger.ledger import Ledger

DOUBTFUL = "coalesce(stated->'doubts', '[]') <> '[]'"
"""What a row of a preview with doubts is known by."""
_UNFINISHED = (
    "(NOT i.ended AND i.confirmation IS NOT NULL) OR (i.undoing IS NOT NULL AND NOT i.undone)"
)


class ImportLookups:
    """Questions asked from the threads that work on imports."""

    def __init__(self, ledger: Ledger, read_up_to: Callable[[], int]) -> None:
        """Ask through the ledger's reading connection; ``read_up_to`` is the rows' position."""
        self._ledger = ledger
        self._read_up_to = read_up_to

    def read_up_to(self) -> int:
        """Return the ledger position up to which the register's rows stand."""
        return self._read_up_to()

    def unfinished(self) -> list[UUID]:
        """Return the imports whose work has not come to its end, oldest first."""
        rows = self._all(
            "SELECT i.id FROM intake_read.imports i"  # noqa: S608  a fixed condition
            " LEFT JOIN intake_read.import_previews p ON p.import_id = i.id"
            f" WHERE {_UNFINISHED} OR (i.confirmation IS NULL AND p.finished IS NOT TRUE)"
            " ORDER BY i.registered_at"
        )
        return [row["id"] for row in rows]

    def preview(self, identity: UUID) -> Preview | None:
        """Return how far a preview is; None where nothing was read yet."""
        rows = self._all(
            "SELECT finished, refusal, position, digest, file_format, counts"
            " FROM intake_read.import_previews WHERE import_id = %s",
            identity,
        )
        return Preview(**rows[0]) if rows else None

    def states(self, identity: UUID) -> list[str]:
        """Return the States that an import's rows concern."""
        rows = self._all(
            "SELECT DISTINCT state FROM intake_read.import_rows"
            " WHERE import_id = %s AND stated ? 'fields' ORDER BY state",
            identity,
        )
        return [row["state"] for row in rows]

    def read_rows(self, identity: UUID, state: str) -> list[Read]:
        """Return an import's rows of one State that a record may answer to."""
        rows = self._all(
            "SELECT place, row, state, stated FROM intake_read.import_rows WHERE import_id = %s"
            " AND state = %s AND kind IS DISTINCT FROM 'repeated'"
            " AND kind IS DISTINCT FROM 'not-understood' ORDER BY place",
            identity,
            state,
        )
        return [Read(**row) for row in rows]

    def known(self, identity: UUID, state: str) -> list[tuple[Known, str, str]]:
        """Return the records of a State, standing ones first, with mechanism and kind.

        Those that the import itself has brought are left out: work that is taken up again sees the
        register as the person who confirmed did.
        """
        rows = self._all(
            "SELECT id, number, official, withdrawn, withdrawn_by, by_hand, fields, mechanism, kind"
            " FROM intake_read.recommendations"
            " WHERE state = %s AND import_id IS DISTINCT FROM %s"
            " ORDER BY withdrawn, length(number), number",
            state,
            str(identity),
        )
        return [(_known(row), row["mechanism"], row["kind"]) for row in rows]

    def planned(self, identity: UUID, first: int, end: int) -> list[Planned]:
        """Return the rows from place ``first`` to before ``end`` that the import records."""
        rows = self._all(
            "SELECT place, row, state, kind, stated, recommendation, confirms, reinstates,"
            " differences FROM intake_read.import_rows WHERE import_id = %s"
            " AND place >= %s AND place < %s AND kind IN ('new', 'changed') ORDER BY place",
            identity,
            first,
            end,
        )
        return [Planned(**{**row, "differences": _differences(row["differences"])}) for row in rows]

    def rows(self, identity: UUID) -> int:
        """Return how many rows were read."""
        return self._number(
            "SELECT count(*) AS n FROM intake_read.import_rows WHERE import_id = %s", identity
        )

    def kinds(self, identity: UUID) -> tuple[dict[str, int], int]:
        """Return how many rows there are of each kind, and how many records are reinstated."""
        rows = self._all(
            "SELECT kind, count(*) AS n, count(*) FILTER (WHERE reinstates) AS again"
            " FROM intake_read.import_rows WHERE import_id = %s GROUP BY kind",
            identity,
        )
        return {row["kind"]: row["n"] for row in rows}, sum(row["again"] for row in rows)

    def doubtful(self, identity: UUID) -> int:
        """Return on how many rows that were read something is for a person to look at."""
        return self._number(
            "SELECT count(*) AS n FROM intake_read.import_rows"  # noqa: S608  a fixed condition
            f" WHERE import_id = %s AND {DOUBTFUL}",
            identity,
        )

    def moved_since(self, position: int) -> bool:
        """Whether anything was recorded of any recommendation after ``position``."""
        found = self._number(
            "SELECT count(*) AS n FROM (SELECT 1 FROM intake.intake_events"
            " WHERE notification_id > %s AND topic LIKE 'intake.recommendation.%%' LIMIT 1) AS e",
            position,
        )
        return found > 0

    def running_with(self, identity: UUID) -> UUID | None:
        """Return an import or undoing under way that concerns a State of this import's rows."""
        rows = self._all(
            "SELECT i.id FROM intake_read.imports i"  # noqa: S608  a fixed condition
            f" WHERE i.id <> %s AND ({_UNFINISHED}) AND EXISTS ("
            " SELECT 1 FROM intake_read.import_rows theirs JOIN (SELECT DISTINCT state FROM"
            " intake_read.import_rows WHERE import_id = %s) ours ON ours.state = theirs.state"
            " WHERE theirs.import_id = i.id) LIMIT 1",
            identity,
            identity,
        )
        return rows[0]["id"] if rows else None

    def caused(self, event_id: str) -> list[UUID]:
        """Return the recommendations that an event caused changes of, by number."""
        rows = self._all(
            "SELECT r.id FROM intake_read.effects e"
            " JOIN intake_read.recommendations r ON r.id = e.recommendation"
            " WHERE e.cause = %s ORDER BY length(r.number), r.number",
            event_id,
        )
        return [row["id"] for row in rows]

    def _number(self, query: str, *values: object) -> int:
        return int(self._all(query, *values)[0]["n"])

    def _all(self, query: str, *values: object) -> list[dict[str, Any]]:
        with borrowed(self._ledger) as connection:
            return connection.execute(query.encode(), values).fetchall()


def _known(row: dict[str, Any]) -> Known:
    return Known(
        id=str(row["id"]),
        number=row["number"],
        official=row["official"],
        withdrawn=row["withdrawn"],
        withdrawn_by=row["withdrawn_by"],
        by_hand=frozenset(row["by_hand"]),
        fields=row["fields"],
    )


def _differences(stored: dict[str, Any] | None) -> dict[str, Difference]:
    return {name: Difference(**each) for name, each in (stored or {}).items()}
