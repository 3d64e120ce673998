"""Whenever another service tells something, what tracking does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libs.chassis.reaction import Policy
from libs.contracts.intake import (
    RecommendationConfirmationWithdrawn,
    RecommendationPublished,
    RecommendationReinstated,
    RecommendationWithdrawn,
)
from services.tracking.commands import follow_record
from services.tracking.domain.standing import Statement

if TYPE_CHECKING:
    from libs.chassis.envelope import Heard
    from libs.ledger.act import Act
    from libs.ledger.ledger import Ledger


def policies(ledger: Ledger) -> list[Policy]:
    """Return the policies of tracking, acting on its ledger."""

    def open_case_when_recommendation_is_published(heard: Heard, act: Act) -> None:
        """Whenever a recommendation is published, its follow-up begins, or goes on."""
        _follow(ledger, heard, act)

    def close_case_when_recommendation_is_withdrawn(heard: Heard, act: Act) -> None:
        """Whenever a recommendation is withdrawn, its follow-up ends, for the same reason."""
        _follow(ledger, heard, act)

    def reopen_case_when_recommendation_is_reinstated(heard: Heard, act: Act) -> None:
        """Whenever a recommendation is reinstated, the follow-up that this had ended goes on."""
        _follow(ledger, heard, act)

    def close_case_when_recommendation_is_no_longer_published(heard: Heard, act: Act) -> None:
        """Whenever what had published a recommendation is taken back, its follow-up ends."""
        _follow(ledger, heard, act)

    return [
        Policy(
            "open-case",
            RecommendationPublished.topic,
            open_case_when_recommendation_is_published,
        ),
        Policy(
            "close-case",
            RecommendationWithdrawn.topic,
            close_case_when_recommendation_is_withdrawn,
        ),
        Policy(
            "reopen-case",
            RecommendationReinstated.topic,
            reopen_case_when_recommendation_is_reinstated,
        ),
        Policy(
            "close-unpublished-case",
            RecommendationConfirmationWithdrawn.topic,
            close_case_when_recommendation_is_no_longer_published,
        ),
    ]


def _follow(ledger: Ledger, heard: Heard, act: Act) -> None:
    told = _statement(heard)
    if told is not None:
        follow_record(ledger, heard.stream, told, act)


def _statement(heard: Heard) -> Statement | None:
    """Return what an event of the register says of whether its record stands."""
    match heard.event:
        case RecommendationPublished(number=number):
            return Statement("published", True, heard.sequence, number)  # noqa: FBT003  it holds
        case RecommendationWithdrawn(reason=reason):
            return Statement("withdrawn", True, heard.sequence, reason=reason)  # noqa: FBT003  it holds
        case RecommendationReinstated(reason=reason):
            return Statement("withdrawn", False, heard.sequence, reason=reason)  # noqa: FBT003  not any more
        case RecommendationConfirmationWithdrawn(reason=reason, published=published):
            return Statement("published", published, heard.sequence, reason=reason)
        case _:
            return None
