"""How intake is put together."""

from __future__ import annotations

from collections.abc import Callable

from libs.chassis.http import create_app
from libs.chassis.service import House, Plan, Service
from libs.ledger.act import Act, new_id
from libs.ledger.lasting import Lasting
from services.intake.adapters import template
from services.intake.adapters.files import KeptFiles
from services.intake.adapters.reader import SandboxReader
from services.intake.api import imports, templates
from services.intake.api.register import routes
from services.intake.commands.imports import Desk, Ports
from services.intake.commands.vocabulary import adopt_profile
from services.intake.domain.numbering import Numbering
from services.intake.domain.recommendation import Recommendation
from services.intake.domain.source_import import SourceImport
from services.intake.domain.vocabulary import Vocabulary
from services.intake.profile import STANDARD, Profile
from services.intake.projections import PREVIEW_TABLES, Previews, RegisterOfRecommendations
from services.intake.views.importing import ImportLookups

EVENTS = [
    Recommendation.Created,
    Recommendation.Confirmed,
    Recommendation.ConfirmationWithdrawn,
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
    desks: list[Desk] = []

    def begin(service: Service) -> list[Lasting]:
        act = Act.of_policy("intake.adopt-profile", event_id=new_id(), correlation_id=new_id())
        adopt_profile(service.ledger, profile, act)
        return [work for desk in desks for work in desk.open(_alive(service))]

    plan = Plan(
        name="intake",
        events=EVENTS,
        own=[RegisterOfRecommendations()],
        tables=PREVIEW_TABLES,
        takes_files=["/imports"],
        begin=begin,
        connections=2,
    )
    service = Service(house, plan)
    files = KeptFiles(house.settings.data / "files")
    desk = _desk(service, profile, files)
    desks.append(desk)
    create_app(
        service,
        [
            templates.routes({"csv": template.Csv, "xlsx": template.Xlsx}),
            imports.routes(desk, files.keep, files.path),
            routes(profile),
        ],
    )
    return service


def _desk(service: Service, profile: Profile, files: KeptFiles) -> Desk:
    own = service.own[0]
    lookups = ImportLookups(service.ledger, lambda: own.position.sequence)
    return Desk(
        service.ledger,
        profile,
        Ports(files, SandboxReader(), lookups, Previews(service.ledger)),
    )


def _alive(service: Service) -> Callable[[], bool]:
    """Return whether the service still runs: it does while it starts, and until it stops."""
    started = False

    def alive() -> bool:
        nonlocal started
        started = started or service.ready
        return service.ready or not started

    return alive
