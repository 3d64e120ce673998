"""What the directory decides: given what happened, when this is asked, then this or a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from libs.kernel.refusal import Refusal
from services.directory.domain.administration import Administration, LastAdministrator
from services.directory.domain.institution import (
    ClassUnchanged,
    CodeMalformed,
    Institution,
    KindMalformed,
    NameMalformed,
    NamesMissing,
    NamesUnchanged,
    RolesUnfit,
)
from services.directory.domain.person import (
    BasisMissing,
    OwnRole,
    Person,
    PersonErased,
    PersonGone,
    PersonStillHere,
    RoleHeld,
    RoleNotHeld,
    SignInNameMalformed,
    checked_sign_in,
)
from services.directory.domain.roles import ROLES, RoleUnfit, RoleUnknown

WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
KEY = b"k" * 32
SECRET = UUID("018f0000-0000-7000-8000-0000000000aa")
NAMES = {"en": "Ministry of Justice", "ar": "وزارة العدل"}


def institution(**given: Any) -> Institution:
    fields: dict[str, Any] = {"code": "justice", "names": NAMES, "kind": "ministry"}
    return Institution.register(WHEN, **({"membership": "full"} | fields | given))


def person(*roles: str) -> Person:
    found = Person.enrol(Person.identity(KEY, "huda"), WHEN, institution="justice", secret=SECRET)
    for role in roles:
        found.grant(role, "another", "ministry")
    return found


def gone() -> Person:
    found = person("chair")
    found.issue_credential(SECRET)
    found.leave()
    return found


def told(aggregate: Institution | Person | Administration) -> list[str]:
    return [type(each).TOPIC for each in aggregate.collect_events()]  # type: ignore[attr-defined]


def test_an_institution_bears_the_names_it_was_given_last() -> None:
    justice = institution()
    justice.rename({"en": " Justice "})

    assert justice.names == {"en": "Justice"}
    assert told(justice) == [
        "directory.institution.registered.v1",
        "directory.institution.renamed.v1",
    ]


def test_an_institution_is_what_it_was_classified_as_last() -> None:
    justice = institution()
    justice.reclassify("judiciary", "observer", frozenset({"observer"}))

    assert (justice.kind, justice.membership) == ("judiciary", "observer")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"code": "1st"}, CodeMalformed),
        ({"code": "a"}, CodeMalformed),
        ({"code": "a code"}, CodeMalformed),
        ({"code": "x" * 41}, CodeMalformed),
        ({"code": "justice\n"}, CodeMalformed),
        ({"kind": "Ministry"}, KindMalformed),
        ({"kind": ""}, KindMalformed),
        ({"names": {}}, NamesMissing),
        ({"names": {"en": "  "}}, NameMalformed),
        ({"names": {"English": "Justice"}}, NameMalformed),
        ({"names": {"en": "x" * 301}}, NameMalformed),
    ],
)
def test_an_institution_is_not_registered(given: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        institution(**given)


def test_what_an_institution_is_already_is_not_recorded_again() -> None:
    justice = institution()

    with pytest.raises(NamesUnchanged):
        justice.rename(dict(NAMES))
    with pytest.raises(ClassUnchanged):
        justice.reclassify("ministry", "full", frozenset())
    assert len(told(justice)) == 1


def test_one_code_is_one_institution_in_whatever_case() -> None:
    assert Institution.identity("Justice") == Institution.identity("JUSTICE") == institution().id
    assert Institution.identity("justice") != Institution.identity("interior")


def test_a_person_holds_the_roles_granted_and_not_withdrawn() -> None:
    huda = person("chair", "focal-point")
    huda.withdraw("chair")

    assert huda.roles == {"focal-point"}
    assert told(huda) == [
        "directory.person.enrolled.v1",
        "directory.person.role-granted.v1",
        "directory.person.role-granted.v1",
        "directory.person.role-withdrawn.v1",
    ]


WHO_SPEAKS_FOR: dict[str, set[str]] = {
    "secretariat": {
        "administrator",
        "alternate",
        "chair",
        "focal-point",
        "protection-desk",
        "secretariat",
    },
    "ministry": {"administrator", "alternate", "chair", "focal-point"},
    "security": {"administrator", "alternate", "chair", "focal-point"},
    "statistics": {"administrator", "alternate", "chair", "focal-point", "statistics-office"},
    "parliament": {"administrator", "alternate", "chair", "focal-point", "parliament"},
    "region": {"administrator", "alternate", "chair", "focal-point", "regional-coordinator"},
    "judiciary": {"judiciary"},
    "nhri": {"nhri", "protection-desk"},
    "cso": {"cso"},
    "academia": {"academia"},
    "media": {"media"},
    "un": {"protection-desk", "un"},
    "audit": {"auditor"},
}
"""Which roles fit each kind, beside those that fit every kind."""
ANYWHERE = {"committee-member", "observer"}


@pytest.mark.parametrize("kind", WHO_SPEAKS_FOR)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_held_where_it_fits_the_kind_of_institution(role: str, kind: str) -> None:
    fitting = ANYWHERE | WHO_SPEAKS_FOR[kind]
    huda = person()
    if role in fitting:
        huda.grant(role, "another", kind)
        assert huda.roles == {role}
        return
    with pytest.raises(RoleUnfit) as refused:
        huda.grant(role, "another", kind)
    assert huda.roles == set()
    assert set(str(refused.value.facts["fitting"]).split(", ")) == fitting


def test_each_role_of_the_list_fits_somewhere() -> None:
    assert ANYWHERE.union(*WHO_SPEAKS_FOR.values()) == set(ROLES)


def test_an_institution_stays_of_the_kind_that_the_roles_of_its_people_need() -> None:
    commission = institution(code="commission", kind="nhri")

    with pytest.raises(RolesUnfit) as refused:
        commission.reclassify("ministry", "observer", frozenset({"nhri", "chair"}))
    commission.reclassify("nhri", "observer", frozenset({"nhri", "chair"}))

    assert refused.value.facts == {"kind": "ministry", "roles": "nhri"}
    assert (commission.kind, commission.membership) == ("nhri", "observer")


def test_who_has_left_holds_nothing_and_cannot_sign_in() -> None:
    huda = gone()

    assert (huda.left, huda.roles, huda.credential) == (True, frozenset(), None)


@pytest.mark.parametrize(
    ("given", "when", "refusal"),
    [
        (person, lambda huda: huda.grant("chair", str(huda.id), "ministry"), OwnRole),
        (person, lambda huda: huda.grant("emperor", "another", "ministry"), RoleUnknown),
        (person, lambda huda: huda.grant("emperor", str(huda.id), "ministry"), RoleUnknown),
        (
            lambda: person("chair"),
            lambda huda: huda.grant("chair", "another", "ministry"),
            RoleHeld,
        ),
        (person, lambda huda: huda.withdraw("chair"), RoleNotHeld),
        (gone, lambda huda: huda.grant("chair", "another", "ministry"), PersonGone),
        (gone, lambda huda: huda.withdraw("chair"), PersonGone),
        (gone, lambda huda: huda.issue_credential(SECRET), PersonGone),
        (gone, lambda huda: huda.leave(), PersonGone),
        (person, lambda huda: huda.erase("Decision 4/2026"), PersonStillHere),
        (gone, lambda huda: huda.erase("  "), BasisMissing),
    ],
)
def test_a_person_is_refused(
    given: Callable[[], Person], when: Callable[[Person], None], refusal: type[Refusal]
) -> None:
    huda = given()
    before = huda.version

    with pytest.raises(refusal):
        when(huda)
    assert huda.version == before


def test_a_person_is_erased_once() -> None:
    huda = gone()
    huda.erase(" Decision 4/2026 ")

    assert huda.erased
    assert huda.collect_events()[-1].basis == "Decision 4/2026"  # type: ignore[attr-defined]
    with pytest.raises(PersonErased):
        huda.erase("Decision 5/2026")


def test_one_name_is_one_person_however_it_is_typed() -> None:
    full_width = "\uff28\uff35\uff24\uff21"

    assert Person.identity(KEY, " Huda ") == Person.identity(KEY, full_width) == person().id
    assert Person.identity(KEY, "huda") != Person.identity(KEY, "hudb")


def test_without_the_key_a_name_does_not_lead_to_its_person() -> None:
    assert Person.identity(b"another key", "huda") != Person.identity(KEY, "huda")


@pytest.mark.parametrize("name", ["ab", "", "two words", "x" * 121, "slash/ed", "new\nline"])
def test_a_sign_in_name_is_refused(name: str) -> None:
    with pytest.raises(SignInNameMalformed):
        checked_sign_in(name)


@pytest.mark.parametrize("name", ["huda.mazen", "هدى.مازن", "h-m_1+test@example.org"])
def test_a_sign_in_name_is_taken_in_any_script(name: str) -> None:
    assert checked_sign_in(name) == name


def test_the_last_administrator_stays() -> None:
    first, second = UUID(int=1), UUID(int=2)
    administration = Administration.found(first, WHEN)

    with pytest.raises(LastAdministrator):
        administration.release(first)
    administration.join(second)
    administration.release(first)
    with pytest.raises(LastAdministrator):
        administration.release(second)
    assert administration.people == {second}


def test_joining_twice_and_releasing_a_stranger_change_nothing() -> None:
    administration = Administration.found(UUID(int=1), WHEN)
    administration.join(UUID(int=1))
    administration.release(UUID(int=9))

    assert told(administration) == ["directory.administration.founded.v1"]
