"""What the demo's months of history leave untold: acts by which every contract comes to be told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from libs.ledger.act import Act, new_id
from libs.testkit.waiting import until_true
from services.house.demo.loading import ADMINISTRATOR
from services.intake.commands.vocabulary import adopt_profile
from services.intake.profile import STANDARD, Profile
from tests.stories.desk import Desk, template_of
from tests.stories.house import ANSWERS_WITHIN
from tests.stories.past import SECRETARY

if TYPE_CHECKING:
    from tests.stories.house import DemoHouse


class Administration:
    """Whoever administers the platform, over HTTP: no page does this."""

    def __init__(self, house: DemoHouse) -> None:
        """Act as the demo's administrator."""
        self._house = house

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask the directory."""
        return httpx.request(
            method,
            f"{self._house.address}/api/directory/v1{path}",
            json=body,
            headers=self._house.bearer(ADMINISTRATOR),
            timeout=ANSWERS_WITHIN,
        )

    def done(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask the directory for what it does."""
        found: dict[str, Any] = self.ask(method, path, body).raise_for_status().json()
        return found

    def register(self) -> str:
        """Register an institution that was not there; return its code."""
        code = f"office-{uuid4().hex[:8]}"
        body = {"code": code, "names": {"en": "Office of Wells"}, "kind": "ministry"}
        self.done("POST", "/institutions", body)
        return code

    def enrol(self, institution: str, *roles: str) -> str:
        """Enrol somebody who was not there, who then knows how to be asked for; return the id."""
        login = f"newcomer.{uuid4().hex[:8]}"
        body = {
            "sign_in": login,
            "names": {"en": "A newcomer"},
            "institution": institution,
            "roles": roles,
        }
        identity = str(self.done("POST", "/people", body)["id"])
        self._house.people[login] = identity
        return identity


def an_institution_and_its_people_come_and_go(house: DemoHouse) -> None:
    """An office is renamed and reclassified; who served there loses a role, and leaves."""
    administration = Administration(house)
    office = administration.register()
    here = f"/institutions/{office}"
    administration.done("PUT", f"{here}/names", {"names": {"en": "Ministry of Water"}})
    body = {"kind": "agency", "membership": "observer"}
    administration.done("PUT", f"{here}/classification", body)
    person = administration.enrol(office, "focal-point", "observer")
    administration.done("DELETE", f"/people/{person}/roles/focal-point")
    administration.done("POST", f"/people/{person}/departure")


def a_file_confirms_and_is_taken_back(house: DemoHouse) -> None:
    """A file makes a typed record official and brings another; it is undone, and one comes back."""
    name = f"further-{uuid4().hex[:8]}"
    texts = [f"Light the harbour of {name}", f"Deepen the harbour of {name}"]
    with house.signed_in(SECRETARY) as secretary:
        typed = {"mechanism": "CESCR", "state": "XDM", "text_language": "en", "text": texts[0]}
        symbol = {"symbol": f"E/C.12/XDM/{name}", "document_date": "2026-03-02", "paragraph": "1"}
        page = secretary.send("/recommendations/new", typed | symbol)
        assert page.status == 200, page.one("//main")
        desk = Desk(secretary)
        desk.hand_in(name, template_of(name, texts))
        desk.confirm(name)
        _, brought = desk.numbers(name, len(texts))
        desk.undo(name, "The wrong document")
        desk.act(brought, "reinstate", reason="This one is right")


def a_word_of_the_profile_is_retired_and_comes_back(house: DemoHouse) -> None:
    """A theme is dropped from the country's profile, and taken up again."""
    ledger = next(each.ledger for each in house.running.services if each.name == "intake")
    profile = Profile.load(STANDARD)
    for adopted in (replace(profile, themes=profile.themes[:-1]), profile):
        act = Act.of_policy("intake.adopt-profile", event_id=new_id(), correlation_id=new_id())
        assert adopt_profile(ledger, adopted, act) == 1
    last = "SELECT retired FROM portal_read.terms WHERE scheme = 'theme' AND code = %s"
    code = profile.themes[-1].code
    until_true(lambda: house.rows("portal", last, code) == [(False,)])
