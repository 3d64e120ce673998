"""Keeping the vocabularies in step with the country's profile."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, get_args

from libs.ledger.act import Act
from libs.ledger.ledger import decide_again
from services.intake.domain.vocabulary import TermKnown, Vocabulary
from services.intake.profile import Scheme

if TYPE_CHECKING:
    from libs.ledger.ledger import Ledger
    from services.intake.profile import Profile, ProfileTerm


def adopt_profile(ledger: Ledger, profile: Profile, act: Act) -> int:
    """Let the vocabularies say what the profile says; return how many words are put or retired.

    Another process of intake that starts at the same time may have said the same first.
    """
    return decide_again(lambda: _adopt(ledger, profile, act))


def _adopt(ledger: Ledger, profile: Profile, act: Act) -> int:
    given: dict[str, dict[str, ProfileTerm]] = {name: {} for name in get_args(Scheme)}
    for word in profile.terms():
        given[word.scheme][word.code] = word
    schemes = {name: _scheme(ledger, name, act) for name in given}
    changed = sum(_put(schemes[name], words) for name, words in given.items())
    if changed:
        ledger.record(act, *schemes.values())
    return changed


def _put(scheme: Vocabulary, words: dict[str, ProfileTerm]) -> int:
    """Let a scheme give exactly these words; return how many are put or retired."""
    dropped = scheme.terms.keys() - words.keys()
    for code in sorted(dropped):
        scheme.retire(code)
    put = 0
    for word in words.values():
        with contextlib.suppress(TermKnown):
            scheme.add(word.code, dict(word.labels), dict(word.facts))
            put += 1
    return len(dropped) + put


def _scheme(ledger: Ledger, name: str, act: Act) -> Vocabulary:
    identity = Vocabulary.identity(name)
    if ledger.exists(identity):
        return ledger.load(Vocabulary, identity)
    return Vocabulary.open(name, act.recorded_at)
