"""The acts of long work: done in the name of the person who decided it, caused by that decision."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from libs.ledger.act import Act
from libs.ledger.bulk import histories

if TYPE_CHECKING:
    from uuid import UUID

    from libs.ledger.ledger import Ledger
    from libs.ledger.reader import Recorded


def caused_by(ledger: Ledger, identity: UUID, kind: type[Any]) -> Recorded:
    """Return the event of an import by which a person decided what is done now.

    Raises:
        LookupError: nobody decided it.
    """
    for event, place in histories(ledger, [identity]).get(identity, []):
        if isinstance(event, kind):
            return place
    msg = f"{identity} has no event {kind.__name__}"
    raise LookupError(msg)


def act_of(identity: UUID, decision: Recorded) -> Act:
    """Return the act of carrying out a decision; its parts are kept for ever: none is done twice.

    Its key tells only which decision it carries out: however often the work is taken up again, and
    by whom, each part has the key that it had before.
    """
    meta = decision.meta
    key = f"import/{identity}/{decision.version}"
    return Act(
        actor=meta["actor"],
        key=key,
        request=hashlib.sha256(key.encode()).digest(),
        recorded_at=datetime.now(UTC),
        happened_at=decision.happened_at,
        on_behalf_of=meta.get("behalf"),
        correlation_id=meta["correlation"],
        causation_id=meta["id"],
        traceparent=meta.get("trace"),
        policy=meta.get("policy"),
    )
