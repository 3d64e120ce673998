"""How intake is put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from libs.chassis.http import create_app
from libs.chassis.service import House, Plan, Service
from libs.ledger.act import Act, new_id
from services.intake.adapters import template
from services.intake.adapters.files import KeptFiles
from services.intake.adapters.reader import SandboxReader
from services.intake.api import imports
from services.intake.api.register import routes
from services.intake.commands.imports import Desk, Ports
from services.intake.commands.vocabulary import adopt_profile
from services.intake.domain.numbering import Numbering
from services.intake.domain.recommendation import Recommendation
from services.intake.domain.source_import import SourceImport
from services.intake.domain.vocabulary import Vocabulary
from services.intake.profile import STANDARD, Profile
from services.intake.projections import Previews, RegisterOfRecommendations
from services.intake.views.importing import ImportLookups

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
    desks: list[Desk] = []

    def begin(service: Service) -> None:
        act = Act.of_policy("intake.adopt-profile", event_id=new_id(), correlation_id=new_id())
        adopt_profile(service.ledger, profile, act)
        for desk in desks:
            desk.open(_alive(service))

    plan = Plan(
        name="intake", events=EVENTS, own=[RegisterOfRecommendations()], begin=begin, connections=2
    )
    service = Service(house, plan)
    files = KeptFiles(house.settings.data / "files")
    desk = _desk(service, profile, files)
    desks.append(desk)
    create_app(
        service,
        [
            imports.template_routes(_empty_csv, _empty_xlsx),
            imports.routes(desk, files.keep),
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


def _empty_csv() -> bytes:
    return b"".join(template.write_csv([]))


def _empty_xlsx(target: BinaryIO) -> None:
    template.write_xlsx([], target)
