"""Made-up requests to every operation of every document, in everybody's name, on a real house.

``DHAKIRA_FUZZ_EXAMPLES`` and ``DHAKIRA_FUZZ_SEED`` set how many and which; `make fuzz` asks more.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator

import pytest

from services.house.running import SERVICES
from tests.contracts.validation import FOLDER
from tests.fuzz.fuzzing import Found, fuzz, with_known_places
from tests.stories.house import DemoHouse, running_demo

EXAMPLES = int(os.environ.get("DHAKIRA_FUZZ_EXAMPLES") or 1)
SEED = int(os.environ.get("DHAKIRA_FUZZ_SEED") or 1)
"""The same in every run of all tests: what is new is looked for by `make fuzz`."""
EDGES = bool(os.environ.get("DHAKIRA_FUZZ_EDGES"))
"""Whether every edge of every parameter is tried besides what is made up."""
NOBODY = ""
ASKERS = {
    "anonymous": NOBODY,
    "administrator": "nadia.admin",
    "alternate": "rana.khalil",
    "auditor": "murad.hakim",
    "chair": "karim.sadat",
    "cso": "widad.nasser",
    "focal-point": "yusuf.hamdan",
    "nhri": "samar.jaber",
    "observer": "adel.qasim",
    "secretariat": "salma.rahbi",
    "service portal": "service:portal",
    "service tracking": "service:tracking",
}
PASSERS_BY = ("bassam.khouri", "jana.tawil")
"""Whom the administrator's requests may name: those who ask keep their roles."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHouse]:
    """Give a house of its own: what is made up is recorded for good."""
    with running_demo(tmp_path_factory.mktemp("fuzz")) as standing:
        yield standing


@pytest.fixture(scope="module")
def places(house: DemoHouse) -> dict[str, list[str]]:
    """Give what stands at the addresses of each kind."""
    records = house.rows("portal", "SELECT id::text FROM portal_read.records ORDER BY id LIMIT 20")
    found = [str(row[0]) for row in records]
    return {
        "recommendations": found,
        "cases": found,
        "institutions": ["justice", "health", "secretariat"],
        "people": [house.people[each] for each in PASSERS_BY],
    }


def test_the_askers_are_of_every_role(house: DemoHouse) -> None:
    rows = house.rows("tracking", "SELECT DISTINCT unnest(roles) FROM tracking_read.people")
    assert {str(row[0]) for row in rows} <= set(ASKERS)


# The library that makes requests up draws from `random`; its seed is set, so runs repeat.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("asker", ASKERS)
def test_no_request_is_answered_with_a_defect_or_with_what_no_document_says(
    house: DemoHouse, places: dict[str, list[str]], asker: str
) -> None:
    login = ASKERS[asker]
    headers = house.bearer(login) if login else {}
    found = Found()
    for service in SERVICES:
        text = (FOLDER / f"{service}.openapi.json").read_text(encoding="utf-8")
        found += fuzz(
            with_known_places(json.loads(text), places),
            house.address,
            headers,
            examples=EXAMPLES,
            seed=SEED,
            edges=EDGES,
        )
    sys.stdout.write(
        f"seed {SEED}, {asker}: {found.requests} requests, {dict(sorted(found.statuses.items()))}\n"
    )
    again = f"make fuzz SEED={SEED} EXAMPLES={EXAMPLES}"
    assert found.requests > 0
    assert not found.wrong, "\n\n".join([again, *found.wrong])


def test_an_answer_that_the_document_does_not_say_is_found(house: DemoHouse) -> None:
    document = json.loads((FOLDER / "tracking.openapi.json").read_text(encoding="utf-8"))
    path = "/api/tracking/v1/status"
    del document["paths"][path]["get"]["responses"]["403"]
    document["paths"] = {path: document["paths"][path]}
    headers = house.bearer(ASKERS["cso"])
    found = fuzz(document, house.address, headers, examples=1, seed=SEED, edges=False)
    assert found.statuses[403] > 0
    assert any("403" in each for each in found.wrong)
