"""The desk of those who keep the register: each act is a form, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from libs.chassis.problems import Answered, NotFound
from libs.kernel.words import Position
from libs.ledger.act import new_id
from services.portal.api.listing import card
from services.portal.api.reading import (
    Reader,
    Reading,
    key_of,
    must_be_our_form,
    remember_position,
    typed_in,
)
from services.portal.api.record import find
from services.portal.api.wording import Wording
from services.portal.commands.neighbours import Neighbours, Reply
from services.portal.views import records
from services.portal.views.page_models import Notice
from services.portal.views.page_parts import Field, Form, Option
from services.portal.views.work_models import FormPage, Meeting, ProblemPage

if TYPE_CHECKING:
    from libs.chassis.problems import Problem
    from services.portal.api.framing import Pages
    from services.portal.views.records import Listed

Typed = Mapping[str, str]
Fields = Callable[[Wording, Mapping[str, Any], Typed], tuple[Field, ...]]
STALE = 412


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a record: its form, and the request to intake that it becomes."""

    name: str
    method: str
    path: str
    fields: Fields
    body: Callable[[Typed], Any]
    weighty: bool = False


def _value(typed: Typed, name: str, standing: object) -> str:
    return typed[name] if name in typed else str(standing or "")


def _reason(wording: Wording, typed: Typed) -> Field:
    return Field(
        "reason",
        wording.message("form-reason"),
        kind="textarea",
        value=typed.get("reason", ""),
        hint=wording.message("form-reason-hint"),
        required=True,
        rows=2,
    )


def _text(wording: Wording, name: str, label: str, value: str, lang: str) -> Field:
    shown = wording.text("", lang)
    return Field(
        name, wording.message(label), kind="textarea", value=value, required=True,
        lang=lang, dir=shown.dir, rows=6,
    )  # fmt: skip


def _correct_fields(wording: Wording, body: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    language = body["language"]
    return (
        _text(
            wording, "text", "form-text", _value(typed, "text", body["texts"][language]), language
        ),
        Field(
            "paragraph",
            wording.message("field-paragraph"),
            value=_value(typed, "paragraph", body["paragraph"]),
            width="short",
            dir="ltr",
        ),
        Field(
            "symbol",
            wording.message("field-symbol"),
            value=_value(typed, "symbol", body["symbol"]),
            dir="ltr",
        ),
        _reason(wording, typed),
    )


def _correct_body(typed: Typed) -> Any:  # noqa: ANN401  JSON
    fields = {
        name: typed.get(name, "") or None
        for name in ("text", "paragraph", "symbol")
        if typed.get(name, "") != typed.get(f"was_{name}", "")
    }
    return {"fields": fields or {"text": typed.get("text", "")}, "reason": typed.get("reason", "")}


def _position_fields(wording: Wording, body: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    options = tuple(Option(each, wording.position(each).word) for each in get_args(Position))
    return (
        Field(
            "position",
            wording.message("field-position"),
            kind="radio",
            value=_value(typed, "position", body["position"]),
            options=options,
            required=True,
        ),
        Field(
            "position_source",
            wording.message("field-position-source"),
            value=_value(typed, "position_source", body["position_source"]),
            hint=wording.message("form-position-source-hint"),
            dir="ltr",
        ),
        Field(
            "nuance",
            wording.message("form-nuance"),
            value=_value(typed, "nuance", body["position_as_written"]),
        ),
    )


def _languages(wording: Wording, typed: Typed, but: str = "") -> Field:
    """Return the choice of a language, ``but`` left out; the reader's own is proposed."""
    options = tuple(each for each in wording.text_languages() if each.value != but)
    own = wording.language.tag
    value = typed.get("language", own if own != but else options[0].value)
    return Field(
        "language", wording.message("form-language"), kind="select", value=value,
        options=options, required=True, width="short",
    )  # fmt: skip


def _translate_fields(wording: Wording, body: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    origins = tuple(
        Option(each, wording.message(f"origin-{each}"))
        for each in ("official", "authorised", "machine")
    )
    return (
        _languages(wording, typed, but=body["language"]),
        Field(
            "text", wording.message("form-text"), kind="textarea", value=typed.get("text", ""),
            required=True, rows=6, dir="auto",
        ),
        Field(
            "origin",
            wording.message("form-origin"),
            kind="radio",
            value=typed.get("origin", "authorised"),
            options=origins,
            required=True,
        ),
    )  # fmt: skip


def _summarise_fields(wording: Wording, _: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    return (
        _languages(wording, typed),
        Field(
            "summary", wording.message("form-summary"), kind="textarea",
            value=typed.get("summary", ""), hint=wording.message("form-summary-hint"),
            required=True, rows=3, dir="auto",
        ),
    )  # fmt: skip


def _only_reason(wording: Wording, _: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    return (_reason(wording, typed),)


def _picked(*names: str) -> Callable[[Typed], Any]:
    return lambda typed: {name: typed.get(name, "") or None for name in names}


ACTS = {
    act.name: act
    for act in (
        Act("correct", "POST", "corrections", _correct_fields, _correct_body),
        Act(
            "position",
            "PUT",
            "position",
            _position_fields,
            _picked("position", "nuance", "position_source"),
        ),
        Act(
            "translate",
            "POST",
            "translations",
            _translate_fields,
            _picked("language", "text", "origin"),
        ),
        Act("summarise", "POST", "summaries", _summarise_fields, _picked("language", "summary")),
        Act("publish", "POST", "publication", lambda *_: (), lambda _: None, weighty=True),
        Act(
            "withdraw",
            "POST",
            "withdrawal",
            _only_reason,
            lambda t: {"reason": t.get("reason", "")},
            weighty=True,
        ),
        Act(
            "reinstate",
            "POST",
            "reinstatement",
            _only_reason,
            lambda t: {"reason": t.get("reason", "")},
        ),
    )
}


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
    return await neighbours.ask(
        "intake",
        act.method,
        f"/recommendations/{listed.id}/{act.path}",
        person=reader.asked.asker.person,
        language=reader.language.tag,
        json=act.body(typed),
        headers={
            "Idempotency-Key": typed.get("key") or new_id(),
            "If-Match": f'"{listed.id}-{typed.get("version", "0")}"',
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
) -> Response:
    base = f"/{reader.language.tag}"
    here = f"{base}/recommendations/{listed.number}"
    body = listed.body
    fields = act.fields(wording, body, typed)
    if problem is not None and fields:
        fields = (replace(fields[0], error=problem.detail), *fields[1:])
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
        fields=fields,
        hidden=tuple(hidden.items()),
        cancel_href=here,
        weighty=act.weighty,
    )
    title = wording.message(f"title-{act.name}", number=listed.number)
    page = FormPage(
        title=title,
        form=form,
        lede=wording.message(f"lede-{act.name}"),
        warning=problem.detail if problem is not None and not fields else "",
        record=card(listed.body, wording, base, datetime.now(UTC).date()),
    )
    frame = pages.frame(reader, title, section="recommendations", wrong=problem is not None)
    return pages.answer(reader, "form.html", frame, page, problem=problem)


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
