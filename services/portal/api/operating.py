"""The operator's page: everything that runs, how far behind it is, and what waits for a person."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from libs.chassis.problems import Answered, Unavailable
from services.portal.api.desk import done
from services.portal.api.reading import Reader, Reading, must_be_our_form, typed_in
from services.portal.commands.neighbours import PORTAL, Neighbours
from services.portal.views.page_parts import Form, Tag
from services.portal.views.work_models import (
    ReadModelLine,
    RelayLine,
    ServiceLine,
    StatusPage,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.portal.api.framing import Pages
    from services.portal.api.wording import Wording

NEAR = 50


def routes(pages: Pages, neighbours: Neighbours) -> APIRouter:
    """Return the routes of operation."""
    router = APIRouter(tags=["pages"])

    @router.get("/{language}/status", response_model=None)
    async def status(reader: Reading) -> Response:
        """Show how everything stands."""
        reader.asked.permit("status.show", custodian=reader.custodian)
        wording = await pages.wording(reader)
        names = reader.service.house.services
        statuses = await statuses_of(neighbours, names, reader.language.tag)
        parked = await _parked(neighbours, reader, wording, statuses)
        frame = pages.frame(reader, wording.message("title-status"), section="status", refresh=10)
        return pages.answer(reader, "status.html", frame, _page(reader, wording, statuses, parked))

    @router.post("/{language}/status/{service}/{reaction}/{event}", response_model=None)
    async def redrive(reader: Reading, service: str, reaction: str, event: str) -> Response:
        """Let a reaction try a parked event once more."""
        reader.asked.permit("status.show", custodian=reader.custodian)
        typed = await typed_in(reader)
        must_be_our_form(reader, typed.get("csrf", ""))
        reply = await neighbours.ask(
            service, "POST", f"/quarantine/{reaction}/{event}/redrive",
            person=reader.asked.asker.person, language=reader.language.tag,
        )  # fmt: skip
        return done(f"/{reader.language.tag}/status", reply)

    return router


async def statuses_of(
    neighbours: Neighbours, services: Sequence[str], language: str
) -> dict[str, dict[str, Any] | None]:
    """Return how each service stands, None where it does not answer; all are asked at once."""
    found = await asyncio.gather(*(_ask(neighbours, each, language) for each in services))
    return dict(zip(services, found, strict=True))


async def _ask(neighbours: Neighbours, service: str, language: str) -> dict[str, Any] | None:
    try:
        reply = await neighbours.ask(service, "GET", "/status", person=PORTAL, language=language)
    except (Answered, Unavailable):
        return None
    body: dict[str, Any] = reply.body
    return body


async def _parked(
    neighbours: Neighbours,
    reader: Reader,
    wording: Wording,
    statuses: dict[str, dict[str, Any] | None],
) -> tuple[Waiting, ...]:
    found = []
    for service, status in statuses.items():
        if status is None or not status["parked"]:
            continue
        reply = await neighbours.ask(
            service,
            "GET",
            "/quarantine",
            person=reader.asked.asker.person,
            language=reader.language.tag,
        )
        for each in reply.body:
            action = (
                f"/{reader.language.tag}/status/{service}/{each['reaction']}/{each['event_id']}"
            )
            found.append(
                Waiting(
                    reaction=f"{service}.{each['reaction']}",
                    event=each["subject"],
                    attempts=each["deliveries"],
                    error=each["cause"],
                    since=datetime.fromisoformat(each["parked_at"]),
                    redrive=Form(action, wording.message("status-redrive")),
                )
            )
    return tuple(found)


def _tag(wording: Wording, problem: str, lag: int = 0) -> Tag:
    if problem:
        return Tag("late", wording.message("state-trouble"))
    if lag > NEAR:
        return Tag("going", wording.message("state-behind"))
    return Tag("done", wording.message("state-well"))


def _page(
    reader: Reader,
    wording: Wording,
    statuses: dict[str, dict[str, Any] | None],
    parked: tuple[Waiting, ...],
) -> StatusPage:
    heads = {name: status["head"] for name, status in statuses.items() if status}
    told = {name: status["told"] for name, status in statuses.items() if status}
    models, relays, services = [], [], []
    for name, status in statuses.items():
        if status is None:
            services.append(ServiceLine(name, Tag("late", wording.message("state-away"))))
            continue
        troubles = [each["problem"] for each in status["read_models"] if each["problem"]]
        troubles += status.get("failing", {}).values()
        trouble = status["relay_problem"] or next(iter(troubles), "")
        services.append(ServiceLine(name, _tag(wording, trouble), trouble))
        relays.append(
            RelayLine(
                name,
                status["head"],
                status["relayed"],
                _tag(wording, status["relay_problem"], status["head"] - status["relayed"]),
            )
        )
        for each in status["read_models"]:
            head = (heads if each["of_ledger"] else told).get(each["source"], 0)
            lag = head - each["position"]
            models.append(
                ReadModelLine(
                    f"{name}.{each['name']}",
                    each["source"],
                    each["position"],
                    head,
                    _tag(wording, each["problem"], lag),
                )
            )
    well = all(line.state.kind == "done" for line in services) and not parked
    bus = reader.service.house.bus
    return StatusPage(
        state=_tag(wording, "" if well else "trouble"),
        at=datetime.now(UTC),
        services=tuple(services),
        read_models=tuple(models),
        relays=tuple(relays),
        bus=(
            (wording.message("status-origin"), bus.origin),
            (wording.message("status-connected"),
             wording.message("yes" if bus.connected else "no")),
        ),
        database=tuple((name, str(head)) for name, head in heads.items()),
        quarantine=parked,
    )  # fmt: skip
