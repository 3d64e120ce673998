"""Who may act: enrol, give and take roles, issue passwords, let go, erase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from pydantic import Field, SecretStr

from libs.chassis.command import Command
from libs.kernel.refusal import Misunderstood
from libs.ledger.ledger import Answer, Receipt
from services.directory.commands.institutions import Names
from services.directory.domain.administration import ADMINISTRATION, Administration
from services.directory.domain.institution import Institution, names_by_language
from services.directory.domain.password import PasswordIsName, checked_password
from services.directory.domain.person import Person, SignInNameTaken, checked_sign_in
from services.directory.domain.roles import ADMINISTRATOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from libs.chassis.asking import Asked
    from libs.ledger.ledger import Ledger
    from libs.ledger.writer import NewSecret
    from services.directory.commands.safe import Safe

Secret = Annotated[SecretStr, Field(max_length=1000)]


class InstitutionUnknown(Misunderstood):
    """No institution stands under this code."""


class EmailMalformed(Misunderstood):
    """An e-mail address has a name, the sign @ and a domain."""


class PersonalData(Command):
    """Who somebody is; all of it goes into the vault."""

    sign_in: str = Field(max_length=200, description="Name to sign in with.")
    names: Names = Field(max_length=40, description='Names by language: {"en": "Huda Mazen"}.')
    posts: Names = Field(default_factory=dict, max_length=40, description="Posts by language.")
    email: str = Field("", max_length=254, description="Address for messages; empty: none.")

    def fields(self) -> dict[str, str]:
        """Return the fields as the vault keeps them.

        Raises:
            Refusal: the name to sign in with, a name, a post or the address is not one.
        """
        if self.email and not 0 < self.email.find("@") < len(self.email) - 1:
            raise EmailMalformed
        posts = names_by_language(self.posts) if self.posts else {}
        return {
            "sign-in": checked_sign_in(self.sign_in),
            "email": self.email.strip(),
            **{
                f"name.{language}": name for language, name in names_by_language(self.names).items()
            },
            **{f"post.{language}": post for language, post in posts.items()},
        }


class EnrolPerson(PersonalData):
    """Let a person sign in for an institution, at once with roles and a password."""

    institution: str = Field(max_length=60, description="Code of the institution.")
    roles: tuple[Annotated[str, Field(max_length=60)], ...] = Field((), max_length=20)
    password: Secret | None = Field(None, description="First password; may be issued later.")


class IssueCredential(Command):
    """Let a new password stand in the place of the old one."""

    password: Secret


class ErasePerson(Command):
    """Make what is personal unreadable for good."""

    basis: str = Field(
        max_length=300, description="The decision that this rests on; nobody's data."
    )


def enrol(asked: Asked, safe: Safe, command: EnrolPerson) -> Receipt:
    """Enrol a person.

    Raises:
        InstitutionUnknown: no institution stands under the code.
        SignInNameTaken: somebody is or was enrolled under this name.
        Refusal: a name, a role or the password is not one.
    """
    administers = ADMINISTRATOR in command.roles
    asked.permit(
        "person.enrol", safe.identity(command.sign_in), *_with(administers), **asked.custody
    )
    ledger = asked.service.ledger
    institution = Institution.identity(command.institution)
    if not ledger.exists(institution):
        raise InstitutionUnknown(code=command.institution[:60])
    body = ledger.load(Institution, institution)
    person, secrets = begin(asked, safe, command, body.code, command.password)
    for role in command.roles:
        person.grant(role, asked.act.actor, body.kind)
    joins = _joined(asked, person) if administers else ()
    return record_new(asked, person, *joins, secrets=secrets)


def begin(
    asked: Asked, safe: Safe, data: PersonalData, institution: str, password: SecretStr | None
) -> tuple[Person, list[NewSecret]]:
    """Return a new person with the vault rows, not yet recorded."""
    fields = data.fields()
    identity = safe.identity(data.sign_in)
    if asked.service.ledger.exists(identity):
        raise SignInNameTaken
    hashed = hash_of(safe, identity, password) if password else None
    secrets = [safe.seal(identity, fields)]
    person = Person.enrol(
        identity, asked.act.recorded_at, institution=institution, secret=secrets[0].ref
    )
    if hashed:
        secrets.append(safe.seal(identity, {"argon2id": hashed}))
        person.issue_credential(secrets[1].ref)
    return person, secrets


def hash_of(safe: Safe, identity: UUID, password: SecretStr) -> str:
    """Return the hash of a person's new password.

    Raises:
        Refusal: PasswordTooShort, PasswordTooLong, PasswordCommon or PasswordIsName.
    """
    plain = password.get_secret_value()
    if safe.identity(plain) == identity:
        raise PasswordIsName
    return safe.hashes.hash(checked_password(plain))


def record_new(
    asked: Asked, person: Person, *others: Administration | Institution, secrets: list[NewSecret]
) -> Receipt:
    """Record a new person, after what else was decided with it."""
    answer = Answer(201, f"/api/directory/v1/people/{person.id}", _facts(person))
    return asked.service.ledger.record(asked.act, *others, person, answer=answer, secrets=secrets)


def _joined(asked: Asked, person: Person) -> tuple[Administration, ...]:
    """Return the administration with a new one; only those of the custodian keep the directory."""
    if person.institution != asked.service.house.settings.custodian:
        return ()
    administration = asked.service.ledger.load(Administration, ADMINISTRATION)
    administration.join(person.id)
    return (administration,)


def grant(asked: Asked, identity: UUID, role: str) -> Receipt:
    """Give a role that fits the kind of the person's institution."""
    person = _load(asked, identity, "person.grant", *_with(role == ADMINISTRATOR))
    body = asked.service.ledger.load(Institution, Institution.identity(person.institution))
    person.grant(role, asked.act.actor, body.kind)
    joins = _joined(asked, person) if role == ADMINISTRATOR else ()
    return _record(asked, person, *joins)


def withdraw(asked: Asked, identity: UUID, role: str) -> Receipt:
    """Take a role.

    Raises:
        LastAdministrator: nobody would keep the directory any more.
    """
    person = _load(asked, identity, "person.withdraw", *_with(role == ADMINISTRATOR))
    releases = _released(asked.service.ledger, person) if role == ADMINISTRATOR else ()
    person.withdraw(role)
    return _record(asked, person, *releases)


def _released(ledger: Ledger, person: Person) -> tuple[Administration, ...]:
    if ADMINISTRATOR not in person.roles:
        return ()
    administration = ledger.load(Administration, ADMINISTRATION)
    administration.release(person.id)
    return (administration,)


def issue_credential(asked: Asked, safe: Safe, identity: UUID, command: IssueCredential) -> Receipt:
    """Let a new password stand."""
    person = _load(asked, identity, "person.issue-credential")
    hashed = hash_of(safe, identity, command.password)
    return keep_hash(asked, safe, person, hashed, Person.issue_credential)


def keep_hash(
    asked: Asked, safe: Safe, person: Person, hashed: str, say: Callable[[Person, UUID], None]
) -> Receipt:
    """Seal the hash of a password; ``say`` tells the person under which reference it stands."""
    person.must_be_here()
    secret = safe.seal(person.id, {"argon2id": hashed})
    say(person, secret.ref)
    answer = Answer(facts=_facts(person))
    return asked.service.ledger.record(asked.act, person, answer=answer, secrets=[secret])


def leave(asked: Asked, identity: UUID) -> Receipt:
    """Let a person go.

    Raises:
        LastAdministrator: nobody would keep the directory any more.
    """
    person = _load(asked, identity, "person.leave", ADMINISTRATION)
    releases = _released(asked.service.ledger, person)
    person.leave()
    return _record(asked, person, *releases)


def erase(asked: Asked, safe: Safe, identity: UUID, command: ErasePerson) -> Receipt:
    """Make a gone person's data unreadable; the rows follow when the event is projected."""
    person = _load(asked, identity, "person.erase")
    person.erase(command.basis)
    receipt = _record(asked, person)
    safe.vault.forget(identity)
    return receipt


def _load(asked: Asked, identity: UUID, action: str, *others: UUID) -> Person:
    return asked.load_permitted(Person, identity, action, *others)


def _with(administers: bool) -> tuple[UUID, ...]:  # noqa: FBT001  whether it concerns an administrator
    """Return what changes with a person."""
    return (ADMINISTRATION,) if administers else ()


def _facts(person: Person) -> dict[str, object]:
    return {"id": str(person.id), "version": person.version}


def _record(asked: Asked, person: Person, *others: Administration) -> Receipt:
    answer = Answer(facts=_facts(person))
    return asked.service.ledger.record(asked.act, *others, person, answer=answer)
