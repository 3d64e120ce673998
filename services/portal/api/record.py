"""The page of one recommendation: as it stands, as it stood, and how it came to be so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from libs.chassis import asking
from libs.chassis.problems import NotFound, language_of
from libs.kernel.refusal import Misunderstood
from libs.kernel.words import NUMBER
from services.portal.api.facts import badges_of, facts_of
from services.portal.api.listing import card
from services.portal.api.reading import Reader, Reading, permanent
from services.portal.api.sources import source_of
from services.portal.api.telling import Story, steps_of
from services.portal.domain.record import (
    BASES,
    Basis,
    Body,
    Told,
    as_at,
    as_public,
    due_of,
    end_of,
    first_day,
    fold,
    is_late,
    is_public,
    is_shown,
    status_of,
)
from services.portal.views import records
from services.portal.views.page_models import (
    AsAt,
    AsAtForm,
    RecordPage,
    ThreadEntry,
)
from services.portal.views.page_parts import Link, RecordCard, Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from services.portal.api.framing import Pages
    from services.portal.api.wording import Wording
    from services.portal.views.records import Listed

    Show = Callable[[Listed, list[Told], Wording], Awaitable[Response]]
    """Shows a record as everything that was told of it has made it."""

Moment = tuple[date, Basis]


class DayNotUnderstood(Misunderstood):
    """A day is written as 2026-11-23 and does not lie in the future."""


class BasisNotUnderstood(Misunderstood):
    """A past day is told by when things were recorded, or by when they happened."""


def routes(pages: Pages) -> APIRouter:
    """Return the routes of the record page."""
    router = APIRouter(tags=["pages"])

    @router.get("/id/recommendation/{number}", response_model=None)
    async def permalink(number: str, request: Request) -> Response:
        """Lead from a permanent address to the page in the reader's language.

        Raises:
            NotFound: no record can have this number.
        """
        asking.public(request)
        language = language_of(request, pages.house.languages)
        number = number if number.startswith("REC-") else f"REC-{number.zfill(5)}"
        if not NUMBER.fullmatch(number):
            raise NotFound
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{language.tag}/recommendations/{number}{query}", 303)

    @router.get("/{language}/recommendations/{number}", response_model=None)
    async def record_page(reader: Reading, number: str) -> Response:
        """Show one recommendation."""
        return await opened(pages, reader, number, partial(_record, pages, reader))

    return router


async def opened(pages: Pages, reader: Reader, number: str, show: Show) -> Response:
    """Show a record that the reader may see; answer 304 when the reader's copy still holds.

    Raises:
        NotFound: there is no such record for this reader.
    """
    wording = await pages.wording(reader)
    unchanged = pages.unchanged(reader, wording)
    if unchanged is not None:
        return unchanged
    listed = await find(reader, number)
    told = await records.history(reader.service.pool, listed.id)
    return await show(listed, told, wording)


async def _record(
    pages: Pages, reader: Reader, listed: Listed, told: list[Told], wording: Wording
) -> Response:
    moment = _moment(reader)
    if moment is not None:
        names = await records.institution_names(reader.service.pool, end_of(moment[0]), moment[1])
        wording = wording.with_names(names)
    return await _answer(pages, reader, Shown(listed, told, wording, reader, moment))


async def find(reader: Reader, number: str) -> Listed:
    """Return the record of a number that the reader may see.

    Raises:
        NotFound: there is none, or it never was public and the reader does not keep the register.
    """
    pool = reader.service.pool
    listed = await records.record(pool, number) if NUMBER.fullmatch(number) else None
    if listed is None:
        raise NotFound
    if not (is_public(listed.body) or reader.keeps_the_register()):
        shown, _ = as_public(await records.history(pool, listed.id))
        if shown is None:
            raise NotFound
    return listed


def _moment(reader: Reader) -> Moment | None:
    """Return the past day that the address asks for."""
    value = reader.request.query_params.get("as-at", "")
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise DayNotUnderstood(value=value[:20]) from None
    if day > datetime.now(UTC).date():
        raise DayNotUnderstood(value=value[:20])
    basis = reader.request.query_params.get("by") or "recorded"
    if basis not in BASES:
        raise BasisNotUnderstood(value=basis[:20])
    return day, basis


class Shown:
    """What a record page shows: the record now, or as it stood at the end of a past day."""

    def __init__(
        self,
        listed: Listed,
        told: list[Told],
        wording: Wording,
        reader: Reader,
        moment: Moment | None,
    ) -> None:
        """Gather what is shown of ``listed``."""
        self.listed = listed
        self.wording = wording
        self.reader = reader
        self.moment = moment
        self.day = moment[0] if moment else datetime.now(UTC).date()
        self.everything = told
        self.record, self.told = standing(told, moment)
        self.known = self.told
        if not reader.keeps_the_register():
            self.record, self.known = as_public(self.told)

    @property
    def downloads(self) -> tuple[Link, ...]:
        """The record as a file, which holds it as it stands today alone."""
        if self.moment is not None:
            return ()
        base = f"/{self.reader.language.tag}/recommendations"
        return tuple(
            Link(form.upper(), f"{base}.{form}?q={self.listed.number}", ltr=True)
            for form in ("json", "csv", "xlsx")
        )

    @property
    def permalink(self) -> str:
        """The permanent path of what is shown."""
        path = permanent(self.listed.number)
        if self.moment is None:
            return path
        day, basis = self.moment
        return f"{path}?{urlencode({'as-at': day.isoformat(), 'by': basis})}"


def standing(told: list[Told], moment: Moment | None) -> tuple[Body | None, list[Told]]:
    """Return a record now, or as at the end of a past day, and the events that had made it."""
    return as_at(told, end_of(moment[0]), moment[1]) if moment else (fold(told), told)


async def _answer(pages: Pages, reader: Reader, shown: Shown) -> Response:
    wording, listed = shown.wording, shown.listed
    ribbon = None
    if shown.moment is not None:
        ribbon = AsAt(shown.moment[0], shown.moment[1], reader.request.url.path)
    record = shown.record
    if record is None:
        raise NotYetOnRecord(number=listed.number)
    title = f"{listed.number} · {wording.best_text(record).text[:80]}"
    frame = pages.frame(
        reader,
        title,
        section="recommendations",
        as_at=ribbon,
        record_line=_record_line(shown, record),
        downloads=shown.downloads,
        crumbs=pages.crumbs(reader, ("title-recommendations", "/recommendations")),
    )
    content = await _content(pages, reader, shown, record)
    return pages.answer(reader, "record.html", frame, content)


class NotYetOnRecord(NotFound):
    """On that day the record did not hold this recommendation yet, or it was not public."""


def _record_line(shown: Shown, record: Body) -> tuple[str, ...]:
    wording = shown.wording
    return (
        wording.message("record-line-number", number=shown.listed.number),
        wording.message("record-line-version", version=record["version"]),
        wording.message("record-line-as-at", day=wording.language.date(shown.day)),
    )


async def _content(pages: Pages, reader: Reader, shown: Shown, record: Body) -> RecordPage:
    wording, listed = shown.wording, shown.listed
    base = f"/{reader.language.tag}"
    here = f"{base}/recommendations/{listed.number}"
    story = Story(shown.told, wording, everything=shown.reader.keeps_the_register())
    title, can = wording.best_text(record), pages.can(reader)
    others = tuple(
        wording.text(text, tag, record["origins"].get(tag, ""))
        for tag, text in record["texts"].items()
        if tag != title.lang
    )
    return RecordPage(
        number=listed.number,
        mechanism=Link(
            wording.mechanism(listed.mechanism),
            f"{base}/recommendations?mechanism={listed.mechanism}",
        ),
        session=_session(record, wording),
        title=title,
        texts=others,
        summary=_summary(record, wording),
        position=wording.position(record["position"]),
        position_source=record["position_source"] or "",
        status=wording.status(status_of(record)),
        badges=badges_of(record, wording),
        facts=facts_of(record, wording, base),
        steps=steps_of(shown.known, wording, shown.day),
        thread=_with_due(story.thread(), record, wording, shown.day),
        versions=story.versions(f"{here}/versions"),
        versions_href=f"{here}/versions",
        permalink=pages.address(reader) + shown.permalink,
        downloads=shown.downloads,
        as_at_form=_as_at_form(shown, here),
        recommending_states=tuple(wording.state(each) for each in record["recommending_states"]),
        assessments=tuple(
            (wording.message(f"track-{track}"), wording.status(status))
            for track, status in record["statuses"].items()
        ),
        source=await source_of(reader, record, wording, desk="import" in can),
        links=await _links(shown, record, base),
        controls=_controls(shown, record, here) if "type-in" in can else (),
    )


def _session(record: Body, wording: Wording) -> str:
    parts = []
    if record["cycle"]:
        parts.append(wording.message("cycle-number", cycle=record["cycle"]))
    if record["session"]:
        parts.append(wording.message("session-number", session=record["session"]))
    return " · ".join(parts)


def _summary(record: Body, wording: Wording) -> Text | None:
    summaries = record["summaries"]
    if not summaries:
        return None
    tag = wording.language.tag if wording.language.tag in summaries else next(iter(summaries))
    return wording.text(summaries[tag], tag)


def _with_due(
    thread: tuple[ThreadEntry, ...], record: Body, wording: Wording, today: date
) -> tuple[ThreadEntry, ...]:
    day = due_of(record)
    if day is None:
        return thread
    word = wording.message("step-overdue" if is_late(record, today) else "step-due")
    due = ThreadEntry(
        kind="due", what=word, when_happened=day, who=wording.institution(record["lead"])
    )
    return (*thread, due)


def _as_at_form(shown: Shown, here: str) -> AsAtForm:
    today = datetime.now(UTC).date()
    day, basis = shown.moment or (today, "recorded")
    first = first_day(shown.everything, everything=shown.reader.keeps_the_register())
    return AsAtForm(
        action=here, day=day, basis=basis, earliest=min(first or today, today), latest=today
    )


async def _links(shown: Shown, record: Body, base: str) -> tuple[tuple[str, RecordCard], ...]:
    pool, wording, found = shown.reader.service.pool, shown.wording, []
    for link in record["links"]:
        told = await records.history(pool, UUID(link["other"]))
        other, _ = standing(told, shown.moment)
        if other is not None and is_shown(other):
            relation = wording.message(f"relation-{link['relation']}")
            found.append((relation, card(other, wording, base, shown.day)))
    return tuple(found)


def _controls(shown: Shown, record: Body, here: str) -> tuple[Link, ...]:
    """Return what may be done with a record: today's alone, for nothing is done to the past."""
    if shown.moment is not None:
        return ()
    names = ["correct", "position", "translate", "summarise"]
    if record["withdrawn"]:
        names = ["reinstate"]
    else:
        if not record["published"]:
            names.insert(0, "publish")
        names.append("withdraw")
    say = shown.wording.message
    return tuple(Link(say(f"control-{name}"), f"{here}/{name}") for name in names)
