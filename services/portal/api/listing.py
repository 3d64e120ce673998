"""The list of recommendations: search, filters with counts, and the same list as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from libs.chassis.problems import NotFound
from services.portal.api import exports
from services.portal.api.reading import Reader, Reading
from services.portal.api.wording import STATUSES, Wording
from services.portal.domain.record import status_of
from services.portal.views.page_models import ListPage
from services.portal.views.page_parts import (
    ActiveFilter,
    FacetGroup,
    FacetValue,
    Link,
    Option,
    Pager,
    RecordCard,
    Segment,
)
from services.portal.views.records import (
    FACETS,
    MOST_EXPORTED,
    ORDERS,
    PAGE,
    Answered,
    Listed,
    Question,
    answer,
)
from services.portal.views.words import highlight

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import QueryParams

    from services.portal.api.framing import Pages
    from services.portal.views.search import Match

FILTERS = (*FACETS, "lead", "state")
MOST_QUERY = 300
FEW_VALUES = 10
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def question_of(parameters: QueryParams, *, everything: bool) -> Question:
    """Return what an address asks; what is not understood is passed over."""
    page = parameters.get("page", "1")
    return Question(
        q=parameters.get("q", "").strip()[:MOST_QUERY],
        filters={name: [value for value in parameters.getlist(name) if value] for name in FILTERS},
        order=parameters.get("order", "") if parameters.get("order", "") in ORDERS else "",
        page=max(1, int(page)) if page.isdigit() and len(page) < 7 else 1,  # noqa: PLR2004  six digits of pages
        size=PAGE,
        everything=everything,
        whole=tuple(name for name in parameters.getlist("all") if name in FACETS),
    )


def query_of(question: Question, **changed: Any) -> str:  # noqa: ANN401  fields of the question
    """Return the address part that asks this question, with some fields changed."""
    pairs: list[tuple[str, str]] = []
    q = changed.get("q", question.q)
    if q:
        pairs.append(("q", q))
    filters = changed.get("filters", question.filters)
    pairs += [(name, value) for name in FILTERS for value in filters.get(name, ())]
    order = changed.get("order", question.order)
    if order:
        pairs.append(("order", order))
    pairs += [("all", name) for name in changed.get("whole", question.whole)]
    page = changed.get("page", 1)
    if page > 1:
        pairs.append(("page", str(page)))
    return f"?{urlencode(pairs)}" if pairs else ""


def toggled(question: Question, name: str, value: str) -> dict[str, list[str]]:
    """Return the filters with one value chosen, or no longer."""
    filters = {each: list(values) for each, values in question.filters.items()}
    chosen = filters.setdefault(name, [])
    if value in chosen:
        chosen.remove(value)
    else:
        chosen.append(value)
    return filters


def value_label(wording: Wording, name: str, value: str) -> str:
    """Return how a filter's value reads."""
    words: dict[str, Callable[[str], str]] = {
        "mechanism": wording.mechanism,
        "cycle": lambda each: wording.message(
            "cycle-number", cycle=int(each) if each.isdigit() else each
        ),
        "theme": lambda each: wording.label("theme", each),
        "group": lambda each: wording.label("group", each),
        "sdg": lambda each: f"{each}. {wording.label('sdg', each)}",
        "position": lambda each: wording.position(each).word,
        "status": lambda each: wording.status(each).word,
        "lead": wording.institution,
    }
    return words.get(name, wording.state)(value)


def card(listed: Listed, wording: Wording, base: str, match: Match | None = None) -> RecordCard:
    """Return a record as an entry of a list."""
    body = listed.body
    text = wording.best_text(body)
    tags = [wording.position(listed.position)] if listed.position else []
    status = status_of(body)
    tags.append(wording.status(status))
    today = datetime.now(UTC).date()
    cycle = [wording.message("cycle-number", cycle=listed.cycle)] if listed.cycle else []
    theme = [wording.term(body["main_theme"])] if body["main_theme"] else []
    hits = highlight(text.text, match.plan) if match and match.plan.typed else []
    return RecordCard(
        number=listed.number,
        href=f"{base}/recommendations/{listed.number}",
        text=text,
        mechanism=wording.mechanism(listed.mechanism),
        tags=tuple(tags),
        facts=(*cycle, *theme),
        lead=wording.institution(listed.lead),
        deadline=listed.deadline,
        late=bool(listed.deadline and listed.deadline < today and status != "implemented"),
        marks=marks_of(body, status),
        highlight=tuple(Segment("added" if hit else "same", part) for part, hit in hits),
    )


def marks_of(body: dict[str, Any], status: str) -> tuple[Any, ...]:
    """Return the thread as five small marks: received, answered, assigned, in progress, done."""
    done = [
        True,
        body["position"] in {"supported", "noted"},
        bool(body["lead"]),
        status in {"in-progress", "partly-implemented", "implemented"},
        status == "implemented",
    ]
    last = max(index for index, each in enumerate(done) if each)
    names = ["past" if each else "open" for each in done]
    names[last] = "now"
    return tuple(names)


def routes(pages: Pages) -> APIRouter:
    """Return the routes of the list."""
    router = APIRouter(tags=["pages"])

    @router.get("/{language}/recommendations", response_model=None)
    async def list_page(reader: Reading) -> Response:
        """Show the recommendations that match words and filters."""
        unchanged = pages.unchanged(reader)
        if unchanged is not None:
            return unchanged
        question = question_of(reader.request.query_params, everything=reader.keeps_the_register())
        answered = await answer(reader.service.pool, question)
        wording = await pages.wording(reader)
        frame = pages.frame(
            reader, wording.message("title-recommendations"), section="recommendations"
        )
        content = _list_page(reader, question, answered, wording)
        return pages.answer(reader, "list.html", frame, content)

    @router.get("/{language}/recommendations.{form}", response_model=None)
    async def list_file(reader: Reading, form: str) -> Response:
        """Give exactly the list that the page shows, whole, as a file."""
        if form not in FORMATS:
            raise NotFound
        asked = question_of(reader.request.query_params, everything=reader.keeps_the_register())
        question = Question(
            asked.q, asked.filters, asked.order, size=MOST_EXPORTED, everything=asked.everything
        )
        answered = await answer(reader.service.pool, question, facets=False)
        return await _file(pages, reader, form, question, answered)

    return router


async def _file(
    pages: Pages, reader: Reader, form: str, question: Question, answered: Answered
) -> Response:
    wording = await pages.wording(reader)
    address = pages.address(reader)
    rows = [
        exports.row_of(each, f"{address}/id/recommendation/{each.number}", [reader.language.tag])
        for each in answered.records
    ]

    def head(name: str) -> str:
        return wording.message(f"column-{name.replace('_', '-')}")

    if form == "csv":
        content = exports.as_csv(rows, head)
    elif form == "xlsx":
        content = exports.as_xlsx(rows, head, rtl=reader.language.direction == "rtl")
    else:
        asked = {
            "q": question.q,
            **{name: values for name, values in question.filters.items() if values},
        }
        content = exports.as_json(rows, answered.total, asked)
    disposition = f'attachment; filename="recommendations-{reader.language.tag}.{form}"'
    return Response(content, media_type=FORMATS[form], headers={"Content-Disposition": disposition})


def _list_page(
    reader: Reader, question: Question, answered: Answered, wording: Wording
) -> ListPage:
    base = f"/{reader.language.tag}"
    here = f"{base}/recommendations"
    return ListPage(
        action=here,
        q=question.q,
        records=tuple(card(each, wording, base, answered.match) for each in answered.records),
        facets=tuple(_facet(name, question, answered, wording, here) for name in FACETS),
        active=tuple(
            ActiveFilter(
                value_label(wording, name, value),
                here + query_of(question, filters=toggled(question, name, value)),
            )
            for name, values in question.filters.items()
            for value in values
        ),
        pager=pager(question, answered.total, here),
        orders=tuple(Option(name, wording.message(f"order-{name}")) for name in ORDERS),
        order=question.order,
        downloads=tuple(
            Link(form.upper(), f"{here}.{form}{query_of(question)}", ltr=True) for form in FORMATS
        ),
        clear_href=here,
        hidden=tuple(
            (name, value) for name, values in question.filters.items() for value in values
        ),
        suggestion=_suggestion(question, answered, here),
    )


def _suggestion(question: Question, answered: Answered, here: str) -> Link | None:
    better = answered.match.corrected or answered.match.did_you_mean
    return Link(better, here + query_of(question, q=better)) if better else None


def _facet(
    name: str, question: Question, answered: Answered, wording: Wording, here: str
) -> FacetGroup:
    counts = answered.facets.get(name, [])
    if name == "status":
        counts = sorted(
            counts, key=lambda each: STATUSES.index(each[0]) if each[0] in STATUSES else 99
        )
    if name in {"cycle", "sdg"}:
        counts = sorted(counts, key=lambda each: (len(each[0]), each[0]))
    chosen = set(question.filters.get(name, ()))
    whole = name in question.whole or len(counts) <= FEW_VALUES + 2
    shown = counts if whole else _largest(counts, chosen)
    values = tuple(
        FacetValue(
            value,
            value_label(wording, name, value),
            count,
            value in chosen,
            here + query_of(question, filters=toggled(question, name, value)),
        )
        for value, count in shown
    )
    more = "" if whole else here + query_of(question, whole=(*question.whole, name))
    return FacetGroup(name, wording.message(f"facet-{name}"), values, more)


def _largest(counts: list[tuple[str, int]], chosen: set[str]) -> list[tuple[str, int]]:
    """Return the largest values of a facet, and those that are chosen."""
    return [each for place, each in enumerate(counts) if place < FEW_VALUES or each[0] in chosen]


def pager(question: Question, total: int, here: str) -> Pager:
    """Return where in a list a page stands."""
    pages = max(1, -(-total // question.size))
    page = min(question.page, pages)
    first = (page - 1) * question.size + 1 if total else 0
    return Pager(
        first=first,
        last=min(page * question.size, total),
        total=total,
        page=page,
        pages=pages,
        previous_href=here + query_of(question, page=page - 1) if page > 1 else "",
        next_href=here + query_of(question, page=page + 1) if page < pages else "",
    )
