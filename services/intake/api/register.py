"""The register over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.chassis.http import Ask, AskToAct
from libs.chassis.openapi import OPEN, TAGGED
from libs.kernel.refusal import Unknown
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

    @router.get("/recommendations", openapi_extra=OPEN)
    async def list_recommendations(
        ask: Ask, after: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> list[RecommendationView]:
        """List records by number; those not yet public only for those who keep the register."""
        everything = ask.may("recommendation.read", published=False, **ask.custody)
        ask.permit("recommendation.read", published=not everything, **ask.custody)
        return await views.recommendations(
            ask.service.pool, after, limit, published_only=not everything
        )

    @router.get("/recommendations/{identity}", responses=TAGGED, openapi_extra=OPEN)
    async def read_recommendation(
        ask: Ask, identity: UUID, response: Response
    ) -> RecommendationView:
        """Read one record."""
        found = await views.recommendation(ask.service.pool, identity)
        public = found is not None and found.published
        ask.permit("recommendation.read", published=public or found is None, **ask.custody)
        if found is None:
            raise Unknown
        response.headers["ETag"] = f'"{found.id}-{found.version}"'
        return found

    @router.post("/recommendations", status_code=201)
    def receive(ask: AskToAct, command: ReceiveRecommendation, response: Response) -> Answered:
        """Type in a recommendation by hand."""
        return ask.answer(response, ask.perform(register.receive, profile, command))

    @router.post("/recommendations/{identity}/corrections")
    def correct(
        ask: AskToAct, identity: UUID, command: CorrectRecommendation, response: Response
    ) -> Answered:
        """Correct fields, with a reason."""
        return ask.answer(response, ask.perform(register.correct, profile, identity, command))

    @router.post("/recommendations/{identity}/translations")
    def translate(
        ask: AskToAct, identity: UUID, command: TranslateRecommendation, response: Response
    ) -> Answered:
        """Give the text in a further language."""
        return ask.answer(response, ask.perform(register.translate, identity, command))

    @router.post("/recommendations/{identity}/summaries")
    def summarise(
        ask: AskToAct, identity: UUID, command: SummariseRecommendation, response: Response
    ) -> Answered:
        """Write a plain-language summary."""
        return ask.answer(response, ask.perform(register.summarise, identity, command))

    @router.put("/recommendations/{identity}/classification")
    def classify(
        ask: AskToAct, identity: UUID, command: ClassifyRecommendation, response: Response
    ) -> Answered:
        """Set themes, groups and SDG targets."""
        return ask.answer(response, ask.perform(register.classify, profile, identity, command))

    @router.put("/recommendations/{identity}/position")
    def record_position(
        ask: AskToAct, identity: UUID, command: RecordPosition, response: Response
    ) -> Answered:
        """Record the State's answer."""
        return ask.answer(response, ask.perform(register.record_position, identity, command))

    @router.post("/recommendations/{identity}/links")
    def link(
        ask: AskToAct, identity: UUID, command: LinkRecommendation, response: Response
    ) -> Answered:
        """Link to another recommendation."""
        return ask.answer(response, ask.perform(register.link, identity, command))

    @router.post("/recommendations/{identity}/confirmation")
    def confirm(
        ask: AskToAct, identity: UUID, command: ConfirmRecommendation, response: Response
    ) -> Answered:
        """Let the official text replace a provisional one."""
        return ask.answer(response, ask.perform(register.confirm, identity, command))

    @router.post("/recommendations/{identity}/publication")
    def publish(ask: AskToAct, identity: UUID, response: Response) -> Answered:
        """Let everyone read it."""
        return ask.answer(response, ask.perform(register.publish, identity))

    @router.post("/recommendations/{identity}/withdrawal")
    def withdraw(
        ask: AskToAct, identity: UUID, command: GiveReason, response: Response
    ) -> Answered:
        """Take it back."""
        return ask.answer(response, ask.perform(register.withdraw, identity, command))

    @router.post("/recommendations/{identity}/reinstatement")
    def reinstate(
        ask: AskToAct, identity: UUID, command: GiveReason, response: Response
    ) -> Answered:
        """Let it stand again."""
        return ask.answer(response, ask.perform(register.reinstate, identity, command))

    return router
