"""From a kept file to a preview: every row read, and judged against the register."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson

from libs.kernel.refusal import Refusal
from libs.ledger.bulk import head_of
from services.intake.commands.imports.batches import in_batches
from services.intake.commands.imports.stating import Stating
from services.intake.domain.matching import Key, Known, judge, match
from services.intake.domain.preview import Judged, Read
from services.intake.domain.preview import count as figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.intake.commands.imports.desk import Desk
    from services.intake.commands.imports.ports import Reading
    from services.intake.domain.source_import import SourceImport
    from services.intake.profile import Profile

ROWS_AT_ONCE: Final = 500
LIST: Final = "docx"
"""The format in which OHCHR gives its own lists."""


def preview(desk: Desk, source: SourceImport) -> None:
    """Read the kept file of an import and judge its rows; a file that cannot be read says why."""
    previews = desk.ports.previews
    previews.begin(source.id)
    path = desk.ports.files.path(source.file)
    reading = desk.ports.reader.read(path, source.file_name, source.options)
    try:
        for rows in in_batches(_rows(desk.profile, reading), ROWS_AT_ONCE):
            desk.go_on()
            previews.add(source.id, rows)
        previews.format_told(source.id, reading.format or "")
    except Refusal as refusal:
        previews.fail(source.id, refusal.code, refusal.facts)
    else:
        compare(desk, source.id)


def _rows(profile: Profile, reading: Reading) -> Iterator[Read]:
    stating: Stating | None = None
    for place, row in enumerate(reading):
        stating = stating or Stating(profile, from_a_list=reading.format == LIST)
        yield stating.read(place, row)


def compare(desk: Desk, identity: UUID) -> str:
    """Judge every row against the register as it stands; return the digest of it all."""
    lookups, previews = desk.ports.lookups, desk.ports.previews
    position = head_of(desk.ledger)
    desk.wait_until_read(position)
    digest = hashlib.sha256()
    for judged in in_batches(_judged(desk, identity), ROWS_AT_ONCE):
        previews.judged(identity, judged)
        digest.update(orjson.dumps([_told(each) for each in judged]))
    kinds, reinstated = lookups.kinds(identity)
    doubtful = lookups.doubtful(identity)
    counts = figures(lookups.rows(identity), kinds, reinstated, doubtful)
    previews.finish(identity, position=position, digest=digest.hexdigest(), counts=counts)
    return digest.hexdigest()


def _judged(desk: Desk, identity: UUID) -> Iterator[Judged]:
    lookups = desk.ports.lookups
    for state in lookups.states(identity):
        rows = lookups.read_rows(identity, state)
        yield from _judged_of_state(rows, lookups.known(identity, state))


def _judged_of_state(rows: list[Read], known: list[tuple[Known, str, str]]) -> Iterator[Judged]:
    stated = [row.stated for row in rows]
    keys = [
        Key.of(each["mechanism"], each["kind"], each["fields"], draft=not each["official"])
        for each in stated
    ]
    ours = [
        Key.of(mechanism, kind, each.fields, draft=not each.official, standing=not each.withdrawn)
        for each, mechanism, kind in known
    ]
    for row, mate in zip(rows, match(keys, ours), strict=True):
        yield _verdict(row, None if mate is None else known[mate][0])


def _verdict(row: Read, known: Known | None) -> Judged:
    verdict = judge(known, row.stated["fields"], official=row.stated["official"])
    return Judged(
        row.place,
        verdict.kind,
        verdict.reason,
        known.number if known else None,
        UUID(known.id) if known else None,
        verdict.confirms,
        verdict.reinstates,
        verdict.differences,
    )


def _told(judged: Judged) -> list[Any]:
    return [judged.place, judged.kind, judged.number, judged.differences]
