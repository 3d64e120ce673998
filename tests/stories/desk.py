"""What those who keep the register do at their desk, through the pages' own forms."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from libs.testkit.waiting import until_true

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.stories.house import Page, Person

COLUMNS = (
    "state", "mechanism", "cycle", "session", "symbol", "document_date", "paragraph", "kind",
    "text",
    "language", "recommending_states", "position", "position_as_written", "position_source",
    "main_theme", "themes", "groups", "sdgs", "annotation_id", "note",
)  # fmt: skip
PATIENCE = 60.0


def template_of(name: str, texts: Sequence[str], annotation: str = "") -> bytes:
    """Return a file in our own template with one recommendation for each text.

    ``annotation`` is the id of the last one in the Universal Human Rights Index.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for paragraph, text in enumerate(texts, start=1):
        writer.writerow(
            {
                "mechanism": "CESCR",
                "symbol": f"E/C.12/XDM/{name}",
                "document_date": "2026-03-02",
                "paragraph": str(paragraph),
                "kind": "recommendation",
                "text": text,
                "language": "en",
                "annotation_id": annotation if paragraph == len(texts) else "",
            }
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


@dataclass
class Desk:
    """The desk of somebody who has signed in."""

    person: Person
    imports: dict[str, str] = field(default_factory=dict)

    def hand_in(self, name: str, content: bytes, file_name: str = "") -> Page:
        """Hand in a file; return its page once it was read."""
        fields = self.person.page("/imports").fields("/imports")
        fields.pop("file", None)
        fields["state"] = "XDM"
        file = {"file": (file_name or f"{name}.csv", content)}
        page = self.person.post("/imports", fields, files=file)
        assert page.status == 200, page.one("//main")
        self.imports[name] = "/imports/" + str(page.response.url).rsplit("/", 1)[-1]
        return self.until_done(name, "import-state-reading")

    def until_done(self, name: str, *working: str) -> Page:
        """Return the page of an import once it is no longer at work."""
        busy = {self.person.says(each) for each in working}

        def done() -> Page | None:
            page = self.person.page(self.imports[name])
            assert page.status == 200, page.one("//main")
            tag = page.all("//main//*[contains(@class,'tag')]")[0]
            return None if tag in busy else page

        found = until_true(done, PATIENCE, f"{name} stays at {working}")
        assert found is not None
        return found

    def confirm(self, name: str) -> Page:
        """Confirm what its preview shows; return the page once it is recorded."""
        page = self.person.send(f"{self.imports[name]}/confirm", {}, at=self.imports[name])
        assert page.status == 200, page.one("//main")
        return self.until_done(name, "import-state-previewed", "import-state-confirming")

    def undo(self, name: str, reason: str) -> Page:
        """Take it back."""
        typed = {"reason": reason}
        page = self.person.send(f"{self.imports[name]}/undo", typed, at=self.imports[name])
        assert page.status == 200, page.one("//main")
        return self.until_done(name, "import-state-confirmed", "import-state-undoing")

    def import_file(self, name: str, texts: Sequence[str]) -> list[str]:
        """Bring a file of these texts in; return their numbers."""
        self.hand_in(name, template_of(name, texts))
        self.confirm(name)
        return self.numbers(name, len(texts))

    def numbers(self, name: str, count: int) -> list[str]:
        """Return the numbers of the ``count`` records that a file brought, once all are shown."""
        query = "?" + urlencode({"q": f"E/C.12/XDM/{name}", "order": "number"})
        until_true(lambda: self.person.total(query) == count, PATIENCE, f"the list of {name}")
        return [each["number"] for each in self.person.list(query)["recommendations"]]

    def correct(self, number: str, text: str, reason: str) -> Page:
        """Correct the text of a record."""
        return self.act(number, "correct", text=text, reason=reason)

    def act(self, number: str, act: str, **typed: str) -> Page:
        """Do an act on a record by its form once its page offers it; return where that leads.

        What an import does to a record is shown on the import's own page first.
        """
        here = f"/recommendations/{number}"
        link = f"//main//a[contains(@href, '{here}/{act}')]"
        offered = until_true(lambda: self.person.page(here).all(link), PATIENCE, f"{act} {number}")
        assert offered
        page = self.person.send(f"{here}/{act}", typed)
        assert page.status == 200, page.one("//main")
        return page
