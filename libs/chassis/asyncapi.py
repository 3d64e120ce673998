"""What a service tells and hears over the bus, as one AsyncAPI 3 document."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI

from libs.chassis.envelope import subject_of
from libs.contracts.contract import contract_of, contracts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from libs.chassis.reaction import Policy
    from libs.contracts.contract import Contract

ORIGIN = "{origin}"
BUS = "nats://localhost:4222"
LICENCE = {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}
HEADERS = "CloudEventsHeaders"
_TEXT = {"type": "string", "minLength": 1}
_ID = {"type": "string", "format": "uuid"}
_DATE = {"type": "string", "format": "date-time"}
_COUNT = {"type": "string", "pattern": "^[0-9]+$"}
_REQUIRED: dict[str, dict[str, Any]] = {
    "content-type": {"const": "application/json"},
    "ce-specversion": {"const": "1.0"},
    "ce-id": _ID | {"description": "UUIDv7 of the event; also the bus's de-duplication id."},
    "ce-source": {
        "type": "string",
        "pattern": "^/dhakira/[a-z][a-z0-9-]*/[a-z]+$",
        "description": "Origin and service that recorded the event.",
    },
    "ce-type": _TEXT | {"description": "Topic, the same for ever."},
    "ce-subject": _ID | {"description": "Id of the aggregate that the event happened to."},
    "ce-time": _DATE | {"description": "When the fact took place."},
    "ce-recordedat": _DATE | {"description": "When the record took it in."},
    "ce-dataschema": {"type": "string", "pattern": "^urn:dhakira:contract:"},
    "ce-actor": _TEXT | {"description": "Pseudonymous id of who did it, or `policy:<name>`."},
    "ce-correlationid": _ID | {"description": "Shared by everything that one request caused."},
    "ce-sequence": _COUNT | {"description": "Position in the service's ledger."},
    "ce-logindex": _COUNT
    | {"description": "Index of the event's leaf in the tamper-evident tree."},
    "ce-version": _COUNT | {"description": "Version of the aggregate that the event made."},
    "ce-previd": {
        "type": "string",
        "description": "Id of the public event before this one in the stream; empty for the first.",
    },
}
_OPTIONAL: dict[str, dict[str, Any]] = {
    "ce-onbehalfof": _TEXT | {"description": "Whom an alternate acted for (pseudonymous id)."},
    "ce-causationid": _TEXT | {"description": "Id of the event that a policy reacted to."},
    "traceparent": {
        "type": "string",
        "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "W3C trace context.",
    },
}


def describe(
    service: str,
    policies: Sequence[Policy] = (),
    examples: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return the AsyncAPI 3 document of ``service``.

    It sends every contract of its own and receives what its policies react to. ``examples`` holds
    ``{"headers": …, "body": …}`` by topic. Nothing is connected.
    """
    broker = NatsBroker(BUS, description="NATS JetStream; the stream keeps everything.")
    for contract in told_by(service):
        broker.publisher(
            _address(contract.topic),
            title=contract.topic,
            description=_sentence(contract),
            schema=contract,
        )
    for policy in policies:
        _listen(broker, service, policy)
    specification = AsyncAPI(
        broker,
        title=f"Dhakira {service}: events",
        version="1",
        description=f"What {service} tells over the bus, and what its policies react to.",
        license=LICENCE,
    ).to_specification()
    return _completed(specification.to_jsonable(), examples or {})


def told_by(service: str) -> list[type[Contract]]:
    """Return the contracts of a service, by topic; none where it has no module of them."""
    module = f"libs.contracts.{service}"
    if find_spec(module) is not None:
        import_module(module)
    return contracts_of(service)


def _address(topic: str) -> str:
    return subject_of(ORIGIN, topic)


def _sentence(thing: object) -> str:
    return (thing.__doc__ or "").strip().splitlines()[0]


def _listen(broker: NatsBroker, service: str, policy: Policy) -> None:
    contract = contract_of(policy.topic)
    if contract is None:
        msg = f"the policy {policy.name} listens to {policy.topic}, which no contract names"
        raise LookupError(msg)
    broker.subscriber(
        _address(policy.topic),
        title=f"{service}.{policy.name}",
        description=_sentence(policy.follow),
    )(_reader(contract))


def _reader(contract: type[Contract]) -> Callable[[Any], Awaitable[None]]:
    async def hear(message: Any) -> None:  # noqa: ANN401  the class is set below, for the document
        del message

    hear.__annotations__["message"] = contract
    return hear


def _completed(
    document: dict[str, Any], examples: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Add what FastStream does not say: headers, examples, the origin; drop its own inventions."""
    document["servers"] = {
        "bus": {"host": "localhost:4222", "protocol": "nats", "description": "NATS JetStream"}
    }
    components = document["components"] = document.get("components") or {}
    components.setdefault("schemas", {})[HEADERS] = headers_schema()
    components["messages"] = {
        _message_key(key): _message(message, _topic_of(document, key), examples)
        for key, message in components.get("messages", {}).items()
    }
    for name, channel in document["channels"].items():
        _complete_channel(name, channel)
    for operation in document["operations"].values():
        operation["messages"] = [{"$ref": _event(each["$ref"])} for each in operation["messages"]]
    return document


def headers_schema() -> dict[str, Any]:
    """Return the JSON Schema of a message's headers (CloudEvents 1.0 in binary mode)."""
    return {
        "type": "object",
        "title": HEADERS,
        "description": "CloudEvents 1.0 in binary mode; nothing personal stands in it.",
        "properties": _REQUIRED | _OPTIONAL,
        "required": sorted(_REQUIRED),
    }


def _complete_channel(name: str, channel: dict[str, Any]) -> None:
    channel.pop("bindings", None)
    channel["servers"] = [{"$ref": "#/servers/bus"}]
    channel["parameters"] = {
        "origin": {"description": "`national`, or a region's code.", "default": "national"}
    }
    channel["messages"] = {"event": {"$ref": f"#/components/messages/{name}"}}


def _message_key(key: str) -> str:
    """Return a key that AsyncAPI allows: ``a.b.v1:Message`` → ``a.b.v1``."""
    return key.split(":", 1)[0]


def _event(reference: str) -> str:
    return reference.rsplit("/", 1)[0] + "/event"


def _topic_of(document: dict[str, Any], key: str) -> str:
    address: str = document["channels"][_message_key(key)]["address"]
    return address.removeprefix(f"evt.{ORIGIN}.")


def _message(
    message: dict[str, Any], topic: str, examples: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    complete = {
        "name": topic,
        "title": topic,
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/ce-correlationid"},
        "headers": {"$ref": f"#/components/schemas/{HEADERS}"},
        "payload": message["payload"],
    }
    if topic in examples:
        example = examples[topic]
        complete["examples"] = [{"headers": example["headers"], "payload": example["body"]}]
    return complete
