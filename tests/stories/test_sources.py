"""Where a record comes from: its document at the UN, its file, who brought it in, the original."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from services.portal.api import importing
from services.portal.api.sources import address_of
from tests.stories.desk import Desk, template_of
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse

SOURCE = "//section[@aria-labelledby='source']"
ANNOTATION = "5b0c7a52-0d0e-4a4c-9b6d-0f3f3a1e7c11"


@pytest.mark.parametrize(
    ("symbol", "address"),
    [
        ("A/HRC/60/8", "https://undocs.org/A/HRC/60/8"),
        ("CEDAW/C/XYZ/CO/5-6", "https://undocs.org/CEDAW/C/XYZ/CO/5-6"),
        ("CAT/OP/XYZ/1/Add.1", "https://undocs.org/CAT/OP/XYZ/1/Add.1"),
        ("ACHPR/Res.1", ""),
        ("A letter of the mission", ""),
        ("A/HRC/60/8?x=//elsewhere", ""),
        ("", ""),
    ],
)
def test_only_what_the_un_numbered_leads_to_the_un(symbol: str, address: str) -> None:
    assert address_of(symbol) == address


def test_an_imported_record_names_its_document_its_file_and_who_brought_it_in(
    demo_house: DemoHouse,
) -> None:
    name = "Ḥāla of the schools.csv"
    content = template_of("sources", ["Heat every school", "Mend every roof"], ANNOTATION)
    with demo_house.signed_in(SECRETARY) as secretary:
        desk = Desk(secretary)
        desk.hand_in("sources", content, name)
        desk.confirm("sources")
        number = desk.numbers("sources", 2)[1]
        page = secretary.page(f"/recommendations/{number}")
        (original,) = page.all(f"{SOURCE}//a[contains(@href,'/original')]/@href")
        answer = secretary.client.get(original)
    assert answer.content == content, "the original is given byte for byte"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%E1%B8%A4%C4%81la%20of%20the%20schools.csv"
    )
    with demo_house.reader() as anyone:
        page = anyone.page(f"/recommendations/{number}")
        told = page.one(SOURCE)
        assert page.all(f"{SOURCE}//a/@href") == ["https://undocs.org/E/C.12/XDM/sources"]
        assert "E/C.12/XDM/sources, §2" in told
        assert anyone.says("record-no-source") not in told
        assert ANNOTATION in told
        assert name in told
        assert hashlib.sha256(content).hexdigest()[:12] in told
        assert anyone.says("source-row", row=3) in told
        today = datetime.now(UTC).date()
        who = page.all("//ol[@class='story']/li//p[@class='by dots']/span[1]")[0]
        assert anyone.says("source-brought", who=who, day=today) in told
        assert anyone.client.get(original).status_code == 401


def test_what_was_typed_in_by_hand_says_so_and_still_names_its_document(
    demo_house: DemoHouse,
) -> None:
    with demo_house.reader() as anyone:
        page = anyone.page("/recommendations/REC-00005")
        assert anyone.says("record-no-source") in page.one(SOURCE)
        assert page.all(f"{SOURCE}//dt") == [anyone.says("source-document")]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_file_that_says_nothing_new_waits_for_nobody(
    demo_house: DemoHouse, language: str
) -> None:
    with demo_house.signed_in(SECRETARY, language) as person:
        desk = Desk(person)
        name, file = f"again-{language}", template_of(f"again-{language}", ["Paint the pier"])
        desk.hand_in(name, file)
        desk.confirm(name)
        desk.numbers(name, 1)
        page = desk.hand_in(name, file)
        assert person.says("import-state-idle") in page.all("//main//*[contains(@class,'tag')]")
        assert not page.tree.xpath("//main//form[contains(@action, '/confirm')]")
        assert person.says("import-state-idle") in person.page("/imports").one("//main")


def test_every_import_is_reached_from_the_list(
    demo_house: DemoHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of the list leads to the earlier ones, and from there back to the later ones."""
    monkeypatch.setattr(importing, "IMPORTS", 1)
    with demo_house.signed_in(SECRETARY) as person:
        desk = Desk(person)
        for name in ("list-one", "list-two"):
            desk.hand_in(name, template_of(name, [f"Count the {name}"]))
        page = person.page("/imports")
        assert page.all("//main//tbody//th") == ["list-two.csv"]
        assert not page.tree.xpath("//main//a[@rel='prev']")
        (older,) = page.tree.xpath("//main//a[@rel='next']/@href")
        page = person.page(older.removeprefix("/en"))
        assert page.all("//main//tbody//th") == ["list-one.csv"]
        (newer,) = page.tree.xpath("//main//a[@rel='prev']/@href")
        page = person.page(newer.removeprefix("/en"))
        assert page.all("//main//tbody//th") == ["list-two.csv"]
