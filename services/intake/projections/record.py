"""One recommendation as a row: how each event leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from libs.ledger.reader import Recorded

RECORD: Final = "intake.recommendation."
COLUMNS: Final = {
    "id": "uuid",
    "number": "text",
    "version": "bigint",
    "state": "text",
    "mechanism": "text",
    "kind": "text",
    "language": "text",
    "official": "boolean",
    "published": "boolean",
    "withdrawn": "boolean",
    "withdrawn_by": "text",
    "corrected": "boolean",
    "by_hand": "jsonb",
    "import_id": "text",
    "fields": "jsonb",
    "translations": "jsonb",
    "summaries": "jsonb",
}
_JSON: Final = tuple(name for name, kind in COLUMNS.items() if kind == "jsonb")
_IDENTITY: Final = frozenset(
    {"number", "state", "mechanism", "kind", "official", "language", "source", "repairs"}
)

Row = dict[str, Any]


def fresh(event: Recorded) -> Row:
    """Return the row of a recommendation that was just received."""
    data = event.data
    return {
        "id": event.stream,
        "number": data["number"],
        "version": event.version,
        "state": data["state"],
        "mechanism": data["mechanism"],
        "kind": data["kind"],
        "language": data["language"],
        "official": data["official"],
        "published": False,
        "withdrawn": False,
        "withdrawn_by": None,
        "corrected": False,
        "by_hand": [],
        "import_id": (data["source"] or {}).get("import_id"),
        "fields": {name: value for name, value in data.items() if name not in _IDENTITY},
        "translations": {},
        "summaries": {},
    }


def changed(row: Row, event: Recorded) -> None:
    """Put into a row what an event changed; one that it holds already leaves it as it is."""
    if event.version <= row["version"]:
        return
    row["version"] = event.version
    data = event.data
    match event.topic.removeprefix(RECORD):
        case "published.v1":
            row["published"] = True
        case "withdrawn.v1":
            row["withdrawn"], row["withdrawn_by"] = True, data["import_id"]
        case "reinstated.v1":
            row["withdrawn"], row["withdrawn_by"] = False, None
        case "confirmation-withdrawn.v1":
            row["official"], row["published"] = False, data["published"]
        case "translated.v1":
            row["translations"] = {**row["translations"], data["language"]: data["text"]}
        case "summarised.v1":
            row["summaries"] = {**row["summaries"], data["language"]: data["summary"]}
        case topic:
            _set(row, event, _fields_of(topic, data))
            row["official"] = row["official"] or topic == "confirmed.v1"


def _fields_of(topic: str, data: dict[str, Any]) -> dict[str, Any]:
    match topic:
        case "corrected.v1":
            given: dict[str, Any] = data["fields"]
            return given
        case "confirmed.v1":
            told = {name: value for name, value in data.items() if value is not None}
            return {name: value for name, value in told.items() if name != "source"}
        case "classified.v1":
            return data
        case "position-recorded.v1":
            return {
                "position": data["position"],
                "position_as_written": data["nuance"],
                "position_source": data["position_source"],
            }
        case _:
            return {}


def _set(row: Row, event: Recorded, fields: dict[str, Any]) -> None:
    """Put fields, and note which of them a person set: what no other event caused is by hand."""
    by_hand = set(row["by_hand"])
    if "causation" in event.meta:
        by_hand -= fields.keys()
    elif event.topic != RECORD + "confirmed.v1":
        by_hand |= {name for name, value in fields.items() if row["fields"].get(name) != value}
        row["corrected"] = row["corrected"] or event.topic == RECORD + "corrected.v1"
    row["by_hand"] = sorted(by_hand)
    row["fields"] = {**row["fields"], **fields}


def stored(row: Row) -> Row:
    """Return a row as its columns take it."""
    return {**row, **{name: orjson.dumps(row[name]).decode() for name in _JSON}}
