"""Typing in a recommendation by hand, for any mechanism of the profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from libs.chassis.problems import Answered
from libs.ledger.act import new_id
from services.portal.api.acts import HAPPENED, happened_field, happened_header
from services.portal.api.desk import done
from services.portal.api.mistakes import UNPROCESSABLE, Mistakes, marked, missing, named_in
from services.portal.api.reading import Reader, Reading, key_of, must_be_our_form, typed_in
from services.portal.commands.neighbours import Neighbours
from services.portal.views.page_parts import Field, Form, Option
from services.portal.views.work_models import FormPage

if TYPE_CHECKING:
    from libs.chassis.problems import Problem
    from services.portal.api.framing import Pages
    from services.portal.api.wording import Wording

WORDS = ("paragraph", "symbol", "session", "document_date")
MOST_DIGITS = 10
LISTS = ("recommending_states", "sdgs")
OTHERWISE = {"language": "text_language", "themes": "theme", "groups": "group"}
"""What intake calls some of the fields."""


def routes(pages: Pages, neighbours: Neighbours) -> APIRouter:
    """Return the routes of typing in; they stand before those that take a number in their place."""
    router = APIRouter(tags=["pages"])

    @router.get("/{language}/recommendations/new", response_model=None)
    async def ask(reader: Reading) -> Response:
        """Show the empty form."""
        reader.must_use_the_desk()
        return await _form(pages, reader, {})

    @router.post("/{language}/recommendations/new", response_model=None)
    async def do(reader: Reading) -> Response:
        """Take a recommendation into the register."""
        reader.must_use_the_desk()
        typed = await typed_in(reader)
        must_be_our_form(reader, typed.get("csrf", ""))
        fields = _fields(await pages.wording(reader), typed, pages.settings.state)
        empty = missing(fields, typed, reader.language)
        if empty:
            return await _form(pages, reader, typed, empty=empty)
        try:
            reply = await neighbours.ask(
                "intake", "POST", "/recommendations", person=reader.asked.asker.person,
                language=reader.language.tag, json=command_of(typed),
                headers={
                    "Idempotency-Key": typed.get("key") or new_id(),
                    **happened_header(typed),
                },
            )  # fmt: skip
        except Answered as refused:
            return await _form(pages, reader, typed, refused.problem)
        return done(f"/{reader.language.tag}/recommendations/{reply.body['number']}", reply)

    return router


def command_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as intake takes it; empty fields are left out."""
    command: dict[str, Any] = {
        "state": typed.get("state", "").strip().upper(),
        "mechanism": typed.get("mechanism", ""),
        "official": typed.get("official") == "yes",
        "language": typed.get("text_language", ""),
        "text": typed.get("text", ""),
    }
    for name in WORDS:
        if typed.get(name, "").strip():
            command[name] = typed[name].strip()
    if typed.get("cycle", "").strip():
        cycle = typed["cycle"].strip()
        command["cycle"] = int(cycle) if cycle.isdecimal() and len(cycle) < MOST_DIGITS else cycle
    for name in LISTS:
        values = [each.strip() for each in typed.get(name, "").replace("،", ",").split(",")]
        command[name] = [each for each in values if each]
    for name in ("theme", "group"):
        if typed.get(name):
            command[f"{name}s"] = [typed[name]]
    if typed.get("theme"):
        command["main_theme"] = typed["theme"]
    return command


async def _form(
    pages: Pages,
    reader: Reader,
    typed: Mapping[str, str],
    problem: Problem | None = None,
    empty: Mistakes | None = None,
) -> Response:
    wording = await pages.wording(reader)
    fields = _fields(wording, typed, pages.settings.state)
    mistakes = empty or (_mistakes(fields, problem) if problem is not None else {})
    here = f"/{reader.language.tag}/recommendations"
    form = Form(
        action=f"{here}/new",
        submit=wording.message("type-in-do"),
        fields=marked(fields, mistakes),
        hidden=(("key", key_of(typed, problem)),),
        cancel_href=here,
    )
    page = FormPage(
        title=wording.message("title-new"),
        form=form,
        lede=wording.message("lede-new"),
    )
    frame = pages.frame(reader, page.title, section="new", wrong=bool(problem or empty))
    status = UNPROCESSABLE if empty else 200
    return pages.answer(reader, "form.html", frame, page, status, problem)


def _mistakes(fields: tuple[Field, ...], problem: Problem) -> Mistakes:
    """Return what was refused at the field that it is about; at the text where it is about none."""
    named = named_in(problem, fields, OTHERWISE)
    if named:
        return named
    about = "mechanism" if "mechanism" in problem.facts else "text"
    about = HAPPENED if problem.type.startswith("/problems/date-") else about
    about = str(problem.facts.get("field", about))
    return {OTHERWISE.get(about, about): problem.detail}


def _options(wording: Wording, scheme: str) -> tuple[Option, ...]:
    codes = wording.vocabulary.get(scheme, {})
    return tuple(Option(code, wording.label(scheme, code)) for code in codes)


def _fields(wording: Wording, typed: Mapping[str, str], state: str) -> tuple[Field, ...]:
    def said(name: str, default: str = "") -> str:
        return typed.get(name, default)

    say = wording.message
    nothing = Option("", say("form-choose"))
    return (
        Field("mechanism", say("facet-mechanism"), kind="select", value=said("mechanism"),
              required=True, options=(nothing, *_options(wording, "mechanism")),
              section=say("form-section-source")),
        Field("state", say("fact-state"), value=said("state", state), required=True, width="short",
              hint=say("form-state-hint"), dir="ltr"),
        Field("symbol", say("field-symbol"), value=said("symbol"), dir="ltr"),
        Field("paragraph", say("field-paragraph"), value=said("paragraph"), width="short",
              dir="ltr"),
        Field("cycle", say("field-cycle"), value=said("cycle"), width="short", dir="ltr"),
        Field("session", say("field-session"), value=said("session"), width="short", dir="ltr"),
        Field("document_date", say("field-document-date"), kind="date",
              value=said("document_date")),
        happened_field(wording, typed),
        Field("official", say("form-official-yes"), kind="checkbox", value=said("official")),
        Field("text_language", say("form-text-language"), kind="select",
              options=wording.text_languages(), width="short",
              value=said("text_language", wording.language.tag), section=say("form-section-text"),
              required=True),
        Field("text", say("form-text"), kind="textarea", value=said("text"), required=True, rows=8,
              dir="auto"),
        Field("recommending_states", say("field-recommending-states"),
              value=said("recommending_states"), hint=say("form-states-hint"),
              section=say("form-section-words")),
        Field("theme", say("facet-theme"), kind="select", value=said("theme"),
              options=(nothing, *_options(wording, "theme"))),
        Field("group", say("facet-group"), kind="select", value=said("group"),
              options=(nothing, *_options(wording, "group"))),
        Field("sdgs", say("field-sdgs"), value=said("sdgs"), hint=say("form-sdgs-hint"), dir="ltr"),
    )  # fmt: skip
