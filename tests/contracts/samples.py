"""Sample values by type: the same every time, so that goldens depend on nobody's machine."""

from __future__ import annotations

import enum
import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

ID = "01920000-0000-7000-8000-0000000000a1"
PLAIN: dict[Any, Any] = {
    bool: True,
    int: 3,
    float: 0.5,
    bytes: b"sealed",
    UUID: UUID(ID),
    date: date(2024, 3, 28),
    datetime: datetime(2024, 3, 28, 9, 30, tzinfo=UTC),
    time: time(9, 30),
    Decimal: Decimal("12.50"),
    object: "a value",
    Any: "a value",
}
WORDS = {
    "number": "REC-00412",
    "state": "MAR",
    "mechanism": "upr",
    "language": "en",
    "code": "JUSTICE",
    "lead": "JUSTICE",
    "institution": "JUSTICE",
    "symbol": "A/HRC/52/7",
    "paragraph": "55.12",
    "text": "Continue efforts to guarantee access to justice for all.",
    "reason": "The official record was read again.",
    "file": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "recommendation": ID,
    "import_id": ID,
}
TUPLES = (tuple, list, set, frozenset)


def sample(annotation: Any, name: str = "") -> Any:
    """Return a value of the type; text depends on the field's ``name``.

    Raises:
        TypeError: no sample is known for the type.
    """
    if annotation in PLAIN:
        return PLAIN[annotation]
    if annotation is str:
        return WORDS.get(name, f"{name.replace('_', ' ')} as told".strip())
    if get_origin(annotation) is not None:
        return _sample_of_generic(annotation, name)
    if isinstance(annotation, TypeVar):
        return sample(annotation.__bound__ or str, name)
    if isinstance(annotation, type):
        return _sample_of_class(annotation)
    msg = f"no sample is known for {annotation!r} of {name!r}"
    raise TypeError(msg)


def _sample_of_generic(annotation: Any, name: str) -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return sample(inner[0], name)
    if origin is Literal:
        return inner[0]
    if origin in {Union, types.UnionType}:
        return sample(next(each for each in inner if each is not type(None)), name)
    if origin in TUPLES:
        each = [one for one in inner if one is not Ellipsis] or [str]
        many = each if origin is tuple and Ellipsis not in inner else each[:1]
        return origin(sample(one, name.removesuffix("s")) for one in many)
    key, value = inner or (str, str)
    return {_key(key, name): sample(value, name)}


def _key(annotation: Any, name: str) -> Any:
    return ("en" if name != "counts" else "new") if annotation is str else sample(annotation, name)


def _sample_of_class(kind: type[Any]) -> Any:
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    if is_dataclass(kind):
        return kind(**sample_fields(kind, [each.name for each in fields(kind) if each.init]))
    if issubclass(kind, BaseModel):
        return kind(**sample_fields(kind, list(kind.model_fields)))
    for plain in (str, int):
        if issubclass(kind, plain):
            return kind(sample(plain))
    if issubclass(kind, dict):
        return {}
    msg = f"no sample is known for {kind!r}"
    raise TypeError(msg)


def sample_fields(kind: type[Any], names: list[str]) -> dict[str, Any]:
    """Return sample values for these fields of a class."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: sample(hints[name], name) for name in names}
