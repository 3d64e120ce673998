"""Why a source file, or one row of it, is not read; each with what its sentence may mention.

A ``Refusal`` ends the whole file; the reasons of :class:`NotUnderstood` concern one row. All are
codes with a sentence in every language pack (``refusal-<code>``).
"""

from __future__ import annotations

from enum import StrEnum

from libs.kernel.refusal import Misunderstood, Refusal


class UnreadableSource(Misunderstood):
    """A source file cannot be read; its subclasses say why and how to mend it."""


class EmptyFile(UnreadableSource):
    """The file has no bytes, or nothing but blanks."""


class NothingToRead(UnreadableSource):
    """The form of the file is right, but no record stands in it."""


class FileTooLarge(UnreadableSource):
    """The file is larger than what is read; facts: ``limit_mb``."""


class TooManyRows(UnreadableSource):
    """More rows than are read from one file; facts: ``limit``."""


class TooManyColumns(UnreadableSource):
    """More columns than any known layout has; facts: ``limit``."""


class ValueTooLong(UnreadableSource):
    """One value alone is longer than any recommendation; facts: ``limit``, ``row`` (or record)."""


class NestedTooDeeply(UnreadableSource):
    """Values stand inside one another deeper than any known format; facts: ``limit``."""


class NotASupportedFormat(UnreadableSource):
    """The content is of none of the formats that are read; facts: ``found``."""


class WrongTypeForName(UnreadableSource):
    """The name promises another format than the content has; facts: ``name``, ``found``."""


class MacrosNotAllowed(UnreadableSource):
    """The document carries macros."""


class FormulasNotAllowed(UnreadableSource):
    """The workbook computes cells by formulas; facts: ``cell``."""


class ArchiveTooLarge(UnreadableSource):
    """Unpacked, the file would be far larger than any real one; facts: ``limit_mb``."""


class BrokenArchive(UnreadableSource):
    """The container (zip or gzip) contradicts itself or its check sums."""


class UnsafeArchive(UnreadableSource):
    """The container has members that no office program writes; facts: ``member``."""


class ExternalEntity(UnreadableSource):
    """An XML part declares a document type or entities; facts: ``part``."""


class BrokenXml(UnreadableSource):
    """An XML part is not well formed; facts: ``part``."""


class BrokenJson(UnreadableSource):
    """The text is not JSON (RFC 8259); facts: ``after_records``."""


class BrokenTable(UnreadableSource):
    """The sheet or the comma-separated text cannot be taken apart into cells."""


class Truncated(UnreadableSource):
    """The file ends before its content does."""


class EncryptedFile(UnreadableSource):
    """The file is locked with a password."""


class WrongEncoding(UnreadableSource):
    """The text is not UTF-8."""


class HalfOfACharacter(UnreadableSource):
    """JSON writes half of a surrogate pair, so a text is not Unicode; facts: ``written``."""


class NulCharacter(UnreadableSource):
    """A NUL stands in comma-separated text, where no program writes one; facts: ``row``."""


class ColumnsNotRecognised(UnreadableSource):
    """The columns are not those of a known layout; facts: ``columns``."""


class StateNotNamed(UnreadableSource):
    """Neither the file nor the person says which State was under review."""


class StateDiffers(UnreadableSource):
    """The file names another State than the person did; facts: ``found``, ``asked``."""


class SeveralStates(UnreadableSource):
    """The file concerns several States and the person named none; facts: ``first``, ``second``."""


class CycleDiffers(UnreadableSource):
    """The file names another cycle than the person did; facts: ``found``, ``asked``."""


class CycleUnknown(UnreadableSource):
    """The file names a cycle that the review does not have; facts: ``found``, ``last``."""


class TakesTooLong(UnreadableSource):
    """Reading made no progress within its time; facts: ``seconds``."""


class NeedsTooMuchMemory(UnreadableSource):
    """Reading would need more memory than it is given; facts: ``limit_mb``."""


class ReadingFailed(UnreadableSource):
    """The separate reading process ended without an answer; facts: ``detail``."""


def every_refusal() -> dict[str, type[Refusal]]:
    """Give each refusal of this room by its code."""
    return {kind.code: kind for kind in UnreadableSource.__subclasses__()}


class Reason(StrEnum):
    """Why one row was not understood."""

    EMPTY_ROW = "empty-row"
    NOT_A_RECORD = "not-a-record"
    TEXT_MISSING = "text-missing"
    TEXT_TOO_LONG = "text-too-long"
    TYPE_MISSING = "type-missing"
    TYPE_UNKNOWN = "type-unknown"
    STATE_MISSING = "state-missing"
    STATE_UNKNOWN = "state-unknown"
    OTHER_STATE = "other-state"
    BODY_MISSING = "body-missing"
    DUPLICATE_ID_DIFFERS = "duplicate-id-differs"
    OUTSIDE_THE_TABLE = "outside-the-table"
    CELLS_MISSING = "cells-missing"
    VALUE_UNKNOWN = "value-unknown"
    DOCUMENT_DATE_IN_FUTURE = "document-date-in-future"
