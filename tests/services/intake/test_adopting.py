"""The profile's words are recorded once, whichever process of intake starts first."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from libs.ledger.act import Act, new_id
from libs.ledger.ledger import Ledger
from libs.testkit.servers import provisioned
from services.intake.commands.vocabulary import adopt_profile
from services.intake.domain.vocabulary import Vocabulary
from services.intake.profile import STANDARD, Profile, ProfileTerm

EVENTS = [Vocabulary.Created, Vocabulary.TermAdded, Vocabulary.TermRetired]


def adopt(ledger: Ledger, profile: Profile) -> int:
    act = Act.of_policy("intake.adopt-profile", event_id=new_id(), correlation_id=new_id())
    return adopt_profile(ledger, profile, act)


def test_two_intakes_that_start_at_once_record_each_word_once(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = Profile.load(STANDARD)
    words = list(profile.terms())
    url = provisioned(database, "intake")
    first, second = (Ledger("intake", url, EVENTS, "national") for _ in range(2))
    rivals = iter([second])

    def overtaken(_: Profile) -> Iterator[ProfileTerm]:
        yield from words
        for rival in rivals:
            assert adopt(rival, profile) == len(words)

    monkeypatch.setattr(Profile, "terms", overtaken)
    try:
        assert adopt(first, profile) == 0, "the rival was first, and has said it all"
    finally:
        first.close()
        second.close()
    with psycopg.connect(database) as connection:
        [(found,)] = connection.execute(
            "SELECT count(*) FROM intake.intake_events WHERE topic LIKE '%term-added%'"
        ).fetchall()
    assert found == len(words)


def test_a_word_that_the_profile_drops_is_retired_and_one_that_comes_back_is_given_again(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = Profile.load(STANDARD)
    words = list(profile.terms())
    dropped = next(word for word in words if word.scheme == "theme")
    ledger = Ledger("intake", provisioned(database, "intake"), EVENTS, "national")

    def themes() -> dict[str, tuple[dict[str, str], dict[str, str]]]:
        return ledger.load(Vocabulary, Vocabulary.identity("theme")).terms

    try:
        assert adopt(ledger, profile) == len(words)
        with monkeypatch.context() as patch:
            patch.setattr(Profile, "terms", lambda _: (w for w in words if w != dropped))
            assert adopt(ledger, profile) == 1
            assert dropped.code not in themes()
            assert adopt(ledger, profile) == 0, "it is retired once"
        assert adopt(ledger, profile) == 1
        assert dropped.code in themes()
    finally:
        ledger.close()


def test_a_scheme_without_words_any_more_gives_none(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = Profile.load(STANDARD)
    words = list(profile.terms())
    nuances = [word for word in words if word.scheme == "nuance"]
    ledger = Ledger("intake", provisioned(database, "intake"), EVENTS, "national")
    monkeypatch.setattr(Profile, "terms", lambda _: (w for w in words if w not in nuances))
    try:
        adopt(ledger, profile)
        monkeypatch.setattr(Profile, "terms", lambda _: iter(words))
        assert adopt(ledger, profile) == len(nuances)
        monkeypatch.setattr(Profile, "terms", lambda _: (w for w in words if w not in nuances))
        assert adopt(ledger, profile) == len(nuances)
        assert ledger.load(Vocabulary, Vocabulary.identity("nuance")).terms == {}
    finally:
        ledger.close()
