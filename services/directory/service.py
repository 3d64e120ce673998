"""How the directory is put together."""

from __future__ import annotations

from libs.chassis.http import create_app
from libs.chassis.pace import Pace
from libs.chassis.service import House, Plan, Service
from libs.ledger.vault import Vault, key_file
from services.directory.adapters.bootstrap import BootstrapFile
from services.directory.adapters.passwords import Argon2Hashes
from services.directory.api import accounts, institutions, people
from services.directory.commands.limits import Limits
from services.directory.commands.safe import Safe
from services.directory.domain.administration import ADMINISTRATION, Administration
from services.directory.domain.institution import Institution
from services.directory.domain.person import Person
from services.directory.projections import EnrolmentsProjection, Erasures, InstitutionsProjection
from services.directory.settings import DirectorySettings

EVENTS = [
    Institution.Created,
    Institution.Renamed,
    Institution.Reclassified,
    Person.Created,
    Person.RoleGranted,
    Person.RoleWithdrawn,
    Person.CredentialIssued,
    Person.HashRenewed,
    Person.Left,
    Person.Erased,
    Administration.Created,
    Administration.Joined,
    Administration.Released,
]


def create(house: House) -> Service:
    """Return the directory, ready to start."""
    safe = open_safe(house, DirectorySettings())

    def begin(service: Service) -> None:
        """Void the bootstrap token where the first administrator is enrolled already."""
        if service.ledger.exists(ADMINISTRATION):
            safe.bootstrap.void()

    plan = Plan(
        name="directory",
        events=EVENTS,
        own=[InstitutionsProjection(), EnrolmentsProjection(), Erasures(safe.vault)],
        begin=begin,
    )
    service = Service(house, plan)
    create_app(service, [institutions.router, people.routes(safe), accounts.routes(safe)])
    return service


def open_safe(house: House, settings: DirectorySettings) -> Safe:
    """Return what the commands keep secrets with, in the keys folder."""
    keys = house.settings.data / "keys"
    return Safe(
        vault=Vault(keys, "directory"),
        name_key=key_file(keys / "sign-in-names.key"),
        hashes=_hashes(settings),
        bootstrap=BootstrapFile(keys),
        limits=Limits(
            Pace(settings.tries_per_name, settings.seconds_per_try),
            Pace(settings.tries_per_address, settings.seconds_per_try_from_address),
        ),
    )


def _hashes(settings: DirectorySettings) -> Argon2Hashes:
    if settings.password_kib is not None:
        return Argon2Hashes(settings.password_kib)
    return Argon2Hashes.tuned(settings.password_milliseconds)
