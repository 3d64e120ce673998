"""Imports at the desk: hand in a file, look at what it would change, confirm it, take it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from libs.chassis.downloads import MEDIA_TYPES
from libs.chassis.http import MOST_FILE
from libs.chassis.problems import Answered, NotFound
from libs.ledger.act import new_id
from services.portal.api.desk import done
from services.portal.api.mistakes import UNPROCESSABLE, Mistakes, marked, named_in
from services.portal.api.preview import shown_row, state_tag, would_do
from services.portal.api.reading import Reader, Reading, key_of, must_be_our_form, typed_in
from services.portal.commands.neighbours import Neighbours
from services.portal.views.page_models import Notice
from services.portal.views.page_parts import Field, Form, Link, Pager
from services.portal.views.work_models import (
    ImportLine,
    ImportPage,
    ImportsPage,
    Progress,
    RowCount,
)

if TYPE_CHECKING:
    from libs.chassis.problems import Problem
    from services.portal.api.framing import Pages
    from services.portal.api.wording import Wording

RECORDED = frozenset({"confirmed", "undoing", "undone"})
WORKING = frozenset({"reading", "confirming", "undoing"})
KINDS = (
    ("new", "new"),
    ("changed", "changed"),
    ("unchanged", "unchanged"),
    ("conflict", "conflicts"),
    ("not-understood", "not_understood"),
    ("doubtful", "doubtful"),
)
"""Which rows are shown, and the figure that counts them; doubtful ones count in their kind too."""
IMPORTS = ROWS = 50
FORMS = ("csv", "xlsx")
TEMPLATES = {"template": "/imports/template", "register": "/recommendations"}
"""What is given in the columns of our template, and under which name intake has it."""
TURNS = {"after": 0, "before": -1}
"""How the list of imports is turned, to newer and to older ones: which of those shown is next."""
ACTS = {"confirm": "confirmation", "undo": "undo"}
"""What may be done with an import, and under which name intake takes it."""


def routes(pages: Pages, neighbours: Neighbours) -> APIRouter:
    """Return the routes of imports."""
    router = APIRouter(tags=["pages"])
    _reading(router, pages, neighbours)
    _deciding(router, pages, neighbours)
    return router


def _reading(router: APIRouter, pages: Pages, neighbours: Neighbours) -> None:
    @router.get("/{language}/imports", response_model=None)
    async def imports(reader: Reading) -> Response:
        """Show every import and the form for the next."""
        reader.must_use_the_desk()
        return await _imports(pages, neighbours, reader)

    @router.get("/{language}/imports/template.{form}", response_model=None)
    async def template(reader: Reading, form: str) -> Response:
        """Give our own empty template; it stands before those that take an id in its place."""
        reader.must_use_the_desk()
        return await _file(neighbours, reader, "template", form)

    @router.get("/{language}/imports/register.{form}", response_model=None)
    async def register(reader: Reading, form: str) -> Response:
        """Give what the register holds in the template's columns, to be brought in again."""
        reader.must_use_the_desk()
        return await _file(neighbours, reader, "register", form)

    @router.get("/{language}/imports/{identity}", response_model=None)
    async def one(reader: Reading, identity: str) -> Response:
        """Show one import: its preview, row by row."""
        reader.must_use_the_desk()
        return await _one(pages, neighbours, reader, identity)


def _deciding(router: APIRouter, pages: Pages, neighbours: Neighbours) -> None:
    @router.post("/{language}/imports", response_model=None)
    async def hand_in(reader: Reading) -> Response:
        """Hand in a file."""
        reader.must_use_the_desk()
        async with reader.request.form() as form:
            return await _handed_in(pages, neighbours, reader, form)

    @router.post("/{language}/imports/{identity}/{act}", response_model=None)
    async def decide(reader: Reading, identity: str, act: str) -> Response:
        """Confirm an import, or take it back.

        Raises:
            NotFound: the act is neither.
        """
        reader.must_use_the_desk()
        if act not in ACTS:
            raise NotFound
        typed = await typed_in(reader)
        must_be_our_form(reader, typed.get("csrf", ""))
        body = {"reason": typed.get("reason", "")} if act == "undo" else None
        try:
            reply = await neighbours.ask(
                "intake", "POST", f"/imports/{identity}/{ACTS[act]}",
                person=reader.asked.asker.person, language=reader.language.tag, json=body,
                headers={"Idempotency-Key": typed.get("key") or new_id()},
            )  # fmt: skip
        except Answered as refused:
            return await _one(pages, neighbours, reader, identity, typed, refused.problem)
        return done(f"/{reader.language.tag}/imports/{identity}", reply)


async def _handed_in(
    pages: Pages, neighbours: Neighbours, reader: Reader, form: FormData
) -> Response:
    must_be_our_form(reader, str(form.get("csrf", "")))
    file, key = form.get("file"), str(form.get("key", ""))
    given = {name: str(form.get(name, "")).strip() for name in ("state", "cycle")}
    if form.get("any_state"):
        given["any_state"] = "true"
    if not isinstance(file, UploadFile) or not file.filename:
        empty = {"file": reader.language.message("import-choose-file")}
        return await _imports(pages, neighbours, reader, given, empty)
    try:
        reply = await neighbours.ask(
            "intake", "POST", "/imports", person=reader.asked.asker.person,
            language=reader.language.tag, files={"file": (file.filename, file.file)},
            data={name: value for name, value in given.items() if value},
            headers={"Idempotency-Key": key or new_id()},
        )  # fmt: skip
    except Answered as refused:
        given["key"] = key
        return await _imports(pages, neighbours, reader, given, problem=refused.problem)
    return done(f"/{reader.language.tag}/imports/{reply.body['id']}", reply)


async def _file(neighbours: Neighbours, reader: Reader, name: str, form: str) -> Response:
    """Give a file in the columns of our template.

    Raises:
        NotFound: the template has no such form.
    """
    if form not in FORMS:
        raise NotFound
    content = await _get(neighbours, reader, f"{TEMPLATES[name]}.{form}")
    headers = {"Content-Disposition": f'attachment; filename="dhakira-{name}.{form}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


async def _get(
    neighbours: Neighbours, reader: Reader, path: str, query: dict[str, str | int] | None = None
) -> Any:  # noqa: ANN401  JSON
    reply = await neighbours.ask(
        "intake", "GET", path, person=reader.asked.asker.person, language=reader.language.tag,
        query=query,
    )  # fmt: skip
    return reply.body


def _summary(wording: Wording, counts: dict[str, int]) -> str:
    return wording.message(
        "import-summary",
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
    )


async def _imports(  # noqa: PLR0913  what was typed, and why it was refused
    pages: Pages,
    neighbours: Neighbours,
    reader: Reader,
    given: dict[str, str] | None = None,
    empty: Mistakes | None = None,
    problem: Problem | None = None,
) -> Response:
    wording = await pages.wording(reader)
    here = f"/{reader.language.tag}/imports"
    said = reader.request.query_params
    asked = {name: said[name] for name in TURNS if said.get(name)}
    found = await _get(neighbours, reader, "/imports", {"limit": IMPORTS, **asked})
    newer, older = [await _turn(neighbours, reader, name, found) for name in TURNS]
    lines = tuple(
        ImportLine(
            href=f"{here}/{each['id']}",
            file_name=each["file_name"],
            format=each["file_format"].upper(),
            state=state_tag(wording, each),
            when=datetime.fromisoformat(each["registered_at"]),
            who=wording.actor(each["registered_by"]),
            summary=_summary(wording, each["counts"]),
        )
        for each in found
    )
    upload = _upload(wording, here, given or {}, pages.settings.state)
    mistakes = empty or (_mistakes(upload, problem) if problem is not None else {})
    page = ImportsPage(
        upload=replace(
            upload,
            fields=marked(upload.fields, mistakes),
            hidden=(("key", key_of(given or {}, problem)),),
        ),
        imports=lines,
        template_links=_links(here, "template"),
        register_links=_links(here, "register"),
        newer_href=newer and here + newer,
        older_href=older and here + older,
    )
    frame = pages.frame(
        reader, wording.message("title-imports"), section="imports", wrong=bool(mistakes)
    )
    status = UNPROCESSABLE if empty else 200
    return pages.answer(reader, "imports.html", frame, page, status, problem)


def _mistakes(upload: Form, problem: Problem) -> Mistakes:
    """Return what a refusal says of each field: of the file where it names none."""
    option = str(problem.facts.get("option", ""))
    about = option if option in {each.name for each in upload.fields} else "file"
    return named_in(problem, upload.fields) or {about: problem.detail}


async def _turn(
    neighbours: Neighbours, reader: Reader, name: str, found: list[dict[str, Any]]
) -> str:
    """Return the address part of the imports next to these; empty where there are none."""
    query = {name: found[TURNS[name]]["registered_at"]} if found else {}
    more = query and await _get(neighbours, reader, "/imports", {"limit": 1, **query})
    return f"?{urlencode(query)}" if more else ""


def _links(here: str, name: str) -> tuple[Link, ...]:
    return tuple(Link(form.upper(), f"{here}/{name}.{form}", ltr=True) for form in FORMS)


def _upload(wording: Wording, here: str, given: dict[str, str], state: str) -> Form:
    say = wording.message
    fields = (
        Field("file", say("import-file"), kind="file", required=True,
              hint=say("import-file-hint", most=MOST_FILE >> 20),
              accept=".docx,.json,.gz,.xlsx,.csv"),
        Field("state", say("import-state-field"), value=given.get("state", state), width="short",
              hint=say("import-state-hint"), dir="ltr"),
        Field("cycle", say("field-cycle"), value=given.get("cycle", ""), width="short", dir="ltr"),
        Field("any_state", say("import-any-state"), kind="checkbox",
              value=given.get("any_state", "")),
    )  # fmt: skip
    return Form(here, say("import-preview"), fields, multipart=True)


async def _one(  # noqa: PLR0913  what was typed, and why it was refused
    pages: Pages,
    neighbours: Neighbours,
    reader: Reader,
    identity: str,
    typed: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    wording = await pages.wording(reader)
    found = await _get(neighbours, reader, f"/imports/{identity}")
    counts = {**found["counts"], "doubtful": found["doubtful"]}
    kind, turn = _asked_rows(reader, counts)
    query: dict[str, str | int] = {"kind": kind, "skip": (turn - 1) * ROWS, "limit": ROWS}
    rows = await _get(neighbours, reader, f"/imports/{identity}/rows", query)
    here = f"/{reader.language.tag}/imports/{identity}"
    error, key = problem.detail if problem else "", key_of(typed or {}, problem)
    page = ImportPage(
        file_name=found["file_name"],
        file_hash=found["file"],
        format=found["file_format"].upper(),
        state=state_tag(wording, found),
        when=datetime.fromisoformat(found["registered_at"]),
        who=wording.actor(found["registered_by"]),
        counts=_counts(wording, counts, here, kind),
        rows=tuple(shown_row(each, wording, reader) for each in rows),
        rows_title=wording.message(f"import-rows-{kind}"),
        pager=_pager(counts[dict(KINDS)[kind]], kind, turn, here) if rows else None,
        progress=_progress(wording, found),
        refusal=(found["refusal"] or {}).get("detail", ""),
        confirm=_confirm(wording, found, here, key),
        undo=_undo(wording, found, here, key, typed or {}, error),
    )
    working = found["state"] in WORKING
    frame = pages.frame(
        reader,
        found["file_name"],
        section="imports",
        refresh=3 if working else 0,
        wrong=bool(error),
        notice=_notice(wording, found, "" if page.undo else error),
        crumbs=pages.crumbs(reader, ("title-imports", "/imports")),
    )
    return pages.answer(reader, "import.html", frame, page, problem=problem)


def _notice(wording: Wording, found: dict[str, Any], error: str) -> Notice | None:
    """Say why nothing was done; or that no rows are shown because none are kept any more."""
    if error:
        return Notice("warning", error)
    if found["state"] in RECORDED and not found["rows_kept"]:
        return Notice("told", wording.message("import-rows-not-kept"))
    return None


def _asked_rows(reader: Reader, counts: dict[str, int]) -> tuple[str, int]:
    """Return which rows are shown, and which page of them."""
    kind = reader.request.query_params.get("kind", "")
    if kind not in dict(KINDS):
        kind = next((name for name, figure in KINDS if counts[figure]), "new")
    pages = _pages(counts[dict(KINDS)[kind]])
    return kind, min(reader.number("page", 1), pages)


def _counts(
    wording: Wording, counts: dict[str, int], here: str, chosen: str
) -> tuple[RowCount, ...]:
    return tuple(
        RowCount(
            kind=figure,  # type: ignore[arg-type]
            label=wording.message(f"import-count-{kind}"),
            count=counts[figure],
            href=f"{here}?kind={kind}#rows",
            chosen=kind == chosen,
        )
        for kind, figure in KINDS
    )


def _pages(total: int) -> int:
    return max(-(-total // ROWS), 1)


def _pager(total: int, kind: str, turn: int, here: str) -> Pager:
    def href(page: int) -> str:
        return f"{here}?kind={kind}&page={page}#rows" if 1 <= page <= pages else ""

    pages, first = _pages(total), (turn - 1) * ROWS + 1
    last = min(turn * ROWS, total)
    return Pager(first=first, last=last, total=total, page=turn, pages=pages,
                 previous_href=href(turn - 1), next_href=href(turn + 1))  # fmt: skip


def _progress(wording: Wording, found: dict[str, Any]) -> Progress | None:
    state, progress, counts = found["state"], found["progress"], found["counts"]
    if state == "reading":
        return Progress(progress["rows_read"], 0, wording.message("import-state-reading"))
    if state == "confirming":
        return Progress(progress["rows_recorded"], counts["new"] + counts["changed"],
                        wording.message("import-state-confirming"))  # fmt: skip
    if state == "undoing":
        return Progress(progress["rows_taken_back"], counts["new"] + counts["changed"],
                        wording.message("import-state-undoing"))  # fmt: skip
    return None


def _confirm(wording: Wording, found: dict[str, Any], here: str, key: str) -> Form | None:
    counts = found["counts"]
    if found["state"] != "previewed" or not would_do(counts):
        return None
    submit = wording.message("import-confirm", new=counts["new"], changed=counts["changed"])
    return Form(f"{here}/confirm", submit, hidden=(("key", key),), weighty=True)


def _undo(  # noqa: PLR0913  what was typed, and why it was refused
    wording: Wording,
    found: dict[str, Any],
    here: str,
    key: str,
    typed: dict[str, str],
    error: str,
) -> Form | None:
    if found["state"] != "confirmed":
        return None
    reason = Field("reason", wording.message("form-reason"), kind="textarea", rows=2, required=True,
                   value=typed.get("reason", ""), hint=wording.message("form-reason-hint"),
                   error=error)  # fmt: skip
    return Form(
        f"{here}/undo",
        wording.message("import-undo-do"),
        (reason,),
        (("key", key),),
        weighty=True,
    )
