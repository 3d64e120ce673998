"""Names of States and labels of mechanisms."""

from __future__ import annotations

import pytest
from babel import Locale

from services.intake.adapters.mechanisms import mechanism_code
from services.intake.profile import countries
from services.intake.profile.countries import (
    iso3,
    iso3_of_name,
    split_names,
    states_named_in,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Türkiye", "TUR"), ("TURKEY", "TUR"), ("Czech Republic", "CZE"), ("Swaziland", "SWZ"),
        ("the former Yugoslav Republic of Macedonia", "MKD"), ("Cote d’Ivoire", "CIV"),
        ("Venezuela (Bolivarian Republic of)", "VEN"), ("Bolivarian Republic of Venezuela", "VEN"),
        ("Iran, Islamic Republic of", "IRN"), ("Guinea Bissau", "GNB"), ("St. Lucia", "LCA"),
        ("Antigua & Barbuda", "ATG"), ("DPR Korea", "PRK"), ("Republic of Korea", "KOR"),
        ("Netherlands (Kingdom of the)", "NLD"), ("State of Palestine", "PSE"), ("PK", "PAK"),
        ("MYS", "MYS"), ("Cape Verde", "CPV"), ("Congo", "COG"), ("Korea", None), ("pk", None),
        ("Atlantis", None), ("", None),
    ],
)  # fmt: skip
def test_names_and_codes(name: str, code: str | None) -> None:
    assert iso3(name) == code


def test_codes_are_those_of_the_standard() -> None:
    names, codes = countries._table()
    two = {code: three for code, three in codes.items() if len(code) == 2}
    assert len(two) == len(set(two.values())) == 249
    known = Locale("en").territories
    assert all(code in known for code in two)
    agree = sum(iso3(known[code]) == three for code, three in two.items())
    assert agree >= 235
    contradict = [c for c, three in two.items() if iso3(known[c]) not in {three, None}]
    assert contradict == []
    assert len(names) > 450


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Chad", ["Chad"]),
        ("Chad, Peru; Fiji / Mali and Cuba", ["Chad", "Peru", "Fiji", "Mali", "Cuba"]),
        ("Chad, Peru, and Fiji", ["Chad", "Peru", "Fiji"]),
        ("Trinidad and Tobago and Bosnia and Herzegovina",
         ["Trinidad and Tobago", "Bosnia and Herzegovina"]),
        ("Iran, Islamic Republic of, Spain", ["Iran, Islamic Republic of", "Spain"]),
        ("Micronesia (Federated States of), Peru", ["Micronesia (Federated States of)", "Peru"]),
        ("United Kingdom of Great Britain and Northern Ireland",
         ["United Kingdom of Great Britain and Northern Ireland"]),
        ("Norway (also for Peru, Fiji) and Chad", ["Norway (also for Peru, Fiji)", "Chad"]),
        ("Finland", ["Finland"]),
        ("Iceland/Ireland", ["Iceland", "Ireland"]),
    ],
)  # fmt: skip
def test_lists_of_states(written: str, names: list[str]) -> None:
    assert split_names(written) == names


def test_acronyms_are_not_names_but_codes_are_codes() -> None:
    assert iso3_of_name("MAR") is None
    assert iso3("MAR") == "MAR"
    assert states_named_in("Guinea-Bissau and Papua New Guinea") == {"GNB", "PNG"}


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("CRC", "CRC"), ("Committee on the Rights of the Child", "CRC"),
        ("CRC-OP-SC", "CRC-OP-SC"), ("CRC-OP-AC", "CRC-OP-AC"), ("Human Rights Committee", "CCPR"),
        ("cedaw", "CEDAW"), ("Subcommittee on Prevention of Torture", "SPT"), ("UPR", "UPR"),
        ("SR Health", "SP:health"), ("WG Arbitrary Detention", "SP:arbitrary-detention"),
        ("Special Rapporteur on the right to food", "SP:food"),
        ("Special Rapporteur on the situation of human rights in Cambodia", "SP:KHM"),
        ("IE Lighthouses & fog", "SP:lighthouses-and-fog"), ("IACHR", "REG:IACHR"),
        ("European Committee of Social Rights", "REG:ECSR"), ("SP:health", "SP:health"),
        ("Council of Elders", "OTHER:Council of Elders"), ("Health", "OTHER:Health"),
    ],
)  # fmt: skip
def test_mechanisms(label: str, code: str) -> None:
    assert mechanism_code(label) == code
