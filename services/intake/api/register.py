"""The register over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.chassis.asking import tell_position
from libs.chassis.http import Ask
from libs.kernel.refusal import Unknown
from libs.ledger.ledger import Receipt
from services.intake import views
from services.intake.commands import register
from services.intake.commands.register import (
    ClassifyRecommendation,
    ConfirmRecommendation,
    CorrectRecommendation,
    GiveReason,
    LinkRecommendation,
    ReceiveRecommendation,
    RecordPosition,
    SummariseRecommendation,
    TranslateRecommendation,
)
from services.intake.views import RecommendationView

if TYPE_CHECKING:
    from services.intake.profile import Profile

Answered = dict[str, Any]


def routes(profile: Profile) -> APIRouter:
    """Return the routes of the register, with the country's profile."""
    router = APIRouter(tags=["recommendations"])

    @router.get("/recommendations")
    async def list_recommendations(
        ask: Ask, after: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> list[RecommendationView]:
        """List records by number; those not yet public only for those who keep the register."""
        everything = ask.may("recommendation.read", published=False, **_custody(ask))
        ask.permit("recommendation.read", published=not everything, **_custody(ask))
        return await views.recommendations(
            ask.service.pool, after, limit, published_only=not everything
        )

    @router.get("/recommendations/{identity}")
    async def read_recommendation(
        ask: Ask, identity: UUID, response: Response
    ) -> RecommendationView:
        """Read one record."""
        found = await views.recommendation(ask.service.pool, identity)
        public = found is not None and found.published
        ask.permit("recommendation.read", published=public or found is None, **_custody(ask))
        if found is None:
            raise Unknown
        response.headers["ETag"] = f'"{found.id}-{found.version}"'
        return found

    @router.post("/recommendations", status_code=201)
    def receive(ask: Ask, command: ReceiveRecommendation, response: Response) -> Answered:
        """Type in a recommendation by hand."""
        return _answer(response, ask.perform(register.receive, profile, command))

    @router.post("/recommendations/{identity}/corrections")
    def correct(
        ask: Ask, identity: UUID, command: CorrectRecommendation, response: Response
    ) -> Answered:
        """Correct fields, with a reason."""
        return _answer(response, ask.perform(register.correct, profile, identity, command))

    @router.post("/recommendations/{identity}/translations")
    def translate(
        ask: Ask, identity: UUID, command: TranslateRecommendation, response: Response
    ) -> Answered:
        """Give the text in a further language."""
        return _answer(response, ask.perform(register.translate, identity, command))

    @router.post("/recommendations/{identity}/summaries")
    def summarise(
        ask: Ask, identity: UUID, command: SummariseRecommendation, response: Response
    ) -> Answered:
        """Write a plain-language summary."""
        return _answer(response, ask.perform(register.summarise, identity, command))

    @router.put("/recommendations/{identity}/classification")
    def classify(
        ask: Ask, identity: UUID, command: ClassifyRecommendation, response: Response
    ) -> Answered:
        """Set themes, groups and SDG targets."""
        return _answer(response, ask.perform(register.classify, profile, identity, command))

    @router.put("/recommendations/{identity}/position")
    def record_position(
        ask: Ask, identity: UUID, command: RecordPosition, response: Response
    ) -> Answered:
        """Record the State's answer."""
        return _answer(response, ask.perform(register.record_position, identity, command))

    @router.post("/recommendations/{identity}/links")
    def link(ask: Ask, identity: UUID, command: LinkRecommendation, response: Response) -> Answered:
        """Link to another recommendation."""
        return _answer(response, ask.perform(register.link, identity, command))

    @router.post("/recommendations/{identity}/confirmation")
    def confirm(
        ask: Ask, identity: UUID, command: ConfirmRecommendation, response: Response
    ) -> Answered:
        """Let the official text replace a provisional one."""
        return _answer(response, ask.perform(register.confirm, identity, command))

    @router.post("/recommendations/{identity}/publication")
    def publish(ask: Ask, identity: UUID, response: Response) -> Answered:
        """Let everyone read it."""
        return _answer(response, ask.perform(register.publish, identity))

    @router.post("/recommendations/{identity}/withdrawal")
    def withdraw(ask: Ask, identity: UUID, command: GiveReason, response: Response) -> Answered:
        """Take it back."""
        return _answer(response, ask.perform(register.withdraw, identity, command))

    @router.post("/recommendations/{identity}/reinstatement")
    def reinstate(ask: Ask, identity: UUID, command: GiveReason, response: Response) -> Answered:
        """Let it stand again."""
        return _answer(response, ask.perform(register.reinstate, identity, command))

    return router


def _custody(ask: Ask) -> dict[str, str]:
    return {"custodian": ask.service.house.settings.custodian}


def _answer(response: Response, receipt: Receipt) -> Answered:
    tell_position(response, "intake", receipt)
    response.status_code = receipt.answer.status
    if receipt.answer.location:
        response.headers["Location"] = receipt.answer.location
    return receipt.answer.facts
