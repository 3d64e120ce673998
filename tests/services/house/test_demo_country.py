"""The demo country: whole in both languages, in order, every reference resolved, all words ours."""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from libs.kernel.words import Term
from services.house.demo.country import (
    FOLDER,
    SAMPLE_IMPORT,
    Act,
    Country,
    CountryMistake,
    Texts,
)
from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.source import read_source
from services.intake.domain.recommendation import Recommendation
from services.intake.domain.source_row import SourceRow
from services.intake.profile import Profile
from services.tracking.domain.case import Case

REAL_DATA = Path(__file__).parents[4] / "shared" / "data"
ARABIC = re.compile(r"[\u0621-\u064a]")
LATIN = re.compile(r"[A-Za-z]")
FEWEST_WORDS = 8


@pytest.fixture(scope="module")
def country() -> Country:
    return Country.load()


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profile.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "demo"))


def acts(country: Country, *names: str) -> list[Act]:
    return [act for act in country.acts if act.name in names]


def all_texts(country: Country) -> Iterator[tuple[str, Texts]]:
    yield "country", country.name
    yield "country", country.official_name
    yield "country", country.mechanism_name
    for institution in country.institutions:
        yield institution.code, institution.name
    for person in country.people:
        yield person.login, person.name
        yield person.login, person.post
    for rec in (*country.recommendations, *country.duplicates):
        yield rec.key, rec.text
        if rec.summary:
            yield rec.key, rec.summary
    for act in country.acts:
        for texts in (act.reason, act.fields.get("note", {})):
            if texts:
                yield f"{act.name} {act.recommendation}", texts


def test_there_are_sixty_recommendations_of_five_mechanisms(country: Country) -> None:
    counts = Counter(rec.document.mechanism for rec in country.recommendations)
    assert len(country.recommendations) == 60
    assert counts == {"UPR": 24, "CEDAW": 10, "CRC": 10, "CRPD": 9, "SP:health": 7}
    assert {r.document.cycle for r in country.recommendations if r.states} == {4}
    assert sum(bool(rec.summary) for rec in country.recommendations) >= 15


def test_keys_and_places_in_documents_are_unique(country: Country) -> None:
    keys = [rec.key for rec in (*country.recommendations, *country.duplicates)]
    places = [(rec.document.symbol, rec.paragraph) for rec in country.recommendations]
    texts = [text for rec in country.recommendations for text in rec.text.values()]
    for values in (keys, places, texts, [i.code for i in country.institutions]):
        assert [value for value, n in Counter(values).items() if n > 1] == []
    assert len({person.login for person in country.people}) == len(country.people)


def test_every_text_stands_in_arabic_and_english(country: Country) -> None:
    texts = list(all_texts(country))
    assert len(texts) > 200
    for place, each in texts:
        assert set(each) == {"ar", "en"}, place
        assert ARABIC.search(each["ar"]), place
        assert not LATIN.search(each["ar"]), f"{place}: {each['ar']}"
        assert LATIN.search(each["en"]), place
        assert not ARABIC.search(each["en"]), f"{place}: {each['en']}"


def test_every_recommendation_is_a_full_sentence_in_both_languages(country: Country) -> None:
    for rec in country.recommendations:
        for language, text in rec.text.items():
            assert len(text.split()) >= FEWEST_WORDS, (rec.key, language)
            assert text == text.strip(), rec.key
        assert rec.text["en"][0].isupper(), rec.key


def test_every_code_is_known_to_the_profile(country: Country, profile: Profile) -> None:
    for rec in (*country.recommendations, *country.duplicates):
        assert profile.mechanism(rec.document.mechanism) is not None, rec.key
        assert rec.themes, rec.key
        assert rec.groups, rec.key
        assert rec.sdgs, rec.key
        assert [t for t in rec.themes if profile.theme(t) is None] == [], rec.key
        assert [g for g in rec.groups if profile.group(g) is None] == [], rec.key
        assert [s for s in rec.sdgs if profile.goal(s) is None] == [], rec.key
        assert [s for s in rec.states if profile.state_name(s, "ar") == s] == [], rec.key
    nuances = {nuance.code for nuance in profile.nuances}
    for act in acts(country, "record-position"):
        assert act.fields["nuance"] in {None, *nuances}, act


def test_only_the_review_names_states_and_gets_answers(country: Country) -> None:
    review = {r.key for r in country.recommendations if r.document.mechanism == "UPR"}
    assert {r.key for r in country.recommendations if r.states} == review
    answered = acts(country, "record-position")
    assert {act.recommendation for act in answered} == review
    last = {act.recommendation: act.fields["position"] for act in answered}
    assert Counter(last.values()) == {"supported": 19, "noted": 5}
    assert all(act.fields["position_source"].startswith("A/HRC/61/XDM/") for act in answered)


def test_the_state_does_not_exist(country: Country, profile: Profile) -> None:
    assert "XAA" <= country.code <= "XZZ", "ISO 3166-1 leaves XAA to XZZ to users"
    assert profile.state_name(country.code, "en") == country.code
    for rec in country.recommendations:
        assert f"/{country.code}/" in f"{rec.document.symbol}/", rec.key
        assert date(2024, 1, 1) <= rec.document.document_date <= date(2026, 12, 31)


def test_acts_stand_in_order_and_span_fourteen_months(country: Country) -> None:
    days = [act.happened for act in country.acts]
    assert all(earlier <= later for earlier, later in pairwise(days))
    assert country.first_day <= days[0] <= date(2025, 9, 30)
    assert date(2026, 11, 1) <= days[-1] <= date(2026, 11, 30)
    months = {(day.year, day.month) for day in days}
    assert len(months) == 15


def test_the_story_has_every_turn(country: Country) -> None:
    assert len(acts(country, "correct")) == 3
    assert len(acts(country, "withdraw")) == len(country.duplicates) == 1
    assert len(acts(country, "confirm-provisional")) == 1
    assert len(acts(country, "publish")) == 60
    assert len(acts(country, "link")) >= 5
    assert len(acts(country, "set-deadline")) >= 2
    statuses = {act.fields["status"] for act in acts(country, "record-status")}
    assert statuses == {"not-started", "in-progress", "partly-implemented", "implemented"}
    for act in acts(country, "correct", "withdraw", "confirm-provisional", "set-deadline", "close"):
        assert act.reason, act


def test_links_join_different_mechanisms(country: Country) -> None:
    joined = {
        (country.recommendation(key).document.mechanism, other.document.mechanism)
        for act in acts(country, "link")
        for key, other in [(act.recommendation, country.recommendation(act.fields["other"]))]
    }
    assert joined >= {("UPR", "CEDAW"), ("UPR", "CRC"), ("SP:health", "CRPD")}


def test_those_act_whose_task_it_is(country: Country) -> None:
    lead: dict[str, str] = {}
    for act in country.acts:
        person = country.person(act.actor)
        if act.name in {"assign", "set-deadline"}:
            lead[act.recommendation] = act.fields["lead"]
            assert country.institution(act.fields["lead"]).membership == "full", act
        if act.name == "close":
            assert person.role == "chair", act
        elif act.name != "record-status":
            assert (person.role, person.institution) == ("secretariat", "secretariat"), act
        elif act.fields["track"] == "state":
            assert (person.role, person.institution) == ("focal-point", lead[act.recommendation])
        else:
            assert (person.role, act.fields["track"]) == ("nhri", "independent"), act


def test_every_institution_has_somebody(country: Country) -> None:
    staffed = {person.institution for person in country.people}
    assert {institution.code for institution in country.institutions} == staffed
    roles = {person.role for person in country.people}
    assert roles >= {
        "secretariat", "chair", "focal-point", "alternate", "nhri", "cso", "auditor",
        "administrator",
    }  # fmt: skip


class Replay:
    """Does every act through the aggregates of intake and tracking, as the platform will."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self.records: dict[str, Recommendation] = {}
        self.cases: dict[str, Case] = {}

    def do(self, act: Act) -> None:
        when = datetime.combine(act.happened, time(9), UTC)
        fields = dict(act.fields)
        if act.name == "receive":
            self.records[act.recommendation] = self._received(act.recommendation, fields, when)
            return
        record = self.records[act.recommendation]
        does = getattr(self, "_" + act.name.replace("-", "_"), None)
        if does is not None:
            does(act, record, fields)
        elif act.name == "publish":
            record.publish()
            self.cases[act.recommendation] = Case.open(record.id, record.number, when)
        else:
            getattr(record, act.name)(**fields)

    def _received(self, key: str, fields: dict[str, Any], when: datetime) -> Recommendation:
        nothing: dict[str, Any] = dict.fromkeys(
            ["annotation_id", "position", "position_as_written", "position_source", "main_theme",
             "source"]
        )  # fmt: skip
        none: dict[str, Any] = {"themes": (), "groups": (), "sdgs": (), "repairs": ()}
        number = f"REC-{len(self.records) + 1:05d}"
        known = {"number": number, "state": self.country.code}
        identity = uuid5(UUID(int=0), key)
        return Recommendation.receive(identity, when, **known, **fields, **nothing, **none)

    def _classify(self, _act: Act, record: Recommendation, fields: dict[str, Any]) -> None:
        record.classify(
            Term(fields["main_theme"]),
            tuple(map(Term, fields["themes"])),
            tuple(map(Term, fields["groups"])),
            fields["sdgs"],
        )

    def _correct(self, act: Act, record: Recommendation, fields: dict[str, Any]) -> None:
        record.correct(fields["fields"], act.reason["en"])

    def _withdraw(self, act: Act, record: Recommendation, _fields: dict[str, Any]) -> None:
        record.withdraw(act.reason["en"])

    def _confirm_provisional(
        self, _act: Act, record: Recommendation, fields: dict[str, Any]
    ) -> None:
        record.confirm(**fields)

    def _record_position(self, _act: Act, record: Recommendation, fields: dict[str, Any]) -> None:
        record.record_position(**fields)

    def _link(self, _act: Act, record: Recommendation, fields: dict[str, Any]) -> None:
        other = self.records[fields["other"]]
        record.link(fields["relation"], other.id, other.number)

    def _assign(self, act: Act, _record: Recommendation, fields: dict[str, Any]) -> None:
        self.cases[act.recommendation].assign(**fields, reason=act.reason.get("en"))

    _set_deadline = _assign

    def _record_status(self, act: Act, _record: Recommendation, fields: dict[str, Any]) -> None:
        self.cases[act.recommendation].assess(**fields)

    def _close(self, act: Act, _record: Recommendation, _fields: dict[str, Any]) -> None:
        self.cases[act.recommendation].close(act.reason["en"])


def test_no_act_is_refused_and_the_record_ends_as_the_data_say(country: Country) -> None:
    replay = Replay(country)
    for act in country.acts:
        replay.do(act)
    for rec in country.recommendations:
        record = replay.records[rec.key]
        other = next(tag for tag in rec.text if tag != rec.original)
        assert (record.published, record.official, record.withdrawn) == (True, True, False), rec.key
        assert record.fields["text"] == rec.text[rec.original], rec.key
        assert record.translations == {other: rec.text[other]}, rec.key
        assert record.fields["paragraph"] == rec.paragraph, rec.key
        assert record.fields["recommending_states"] == list(rec.states), rec.key
        assert record.fields["symbol"] == rec.document.symbol, rec.key
    assert {r.key for r in country.duplicates if replay.records[r.key].withdrawn} == {
        "crc-05-again"
    }
    assert sum(bool(case.lead) for case in replay.cases.values()) >= 50


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "history/3-follow-up.toml",
            "happened = 2026-06-08",
            "happened = 2025-06-08",
            "act 2 (publish)",
        ),
        ("history/3-follow-up.toml", '"upr-03"', '"upr-99"', "upr-99"),
        ("history/3-follow-up.toml", 'name = "close"', 'name = "shut"', "no act of this name"),
        ("history/3-follow-up.toml", 'document = "health"', 'document = "wealth"', "wealth"),
        ("history/3-follow-up.toml", 'actor = "samar.jaber"', 'actor = "nobody"', "actor: upr-10"),
        ("history/2-the-review.toml", 'lead = "labour"', 'lead = "leisure"', "leisure"),
        ("history/2-the-review.toml", 'other = "crc-03"', 'other = "crc-33"', "link: upr-21"),
        ("country.toml", 'institution = "labour"', 'institution = "none"', "person: dina.younes"),
        ("country.toml", "[name]", "[name", "country.toml"),
    ],
)
def test_a_mistake_in_the_data_is_told(
    folder: Path, file: str, old: str, new: str, told: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, "the planted fault did not reach the file"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CountryMistake, match=re.escape(told)):
        Country.load(folder)


def sample_rows() -> list[SourceRow]:
    defaults = Defaults(state="XDM")
    rows = list(read_source(SAMPLE_IMPORT, filename=SAMPLE_IMPORT.name, defaults=defaults))
    return [row for row in rows if isinstance(row, SourceRow)]


def test_the_sample_file_is_read_whole_and_is_new(country: Country, profile: Profile) -> None:
    rows = sample_rows()
    assert Counter(row.mechanism for row in rows) == {"CESCR": 4, "UPR": 4}
    assert {row.state for row in rows} == {country.code}
    known = {(rec.document.symbol, rec.paragraph) for rec in country.recommendations}
    assert known.isdisjoint({(row.symbol, row.paragraph) for row in rows})
    for row in rows:
        assert [t for t in row.themes if profile.theme_for(t) is None] == [], row
        assert [g for g in row.groups if profile.group_for(g) is None] == [], row
        assert [s for s in row.sdgs if profile.sdg_for(s) is None] == [], row
        assert bool(ARABIC.search(row.text)) == (row.language == "ar"), row


def plain(text: str) -> str:
    words = re.sub(r"<[^>]+>|[^\w\s]|\\u[0-9a-f]{4}", " ", text.casefold())
    return " ".join(words.split())


def real_text() -> str:
    texts = [path.read_text(encoding="utf-8") for path in REAL_DATA.rglob("*.json")]
    texts += [gzip.decompress(p.read_bytes()).decode() for p in REAL_DATA.rglob("*.json.gz")]
    for path in REAL_DATA.rglob("*.docx"):
        with zipfile.ZipFile(path) as parts:
            texts.append(parts.read("word/document.xml").decode())
    return plain(" ".join(texts))


def windows(text: str, words: int = 12) -> Iterator[str]:
    listed = plain(text).split()
    for start in range(max(1, len(listed) - words + 1)):
        yield " ".join(listed[start : start + words])


@pytest.mark.skipif(
    not REAL_DATA.is_dir(), reason=f"cannot compare: no real recommendations at {REAL_DATA}"
)
def test_no_sentence_is_taken_from_real_documents(country: Country) -> None:
    real = real_text()
    assert len(real) > 1_000_000
    assert plain("Ratify the Convention of the Rights of Persons with Disabilities") in real
    ours: list[str] = [rec.text["en"] for rec in country.recommendations]
    ours += [row.text for row in sample_rows() if row.language == "en"]
    taken = {window for text in ours for window in windows(text) if window in real}
    assert taken == set()
