"""The desk of those who keep the register: each act is a form, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from libs.chassis.problems import Answered, NotFound
from libs.ledger.act import new_id
from services.portal.api.acts import ACTS, HAPPENED, Act, Typed, happened_field, happened_header
from services.portal.api.listing import card
from services.portal.api.mistakes import UNPROCESSABLE, Mistakes, marked, missing, named_in
from services.portal.api.reading import (
    Reader,
    Reading,
    key_of,
    must_be_our_form,
    remember_position,
    typed_in,
    whole_number,
)
from services.portal.api.record import find
from services.portal.api.wording import Wording
from services.portal.commands.neighbours import Neighbours, Reply
from services.portal.views import records
from services.portal.views.page_models import Notice
from services.portal.views.page_parts import Field, Form
from services.portal.views.work_models import FormPage, Meeting, ProblemPage

if TYPE_CHECKING:
    from libs.chassis.problems import Problem
    from services.portal.api.framing import Pages
    from services.portal.views.records import Listed

STALE = 412
ABOUT = {"reason-missing": "reason", "position-source-missing": "position_source"}
"""Which question a refusal is about, by its code."""


def routes(pages: Pages, neighbours: Neighbours) -> APIRouter:
    """Return the routes of the desk."""
    router = APIRouter(tags=["pages"])

    @router.get("/{language}/recommendations/{number}/{act}", response_model=None)
    async def ask(reader: Reading, number: str, act: str) -> Response:
        """Show the form of an act."""
        reader.must_use_the_desk()
        chosen, listed, wording = await _about(pages, reader, number, act)
        return await _form(pages, reader, wording, chosen, listed, {})

    @router.post("/{language}/recommendations/{number}/{act}", response_model=None)
    async def do(reader: Reading, number: str, act: str) -> Response:
        """Do an act; where it is refused, the form comes back with everything that was typed."""
        reader.must_use_the_desk()
        typed = await typed_in(reader)
        must_be_our_form(reader, typed.get("csrf", ""))
        chosen, listed, wording = await _about(pages, reader, number, act)
        empty = missing(chosen.fields(wording, listed.body, typed), typed, reader.language)
        if empty:
            return await _form(pages, reader, wording, chosen, listed, typed, empty=empty)
        try:
            reply = await _send(neighbours, reader, chosen, listed, typed)
        except Answered as refused:
            if refused.problem.status == STALE:
                return await _stale(pages, reader, wording, chosen, listed, typed, refused.problem)
            return await _form(pages, reader, wording, chosen, listed, typed, refused.problem)
        return done(f"/{reader.language.tag}/recommendations/{number}", reply)

    return router


def done(path: str, reply: Reply) -> Response:
    """Lead to the page that shows what was done, and let it wait until it can."""
    response = RedirectResponse(path, 303)
    remember_position(response, reply.position)
    return response


async def _about(
    pages: Pages, reader: Reader, number: str, act: str
) -> tuple[Act, Listed, Wording]:
    if act not in ACTS:
        raise NotFound
    return ACTS[act], await find(reader, number), await pages.wording(reader)


async def _version(reader: Reader, listed: Listed) -> int:
    told = await records.history(reader.service.pool, listed.id)
    return max((event.version for event in told if event.source == "intake"), default=1)


async def _send(
    neighbours: Neighbours, reader: Reader, act: Act, listed: Listed, typed: Typed
) -> Reply:
    """Send an act; a form that does not say on which version it is based is held to be old."""
    version = whole_number(typed.get("version", "")) or 0
    return await neighbours.ask(
        "intake",
        act.method,
        f"/recommendations/{listed.id}/{act.path}",
        person=reader.asked.asker.person,
        language=reader.language.tag,
        json=act.body(typed),
        headers={
            "Idempotency-Key": typed.get("key") or new_id(),
            "If-Match": f'"{listed.id}-{version}"',
            **(happened_header(typed) if act.dated else {}),
        },
    )


async def _form(  # noqa: PLR0913  what a form is made of
    pages: Pages,
    reader: Reader,
    wording: Wording,
    act: Act,
    listed: Listed,
    typed: Typed,
    problem: Problem | None = None,
    empty: Mistakes | None = None,
) -> Response:
    base = f"/{reader.language.tag}"
    here = f"{base}/recommendations/{listed.number}"
    body = listed.body
    fields = act.fields(wording, body, typed)
    fields += (happened_field(wording, typed),) if act.dated else ()
    mistakes = empty or (_mistakes(fields, problem) if problem is not None and fields else {})
    standing = {
        "was_text": body["texts"][body["language"]],
        "was_paragraph": body["paragraph"] or "",
        "was_symbol": body["symbol"] or "",
    }
    hidden = {
        "version": typed.get("version") or str(await _version(reader, listed)),
        "key": key_of(typed, problem),
        **(
            {name: typed.get(name, value) for name, value in standing.items()}
            if act.name == "correct"
            else {}
        ),
    }
    form = Form(
        action=f"{here}/{act.name}",
        submit=wording.message(f"control-{act.name}"),
        fields=marked(fields, mistakes),
        hidden=tuple(hidden.items()),
        cancel_href=here,
        weighty=act.weighty,
    )
    title = wording.message(f"title-{act.name}", number=listed.number)
    page = FormPage(
        title=title,
        form=form,
        lede=wording.message(f"lede-{act.name}"),
        warning=problem.detail if problem is not None and not mistakes else "",
        record=card(listed.body, wording, base, datetime.now(UTC).date()),
    )
    wrong = problem is not None or bool(mistakes)
    frame = pages.frame(reader, title, section="recommendations", wrong=wrong)
    status = UNPROCESSABLE if empty else 200
    return pages.answer(reader, "form.html", frame, page, status, problem)


def _mistakes(fields: tuple[Field, ...], problem: Problem) -> Mistakes:
    """Return what a refusal says of each field: of the first one where it names none."""
    named = named_in(problem, fields)
    if named:
        return named
    code = problem.type.rsplit("/", 1)[-1]
    if code.startswith("date-"):
        return {HAPPENED: problem.detail}
    about = ABOUT.get(code, fields[0].name)
    return {} if about == HAPPENED else {about: problem.detail}


def _label_of(name: str) -> str:
    return "form-text" if name == "text" else f"field-{name.replace('_', '-')}"


async def _stale(  # noqa: PLR0913  both versions, and what was typed
    pages: Pages,
    reader: Reader,
    wording: Wording,
    act: Act,
    listed: Listed,
    typed: Typed,
    problem: Problem,
) -> Response:
    """Show what now stands beside what was typed; the reader decides, nothing is lost."""
    body = listed.body
    language = body["language"]
    standing = {
        "text": body["texts"][language],
        "paragraph": body["paragraph"] or "",
        "symbol": body["symbol"] or "",
        "position_source": body["position_source"] or "",
    }
    shown = wording.text("", language)
    meetings = tuple(
        Meeting(wording.message(_label_of(name)), stands, typed[name], language, shown.dir)
        for name, stands in standing.items()
        if name in typed and typed[name] != stands
    )  # fmt: skip
    version = await _version(reader, listed)
    kept = {name: value for name, value in typed.items() if name not in {"csrf", "version", "key"}}
    kept |= {f"was_{name}": value for name, value in standing.items() if f"was_{name}" in typed}
    again = Form(
        action=f"/{reader.language.tag}/recommendations/{listed.number}/{act.name}",
        submit=wording.message("form-send-mine"),
        hidden=(*kept.items(), ("version", str(version)), ("key", new_id())),
    )
    page = ProblemPage(
        status=problem.status,
        title=problem.title,
        detail=problem.detail,
        meetings=meetings,
        stands_version=version,
        again=again,
        correlation=problem.correlation_id,
    )
    frame = pages.frame(reader, problem.title, wrong=True, notice=Notice("warning", problem.title))
    return pages.answer(reader, "problem.html", frame, page, problem.status)
