"""How intake is put together."""

from __future__ import annotations

from libs.chassis.http import create_app
from libs.chassis.service import House, Plan, Service
from libs.ledger.act import Act, new_id
from services.intake.api.register import routes
from services.intake.commands.vocabulary import adopt_profile
from services.intake.domain.numbering import Numbering
from services.intake.domain.recommendation import Recommendation
from services.intake.domain.source_import import SourceImport
from services.intake.domain.vocabulary import Vocabulary
from services.intake.profile import STANDARD, Profile
from services.intake.projections import RegisterOfRecommendations

EVENTS = [
    Recommendation.Created,
    Recommendation.Confirmed,
    Recommendation.Corrected,
    Recommendation.Translated,
    Recommendation.Summarised,
    Recommendation.Classified,
    Recommendation.PositionRecorded,
    Recommendation.Linked,
    Recommendation.Published,
    Recommendation.Withdrawn,
    Recommendation.Reinstated,
    Numbering.Created,
    Numbering.Allotted,
    SourceImport.Created,
    SourceImport.Confirmed,
    SourceImport.Ended,
    SourceImport.UndoBegun,
    SourceImport.Undone,
    Vocabulary.Created,
    Vocabulary.TermAdded,
    Vocabulary.TermRetired,
]


def create(house: House) -> Service:
    """Return intake, ready to start."""
    profile = Profile.load(house.settings.profile or STANDARD)

    def begin(service: Service) -> None:
        act = Act.of_policy("intake.adopt-profile", event_id=new_id(), correlation_id=new_id())
        adopt_profile(service.ledger, profile, act)

    plan = Plan(
        name="intake", events=EVENTS, own=[RegisterOfRecommendations()], begin=begin, connections=2
    )
    service = Service(house, plan)
    create_app(service, [routes(profile)])
    return service
