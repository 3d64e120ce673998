"""The page of one recommendation: as it stands, as it stood, and how it came to be so."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from libs.chassis import asking
from libs.chassis.problems import NotFound
from libs.kernel.refusal import Misunderstood
from libs.kernel.words import NUMBER
from services.portal.api.listing import card
from services.portal.api.reading import Reader, Reading
from services.portal.api.telling import Story, differences, steps_of
from services.portal.domain.record import Basis, Body, Told, as_at, status_of
from services.portal.views import records
from services.portal.views.page_models import (
    AsAt,
    AsAtForm,
    Fact,
    RecordPage,
    ThreadEntry,
    VersionsPage,
)
from services.portal.views.page_parts import Link, RecordCard, Tag, Text

if TYPE_CHECKING:
    from services.portal.api.framing import Pages
    from services.portal.api.wording import Wording
    from services.portal.views.records import Listed

BASES = ("recorded", "happened")


class DayNotUnderstood(Misunderstood):
    """A day is written as 2026-11-23 and does not lie in the future."""


def routes(pages: Pages) -> APIRouter:
    """Return the routes of the record page."""
    router = APIRouter(tags=["pages"])

    @router.get("/id/recommendation/{number}", response_model=None)
    async def permalink(number: str, request: Request) -> Response:
        """Lead from a permanent address to the page in the reader's language."""
        asking.public(request)
        language = pages.house.languages.negotiate(request.headers.get("accept-language", ""))
        number = number if number.startswith("REC-") else f"REC-{number.zfill(5)}"
        return RedirectResponse(f"/{language.tag}/recommendations/{number}", 303)

    @router.get("/{language}/recommendations/{number}", response_model=None)
    async def record_page(reader: Reading, number: str) -> Response:
        """Show one recommendation."""
        unchanged = pages.unchanged(reader)
        if unchanged is not None:
            return unchanged
        listed = await find(reader, number)
        told = await records.history(reader.service.pool, listed.id)
        wording = await pages.wording(reader)
        moment = _moment(reader)
        shown = Shown(listed, told, wording, reader, moment)
        return await _answer(pages, reader, shown)

    @router.get("/{language}/recommendations/{number}/versions", response_model=None)
    async def versions_page(reader: Reading, number: str) -> Response:
        """Compare two versions word by word."""
        unchanged = pages.unchanged(reader)
        if unchanged is not None:
            return unchanged
        listed = await find(reader, number)
        told = await records.history(reader.service.pool, listed.id)
        wording = await pages.wording(reader)
        content = _versions(reader, listed, told, wording)
        frame = pages.frame(
            reader,
            wording.message("title-versions", number=listed.number),
            section="recommendations",
            crumbs=(
                *pages.crumbs(reader, ("title-recommendations", "/recommendations")),
                Link(listed.number, content.href, ltr=True),
            ),
        )
        return pages.answer(reader, "versions.html", frame, content)

    return router


async def find(reader: Reader, number: str) -> Listed:
    """Return the record of a number that the reader may see.

    Raises:
        NotFound: there is none, or it is not public and the reader does not keep the register.
    """
    listed = await records.record(reader.service.pool, number) if NUMBER.fullmatch(number) else None
    if listed is None or not (
        listed.shown or listed.body["withdrawn"] or reader.keeps_the_register()
    ):
        raise NotFound
    if not listed.shown and not listed.body["published"] and not reader.keeps_the_register():
        raise NotFound
    return listed


def _moment(reader: Reader) -> tuple[date, Basis] | None:
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
    basis = reader.request.query_params.get("by", "recorded")
    return day, cast("Basis", basis if basis in BASES else "recorded")


class Shown:
    """What a record page shows: the record now, or as it stood at the end of a past day."""

    def __init__(
        self,
        listed: Listed,
        told: list[Told],
        wording: Wording,
        reader: Reader,
        moment: tuple[date, Basis] | None,
    ) -> None:
        """Gather what is shown of ``listed``."""
        self.listed = listed
        self.wording = wording
        self.reader = reader
        self.moment = moment
        self.everything = told
        self.record: Body | None = listed.body
        self.told = told
        if moment is not None:
            until = datetime.combine(moment[0], time.max, tzinfo=UTC)
            self.record, self.told = as_at(told, until, moment[1])
            if self.record is not None and not (
                self.record["published"] or reader.keeps_the_register()
            ):
                self.record = None


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
        downloads=_downloads(reader, listed),
        crumbs=pages.crumbs(reader, ("title-recommendations", "/recommendations")),
    )
    content = await _content(pages, reader, shown, record)
    return pages.answer(reader, "record.html", frame, content)


class NotYetOnRecord(NotFound):
    """On that day the record did not hold this recommendation yet, or it was not public."""


def _record_line(shown: Shown, record: Body) -> tuple[str, ...]:
    wording = shown.wording
    day = shown.moment[0] if shown.moment else datetime.now(UTC).date()
    return (
        wording.message("record-line-number", number=shown.listed.number),
        wording.message("record-line-version", version=record["version"]),
        wording.message("record-line-as-at", day=wording.language.date(day)),
    )


def _downloads(reader: Reader, listed: Listed) -> tuple[Link, ...]:
    base = f"/{reader.language.tag}/recommendations"
    return tuple(
        Link(form.upper(), f"{base}.{form}?q={listed.number}", ltr=True)
        for form in ("json", "csv", "xlsx")
    )


async def _content(pages: Pages, reader: Reader, shown: Shown, record: Body) -> RecordPage:
    wording, listed = shown.wording, shown.listed
    base = f"/{reader.language.tag}"
    here = f"{base}/recommendations/{listed.number}"
    story = Story(shown.told, wording)
    title = wording.best_text(record)
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
        badges=_badges(record, wording),
        facts=_facts(record, wording, base),
        steps=steps_of(record, shown.told, wording, datetime.now(UTC).date()),
        thread=_with_due(story.thread(), record, wording),
        versions=story.versions(f"{here}/versions"),
        versions_href=f"{here}/versions",
        permalink=f"{pages.address(reader)}/id/recommendation/{listed.number.removeprefix('REC-')}",
        downloads=_downloads(reader, listed),
        as_at_form=_as_at_form(shown, here),
        recommending_states=tuple(wording.state(each) for each in record["recommending_states"]),
        assessments=tuple(
            (wording.message(f"track-{track}"), wording.status(status))
            for track, status in record["statuses"].items()
        ),
        links=await _links(reader, record, wording, base),
        controls=_controls(pages, reader, record, wording, here),
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


def _badges(record: Body, wording: Wording) -> tuple[Tag, ...]:
    badges = []
    if not record["official"]:
        badges.append(Tag("waiting", wording.message("badge-provisional")))
    if record["withdrawn"]:
        badges.append(Tag("seal", wording.message("badge-withdrawn")))
    if not record["published"]:
        badges.append(Tag("waiting", wording.message("badge-not-public")))
    if record["closed"]:
        badges.append(Tag("noted", wording.message("badge-closed")))
    return tuple(badges)


def _facts(record: Body, wording: Wording, base: str) -> tuple[Fact, ...]:
    symbol = record["symbol"] or ""
    if record["paragraph"]:
        symbol = f"{symbol}, §{record['paragraph']}" if symbol else f"§{record['paragraph']}"
    facts = [
        _fact(wording, "symbol", [(symbol, "")] if symbol else [], ltr=True),
        _fact(wording, "lead", _institutions(record, wording, base)),
        Fact(wording.message("fact-deadline"), (), day=date.fromisoformat(record["deadline"]))
        if record["deadline"]
        else None,
        Fact(
            wording.message("fact-document-date"),
            (),
            day=date.fromisoformat(record["document_date"]),
        )
        if record["document_date"]
        else None,
        _fact(wording, "state", [(wording.state(record["state"]), "")]),
        _fact(
            wording, "themes", _terms(record["themes"], wording, f"{base}/recommendations?theme=")
        ),
        _fact(
            wording, "groups", _terms(record["groups"], wording, f"{base}/recommendations?group=")
        ),
        _fact(
            wording,
            "sdgs",
            [(each, f"{base}/recommendations?sdg={each.split('.')[0]}") for each in record["sdgs"]],
            ltr=True,
        ),
    ]
    return tuple(each for each in facts if each is not None)


def _fact(
    wording: Wording, name: str, values: list[tuple[str, str]], *, ltr: bool = False
) -> Fact | None:
    if not values:
        return None
    links = tuple(Link(word, href, ltr) for word, href in values)
    return Fact(wording.message(f"fact-{name}"), links, ltr)


def _institutions(record: Body, wording: Wording, base: str) -> list[tuple[str, str]]:
    if not record["lead"]:
        return []
    codes = [record["lead"], *record["supporting"]]
    return [(wording.institution(code), f"{base}/recommendations?lead={code}") for code in codes]


def _terms(terms: list[dict[str, Any]], wording: Wording, href: str) -> list[tuple[str, str]]:
    return [
        (wording.term(term), href + quote(str(term.get("code") or term["label"]))) for term in terms
    ]


def _with_due(
    thread: tuple[ThreadEntry, ...], record: Body, wording: Wording
) -> tuple[ThreadEntry, ...]:
    if not record["deadline"] or record["closed"] or status_of(record) == "implemented":
        return thread
    day = date.fromisoformat(record["deadline"])
    late = day < datetime.now(UTC).date()
    word = wording.message("step-overdue" if late else "step-due")
    due = ThreadEntry(
        kind="due", what=word, when_happened=day, who=wording.institution(record["lead"])
    )
    return (*thread, due)


def _as_at_form(shown: Shown, here: str) -> AsAtForm:
    today = datetime.now(UTC).date()
    day, basis = shown.moment or (today, "recorded")
    moments = [event.recorded_at for event in shown.everything]
    moments += [event.happened_at for event in shown.everything]
    earliest = min(moments).date() if moments else today
    return AsAtForm(action=here, day=day, basis=basis, earliest=earliest, latest=today)


async def _links(
    reader: Reader, record: Body, wording: Wording, base: str
) -> tuple[tuple[str, RecordCard], ...]:
    found = []
    for link in record["links"]:
        other = await records.record(reader.service.pool, link["number"])
        if other is not None and other.shown:
            found.append(
                (wording.message(f"relation-{link['relation']}"), card(other, wording, base))
            )
    return tuple(found)


def _controls(
    pages: Pages, reader: Reader, record: Body, wording: Wording, here: str
) -> tuple[Link, ...]:
    if "type-in" not in pages.can(reader):
        return ()
    names = ["correct", "position", "translate", "summarise"]
    if record["withdrawn"]:
        names = ["reinstate"]
    else:
        if not record["published"]:
            names.insert(0, "publish")
        names.append("withdraw")
    return tuple(Link(wording.message(f"control-{name}"), f"{here}/{name}") for name in names)


def _versions(reader: Reader, listed: Listed, told: list[Told], wording: Wording) -> VersionsPage:
    here = f"/{reader.language.tag}/recommendations/{listed.number}"
    story = Story(told, wording)
    versions = story.versions(f"{here}/versions")
    newer = _number(reader, "newer", len(versions))
    older = _number(reader, "older", max(newer - 1, 1))
    before, after = story.at_version(older), story.at_version(newer)
    if before is None or after is None:
        raise NotFound
    return VersionsPage(
        number=listed.number,
        href=here,
        versions=versions,
        older=older,
        newer=newer,
        action=f"{here}/versions",
        differences=tuple(differences(before[1], after[1], wording)),
        reason=str(after[0].body.get("reason", "")),
        who=wording.actor(after[0].actor),
        when=after[0].recorded_at,
    )


def _number(reader: Reader, name: str, default: int) -> int:
    value = reader.request.query_params.get(name, "")
    return int(value) if value.isdigit() and len(value) < 7 else default  # noqa: PLR2004  six digits
