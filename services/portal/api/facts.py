"""The facts of a record as its page lists them, and what is marked beside its status."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from services.portal.api.sources import document_of
from services.portal.views.page_models import Fact
from services.portal.views.page_parts import Link, Tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.portal.api.wording import Wording
    from services.portal.domain.record import Body


def badges_of(record: Body, wording: Wording) -> tuple[Tag, ...]:
    """Return what holds of a record beside position and status."""
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


def facts_of(record: Body, wording: Wording, base: str) -> tuple[Fact, ...]:
    """Return what is known of a record, each value leading to the list of those that share it."""
    document = document_of(record)
    facts = [
        Fact(wording.message("fact-symbol"), (document,), ltr=True) if document else None,
        _fact(wording, "lead", _institutions(record, wording, base)),
        _day(wording, "deadline", record["deadline"]),
        _day(wording, "document-date", record["document_date"]),
        _fact(wording, "state", [(wording.state(record["state"]), "")]),
        _fact(
            wording,
            "themes",
            _terms(record["themes"], wording.theme, f"{base}/recommendations?theme="),
        ),
        _fact(
            wording,
            "groups",
            _terms(record["groups"], wording.group, f"{base}/recommendations?group="),
        ),
        _fact(
            wording,
            "sdgs",
            [(each, f"{base}/recommendations?sdg={each.split('.')[0]}") for each in record["sdgs"]],
            ltr=True,
        ),
    ]
    return tuple(each for each in facts if each is not None)


def _day(wording: Wording, name: str, day: str | None) -> Fact | None:
    if not day:
        return None
    return Fact(wording.message(f"fact-{name}"), (), day=date.fromisoformat(day))


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


def _terms(
    terms: list[dict[str, Any]], word: Callable[[dict[str, Any]], str], href: str
) -> list[tuple[str, str]]:
    return [(word(term), href + quote(str(term.get("code") or term["label"]))) for term in terms]
