"""Whenever another service tells something, what tracking does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libs.chassis.reaction import Policy
from libs.contracts.intake import RecommendationPublished
from services.tracking.commands import open_case

if TYPE_CHECKING:
    from libs.chassis.envelope import Heard
    from libs.ledger.act import Act
    from libs.ledger.ledger import Ledger


def policies(ledger: Ledger) -> list[Policy]:
    """Return the policies of tracking, acting on its ledger."""

    def open_case_when_recommendation_is_published(heard: Heard, act: Act) -> None:
        """Whenever a recommendation is published, its follow-up begins."""
        if isinstance(heard.event, RecommendationPublished):
            open_case(ledger, heard.stream, heard.event.number, act)

    return [
        Policy(
            "open-case",
            RecommendationPublished.topic,
            open_case_when_recommendation_is_published,
        )
    ]
