"""What a list says as CSV no spreadsheet program computes, and all of it is read back."""

from __future__ import annotations

import csv
import io
from typing import Any

from libs.chassis.language import Languages
from libs.kernel.cells import unneutralised
from services.portal.api.exports import COLUMNS, Csv
from services.portal.api.wording import Wording

TEXTS: Any = ("=SUM(A1)", " ＋1", "\t@SUM(A1)", "\tlate", "'=1", "Mend it", "")


def test_cells_that_a_program_would_compute_bear_an_apostrophe_and_no_others() -> None:
    def row_of(text: Any) -> dict[str, Any]:
        return dict.fromkeys(COLUMNS, text or None)

    languages = Languages.load(strict=True)
    language = languages.get("en")
    assert language is not None
    file = io.BytesIO()
    sheet = Csv(file, row_of, Wording(language, languages, {}))
    sheet.add(TEXTS)
    sheet.end()
    written = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))[1:]
    cells = [cell for cell, *_ in written]
    assert cells == ["'=SUM(A1)", "' ＋1", "'\t@SUM(A1)", "'\tlate", "''=1", "Mend it", ""]
    assert [unneutralised(cell) for cell in cells] == list(TEXTS)
