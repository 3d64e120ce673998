"""What the directory tells: institutions, and who may act for them; never a name or an address."""

from __future__ import annotations

from typing import ClassVar

from libs.contracts.contract import Contract


class InstitutionRegistered(Contract):
    """A body takes part in the mechanism, as full member or observer (R7.1)."""

    topic: ClassVar[str] = "directory.institution.registered.v1"

    code: str
    names: dict[str, str]
    kind: str
    membership: str


class InstitutionRenamed(Contract):
    """A body bears other names; what was done under the old ones stays as it was."""

    topic: ClassVar[str] = "directory.institution.renamed.v1"

    code: str
    names: dict[str, str]


class InstitutionReclassified(Contract):
    """A body is of another kind, or member instead of observer, or the reverse (R7.1)."""

    topic: ClassVar[str] = "directory.institution.reclassified.v1"

    code: str
    kind: str
    membership: str


class PersonEnrolled(Contract):
    """A person may sign in; only the pseudonymous id and the institution are public."""

    topic: ClassVar[str] = "directory.person.enrolled.v1"

    institution: str


class PersonRoleGranted(Contract):
    """A person was given a role."""

    topic: ClassVar[str] = "directory.person.role-granted.v1"

    role: str


class PersonRoleWithdrawn(Contract):
    """A role was taken from a person."""

    topic: ClassVar[str] = "directory.person.role-withdrawn.v1"

    role: str


class PersonCredentialIssued(Contract):
    """A new password stands; who signed in with the one before signs in again."""

    topic: ClassVar[str] = "directory.person.credential-issued.v1"


class PersonLeft(Contract):
    """A person left; nothing can be done in that name any more, what was done stays."""

    topic: ClassVar[str] = "directory.person.left.v1"
