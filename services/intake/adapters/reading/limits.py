"""How large, how deep and how slow a source file may be; every figure in one place."""

from __future__ import annotations

from typing import Final

from services.intake.domain.source_row import MOST_TEXT

MEBIBYTE: Final = 1024 * 1024

FILE_BYTES: Final = 64 * MEBIBYTE
"""As much as may be handed in. The export of all States stays below it gzipped, not plain."""

UNPACKED_BYTES: Final = 256 * MEBIBYTE
MEMBER_BYTES: Final = 128 * MEBIBYTE
UNPACKED_STREAM_BYTES: Final = 1024 * MEBIBYTE
RATIO: Final = 100
RATIO_FREE_BYTES: Final = 16 * MEBIBYTE
"""Below this size, unpacked, no ratio is asked for."""
MEMBERS: Final = 2000

ROWS: Final = 500_000
COLUMNS: Final = 256
CELLS: Final = 2_500_000
CELL_CHARACTERS: Final = 100_000
TEXT_CHARACTERS: Final = MOST_TEXT
DEPTH: Final = 16
VALUES_OF_RECORD: Final = 5_000
UNQUOTED_BYTES: Final = 4 * MEBIBYTE
"""The longest stretch of JSON without a quotation mark."""

CPU_SECONDS: Final = 7
"""Processor time given anew with each sign of progress; what takes more is ended."""
STALL_SECONDS: Final = 60
"""Time without any progress, however busy the machine is with other work."""
CPU_HARD_SECONDS: Final = 600
ADDRESS_SPACE_BYTES: Final = 460 * MEBIBYTE
MEMORY_MB: Final = 460
LINE_BYTES: Final = 2 * MEBIBYTE
"""The longest line that the reading process may send."""
BEAT_ROWS: Final = 1000
"""Progress is told at least after so many rows."""
