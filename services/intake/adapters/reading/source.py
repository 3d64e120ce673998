"""Reading one source file, whichever format its content is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.detect import Format, detect
from services.intake.adapters.reading.matrix import read_matrix
from services.intake.adapters.reading.survey import Beat, Reading
from services.intake.adapters.reading.tables import read_csv, read_xlsx
from services.intake.adapters.reading.uhri_json import read_json
from services.intake.domain.source_row import NotUnderstood, SourceRow


def read_source(
    path: Path, *, filename: str, defaults: Defaults
) -> Iterator[SourceRow | NotUnderstood]:
    """Give every row of a file, read or not understood; no row is passed over.

    ``filename`` is the name that the file came under; it never decides the format, but one that
    promises another is refused. Raises a refusal of :mod:`.refusals`.
    """
    rows = read_with_beats(path, detect(path, filename), defaults)
    return (row for row in rows if not isinstance(row, Beat))


def read_with_beats(path: Path, found: Format, defaults: Defaults) -> Reading:
    """Give the rows of a file of this format, and signs of progress between them."""
    if found is Format.DOCX:
        yield from read_matrix(path, defaults)
    elif found is Format.XLSX:
        yield from read_xlsx(path, defaults)
    elif found is Format.CSV:
        yield from read_csv(path, defaults)
    else:
        yield from read_json(path, defaults, packed=found is Format.GZIP_JSON)
