"""An institution: a body that takes part in the mechanism, as full member or observer (R7.1)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, Final, Literal
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from libs.kernel.refusal import Misunderstood, Refusal
from services.directory.domain.roles import unfit_roles

INSTITUTIONS: Final = UUID("01920000-0000-7000-8000-000000000011")
Membership = Literal["full", "observer"]
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,39}")
_KIND = re.compile(r"[a-z][a-z-]{1,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
MOST_NAME = 300


class CodeMalformed(Misunderstood):
    """A code is 2 to 40 Latin letters, digits and hyphens, and begins with a letter."""


class CodeTaken(Refusal):
    """An institution stands under this code already, in whatever case its letters are written."""


class KindMalformed(Misunderstood):
    """A kind is a word of the profile: small Latin letters and hyphens."""


class NamesMissing(Misunderstood):
    """An institution has a name in at least one language."""


class NameMalformed(Misunderstood):
    """A name stands under a language's code and is neither empty nor longer than any real one."""


class NamesUnchanged(Refusal):
    """The institution bears these names already."""


class ClassUnchanged(Refusal):
    """The institution is of this kind and membership already."""


class RolesUnfit(Refusal):
    """People of the institution hold roles that do not fit this kind."""


class Institution(Aggregate):
    """A body, its names by language, what kind it is of, and whether it is member or observer."""

    TOPIC: ClassVar[str] = "directory.institution"

    class Created(Aggregate.Created):
        """The body takes part."""

        TOPIC: ClassVar[str] = "directory.institution.registered.v1"
        code: str
        names: dict[str, str]
        kind: str
        membership: Membership

    class Renamed(Aggregate.Event):
        """The body bears other names."""

        TOPIC: ClassVar[str] = "directory.institution.renamed.v1"
        code: str
        names: dict[str, str]

    class Reclassified(Aggregate.Event):
        """The body is of another kind, or member instead of observer, or the reverse."""

        TOPIC: ClassVar[str] = "directory.institution.reclassified.v1"
        code: str
        kind: str
        membership: Membership

    @staticmethod
    def identity(code: str) -> UUID:
        """Return the id of a code: one each, so that two registrations of one code conflict."""
        return uuid5(INSTITUTIONS, code.casefold())

    @classmethod
    def register(
        cls, when: datetime, *, code: str, names: dict[str, str], kind: str, membership: Membership
    ) -> Institution:
        """Let a body take part.

        Raises:
            CodeMalformed: the code is not of the form of codes.
            KindMalformed: the kind is not of the form of kinds.
            NamesMissing: there is no name.
            NameMalformed: a name or its language is not one.
        """
        if not _CODE.fullmatch(code):
            raise CodeMalformed(code=code[:60])
        return cls._create(
            cls.Created,
            id=cls.identity(code),
            timestamp=when,
            code=code,
            names=names_by_language(names),
            kind=_known_kind(kind),
            membership=membership,
        )

    @event(Created)
    def __init__(self, code: str, names: dict[str, str], kind: str, membership: Membership) -> None:
        self.code = code
        self.names = names
        self.kind = kind
        self.membership = membership

    def rename(self, names: dict[str, str]) -> None:
        """Give other names.

        Raises:
            NamesUnchanged: it bears these already.
            NamesMissing: there is no name.
            NameMalformed: a name or its language is not one.
        """
        names = names_by_language(names)
        if names == self.names:
            raise NamesUnchanged(code=self.code)
        self.trigger_event(self.Renamed, code=self.code, names=names)

    @event(Renamed)
    def _renamed(self, names: dict[str, str]) -> None:
        self.names = names

    def reclassify(self, kind: str, membership: Membership, held: frozenset[str]) -> None:
        """Say anew what it is; ``held`` are the roles that its people hold.

        Raises:
            ClassUnchanged: it is so already.
            KindMalformed: the kind is not of the form of kinds.
            RolesUnfit: a role that is held does not fit the kind.
        """
        if (_known_kind(kind), membership) == (self.kind, self.membership):
            raise ClassUnchanged(code=self.code)
        unfit = unfit_roles(held, kind)
        if unfit and kind != self.kind:
            raise RolesUnfit(kind=kind, roles=", ".join(unfit))
        self.trigger_event(self.Reclassified, code=self.code, kind=kind, membership=membership)

    @event(Reclassified)
    def _reclassified(self, kind: str, membership: Membership) -> None:
        self.kind = kind
        self.membership = membership


def names_by_language(names: dict[str, str]) -> dict[str, str]:
    """Return names without space around them.

    Raises:
        NamesMissing: there is none.
        NameMalformed: a language is not given by its code, or a name is empty or too long.
    """
    if not names:
        raise NamesMissing
    trimmed = {language: name.strip() for language, name in names.items()}
    for language, name in trimmed.items():
        if not _LANGUAGE.fullmatch(language) or not 0 < len(name) <= MOST_NAME:
            raise NameMalformed(language=language[:20], most=MOST_NAME)
    return trimmed


def _known_kind(kind: str) -> str:
    if not _KIND.fullmatch(kind):
        raise KindMalformed(kind=kind[:60])
    return kind
