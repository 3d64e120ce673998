"""The committed documents say what the code does, and independent validators take them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from deploy.documents import FOLDER, asyncapi_of, documents, made, openapi_of, service_names
from tests.contracts.goldens import PUBLISHED, contracts, files
from tests.contracts.validation import NotAsDescribed, committed, validate_message

COMPONENT = re.compile(r"^[a-zA-Z0-9._-]+$")
SERVICES = service_names()
GOLDENS = files(PUBLISHED)


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_documents_are_not_stale(service: str) -> None:
    stale = [
        name
        for name, text in documents(service).items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make documents` and commit what it wrote"


def test_no_document_is_left_of_a_service_that_is_gone() -> None:
    described = {path.name.split(".")[0] for path in FOLDER.glob("*.json")}
    assert described <= set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_the_openapi_document_is_valid(service: str) -> None:
    document = json.loads((FOLDER / f"{service}.openapi.json").read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_what_it_is_for(service: str) -> None:
    document = openapi_of(made(service))
    silent = [
        f"{method} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if not operation.get("description")
    ]
    assert not silent


READ_OF_ALL = {"Accept-Language", "traceparent"}
READ_OF_ACTS = {"Idempotency-Key", "If-Match", "Dhakira-Happened-At"}
NOTHING_RECORDED = {"sign-ins", "tokens", "redrive", "rebuild", "republication"}
"""What is asked for by POST and leaves no act in the ledger."""


def operations(service: str) -> list[tuple[str, str, dict[str, Any]]]:
    document = json.loads((FOLDER / f"{service}.openapi.json").read_text(encoding="utf-8"))
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_describes_the_headers_that_are_read(service: str) -> None:
    for method, path, operation in operations(service):
        acts = method != "get" and path.rsplit("/", 1)[1] not in NOTHING_RECORDED
        headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
        assert headers == READ_OF_ALL | (READ_OF_ACTS if acts else set()), f"{method} {path}"
        assert {"bearer": []} in operation["security"]
        answered = next(each for each in operation["responses"] if each.startswith("2"))
        sent = operation["responses"][answered].get("headers", {})
        assert ("Dhakira-Position" in sent) == acts, f"{method} {path}"
        assert ("Location" in sent) == (acts and answered in {"201", "202"}), f"{method} {path}"
        assert ("412" in operation["responses"]) == acts, f"{method} {path}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_is_described_as_a_problem(service: str) -> None:
    for method, path, operation in operations(service):
        refusals = {
            status: answer
            for status, answer in operation["responses"].items()
            if not status.startswith("2")
        }
        assert {"401", "403", "422", "500", "503"} <= set(refusals), f"{method} {path}"
        for status, answer in refusals.items():
            schema = {"$ref": "#/components/schemas/Problem"}
            described = {"application/problem+json": {"schema": schema}}
            assert answer["content"] == described, f"{method} {path} {status}"


@pytest.mark.parametrize("service", ["directory", "intake", "tracking"])
def test_what_has_a_version_is_answered_with_its_tag(service: str) -> None:
    tagged = {
        path.rsplit("/", 2)[1]
        for method, path, operation in operations(service)
        if method == "get" and "ETag" in operation["responses"]["200"].get("headers", {})
    }
    expected = {
        "directory": {"institutions", "people"},
        "intake": {"imports", "recommendations"},
        "tracking": {"cases"},
    }
    assert tagged == expected[service]


def test_signing_in_too_often_is_described() -> None:
    limited = {
        path
        for service in SERVICES
        for _, path, operation in operations(service)
        if "429" in operation["responses"]
    }
    assert limited == {"/api/directory/v1/sign-ins", "/api/portal/v1/tokens"}


@pytest.mark.parametrize("service", SERVICES)
def test_the_asyncapi_document_holds_together(service: str) -> None:
    document = committed(service)
    assert document["asyncapi"] == "3.0.0"
    for reference in _references(document):
        assert _resolved(document, reference), reference
    for kind, components in document["components"].items():
        for name, component in components.items():
            assert COMPONENT.match(name), name
            if kind == "schemas":
                Draft202012Validator.check_schema(component)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_describes_every_event_that_it_tells(service: str) -> None:
    told = {each.topic for each in contracts() if each.topic.startswith(f"{service}.")}
    document = committed(service)
    sent = {
        operation["channel"]["$ref"].rsplit("/", 1)[1]
        for operation in document["operations"].values()
        if operation["action"] == "send"
    }
    assert sent == told


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_describes_every_event_that_its_policies_hear(service: str) -> None:
    made_service = made(service)
    policies = made_service.plan.policies(made_service.ledger)
    received = [
        each
        for each in asyncapi_of(made_service)["operations"].values()
        if each["action"] == "receive"
    ]
    assert len(received) == len(policies)


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_every_golden_is_what_the_document_says(path: Any) -> None:
    golden = json.loads(path.read_text(encoding="utf-8"))
    document = committed(path.stem.split(".")[0])
    body = json.dumps(golden["body"]).encode()
    validate_message(document, f"evt.national.{path.stem}", golden["headers"], body)


@pytest.mark.parametrize(
    ("subject", "headers", "body", "said"),
    [
        ("evt.national.tracking.case.vanished.v1", {}, {}, "no channel"),
        (None, {"ce-id": "not an id"}, {}, "headers/ce-id"),
        (None, {"ce-type": "tracking.case.closed.v1"}, {}, "headers/ce-type"),
        (None, {"ce-actor": None}, {}, "'ce-actor' is a required property"),
        (None, {}, {"lead": 7}, "body/lead"),
        (None, {}, {"number": None}, "body/number"),
    ],
)
def test_a_message_that_differs_is_caught(
    subject: str | None, headers: dict[str, Any], body: dict[str, Any], said: str
) -> None:
    topic = "tracking.case.assigned.v1"
    golden = json.loads((PUBLISHED / f"{topic}.json").read_text(encoding="utf-8"))
    changed = golden["headers"] | headers
    given = {name: value for name, value in changed.items() if value is not None}
    with pytest.raises(NotAsDescribed, match=re.escape(said)):
        validate_message(
            committed("tracking"),
            subject or f"evt.national.{topic}",
            given,
            json.dumps(golden["body"] | body).encode(),
        )


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [each for value in part.values() for each in _references(value)]
    if isinstance(part, list):
        return [each for value in part for each in _references(value)]
    return []


def _resolved(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found
