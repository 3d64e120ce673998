"""Each service's README says what its code does: asked, tells, listens, questions."""

from __future__ import annotations

import pytest

from tests.architecture import readmes
from tests.architecture.tree import ROOT, services

TRACKING = """# Tracking

Purpose.

## Asked

| command | who may | what it tells |
|---|---|---|
| `PUT /cases/{recommendation}/assignment` | secretariat | `tracking.case.assigned.v1` |
| vanish: `POST /cases/{recommendation}/vanishing` | nobody | nothing |

## Tells

| event | meaning |
|---|---|
| `tracking.case.vanished.v1` | a case vanished |

## Listens

| event | of | why |
|---|---|---|
| `directory.>` | directory | who may act |
| `feeds.>` | feeds | nothing |
| `intake.recommendation.published.v1` | intake | a case is opened |

## Questions

| question | answered by |
|---|---|
| which cases are there? | `views.cases` |
"""


@pytest.mark.parametrize("service", services(ROOT))
def test_the_readme_says_what_the_code_does(service: str) -> None:
    readme = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")
    assert readmes.missing_sections(readme) == []
    assert readmes.differences(service, readme) == []


def test_a_readme_that_says_something_else_is_caught() -> None:
    found = set(readmes.differences("tracking", TRACKING))
    assert {
        "Asked says POST /cases/{recommendation}/vanishing, the code does not",
        "Asked lacks POST /cases/{recommendation}/closure",
        "Tells says tracking.case.vanished.v1, the code does not",
        "Tells lacks tracking.case.assigned.v1",
        "Listens says feeds.>, the code does not",
        "Questions lacks views.case_of",
    } <= found
    named = ("assignment", "directory.", "recommendation.published", "views.cases")
    assert not [each for each in found if any(name in each for name in named)]


def test_a_table_that_is_missing_is_caught() -> None:
    assert readmes.missing_sections("# Tracking\n\n## Asked\n\n## Tells\n") == [
        "Listens",
        "Questions",
    ]


def test_the_routes_that_all_share_are_told() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert readmes.shared(told) == readmes.answered()
    untold = readmes.shared(told.replace("`republication`", "and"))
    assert readmes.answered() - untold == {"republication"}
