"""Who may do what: Cedar policies, one file per service beside its code; default is no."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from cedarpy import PolicySet, is_authorized

from libs.chassis.identity import SignInNeeded
from libs.kernel.refusal import Forbidden, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libs.chassis.identity import Asker

GRAVE_WORDS = frozenset({"clear", "close", "publish", "erase"})
GRAVE_ACTIONS = frozenset(
    {"import.confirm", "import.undo", "recommendation.withdraw", "recommendation.reinstate"}
)
"""These too give to the public, or take from it: a record, or all of a file at once."""
RECORDED_WORDS = frozenset({"assign", "read-confidential", "read-personal"})
STALE_DIRECTORY_SECONDS = 60.0
LONGEST_TOLD = 86_400

Attribute = str | bool | int | list[str]


class NotPermitted(Forbidden):
    """The rules do not allow this person to do this here."""


class DirectoryStale(Refusal):
    """Who holds which role was last heard too long ago for an act this grave."""

    status = 503


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policies answered, and by which rule of which version."""

    allowed: bool
    rule: str


class Permissions:
    """The policies of one service with those that every service shares, parsed once."""

    def __init__(self, service: str) -> None:
        """Read ``services/<service>/permissions.cedar`` and the shared rules.

        Raises:
            ValueError: a policy cannot be parsed.
        """
        own = files(f"services.{service}").joinpath("permissions.cedar").read_text(encoding="utf-8")
        shared = files("libs.chassis").joinpath("permissions.cedar").read_text(encoding="utf-8")
        self.text = shared + "\n" + own
        self.version = hashlib.sha256(self.text.encode()).hexdigest()[:12]
        self._policies = PolicySet.from_str(self.text)
        self._service = service

    def decide(
        self,
        asker: Asker,
        action: str,
        attributes: Mapping[str, Attribute] | None = None,
        thing: str = "",
    ) -> Decision:
        """Ask whether ``asker`` may do ``action`` to a thing with these attributes.

        ``thing`` is its id, the service's name where it has none. An error while evaluating is a
        refusal: Cedar itself would skip the rule and might allow.
        """
        principal = {"type": "Person", "id": asker.person}
        resource = {"type": "Thing", "id": thing or self._service}
        result = is_authorized(
            {
                "principal": principal,
                "action": {"type": "Action", "id": action},
                "resource": resource,
            },
            self._policies,
            json.dumps(
                [
                    {
                        "uid": principal,
                        "attrs": {"roles": sorted(asker.roles), "institution": asker.institution},
                        "parents": [],
                    },
                    {"uid": resource, "attrs": dict(attributes or {}), "parents": []},
                ]
            ),
        )
        if result.diagnostics.errors:
            return Decision(allowed=False, rule=f"{self.version}:error")
        names = result.diagnostics.id_annotations_by_reason
        rule = next((names.get(each, each) for each in result.diagnostics.reasons), "default")
        return Decision(result.allowed, f"{self.version}:{rule}")

    def permit(
        self,
        asker: Asker,
        action: str,
        attributes: Mapping[str, Attribute] | None = None,
        directory_age: float = 0.0,
        thing: str = "",
    ) -> str:
        """Return the rule that allows the act.

        Raises:
            SignInNeeded: nobody has signed in, and the public may not do this.
            NotPermitted: the rules refuse.
            DirectoryStale: the act is grave and the directory was last heard over 60 s ago.
        """
        decision = self.decide(asker, action, attributes, thing)
        if not decision.allowed:
            if asker.anonymous:
                raise SignInNeeded(action=action)
            raise NotPermitted(action=action, rule=decision.rule)
        if directory_age > STALE_DIRECTORY_SECONDS and is_grave(action):
            raise DirectoryStale(seconds=round(min(directory_age, LONGEST_TOLD)))
        return decision.rule


def is_grave(action: str) -> bool:
    """Whether an act clears, closes, publishes or erases, or does so to many things at once."""
    return action in GRAVE_ACTIONS or _verb(action) in GRAVE_WORDS


def is_recorded_when_refused(action: str) -> bool:
    """Whether a refused attempt goes into the record (design §3.1)."""
    return is_grave(action) or _verb(action) in RECORDED_WORDS


def _verb(action: str) -> str:
    return action.rsplit(".", 1)[-1]
