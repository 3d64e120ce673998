"""The groups of people that the rules know; what each may do stands in the Cedar files."""

from __future__ import annotations

from typing import Final

from libs.kernel.refusal import Misunderstood

ADMINISTRATOR: Final = "administrator"
ROLES: Final = (
    "secretariat",
    "chair",
    "committee-member",
    "focal-point",
    "alternate",
    "observer",
    "parliament",
    "judiciary",
    "statistics-office",
    "nhri",
    "cso",
    "academia",
    "media",
    "un",
    "regional-coordinator",
    "auditor",
    "protection-desk",
    ADMINISTRATOR,
)


class RoleUnknown(Misunderstood):
    """The platform knows no such role."""


def known_role(role: str) -> str:
    """Return the role.

    Raises:
        RoleUnknown: it is none of ``ROLES``.
    """
    if role not in ROLES:
        raise RoleUnknown(role=role[:40])
    return role
