"""Keeping the vocabularies in step with the country's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libs.ledger.act import Act
from services.intake.domain.vocabulary import TermKnown, Vocabulary

if TYPE_CHECKING:
    from libs.ledger.ledger import Ledger
    from services.intake.profile import Profile


def adopt_profile(ledger: Ledger, profile: Profile, act: Act) -> int:
    """Record what the profile says that the vocabularies do not say yet; return how many words."""
    schemes: dict[str, Vocabulary] = {}
    added = 0
    for word in profile.terms():
        scheme = schemes.get(word.scheme) or _scheme(ledger, word.scheme, act)
        schemes[word.scheme] = scheme
        try:
            scheme.add(word.code, dict(word.labels), dict(word.facts))
        except TermKnown:
            continue
        added += 1
    if added:
        ledger.record(act, *schemes.values())
    return added


def _scheme(ledger: Ledger, name: str, act: Act) -> Vocabulary:
    identity = Vocabulary.identity(name)
    if ledger.exists(identity):
        return ledger.load(Vocabulary, identity)
    return Vocabulary.open(name, act.recorded_at)
