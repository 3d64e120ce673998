"""A service's ledger: aggregates come out of it, and what they decided goes in, once."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

import eventsourcing.persistence
import orjson
import psycopg
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate
from eventsourcing.postgres import PostgresFactory
from opentelemetry import trace
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from libs.contracts.contract import contract_of
from libs.kernel.refusal import Refusal, Unknown
from libs.ledger.act import Act, new_id
from libs.ledger.alive import check_alive
from libs.ledger.leaf import leaf_bytes, meta_of, new_salt
from libs.ledger.mapper import PlainMapper, payload_of, register_events
from libs.ledger.writer import (
    Command,
    LedgerUnavailable,
    NewEvent,
    NewSecret,
    Outcome,
    Writer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eventsourcing.persistence import InfrastructureFactory
    from eventsourcing.utils import Environment

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")
CONFLICT_TRIES = 8
#: The database is away: no fault of what was asked. The library renames psycopg's errors.
DATABASE_AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    eventsourcing.persistence.OperationalError,
    eventsourcing.persistence.InterfaceError,
    LedgerUnavailable,
)
POOLED = {"row_factory": dict_row}
_TRACER = trace.get_tracer("dhakira")


class KeyReused(Refusal):
    """The idempotency key was used before, for another request."""

    status = 422


class Unpermitted(RuntimeError):  # noqa: N818  a state of a request, named as one
    """A request would record an aggregate that the rules were not asked about: a defect."""


class Conflict(Exception):  # noqa: N818  a state of the record, named as one
    """Somebody else changed the same aggregate first; load it again and decide again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command tells its caller; kept with its key, so nothing personal stands in it."""

    status: int = 200
    location: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that a command is recorded: its answer and the position of its last event.

    ``published`` is the position of its last event that others hear: private events make no
    reader wait. It is None when there is none.
    """

    answer: Answer
    position: int | None
    published: int | None = None
    repeated: bool = False


class Ledger(Application[UUID]):
    """The library's application with our mapper, our writer and nothing stored but through them."""

    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "CREATE_TABLE": "n",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "1",
        "POSTGRES_CONN_MAX_AGE": "300",
    }

    def __init__(
        self, service: str, url: str, events: Sequence[type[Any]], origin: str = "national"
    ) -> None:
        """Open the ledger of ``service`` at ``url`` (run-time role) for these event classes.

        ``origin`` is ``national`` or a region's code; it stands in every event and leaf.
        """
        self.name = service
        self.service = service
        self.origin = origin
        register_events(*events)
        self._url = url
        super().__init__(env=_postgres_environment(service, url))
        self.mapper: PlainMapper = self.mapper
        self._writer = Writer(url, service)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return what opens the database by every part of its connection string.

        The library hands on five of them; the others, as ``sslmode``, count as much.
        """
        factory = super().construct_factory(env)
        if isinstance(factory, PostgresFactory):
            pool = factory.datastore.pool
            pool.kwargs = {**POOLED, **conninfo_to_dict(self._url)}
            pool._check = check_alive  # noqa: SLF001  the library offers only its own
        return factory

    def construct_mapper(self) -> PlainMapper:
        """Return the mapper that stores plain JSON."""
        return PlainMapper(self.construct_transcoder())

    def load(self, aggregate_class: type[A], aggregate_id: UUID) -> A:
        """Return an aggregate as its history makes it.

        Raises:
            Unknown: there is none of that id and kind.
        """
        try:
            found: Any = self.repository.get(aggregate_id, projector_func=_fold)
        except AggregateNotFoundError:
            raise Unknown from None
        if not isinstance(found, aggregate_class):
            raise Unknown
        return found

    def find(self, aggregate_class: type[A], aggregate_id: UUID) -> A | None:
        """Return an aggregate as its history makes it, None where there is none of that kind."""
        with contextlib.suppress(Unknown):
            return self.load(aggregate_class, aggregate_id)
        return None

    def load_latest(self, aggregate_class: type[A], aggregate_id: UUID) -> A:
        """Return an aggregate whose every event tells all of it, by its first and its last alone.

        However long its history is, this costs the same.

        Raises:
            Unknown: there is none of that id and kind.
        """
        found = _fold(None, self.events.get(aggregate_id, limit=1))
        if not isinstance(found, aggregate_class):
            raise Unknown
        [last] = self.events.get(aggregate_id, desc=True, limit=1)
        if last.originator_version == found.version:
            return found
        found.version = last.originator_version - 1
        latest: A = _fold(found, [last])
        return latest

    def exists(self, aggregate_id: UUID) -> bool:
        """Whether anything was ever recorded under this id."""
        return aggregate_id in self.repository

    def answered(self, act: Act) -> Receipt | None:
        """Return the answer that this act got before, if it was asked before.

        Raises:
            KeyReused: the key was used for another request.
        """
        with self.factory.datastore.get_connection() as connection, connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(
                f"SELECT request, answer, position FROM {self.service}.answers"  # noqa: S608  a vetted word
                " WHERE actor = %s AND key = %s",
                (act.actor, act.key),
            )
            row = cursor.fetchone()
        if row is None:
            return None
        if bytes(row["request"]) != act.request:
            raise KeyReused(key=act.key)
        return _read_receipt(row["answer"], row["position"], repeated=True)

    def record(
        self,
        act: Act,
        *aggregates: Aggregate,
        answer: Answer | None = None,
        secrets: Sequence[NewSecret] = (),
    ) -> Receipt:
        """Record what these aggregates decided, with the answer, in one transaction; wait for it.

        Raises:
            Conflict: one of the aggregates was changed by somebody else meanwhile.
            KeyReused: the act's key was used for another request.
            LedgerUnavailable: the database does not answer; nothing is recorded.
            OutcomeUnknown: it fell silent when the command was sent; it may be recorded.
            Unpermitted: a request changed an aggregate that the rules were not asked about.
        """
        _must_be_permitted(act, aggregates)
        answer = answer or Answer()
        events = [row for each in aggregates for row in self._rows(act, each)]
        command = Command(
            actor=act.actor,
            key=act.key,
            request=act.request,
            answer=_stored_answer(answer, events),
            kept_until=act.kept_until,
            events=events,
            secrets=list(secrets),
        )
        facts: dict[str, str | int] = {"service": self.service, "events": len(events)}
        with _TRACER.start_as_current_span("record", attributes=facts):
            return _receipt(act, self._writer.record(command))

    def _rows(self, act: Act, aggregate: Aggregate) -> list[NewEvent]:
        rows = []
        for event in aggregate.collect_events():
            payload = payload_of(event)
            meta = meta_of(act, new_id(), new_salt(), self.origin)
            stored = self.mapper.stored(event, meta, payload)
            place = (event.originator_id, event.originator_version, stored.topic, stored.state)
            rows.append(NewEvent(*place, leaf_bytes(self.service, *place)))
        return rows

    def close(self) -> None:
        """Let accepted commands finish, then let the database go."""
        self._writer.close()
        super().close()


def decide_again(decide: Callable[[], T], tries: int = CONFLICT_TRIES) -> T:
    """Load, decide and record; whoever was overtaken by somebody else does so again.

    Raises:
        Conflict: overtaken each time.
    """
    for _ in range(tries - 1):
        with contextlib.suppress(Conflict):
            return decide()
    return decide()


def _must_be_permitted(act: Act, aggregates: Sequence[Aggregate]) -> None:
    if act.permitted is None:
        return
    for each in aggregates:
        if each.pending_events and each.id not in act.permitted:
            msg = f"{type(each).__name__} {each.id} is changed, and no rule allowed it"
            raise Unpermitted(msg)


def _fold(initial: Any, events: Any) -> Any:  # noqa: ANN401  the library's own signature
    aggregate = initial
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate


def _receipt(act: Act, outcome: Outcome) -> Receipt:
    match outcome.outcome:
        case "recorded" | "answered":
            repeated = outcome.outcome == "answered"
            return _read_receipt(outcome.answer or b"", outcome.last_id, repeated=repeated)
        case "key reused":
            raise KeyReused(key=act.key)
        case _:
            raise Conflict


def _stored_answer(answer: Answer, events: list[NewEvent]) -> bytes:
    """Return the answer as kept, with how many private events stand behind its last public one."""
    behind = next(
        (n for n, event in enumerate(reversed(events)) if contract_of(event.topic) is not None),
        None,
    )
    return orjson.dumps([answer.status, answer.location, answer.facts, behind])


def _read_receipt(stored: bytes, position: int | None, *, repeated: bool) -> Receipt:
    status, location, facts, behind = orjson.loads(bytes(stored))
    published = None if position is None or behind is None else position - behind
    return Receipt(Answer(status, location, facts), position, published, repeated)


def _postgres_environment(service: str, url: str) -> dict[str, str]:
    parts = conninfo_to_dict(url)
    return {
        "POSTGRES_DBNAME": str(parts.get("dbname", "postgres")),
        "POSTGRES_HOST": str(parts.get("host", "127.0.0.1")),
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": str(parts.get("user", f"{service}_run")),
        "POSTGRES_PASSWORD": str(parts.get("password", "")),
        "POSTGRES_SCHEMA": service,
    }
