"""A service as it runs: ledger, read models, relay and reactions behind one HTTP application."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from libs.chassis.attempt import FURTHER, MOST_APART, attempt_class, is_told
from libs.chassis.expiry import Expiry
from libs.chassis.feed import Feeds
from libs.chassis.gaps import Gaps
from libs.chassis.hourly import Hourly
from libs.chassis.identity import Asker
from libs.chassis.laying import lay
from libs.chassis.pace import Pace, Strangers
from libs.chassis.permissions import Permissions
from libs.chassis.projection import ForeignFollower, OwnFollower, Projection
from libs.chassis.reaction import Policy, Reactions
from libs.chassis.reading import reading_class
from libs.chassis.rebuild import Rebuild, RebuildUnderWay
from libs.chassis.register import Hearing, Register, RegisterProjection
from libs.chassis.relay import Relay
from libs.ledger.act import Act, new_id
from libs.ledger.alive import check_alive_async
from libs.ledger.ledger import Ledger
from libs.ledger.reader import LedgerReader, Recorded, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import httpx
    from eventsourcing.domain import Aggregate
    from fastapi import FastAPI

    from libs.chassis.bus import Bus
    from libs.chassis.envelope import Heard
    from libs.chassis.identity import Tokens
    from libs.chassis.language import Languages
    from libs.chassis.permissions import Attribute
    from libs.chassis.projection import Follower
    from libs.chassis.settings import HouseSettings
    from libs.kernel.refusal import Refusal
    from libs.ledger.lasting import Lasting

HEAR_AT_START_SECONDS = 2.0
POOL_SECONDS = 10.0
"""How long a request waits for the database, less than its asker waits for an answer."""


@dataclass(frozen=True, slots=True)
class House:
    """What the services of one process share; ``services`` are all that a house has, anywhere."""

    services: tuple[str, ...]
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
    """What a service is made of; ``service.py`` of each service fills it, and nothing else does.

    ``tables``: statements that lay what stands beside the read models and comes from no event;
    a rebuild leaves it alone. ``takes_files``: how paths end at which a file may be handed in,
    which may be larger than what else is sent. ``begin`` is called when all else runs, and
    returns what work it has begun in threads of its own, if any.
    """

    name: str
    events: Sequence[type[Any]] = ()
    own: Sequence[Projection[Recorded]] = ()
    foreign: Sequence[Foreign] = ()
    policies: Callable[[Ledger], Sequence[Policy]] = no_policies
    tables: str = ""
    takes_files: Sequence[str] = ()
    connections: int = 2
    begin: Callable[[Service], Sequence[Lasting] | None] | None = None


@dataclass(frozen=True, slots=True)
class FollowerStatus:
    """How far one read model has come.

    ``of_ledger``: it reads the source's ledger itself, private events too, and not its stream.
    """

    name: str
    source: str
    position: int
    problem: str
    of_ledger: bool


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """What the operator's status page shows of a service.

    ``relayed`` is how far the relay has come in the ledger; ``told`` is the last event that it
    had to tell: the newest that a read model elsewhere can stand at.
    """

    name: str
    head: int
    relayed: int
    told: int
    relay_leads: bool
    relay_problem: str
    parked: int
    failing: dict[str, str]
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
        events = [*plan.events, *audit_events(plan.name)]
        self.ledger = Ledger(plan.name, url, events, house.settings.origin)
        self.pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=plan.connections,
            open=False,
            timeout=POOL_SECONDS,
            kwargs={"application_name": f"{plan.name} read"},
            check=check_alive_async,
        )
        self.reader = LedgerReader(self.pool, plan.name)
        self.signal = Signal(url, plan.name)
        self.relay = Relay(self.reader, self.signal, house.bus)
        self.feeds = Feeds(plan.name, house.bus.origin, house.tokens, house.client)
        self.reactions = Reactions(
            self.pool, plan.name, house.bus, list(plan.policies(self.ledger))
        )
        self.gaps = [
            Gaps(self.pool, plan.name, self.reactions, house.bus, each, self.feeds.pages)
            for each in self.reactions.producers
        ]
        self.own = self._own(self.pool, plan.own)
        self._heard = (Foreign("directory", RegisterProjection(plan.name)), *plan.foreign)
        self.foreign = [self._foreign(self.pool, each) for each in self._heard]
        self.rebuild = Rebuild(self)
        for each in self.foreign:
            each.anew = self._build_anew
        self.strangers = Strangers(
            Pace(house.settings.public_tries, house.settings.seconds_per_public_try)
        )
        self.expiry = Expiry(self.pool, plan.name)
        self._attempts = Hourly(MOST_APART, FURTHER)
        self._readings = Hourly()
        self.hearing = Hearing(plan.name, self.foreign[0], self.feeds.pages)
        self.register = Register(self.pool, plan.name, lambda: self.hearing.at)
        self._tasks: dict[Lasting, asyncio.Task[None]] = {}
        self._begun: Sequence[Lasting] = ()
        self.app: FastAPI | None = None
        self.ready = False
        # Whoever was overtaken decides again in turn: commands that contend for one aggregate do
        # not overtake one another for ever.
        self.turn = threading.Lock()

    def _own(
        self, pool: AsyncConnectionPool[Any], projections: Sequence[Projection[Recorded]]
    ) -> list[OwnFollower]:
        reader = LedgerReader(pool, self.name)
        return [OwnFollower(pool, reader, self.signal, each) for each in projections]

    def _foreign(self, pool: AsyncConnectionPool[Any], each: Foreign) -> ForeignFollower:
        return ForeignFollower(
            pool, self.name, each.projection, self.house.bus, each.producer, self.feeds.pages
        )

    def followers_beside(self, pool: AsyncConnectionPool[Any]) -> list[Follower[Any]]:
        """Return followers from event 1 on of every read model that has rows, through ``pool``."""
        own = [each for each in self.plan.own if each.tables]
        return [*self._own(pool, own), *(self._foreign(pool, each) for each in self._heard)]

    async def _build_anew(self) -> None:
        with contextlib.suppress(RebuildUnderWay):
            await self.rebuild.begin()

    @property
    def followers(self) -> list[Follower[Any]]:
        """Every read model that this service keeps, and how far its reactions are whole."""
        return [*self.own, *self.foreign, *self.gaps]

    @property
    def register_age(self) -> float:
        """Seconds since the directory itself was last heard."""
        return self.register.age

    async def start(self) -> None:
        """Open the database, lay the read models' tables, begin to follow, relay and react."""
        await self.pool.open(wait=True, timeout=30)
        async with self.pool.connection() as connection:
            await connection.execute(self.plan.tables.encode())
            await lay(connection, self.name, [*self.own, *self.foreign])
        lasting: list[Lasting] = [self.signal, self.expiry, *self.followers]
        if self.plan.events:
            lasting.append(self.relay)
        self._tasks = {each: asyncio.create_task(each.run()) for each in lasting}
        await self.reactions.start()
        if self.plan.begin is not None:
            begun = await asyncio.to_thread(self.plan.begin, self)
            self._begun = begun or ()
        self.ready = True

    async def hear_the_directory(self) -> None:
        """Begin to ask the directory itself, once services answer one another.

        Nobody need wait for long: while it is not heard only grave acts are refused.
        """
        self._tasks[self.hearing] = asyncio.create_task(self.hearing.run())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEAR_AT_START_SECONDS):
                await self.hearing.heard.wait()

    async def stop(self) -> None:
        """Finish what is in hand; what was accepted is recorded before this returns."""
        self.ready = False
        await self.rebuild.stop()
        await self.reactions.stop()
        await asyncio.to_thread(self.ledger.close)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
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
        self,
        act: Act,
        action: str,
        thing: str,
        attributes: Mapping[str, Attribute],
        refusal: Refusal,
    ) -> None:
        """Record a refused attempt at a grave act (design §3.1); nothing personal stands in it.

        What repeats within an hour is counted, and recorded ever more seldom.
        """
        counted, times = self._attempts.count(act.actor, (action, thing), act.recorded_at)
        if not is_told(times):
            return
        attempt: Any = attempt_class(self.name)
        texts = {name: str(value) for name, value in attributes.items()}
        what = {"thing": thing, "attributes": texts}
        if counted == FURTHER:
            what = {"thing": FURTHER, "attributes": {}}
        refused = attempt(action=action, refusal=refusal.code, times=times, **what)
        try:
            self._keep(act, refused)
        except BaseException:
            self._attempts.take_back(act.actor, counted)
            raise

    def record_reading(self, act: Act, action: str, subjects: Iterable[str]) -> None:
        """Record who reads about whom what is personal or confidential, once within an hour.

        Only what is recorded counts: who reads the same meanwhile is recorded as well.
        """
        now, readings = act.recorded_at, self._readings
        first = [each for each in subjects if not readings.times(act.actor, each, now)]
        if not first:
            return
        reading: Any = reading_class(self.name)
        made = reading(action=action, subjects=tuple(first))
        self._keep(act, made)
        for each in first:
            readings.count(act.actor, each, now)

    def _keep(self, act: Act, made: Aggregate) -> None:
        """Record what is kept of a request itself.

        Raises:
            RuntimeError: on an event loop, which would stand still for all who ask meanwhile.
        """
        if _on_an_event_loop():
            msg = "what is kept of a request is recorded in a thread, never on the event loop"
            raise RuntimeError(msg)
        self.ledger.record(replace(act, key=new_id(), permitted=None), made)

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
            told=self.relay.told,
            relay_leads=self.signal.leads,
            relay_problem=self.relay.problem,
            parked=int(row[0]) if row else 0,
            failing=self.failing,
            read_models=[
                FollowerStatus(
                    each.name,
                    each.source,
                    each.position.sequence,
                    each.problem,
                    isinstance(each, OwnFollower),
                )
                for each in self.followers
            ],
        )

    @property
    def lasting(self) -> list[Lasting]:
        """Everything that goes on beside requests."""
        return [*self._tasks, self.reactions, *self._begun]

    @property
    def failing(self) -> dict[str, str]:
        """What of it has ended, or breaks again and again, and why."""
        ended = {each.work: "ended" for each, task in self._tasks.items() if task.done()}
        return ended | {each.work: each.problem for each in self.lasting if each.failing}

    async def last_published(self) -> int:
        """Return the ledger position of the last event in the service's stream, 0 without any."""
        info = await self.house.bus.provide_stream(self.name)
        if info.state.last_seq == 0:
            return 0
        last = await self.house.bus.last_message(self.name)
        return int((last.headers or {})["ce-sequence"])

    async def republish(self) -> int:
        """Give the stream up, for the relay to fill a new one; return up to where it told."""
        told = await self.last_published()
        await self.house.bus.give_up_stream(self.name)
        return told

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


def _on_an_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def audit_events(service: str) -> list[type[Any]]:
    """Return the events of what every service records of itself: attempts and readings."""
    kept: list[Any] = [attempt_class(service), reading_class(service)]
    return [each.Created for each in kept]
