"""Which bodies take part: register, rename, reclassify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from libs.chassis.command import Command
from libs.ledger.ledger import Answer, Receipt
from services.directory.domain.institution import CodeTaken, Institution, Membership

if TYPE_CHECKING:
    from libs.chassis.asking import Asked

Names = dict[Annotated[str, Field(max_length=35)], Annotated[str, Field(max_length=1000)]]
"""Names by language; what a name may be says the domain."""


class RegisterInstitution(Command):
    """Let a body take part."""

    code: str = Field(max_length=60, description="Short code for good, such as `justice`.")
    names: Names = Field(
        max_length=40, description='Names by language: {"en": "Ministry of Justice"}.'
    )
    kind: str = Field(max_length=60, description="Word of the profile, such as `ministry`.")
    membership: Membership = Field("full", description="Full member or observer.")


class RenameInstitution(Command):
    """Give other names; all languages at once."""

    names: Names = Field(max_length=40)


class ReclassifyInstitution(Command):
    """Say anew what kind of body it is, and whether member or observer."""

    kind: str = Field(max_length=60)
    membership: Membership


def register(asked: Asked, command: RegisterInstitution) -> Receipt:
    """Register an institution.

    Raises:
        CodeTaken: one stands under this code.
    """
    identity = Institution.identity(command.code)
    asked.permit("institution.register", identity, **asked.custody)
    if asked.service.ledger.exists(identity):
        raise CodeTaken(code=command.code[:60])
    institution = Institution.register(asked.act.recorded_at, **command.model_dump())
    location = f"/api/directory/v1/institutions/{institution.code}"
    answer = Answer(201, location, _facts(institution))
    return asked.service.ledger.record(asked.act, institution, answer=answer)


def rename(asked: Asked, code: str, command: RenameInstitution) -> Receipt:
    """Give an institution other names."""
    institution = _load(asked, code, "institution.rename")
    institution.rename(command.names)
    return _record(asked, institution)


def reclassify(
    asked: Asked, code: str, command: ReclassifyInstitution, held: frozenset[str]
) -> Receipt:
    """Put an institution into another kind or membership; its people hold the roles ``held``."""
    institution = _load(asked, code, "institution.reclassify")
    institution.reclassify(command.kind, command.membership, held)
    return _record(asked, institution)


def _load(asked: Asked, code: str, action: str) -> Institution:
    return asked.load_permitted(Institution, Institution.identity(code), action)


def _facts(institution: Institution) -> dict[str, object]:
    return {"id": str(institution.id), "code": institution.code, "version": institution.version}


def _record(asked: Asked, institution: Institution) -> Receipt:
    return asked.service.ledger.record(
        asked.act, institution, answer=Answer(facts=_facts(institution))
    )
