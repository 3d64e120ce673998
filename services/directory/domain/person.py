"""A person: enrolled for an institution, given roles, and gone one day; known by a pseudonym only.

Name, addresses and password hash stand in the vault; events carry references to them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from libs.kernel.refusal import Forbidden, Misunderstood, Refusal
from services.directory.domain.roles import fitting_role, known_role

PEOPLE: Final = UUID("01920000-0000-7000-8000-000000000012")
_SIGN_IN_NAME = re.compile(r"[\w.@+-]{3,120}")


class SignInNameMalformed(Misunderstood):
    """A name to sign in with is 3 to 120 letters, digits and the signs . _ @ + -."""


class SignInNameTaken(Refusal):
    """Somebody is, or was, enrolled under this name; names are never given twice."""


class RoleHeld(Refusal):
    """The person holds the role already."""


class RoleNotHeld(Refusal):
    """The person does not hold the role."""


class OwnRole(Forbidden):
    """Nobody gives a role to themselves."""


class PersonGone(Refusal):
    """The person has left; nothing more can be done in that name."""


class PersonStillHere(Refusal):
    """Only the data of a person who has left can be erased."""


class PersonErased(Refusal):
    """The person's data are erased already."""


class BasisMissing(Misunderstood):
    """Erasing is told with the decision that it rests on."""


def normal_sign_in(name: str) -> str:
    """Return a name as it is compared: one form of each letter, in small letters."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def checked_sign_in(name: str) -> str:
    """Return the normal form of a new name to sign in with.

    Raises:
        SignInNameMalformed: it is too short, too long, or has signs that are not allowed.
    """
    normal = normal_sign_in(name)
    if not _SIGN_IN_NAME.fullmatch(normal):
        raise SignInNameMalformed
    return normal


class Person(Aggregate):
    """Somebody who may sign in, with the roles held for one institution."""

    TOPIC: ClassVar[str] = "directory.person"

    class Created(Aggregate.Created):
        """The person may sign in; ``secret`` is the vault reference of name and addresses."""

        TOPIC: ClassVar[str] = "directory.person.enrolled.v1"
        institution: str
        secret: UUID

    class RoleGranted(Aggregate.Event):
        """A role was given."""

        TOPIC: ClassVar[str] = "directory.person.role-granted.v1"
        role: str

    class RoleWithdrawn(Aggregate.Event):
        """A role was taken."""

        TOPIC: ClassVar[str] = "directory.person.role-withdrawn.v1"
        role: str

    class CredentialIssued(Aggregate.Event):
        """A password stands from now on; ``secret`` is the vault reference of its hash."""

        TOPIC: ClassVar[str] = "directory.person.credential-issued.v1"
        secret: UUID

    class HashRenewed(Aggregate.Event):
        """The same password is hashed with stronger parameters; ``secret`` as when it was issued.

        Nobody else is told: who signed in with it goes on.
        """

        TOPIC: ClassVar[str] = "directory.person.hash-renewed.v1"
        secret: UUID

    class Left(Aggregate.Event):
        """The person left."""

        TOPIC: ClassVar[str] = "directory.person.left.v1"

    class Erased(Aggregate.Event):
        """Name, addresses and password hash were made unreadable for good, by this decision."""

        TOPIC: ClassVar[str] = "directory.person.erased.v1"
        basis: str

    @staticmethod
    def identity(key: bytes, sign_in: str) -> UUID:
        """Return the pseudonym of a name to sign in with.

        Keyed (HMAC-SHA-256), so that nobody without the key can find out who stands behind an id
        by trying names; one each, so that two enrolments of one name conflict.
        """
        name = normal_sign_in(sign_in).encode()
        return uuid5(PEOPLE, hmac.new(key, name, hashlib.sha256).hexdigest())

    @classmethod
    def enrol(cls, identity: UUID, when: datetime, *, institution: str, secret: UUID) -> Person:
        """Let a person sign in for an institution."""
        return cls._create(
            cls.Created, id=identity, timestamp=when, institution=institution, secret=secret
        )

    @event(Created)
    def __init__(self, institution: str, secret: UUID) -> None:
        self.institution = institution
        self.secret = secret
        self.credential: UUID | None = None
        self.roles: frozenset[str] = frozenset()
        self.left = False
        self.erased = False

    def grant(self, role: str, by: str, kind: str) -> None:
        """Give a role.

        ``by`` is the pseudonym of who gives it; ``kind`` is that of the person's institution.

        Raises:
            OwnRole: it is the person itself.
            RoleUnknown: the platform knows no such role.
            RoleUnfit: the role does not fit the kind.
            RoleHeld: it is held already.
            PersonGone: the person has left.
        """
        self.must_be_here()
        if by == str(self.id):
            raise OwnRole(role=known_role(role))
        if fitting_role(role, kind) in self.roles:
            raise RoleHeld(role=role)
        self.trigger_event(self.RoleGranted, role=role)

    @event(RoleGranted)
    def _role_granted(self, role: str) -> None:
        self.roles = self.roles | {role}

    def withdraw(self, role: str) -> None:
        """Take a role.

        Raises:
            RoleNotHeld: the person does not hold it.
            PersonGone: the person has left.
        """
        self.must_be_here()
        if role not in self.roles:
            raise RoleNotHeld(role=role[:40])
        self.trigger_event(self.RoleWithdrawn, role=role)

    @event(RoleWithdrawn)
    def _role_withdrawn(self, role: str) -> None:
        self.roles = self.roles - {role}

    def issue_credential(self, secret: UUID) -> None:
        """Let a password stand; its hash is in the vault under ``secret``.

        Raises:
            PersonGone: the person has left.
        """
        self.must_be_here()
        self.trigger_event(self.CredentialIssued, secret=secret)

    @event(CredentialIssued)
    def _credential_issued(self, secret: UUID) -> None:
        self.credential = secret

    def renew_hash(self, secret: UUID) -> None:
        """Keep the password that stands under a stronger hash, in the vault under ``secret``.

        Raises:
            PersonGone: the person has left.
        """
        self.must_be_here()
        self.trigger_event(self.HashRenewed, secret=secret)

    @event(HashRenewed)
    def _hash_renewed(self, secret: UUID) -> None:
        self.credential = secret

    def leave(self) -> None:
        """Let the person go: no sign-in, no role any more; what was done stays.

        Raises:
            PersonGone: the person has left already.
        """
        self.must_be_here()
        self.trigger_event(self.Left)

    @event(Left)
    def _left(self) -> None:
        self.left = True
        self.roles = frozenset()
        self.credential = None

    def erase(self, basis: str) -> None:
        """Have what is personal made unreadable; ``basis`` names the decision and nobody's data.

        Raises:
            PersonStillHere: the person has not left.
            PersonErased: it is done already.
            BasisMissing: no decision is named.
        """
        if not self.left:
            raise PersonStillHere
        if self.erased:
            raise PersonErased
        if not basis.strip():
            raise BasisMissing
        self.trigger_event(self.Erased, basis=basis.strip())

    @event(Erased)
    def _erased(self) -> None:
        self.erased = True

    def must_be_here(self) -> None:
        """Refuse once the person has left.

        Raises:
            PersonGone: the person has left.
        """
        if self.left:
            raise PersonGone
