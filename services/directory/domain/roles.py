"""The groups of people that the rules know; what each may do stands in the Cedar files.

A role speaks for an institution, so it fits some kinds of institutions only: nobody assesses as the
national human rights institution from within a ministry, and no independent body implements for
the State. Kinds are words of the profile; a kind that no role names is one of the State's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from libs.kernel.refusal import Misunderstood, Refusal
from libs.kernel.words import INDEPENDENT

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of institutions: ``only`` these, or where none is named all ``but`` those."""

    only: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()

    def hold(self, kind: str) -> bool:
        """Whether a kind is one of them."""
        return kind in self.only if self.only else kind not in self.but


def only(*kinds: str) -> Kinds:
    """Return these kinds."""
    return Kinds(only=frozenset(kinds))


EVERY: Final = Kinds()
OF_THE_STATE: Final = Kinds(but=INDEPENDENT)
ADMINISTRATOR: Final = "administrator"
ROLES: Final = {
    "secretariat": only("secretariat"),
    "chair": OF_THE_STATE,  # who convenes all, wherever in the State they serve (R6.1)
    "committee-member": EVERY,
    "focal-point": OF_THE_STATE,
    "alternate": OF_THE_STATE,
    "observer": EVERY,
    "parliament": only("parliament"),
    "judiciary": only("judiciary"),
    "statistics-office": only("statistics"),
    "nhri": only("nhri"),
    "cso": only("cso"),
    "academia": only("academia"),
    "media": only("media"),
    "un": only("un"),
    "regional-coordinator": only("region"),
    "auditor": only("audit"),
    "protection-desk": only("secretariat", "nhri", "un"),
    ADMINISTRATOR: OF_THE_STATE,
}
"""Every role, with the kinds of institutions that it fits."""


class RoleUnknown(Misunderstood):
    """The platform knows no such role."""


class RoleUnfit(Refusal):
    """The role is not for people of an institution of this kind."""


def known_role(role: str) -> str:
    """Return the role.

    Raises:
        RoleUnknown: it is none of ``ROLES``.
    """
    if role not in ROLES:
        raise RoleUnknown(role=role[:40])
    return role


def fitting_role(role: str, kind: str) -> str:
    """Return the role, which people of an institution of this kind may hold.

    Raises:
        RoleUnknown: it is none of ``ROLES``.
        RoleUnfit: it does not fit the kind.
    """
    if not ROLES[known_role(role)].hold(kind):
        fitting = ", ".join(each for each, kinds in ROLES.items() if kinds.hold(kind))
        raise RoleUnfit(role=role, kind=kind, fitting=fitting)
    return role


def unfit_roles(held: AbstractSet[str], kind: str) -> list[str]:
    """Return those of the roles held that do not fit a kind of institution."""
    return sorted(role for role in held if role in ROLES and not ROLES[role].hold(kind))
