"""A service as it runs: ledger, read models, relay and reactions behind one HTTP application."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
from psycopg_pool import AsyncConnectionPool

from libs.chassis.attempt import attempt_class
from libs.chassis.bus import stream_name
from libs.chassis.envelope import Heard, Unreadable
from libs.chassis.identity import Asker
from libs.chassis.permissions import Permissions
from libs.chassis.projection import ForeignFollower, OwnFollower, Projection
from libs.chassis.reaction import Policy, Reactions
from libs.chassis.register import Register, RegisterProjection
from libs.chassis.relay import Relay
from libs.ledger.act import Act, new_id
from libs.ledger.ledger import Ledger
from libs.ledger.reader import LedgerReader, Recorded, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx
    from fastapi import FastAPI

    from libs.chassis.bus import Bus
    from libs.chassis.identity import Tokens
    from libs.chassis.language import Languages
    from libs.chassis.permissions import Attribute
    from libs.chassis.projection import Follower
    from libs.chassis.settings import HouseSettings
    from libs.kernel.refusal import Refusal

DRAIN_SECONDS = 20.0
FEED_PAGE = 500


@dataclass(frozen=True, slots=True)
class House:
    """What the services of one process share."""

    settings: HouseSettings
    bus: Bus
    languages: Languages
    tokens: Tokens
    database: Callable[[str], str]
    client: Callable[[str], httpx.AsyncClient]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A read model of another service's stream."""

    producer: str
    projection: Projection[Heard]


def no_policies(_: Ledger) -> Sequence[Policy]:
    """Return nothing: a service that does not react."""
    return ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a service is made of; ``service.py`` of each service fills it, and nothing else does."""

    name: str
    events: Sequence[type[Any]] = ()
    own: Sequence[Projection[Recorded]] = ()
    foreign: Sequence[Foreign] = ()
    policies: Callable[[Ledger], Sequence[Policy]] = no_policies
    tables: str = ""
    connections: int = 2
    begin: Callable[[Service], Any] | None = None


@dataclass(frozen=True, slots=True)
class FollowerStatus:
    """How far one read model has come."""

    name: str
    source: str
    position: int
    problem: str


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """What the operator's status page shows of a service."""

    name: str
    head: int
    relayed: int
    relay_leads: bool
    relay_problem: str
    parked: int
    read_models: list[FollowerStatus] = field(default_factory=list)


class Service:
    """Runs a plan."""

    def __init__(self, house: House, plan: Plan) -> None:
        """Prepare everything; nothing is opened before ``start``."""
        self.house = house
        self.plan = plan
        self.name = plan.name
        url = house.database(plan.name)
        self.permissions = Permissions(plan.name)
        self.ledger = Ledger(plan.name, url, [*plan.events, _attempt_event(plan.name)])
        self.pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=plan.connections,
            open=False,
            kwargs={"application_name": f"{plan.name} read"},
            check=AsyncConnectionPool.check_connection,
        )
        self.reader = LedgerReader(self.pool, plan.name)
        self.signal = Signal(url, plan.name)
        self.relay = Relay(self.reader, self.signal, house.bus)
        self.reactions = Reactions(
            self.pool, plan.name, house.bus, list(plan.policies(self.ledger))
        )
        self.own = [OwnFollower(self.pool, self.reader, self.signal, each) for each in plan.own]
        directory = Foreign("directory", RegisterProjection(plan.name))
        self.foreign = [self._foreign(each) for each in (directory, *plan.foreign)]
        self.register = Register(self.pool, plan.name, lambda: self.foreign[0].contacted)
        self._tasks: list[asyncio.Task[None]] = []
        self.app: FastAPI | None = None
        self.ready = False
        # Whoever was overtaken decides again in turn: commands that contend for one aggregate do
        # not overtake one another for ever.
        self.turn = threading.Lock()

    def _foreign(self, each: Foreign) -> ForeignFollower:
        return ForeignFollower(
            self.pool, self.name, each.projection, self.house.bus, each.producer, self._feed
        )

    @property
    def followers(self) -> list[Follower[Any]]:
        """Every read model that this service keeps."""
        return [*self.own, *self.foreign]

    @property
    def register_age(self) -> float:
        """Seconds since the directory was last heard."""
        return self.register.age

    async def start(self) -> None:
        """Open the database, lay the read models' tables, begin to follow, relay and react."""
        await self.pool.open(wait=True, timeout=30)
        async with self.pool.connection() as connection:
            for tables in (self.plan.tables, *(follower.tables for follower in self.followers)):
                await connection.execute(tables.encode())
        runs = [self.signal.run(), *(follower.run() for follower in self.followers)]
        if self.plan.events:
            runs.append(self.relay.run())
        self._tasks = [asyncio.create_task(run) for run in runs]
        await self.reactions.start()
        if self.plan.begin is not None:
            await asyncio.to_thread(self.plan.begin, self)
        self.ready = True

    async def stop(self) -> None:
        """Finish what is in hand; what was accepted is recorded before this returns."""
        self.ready = False
        await self.reactions.stop()
        await asyncio.to_thread(self.ledger.close)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pool.close()

    async def asker(self, token: str) -> Asker:
        """Return who a bearer token stands for; nobody without one.

        Raises:
            SignInNeeded: the token is not valid now.
        """
        if not token:
            return Asker()
        return await self.register.asker(self.house.tokens.subject(token))

    def record_refused(
        self, act: Act, action: str, attributes: Mapping[str, Attribute], refusal: Refusal
    ) -> None:
        """Record a refused attempt at a grave act (design §3.1); nothing personal stands in it."""
        attempt: Any = attempt_class(self.name)
        texts = {name: str(value) for name, value in attributes.items()}
        self.ledger.record(
            replace(act, key=new_id()),
            attempt(action=action, refusal=refusal.code, attributes=texts),
        )

    async def status(self) -> ServiceStatus:
        """Return how the service stands now."""
        head = await self.reader.head()
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                f"SELECT count(*) FROM {self.name}_read.quarantine"  # noqa: S608  a vetted word
                " WHERE settled_at IS NULL"
            )
            row = await cursor.fetchone()
        return ServiceStatus(
            name=self.name,
            head=head,
            relayed=self.relay.position,
            relay_leads=self.signal.leads,
            relay_problem=self.relay.problem,
            parked=int(row[0]) if row else 0,
            read_models=[
                FollowerStatus(each.name, each.source, each.position.sequence, each.problem)
                for each in self.followers
            ],
        )

    async def last_published(self) -> int:
        """Return the ledger position of the last event in the service's stream, 0 without any."""
        info = await self.house.bus.provide_stream(self.name)
        if info.state.last_seq == 0:
            return 0
        name = stream_name(self.name, self.house.bus.origin)
        last = await self.house.bus.jetstream.get_msg(name, seq=info.state.last_seq)
        return int((last.headers or {})["ce-sequence"])

    async def troubles(self) -> list[str]:
        """Return what keeps the service from serving, in codes; empty when it is ready."""
        troubles = [] if self.ready else ["starting"]
        if not self.house.bus.connected:
            troubles.append("bus")
        with contextlib.suppress(psycopg.Error, OSError):
            async with asyncio.timeout(2), self.pool.connection(timeout=2) as connection:
                await connection.execute("SELECT 1")
                return troubles
        return [*troubles, "database"]

    async def _feed(self, producer: str, after: int, until: int) -> list[Heard]:
        """Read another service's public events over HTTP; heals a gap in its stream."""
        heard: list[Heard] = []
        client = self.house.client(producer)
        token = self.house.tokens.sign(f"service:{self.name}")
        while after < until:
            response = await client.get(
                f"/api/{producer}/v1/events",
                params={"after": after, "until": until, "limit": FEED_PAGE},
                headers={"Authorization": f"Bearer {token}"},
            )
            response.raise_for_status()
            page = response.json()
            heard.extend(readable(page["events"]))
            if page["position"] <= after:
                break
            after = page["position"]
        return heard


def readable(events: list[dict[str, Any]]) -> list[Heard]:
    """Return the events of a feed page; one whose contract is unknown here is passed over."""
    heard = []
    for event in events:
        with contextlib.suppress(Unreadable):
            heard.append(Heard.read(event["headers"], orjson.dumps(event["data"])))
    return heard


def _attempt_event(service: str) -> type[Any]:
    attempt: Any = attempt_class(service)
    created: type[Any] = attempt.Created
    return created
