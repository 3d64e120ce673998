"""What schemathesis asks of one service in one person's name, and what it finds."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Self

import schemathesis
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    ExamplesPhaseConfig,
    FuzzingPhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    SimpleCheckConfig,
    StatefulPhaseConfig,
)
from schemathesis.config._checks import (
    MissingRequiredHeaderConfig,
    NegativeDataRejectionConfig,
    PositiveDataAcceptanceConfig,
)
from schemathesis.engine import events, from_schema

ANSWERS_WITHIN = 60.0
OFF = SimpleCheckConfig(enabled=False)
CHECKS = ChecksConfig(
    positive_data_acceptance=PositiveDataAcceptanceConfig(enabled=False),
    negative_data_rejection=NegativeDataRejectionConfig(enabled=False),
    missing_required_header=MissingRequiredHeaderConfig(enabled=False),
    use_after_free=OFF,
    ensure_resource_availability=OFF,
    ignored_auth=OFF,
    object_level_authorization=OFF,
    unsupported_method=OFF,
    allow_header_conformance=OFF,
)
"""What stays on: server errors, and whether status, media type, headers and body are described."""


@dataclass
class Found:
    """What came of a run."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: Found) -> Self:
        """Take in another run."""
        self.requests += other.requests
        self.statuses += other.statuses
        self.wrong += other.wrong
        return self


def with_known_places(document: dict[str, Any], places: dict[str, list[str]]) -> dict[str, Any]:
    """Return a document whose path parameters may also be what really stands.

    ``places``: values by the beginning of a path below ``/api/<service>/v1/``.
    """
    narrowed = deepcopy(document)
    for path, item in narrowed["paths"].items():
        known = places.get(path.split("/")[4], [])
        for operation in item.values():
            first = next((each for each in operation["parameters"] if each["in"] == "path"), None)
            if known and first is not None:
                first["schema"] = {"anyOf": [{"enum": known}, first["schema"]]}
    return narrowed


def fuzz(
    document: dict[str, Any],
    address: str,
    headers: dict[str, str],
    *,
    examples: int,
    seed: int,
    edges: bool,
) -> Found:
    """Ask ``examples`` made-up requests of every operation; with ``edges``, every edge too."""
    config = SchemathesisConfig(
        seed=seed,
        projects=ProjectsConfig(
            default=ProjectConfig(
                base_url=address,
                headers=headers,
                request_timeout=ANSWERS_WITHIN,
                continue_on_failure=True,
                checks=CHECKS,
                generation=GenerationConfig(
                    max_examples=examples, no_shrink=True, with_security_parameters=False,
                    database="none",
                ),
                phases=PhasesConfig(
                    examples=ExamplesPhaseConfig(enabled=False),
                    coverage=CoveragePhaseConfig(enabled=edges),
                    fuzzing=FuzzingPhaseConfig(enabled=True),
                    stateful=StatefulPhaseConfig(enabled=False),
                ),
            )
        ),
    )  # fmt: skip
    schema = schemathesis.openapi.from_dict(document, config=config)
    found = Found()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _take(found, event)
        elif isinstance(event, events.NonFatalError):
            found.wrong.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, events.FatalError):
            raise event.exception
    return found


def _take(found: Found, event: events.ScenarioFinished) -> None:
    for interaction in event.recorder.interactions.values():
        found.requests += 1
        if interaction.response is not None:
            found.statuses[interaction.response.status_code] += 1
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                found.wrong.append(
                    f"{event.label}: {check.name}: {failure.title}: {failure.message}\n"
                    f"{check.failure_info.code_sample}"
                )
