"""The event feeds of other services: what the bus lost is read from its producer over HTTP."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from libs.chassis.envelope import Heard, Unreadable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    import httpx

    from libs.chassis.identity import Tokens

FEED_PAGE = 500


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some public events of a ledger, oldest first, as headers and body.

    ``position`` is the ledger position up to which nothing public is missing in this page and
    those before it; private events count there too.
    """

    events: Sequence[tuple[Mapping[str, str], bytes]]
    position: int

    @property
    def last_id(self) -> str:
        """The id of the last event, empty where the page holds none."""
        return self.events[-1][0]["ce-id"] if self.events else ""

    @property
    def last_sequence(self) -> int:
        """The ledger position of the last event, 0 where the page holds none."""
        return int(self.events[-1][0]["ce-sequence"]) if self.events else 0

    @property
    def heard(self) -> list[Heard]:
        """The events of the page; one whose contract is unknown here is passed over."""
        heard = []
        for headers, body in self.events:
            with contextlib.suppress(Unreadable):
                heard.append(Heard.read(headers, body))
        return heard


class Feeds:
    """Reads feeds in the name of one service."""

    def __init__(
        self, service: str, origin: str, tokens: Tokens, client: Callable[[str], httpx.AsyncClient]
    ) -> None:
        """Ask as ``service`` of ``origin``; ``client`` gives the way to a source."""
        self._service = service
        self._origin = origin
        self._tokens = tokens
        self._client = client

    async def pages(self, source: str, after: int, until: int) -> AsyncIterator[FeedPage]:
        """Give the public events after one ledger position up to another, page by page.

        ``source`` is the producer, or ``<producer>@<origin>`` for one of another origin, which
        ``DHAKIRA_PEERS`` must name so.

        Raises:
            httpx.HTTPError: the producer does not answer, or refuses.
            LookupError: no address is set for it.
        """
        client = self._client(source)
        producer, _, origin = source.partition("@")
        asked: dict[str, str | int] = {
            "origin": origin or self._origin,
            "until": until,
            "limit": FEED_PAGE,
        }
        while after < until:
            token = self._tokens.sign(f"service:{self._service}")
            response = await client.get(
                f"/api/{producer}/v1/events",
                params=asked | {"after": after},
                headers={"Authorization": f"Bearer {token}"},
            )
            response.raise_for_status()
            page = _page_of(response.json())
            if page.position <= after:
                return
            yield page
            after = page.position


def _page_of(answer: dict[str, Any]) -> FeedPage:
    events = [(each["headers"], orjson.dumps(each["data"])) for each in answer["events"]]
    return FeedPage(events, answer["position"])
