"""The portal's front: home, mechanisms, pages of plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from libs.chassis import asking
from libs.chassis.problems import NotFound, language_of
from services.portal.api.reading import Reader, Reading
from services.portal.api.telling import what_happened
from services.portal.api.wording import STATUSES, Wording
from services.portal.domain.record import due_of
from services.portal.views import records
from services.portal.views.lists import overdue
from services.portal.views.page_models import Change, Deadline, Figure, HomePage
from services.portal.views.page_parts import Link, Matrix, MatrixCell, MatrixRow
from services.portal.views.work_models import MechanismsPage, TextPage

if TYPE_CHECKING:
    from services.portal.api.framing import Pages

LATELY = 6
DUE = 5
UNNAMED = "other"
"""The kind of mechanisms that the vocabulary does not name."""
TEXTS: tuple[Literal["about", "help", "accessibility"], ...] = ("about", "help", "accessibility")
Counts = dict[tuple[str, str], int]


def routes(pages: Pages) -> APIRouter:
    """Return the routes of the front."""
    router = APIRouter(tags=["pages"])

    @router.get("/", response_model=None)
    async def front(request: Request) -> Response:
        """Lead to the home page in the reader's language."""
        asking.public(request)
        language = language_of(request, pages.house.languages)
        return RedirectResponse(f"/{language.tag}/", 302, headers={"Vary": "Accept-Language"})

    @router.get("/{language}/", response_model=None)
    async def home(reader: Reading) -> Response:
        """Show the home page."""
        wording = await pages.wording(reader)
        unchanged = pages.unchanged(reader, wording)
        if unchanged is not None:
            return unchanged
        frame = pages.frame(reader, wording.message("title-home"))
        return pages.answer(reader, "home.html", frame, await _home(reader, wording))

    @router.get("/{language}/mechanisms", response_model=None)
    async def mechanisms(reader: Reading) -> Response:
        """Show every mechanism with its recommendations by status."""
        wording = await pages.wording(reader)
        unchanged = pages.unchanged(reader, wording)
        if unchanged is not None:
            return unchanged
        counts = await records.matrix(reader.service.pool)
        frame = pages.frame(reader, wording.message("title-mechanisms"), section="mechanisms")
        content = await _mechanisms(reader, wording, counts)
        return pages.answer(reader, "mechanisms.html", frame, content)

    @router.get("/{language}/{kind}", response_model=None)
    async def text(reader: Reading, kind: str) -> Response:
        """Show a page of plain words."""
        named = next((each for each in TEXTS if each == kind), None)
        if named is None:
            raise NotFound
        unchanged = pages.unchanged(reader, await pages.wording(reader))
        if unchanged is not None:
            return unchanged
        frame = pages.frame(reader, reader.language.message(f"title-{kind}"), section=kind)
        return pages.answer(reader, "text.html", frame, TextPage(named))

    return router


async def _home(reader: Reader, wording: Wording) -> HomePage:
    pool = reader.service.pool
    counts = await records.matrix(pool)
    today = datetime.now(UTC).date()
    here = f"/{reader.language.tag}/recommendations"
    total = sum(counts.values())
    figures = tuple(
        Figure(
            word=wording.status(status).word,
            href=f"{here}?status={status}",
            kind=wording.status(status).kind,
            count=sum(count for (_, each), count in counts.items() if each == status),
        )
        for status in STATUSES
    )
    late = await overdue(pool, today)
    due = await records.due_next(pool, today, DUE)
    return HomePage(
        search_action=here,
        total=Figure(wording.message("figure-total"), here, count=total),
        figures=tuple(each for each in figures if each.count),
        late=Figure(wording.message("figure-late"), f"{here}?late=yes&order=deadline", "late", late)
        if late
        else None,
        as_at=today,
        matrix=matrix(wording, counts, here, list(dict.fromkeys(m for m, _ in sorted(counts)))),
        deadlines=tuple(
            Deadline(
                day=due_of(each.body) or today,
                what=wording.best_text(each.body).text,
                href=f"{here}/{each.number}",
                who=wording.institution(each.lead),
            )
            for each in due
        ),
        changes=tuple(
            [_change(each, wording, here) for each in await records.latest(pool, LATELY)]
        ),
        examples=_examples(wording, here),
    )


def _change(each: records.Change, wording: Wording, here: str) -> Change:
    return Change(
        when=each.happened_at,
        what=what_happened(each.topic, each.body, wording),
        href=f"{here}/{each.number}",
        number=each.number,
        text=wording.best_text(each.record),
    )


def _examples(wording: Wording, here: str) -> tuple[Link, ...]:
    words = wording.message("search-examples").split("|")
    return tuple(Link(each.strip(), f"{here}?{urlencode({'q': each.strip()})}") for each in words)


def matrix(
    wording: Wording,
    counts: Counts,
    here: str,
    mechanisms: list[str],
    *,
    some: bool = False,
) -> Matrix:
    """Return mechanism by status; every figure leads to its list, also where they are ``some``."""
    shown = [status for status in STATUSES if any(each == status for _, each in counts)]
    rows = tuple(
        MatrixRow(
            word=wording.mechanism(code),
            href=f"{here}?mechanism={code}",
            cells=tuple(
                MatrixCell(
                    counts.get((code, status), 0), f"{here}?mechanism={code}&status={status}"
                )
                for status in shown
            ),
            total=MatrixCell(
                sum(count for (each, _), count in counts.items() if each == code),
                f"{here}?mechanism={code}",
            ),
        )
        for code in mechanisms
    )
    among = "&".join(f"mechanism={code}" for code in mechanisms) if some else ""
    totals = tuple(
        MatrixCell(
            sum(row.cells[index].count for row in rows),
            f"{here}?{among}&status={status}" if among else f"{here}?status={status}",
        )
        for index, status in enumerate(shown)
    )
    whole = MatrixCell(sum(row.total.count for row in rows), f"{here}?{among}" if among else here)
    return Matrix(
        caption=wording.message("matrix-caption"),
        corner=wording.message("facet-mechanism"),
        columns=tuple(wording.status(status) for status in shown),
        rows=rows,
        totals=() if some and len(rows) == 1 else (*totals, whole),
        foot=wording.message("matrix-subtotal") if some else "",
    )


async def _mechanisms(reader: Reader, wording: Wording, counts: Counts) -> MechanismsPage:
    kinds = await records.mechanism_kinds(reader.service.pool)
    here = f"/{reader.language.tag}/recommendations"
    present = {mechanism for mechanism, _ in counts}
    matrices = []
    for kind in dict.fromkeys([*kinds.values(), UNNAMED]):
        codes = [code for code, each in kinds.items() if each == kind and code in present]
        if kind == UNNAMED:
            codes += sorted(present - kinds.keys())
        if codes:
            title = wording.word("mechanism-kind", kind)
            matrices.append((title, matrix(wording, counts, here, codes, some=True)))
    statuses = tuple(
        (wording.status(each), wording.message(f"status-{each}-means")) for each in STATUSES
    )
    return MechanismsPage(tuple(matrices), datetime.now(UTC).date(), statuses)
