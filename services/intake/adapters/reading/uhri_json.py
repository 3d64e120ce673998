"""The UHRI export as JSON: an array of records, or one record per line; plain or gzipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import ijson  # type: ignore[import-untyped]
from ijson.common import JSONError  # type: ignore[import-untyped]

from services.intake.adapters.reading import limits
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.guarded import open_guarded
from services.intake.adapters.reading.record import Record, item_of
from services.intake.adapters.reading.refusals import (
    BrokenJson,
    ColumnsNotRecognised,
    NestedTooDeeply,
    Reason,
    Truncated,
    ValueTooLong,
    WrongEncoding,
)
from services.intake.adapters.reading.survey import Item, Reading, read_surveyed
from services.intake.domain.excerpt import shown
from services.intake.domain.source_row import NotUnderstood

_FIELDS: Final = {
    "annotationid": "annotation_id", "annotationtype": "kind", "text": "text", "symbol": "symbol",
    "body": "body", "countries": "countries", "themes": "themes", "affectedpersons": "groups",
    "sdgs": "sdgs", "publicationdate": "published", "uprcycle": "cycle", "uprsession": "sessions",
    "uprpositions": "positions", "uprrecommendingcountry": "recommending",
    "uprrecommendingcountries": "recommending",
}  # fmt: skip
_LISTS: Final = frozenset(["countries", "themes", "groups", "sdgs", "sessions", "positions",
                           "recommending"])  # fmt: skip
_BUFFER: Final = 64 * 1024
_SCALARS: Final = frozenset(["string", "number", "boolean", "null"])
_STARTS: Final = frozenset(["start_map", "start_array"])


def read_json(path: Path, defaults: Defaults, *, packed: bool) -> Reading:
    """Read an export; raises what :mod:`.refusals` names for broken, cut or endless streams."""

    def items() -> Iterator[Item]:
        known, number = False, 0
        for number, fields in enumerate(_records(path, packed=packed), 1):
            known = known or fields is None or not fields.keys().isdisjoint({"text", "body"})
            if fields is None:
                yield _no_record(number)
            elif fields and not known:
                raise ColumnsNotRecognised(columns=shown(", ".join(fields)))
            else:
                yield item_of(_record(number, fields), defaults)
        if number and not known:
            raise ColumnsNotRecognised(columns="")

    return read_surveyed(items, defaults)


def _no_record(number: int) -> Item:
    return Item(number, "", (), (), lambda: iter([NotUnderstood(number, Reason.NOT_A_RECORD)]))


def _record(number: int, fields: dict[str, list[str]]) -> Record:
    values: dict[str, Any] = {
        name: tuple(found) if name in _LISTS else "\n".join(found) for name, found in fields.items()
    }
    return Record(row=number, **values)


def _records(path: Path, *, packed: bool) -> Iterator[dict[str, list[str]] | None]:
    """Give the known fields of each record, values as text; nothing for what is no object."""
    with open_guarded(path, packed=packed) as stream:
        builder = _Builder()
        try:
            for event, value in ijson.basic_parse(
                stream, buf_size=_BUFFER, multiple_values=True, use_float=True
            ):
                if builder.take(event, value):
                    yield builder.done
        except ValueTooLong as cause:
            raise ValueTooLong(row=builder.count + 1, **cause.facts) from cause
        except (JSONError, ValueError) as cause:
            raise _refusal_for(str(cause), builder.count) from cause


def _refusal_for(message: str, count: int) -> Exception:
    if "premature EOF" in message or "ncomplete" in message:
        return Truncated()
    if "UTF8" in message or "codec" in message:
        return WrongEncoding()
    return BrokenJson(after_records=count)


class _Builder:
    """Puts records together from parse events, with bounds on depth and number of values."""

    def __init__(self) -> None:
        self.done: dict[str, list[str]] | None = None
        self.count = 0
        self._depth = 0
        self._base = 0
        self._fields: dict[str, list[str]] = {}
        self._field: list[str] | None = None
        self._values = 0

    def take(self, event: str, value: object) -> bool:
        """Take one event; say whether ``done`` now holds a whole record."""
        if event == "map_key":
            if self._depth == self._base + 1:
                self._field = self._open_field(str(value))
            return False
        if event in _SCALARS:
            return self._scalar(value)
        if event in _STARTS:
            return self._start(event)
        self._depth -= 1
        return self._depth == self._base and self._finish(event)

    def _open_field(self, key: str) -> list[str] | None:
        name = _FIELDS.get(key.casefold())
        if name is None:
            return None
        found: list[str] = []
        self._fields[name] = found
        return found

    def _scalar(self, value: object) -> bool:
        if self._depth <= self._base:
            self.done, self.count = None, self.count + 1
            return True
        self._values += 1
        if self._values > limits.VALUES_OF_RECORD:
            raise ValueTooLong(limit=limits.VALUES_OF_RECORD)
        if self._field is not None and value is not None:
            text = str(value)
            if len(text) > limits.CELL_CHARACTERS:
                raise ValueTooLong(limit=limits.CELL_CHARACTERS)
            self._field.append(text)
        return False

    def _start(self, event: str) -> bool:
        if self._depth == 0:
            self._base = 0 if event == "start_map" else 1
        if self._depth == self._base and event == "start_map":
            self._fields, self._field, self._values = {}, None, 0
        self._depth += 1
        if self._depth > limits.DEPTH:
            raise NestedTooDeeply(limit=limits.DEPTH)
        return False

    def _finish(self, event: str) -> bool:
        """End what stood at the place of a record; the end of the whole array is none."""
        self.count += 1
        self.done = self._fields if event == "end_map" else None
        return True
