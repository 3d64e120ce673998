"""Whether a message is what the committed AsyncAPI document says, by an independent validator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "api"
ADDRESS = "urn:dhakira:document"


class NotAsDescribed(AssertionError):  # noqa: N818  what a message is, not an error of ours
    """A message differs from the document; the text says where."""


def committed(service: str) -> dict[str, Any]:
    """Return the committed AsyncAPI document of a service."""
    text = (FOLDER / f"{service}.asyncapi.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def validate_message(
    document: Mapping[str, Any], subject: str, headers: Mapping[str, str], body: bytes
) -> None:
    """Check one message, as captured from a stream, against its producer's document.

    Raises:
        NotAsDescribed: the document has no channel for the subject, or headers or body differ.
    """
    message = _message_of(document, subject)
    topic = message["name"]
    differences = [
        *_differences(document, message["headers"], dict(headers), "headers"),
        *_differences(document, message["payload"], json.loads(body), "body"),
    ]
    if headers.get("ce-type") != topic:
        differences.append(
            f"headers/ce-type is {headers.get('ce-type')!r} on the channel of {topic}"
        )
    if differences:
        msg = f"{subject}: " + "; ".join(differences)
        raise NotAsDescribed(msg)


def _message_of(document: Mapping[str, Any], subject: str) -> dict[str, Any]:
    for channel in document["channels"].values():
        pattern = re.escape(channel["address"]).replace(re.escape("{origin}"), "[a-z][a-z0-9-]*")
        if re.fullmatch(pattern, subject):
            name = channel["messages"]["event"]["$ref"].rsplit("/", 1)[1]
            message: dict[str, Any] = document["components"]["messages"][name]
            return message
    msg = f"{subject}: the document has no channel for it"
    raise NotAsDescribed(msg)


def _differences(
    document: Mapping[str, Any], reference: Mapping[str, str], instance: object, part: str
) -> list[str]:
    registry: Registry[Any] = Registry().with_resource(
        ADDRESS, DRAFT202012.create_resource(document)
    )
    validator = Draft202012Validator(
        {"$ref": ADDRESS + reference["$ref"]},
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    return [
        "/".join([part, *(str(step) for step in error.absolute_path)]) + f": {error.message}"
        for error in validator.iter_errors(instance)
    ]
