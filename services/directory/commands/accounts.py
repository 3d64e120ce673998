"""Local accounts: the first administrator, and signing in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import Field

from libs.chassis.command import Command
from libs.kernel.refusal import Forbidden, Refusal, Unknown
from libs.ledger.ledger import Receipt
from services.directory.commands.institutions import Names
from services.directory.commands.people import (
    PersonalData,
    Secret,
    begin,
    keep_hash,
    record_new,
)
from services.directory.domain.administration import ADMINISTRATION, Administration
from services.directory.domain.institution import Institution
from services.directory.domain.password import normal_password
from services.directory.domain.person import Person
from services.directory.domain.roles import ADMINISTRATOR

if TYPE_CHECKING:
    from libs.chassis.asking import Asked
    from libs.ledger.ledger import Ledger
    from services.directory.commands.safe import Safe

BOOTSTRAP = "bootstrap"
CUSTODIAN_NAMES = {"ar": "الأمانة", "en": "Secretariat"}


class BootstrapVoid(Refusal):
    """The first administrator is enrolled; the bootstrap token opens nothing any more."""


class BootstrapTokenWrong(Forbidden):
    """This is not the bootstrap token that was shown when the platform first started."""


class SignInRefused(Refusal):
    """Name and password do not belong together, or to nobody; which of both is not told."""

    status = 401


class EnrolFirstAdministrator(PersonalData):
    """Enrol the first administrator, with the token that was shown at the first start."""

    token: Secret
    password: Secret
    custodian_names: Names = Field(
        default_factory=lambda: dict(CUSTODIAN_NAMES),
        max_length=40,
        description="Names of the institution that keeps the register, by language.",
    )


class SignIn(Command):
    """Ask whether name and password belong together."""

    sign_in: str = Field(max_length=200)
    password: Secret
    address: str = Field(
        "",
        max_length=64,
        description="IP address that the person asks from; those without one share their tries.",
    )


def by_bootstrap(asked: Asked) -> Asked:
    """Return the request as one of whoever holds the bootstrap token."""
    asked.act = replace(asked.act, actor=BOOTSTRAP)
    return asked


def bootstrap(asked: Asked, safe: Safe, command: EnrolFirstAdministrator) -> Receipt:
    """Enrol the first administrator, for the institution that keeps the register.

    Raises:
        BootstrapVoid: there was one before.
        BootstrapTokenWrong: the token is not the one shown.
        Refusal: a name or the password is not one.
    """
    asked.public()
    if asked.service.ledger.exists(ADMINISTRATION):
        raise BootstrapVoid
    if not safe.bootstrap.opens(command.token.get_secret_value()):
        raise BootstrapTokenWrong
    institution = _custodian(asked, command)
    person, secrets = begin(asked, safe, command, institution.code, command.password)
    person.grant(ADMINISTRATOR, BOOTSTRAP, institution.kind)
    administration = Administration.found(person.id, asked.act.recorded_at)
    asked.act = asked.act.allowed_by(BOOTSTRAP, person.id, institution.id, ADMINISTRATION)
    receipt = record_new(asked, person, institution, administration, secrets=secrets)
    safe.bootstrap.void()
    return receipt


def _custodian(asked: Asked, command: EnrolFirstAdministrator) -> Institution:
    return Institution.register(
        asked.act.recorded_at,
        code=asked.service.house.settings.custodian,
        names=command.custodian_names,
        kind="secretariat",
        membership="full",
    )


def who_signs_in(ledger: Ledger, safe: Safe, command: SignIn) -> Person | None:
    """Take one try, and return the person of the name, None where nobody can sign in under it.

    Raises:
        SignInTooOften: there were too many tries.
    """
    identity = safe.identity(command.sign_in)
    safe.limits.take(str(identity), command.address)
    try:
        person = ledger.load(Person, identity)
    except Unknown:
        return None
    return person if person.credential is not None else None


def check(safe: Safe, person: Person | None, kept: str | None, command: SignIn) -> Person:
    """Return the person if the password is the one of the kept hash.

    It takes as long where there is no person, so that nobody learns which names there are.

    Raises:
        SignInRefused: it is not.
    """
    matches = safe.hashes.matches(kept, normal_password(command.password.get_secret_value()))
    if person is None or not matches:
        raise SignInRefused
    safe.limits.forgive(str(person.id))
    return person


def renew(asked: Asked, safe: Safe, identity: UUID, command: SignIn) -> Receipt:
    """Hash the password of a person who just signed in with the parameters of now."""
    person = asked.load_permitted(Person, identity, "account.sign-in")
    hashed = safe.hashes.hash(normal_password(command.password.get_secret_value()))
    return keep_hash(asked, safe, person, hashed, Person.renew_hash)
