"""The list of recommendations: search, filters with counts, and the same list as a file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from libs.chassis.downloads import MEDIA_TYPES, download
from libs.chassis.problems import NotFound
from libs.kernel.refusal import Misunderstood
from services.portal.api import exports
from services.portal.api.reading import Reader, Reading, permanent, whole_number
from services.portal.api.wording import POSITION_TAGS, STATUSES, Wording
from services.portal.domain.record import is_late, status_of
from services.portal.views.finds import Finds
from services.portal.views.lists import (
    FACETS,
    FILTERS,
    LATE,
    ORDERS,
    PAGE,
    Answered,
    Question,
    answer,
    every,
    pages_of,
)
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
from services.portal.views.words import highlight

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.portal.api.framing import Pages
    from services.portal.domain.record import Body
    from services.portal.views.records import Listed
    from services.portal.views.search import Match

MOST_QUERY = 300
MOST_CHOSEN = 50
FEW_VALUES = 10
FILES_AT_ONCE = 2
"""So many files are written at one time: each holds one of the portal's connections meanwhile."""


class TooManyFilters(Misunderstood):
    """Each chosen value is a link on the page that repeats all the others: a list takes so many."""


def question_of(reader: Reader) -> Question:
    """Return what an address asks; filters that are none are passed over.

    Raises:
        NumberNotUnderstood: the page is no number, or below 1.
        TooManyFilters: more values are chosen than a list takes.
    """
    parameters = reader.request.query_params
    filters = {
        name: list(dict.fromkeys(filter(None, parameters.getlist(name)))) for name in FILTERS
    }
    chosen = sum(map(len, filters.values()))
    if chosen > MOST_CHOSEN:
        raise TooManyFilters(most=MOST_CHOSEN, chosen=chosen)
    return Question(
        q=parameters.get("q", "").strip()[:MOST_QUERY],
        filters=filters,
        order=parameters.get("order", "") if parameters.get("order", "") in ORDERS else "",
        page=reader.number("page", 1),
        size=PAGE,
        everything=reader.keeps_the_register(),
        whole=tuple(name for name in FACETS if name in parameters.getlist("all")),
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
    """Return how a filter's value reads; one that nothing has a word for reads as it is written."""
    words: dict[str, Callable[[str], str]] = {
        "mechanism": wording.mechanism,
        "cycle": lambda each: wording.message(
            "cycle-number", cycle=each if whole_number(each) is None else whole_number(each)
        ),
        "theme": lambda each: wording.label("theme", each),
        "group": lambda each: wording.label("group", each),
        "sdg": lambda each: f"{each}. {wording.label('sdg', each)}" if each.isdecimal() else each,
        "position": lambda each: wording.position(each).word if each in POSITION_TAGS else each,
        "status": lambda each: wording.status(each).word if each in STATUSES else each,
        "lead": wording.institution,
        LATE: lambda _: wording.message("step-overdue"),
    }
    return words.get(name, wording.state)(value)


def card(
    body: Body, wording: Wording, base: str, today: date, match: Match | None = None
) -> RecordCard:
    """Return a record as an entry of a list, as it stood on ``today``."""
    text = wording.best_text(body)
    tags = [wording.position(body["position"])] if body["position"] else []
    status = status_of(body)
    tags.append(wording.status(status))
    cycle = [wording.message("cycle-number", cycle=body["cycle"])] if body["cycle"] else []
    theme = [wording.theme(body["main_theme"])] if body["main_theme"] else []
    hits = highlight(text.text, match.plan) if match and match.plan.typed else []
    return RecordCard(
        number=body["number"],
        href=f"{base}/recommendations/{body['number']}",
        text=text,
        mechanism=wording.mechanism(body["mechanism"]),
        tags=tuple(tags),
        facts=(*cycle, *theme),
        lead=wording.institution(body["lead"]),
        deadline=date.fromisoformat(body["deadline"]) if body["deadline"] else None,
        late=is_late(body, today),
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
    at_once = asyncio.Semaphore(FILES_AT_ONCE)
    finds = Finds()

    @router.get("/{language}/recommendations", response_model=None)
    async def list_page(reader: Reading) -> Response:
        """Show the recommendations that match words and filters."""
        wording = await pages.wording(reader)
        unchanged = pages.unchanged(reader, wording)
        if unchanged is not None:
            return unchanged
        question = question_of(reader)
        answered = await answer(reader.service.pool, question, finds)
        frame = pages.frame(
            reader, wording.message("title-recommendations"), section="recommendations"
        )
        content = _list_page(reader, question, answered, wording)
        return pages.answer(reader, "list.html", frame, content)

    @router.get("/{language}/recommendations.{form}", response_model=None)
    async def list_file(reader: Reading, form: str) -> Response:
        """Give exactly the list that the page shows, whole, as a file."""
        if form not in MEDIA_TYPES:
            raise NotFound
        name = f"recommendations-{reader.language.tag}.{form}"
        async with at_once:
            return await download(name, partial(_write, pages, reader, form, finds))

    return router


async def _write(pages: Pages, reader: Reader, form: str, finds: Finds, file: BinaryIO) -> None:
    """Write the list into a file.

    Raises:
        TooLongForAWorkbook: no worksheet holds so many lines.
    """
    question = question_of(reader)
    wording = await pages.wording(reader)
    async with every(reader.service.pool, question, finds) as (total, batches):
        if form == "xlsx" and total >= exports.MOST_LINES:
            raise exports.TooLongForAWorkbook(most=exports.MOST_LINES - 1, total=total)
        address = pages.address(reader)
        writer = await asyncio.to_thread(_writer, form, file, question, total, address, wording)
        async for batch in batches:
            await asyncio.to_thread(writer.add, batch)
    await asyncio.to_thread(writer.end)


def _writer(  # noqa: PLR0913  what a file is made of
    form: str, file: BinaryIO, question: Question, total: int, address: str, wording: Wording
) -> exports.Writer:
    if form == "json":
        filters = {name: values for name, values in question.filters.items() if values}
        tag = wording.language.tag
        return exports.Json(
            file,
            lambda each: exports.in_codes(each, address + permanent(each.number), tag),
            total,
            {"q": question.q, **filters},
        )

    def row_of(each: Listed) -> dict[str, Any]:
        return exports.in_words(each, address + permanent(each.number), wording)

    made = exports.Csv if form == "csv" else exports.Xlsx
    return made(file, row_of, wording)


def _list_page(
    reader: Reader, question: Question, answered: Answered, wording: Wording
) -> ListPage:
    base = f"/{reader.language.tag}"
    here = f"{base}/recommendations"
    today = datetime.now(UTC).date()
    return ListPage(
        action=here,
        q=question.q,
        records=tuple(
            card(each.body, wording, base, today, answered.match) for each in answered.records
        ),
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
        orders=_orders(wording, ranked=answered.match.ranked),
        order=question.order,
        downloads=tuple(
            Link(form.upper(), f"{here}.{form}{query_of(question)}", ltr=True)
            for form in MEDIA_TYPES
        ),
        clear_href=here,
        hidden=tuple(
            (name, value) for name, values in question.filters.items() for value in values
        ),
        suggestion=_suggestion(question, answered, here),
        searched=answered.match.corrected or "",
    )


def _orders(wording: Wording, *, ranked: bool) -> tuple[Option, ...]:
    """Return the orders to choose from; the first stands where none is chosen."""
    named = [Option(name, wording.message(f"order-{name}")) for name in ORDERS]
    if ranked:
        return (Option("", wording.message("order-relevance")), *named)
    return (replace(named[0], value=""), *named[1:])


def _suggestion(question: Question, answered: Answered, here: str) -> Link | None:
    better = answered.match.did_you_mean
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
    pages = pages_of(total, question.size)
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
