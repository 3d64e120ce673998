"""Whatever is asked of an aggregate, in any order: what it decides can be stored and applied again.

Every aggregate of every service is asked; a new one joins by standing in its service's domain. How
many sequences are made up, and which, is said as for the requests (``test_every_document``).
"""

from __future__ import annotations

import inspect
import pkgutil
import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from eventsourcing.domain import Aggregate, event
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

import services
from libs.kernel.refusal import Refusal, Unknown
from libs.ledger.mapper import payload_of, register_events
from services.intake.domain.recommendation.rules import CORRECTABLE
from tests.contracts.goldens import FRAME, mapper, stored_events
from tests.fuzz.test_every_document import EXAMPLES, SEED

SEQUENCES = 25 * EXAMPLES
STEPS = 8
WHEN = datetime(2024, 3, 28, 9, 30, tzinfo=UTC)
META = {"recorded": WHEN.isoformat()}
SAID = ["", " ", "en", "ar", "nhri", "secretariat", "JUSTICE", "REC-00412", "وزارة العدل"]
STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.sampled_from(SAID) | st.text(STORABLE, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)
OF_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(0, 9_999),
    datetime: st.just(WHEN),
    UUID: st.integers(1, 3).map(lambda number: UUID(int=number)),
    Any: JSON,
    bool: st.booleans(),
    date: st.dates(),
    type(None): st.none(),
}
"""Few values, so that what was asked before is asked again."""
OF_NAME: dict[str, st.SearchStrategy[Any]] = {
    "code": st.sampled_from(["JUSTICE", "HEALTH", "?"]),
    "kind": st.sampled_from(["ministry", "nhri", "recommendation", "!"]),
    "role": st.sampled_from(["nhri", "secretariat", "administrator", "king"]),
    "held": st.frozensets(st.sampled_from(["nhri", "chair", "king"]), max_size=2),
    "names": st.dictionaries(st.sampled_from(["en", "ar", "?"]), WORDS, max_size=2),
    "fields": st.dictionaries(st.sampled_from([*sorted(CORRECTABLE), "number"]), JSON, max_size=3),
    "counts": st.fixed_dictionaries({"new": st.integers(0, 3), "changed": st.integers(0, 3)}),
}
"""Where a type says less than the rule that stands behind a name: much of it should pass."""


@dataclass(frozen=True)
class Asked:
    """A public method of an aggregate, and what it is asked with."""

    name: str
    arguments: dict[str, st.SearchStrategy[Any]]


def aggregates() -> list[type[Aggregate]]:
    """Return every aggregate of every service's domain."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if ".domain" in module.name:
            import_module(module.name)
    found = [each for each in Aggregate.__subclasses__() if each.__module__.startswith("services.")]
    return sorted(found, key=lambda each: each.__qualname__)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return values of a type, as a command hands them over."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in {Union, types.UnionType}:
        return st.one_of(*map(values_of, inner))
    if origin is tuple:
        return st.lists(values_of(inner[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(values_of(inner[0]), values_of(inner[1]), max_size=3)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{each.name: values_of(hints[each.name]) for each in fields(hint)})
    return OF_TYPE[hint]


def asked_of(kind: type[Any], name: str) -> Asked:
    """Return how a method is asked; one that takes any fields is asked with its event's."""
    method = getattr(kind, name)
    hints = get_type_hints(method)
    names = []
    for each in inspect.signature(method).parameters.values():
        if each.kind is inspect.Parameter.VAR_KEYWORD:
            hints |= get_type_hints(kind.Created)
            names += [field.name for field in fields(kind.Created) if field.name not in FRAME]
        elif each.name in hints:
            names.append(each.name)
    return Asked(
        name, {each: OF_NAME[each] if each in OF_NAME else values_of(hints[each]) for each in names}
    )


def creation(kind: type[Any]) -> str:
    """Return the name of the method by which an aggregate begins."""
    for name, method in vars(kind).items():
        if isinstance(method, classmethod) and not name.startswith("_"):
            return str(name)
    msg = f"{kind.__name__} has no class method by which it begins"
    raise LookupError(msg)


def commands(kind: type[Any]) -> list[str]:
    """Return the names of the methods that decide."""
    return [
        name
        for name, method in vars(kind).items()
        if inspect.isfunction(method) and not name.startswith("_")
    ]


class Lived:
    """An aggregate as it lives, and the same told from its stored events alone."""

    def __init__(self, began: Any) -> None:
        """Follow ``began``."""
        self.aggregate = began
        self.told: Any = None
        self._mapper = mapper()
        self.follow()

    def ask(self, name: str, arguments: dict[str, Any]) -> None:
        """Ask once; a refusal must leave nothing behind."""
        before = self.state(self.aggregate)
        try:
            getattr(self.aggregate, name)(**arguments)
        except Refusal:
            assert list(self.aggregate.pending_events) == []
            assert self.state(self.aggregate) == before
        self.follow()

    def follow(self) -> None:
        """Store and read back what was decided, and apply it to the told one."""
        for each in self.aggregate.collect_events():
            row = self._mapper.stored(each, META, payload_of(each))
            read: Any = self._mapper.to_domain_event(row)
            self.told = read.mutate(self.told)
        assert self.state(self.told) == self.state(self.aggregate)

    @staticmethod
    def state(aggregate: Any) -> dict[str, Any]:
        """Return what an aggregate knows; not when its last event was recorded."""
        kept = {name: value for name, value in vars(aggregate).items() if "_on" not in name}
        return {name: value for name, value in kept.items() if name != "_pending_events"}


@dataclass(frozen=True)
class Asking:
    """How an aggregate begins, and what it may be asked afterwards."""

    kind: type[Any]
    began: Asked
    everything: list[Asked]

    @classmethod
    def of(cls, kind: type[Any]) -> Asking:
        """Read it off the aggregate's methods."""
        everything = [asked_of(kind, each) for each in commands(kind)]
        return cls(kind, asked_of(kind, creation(kind)), everything)

    def live(self, data: st.DataObject) -> int:
        """Begin and ask for a while; return how many events were decided."""
        try:
            lived = Lived(getattr(self.kind, self.began.name)(**draw(data, self.began)))
        except Refusal:
            return 0
        for asked in data.draw(st.lists(st.sampled_from(self.everything), max_size=STEPS)):
            lived.ask(asked.name, draw(data, asked))
        return int(lived.aggregate.version)


def draw(data: st.DataObject, asked: Asked) -> dict[str, Any]:
    """Make up what is asked with."""
    return {name: data.draw(each, name) for name, each in asked.arguments.items()}


def check(kind: type[Any], sequences: int = SEQUENCES) -> int:
    """Let an aggregate live many lives; return how many events were decided in all."""
    decided = 0
    asking = Asking.of(kind)

    @seed(SEED)
    @settings(
        max_examples=sequences,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def lives(data: st.DataObject) -> None:
        nonlocal decided
        decided += asking.live(data)

    lives()
    return decided


@pytest.fixture(scope="module", autouse=True)
def _known_topics() -> None:
    stored_events()


@pytest.mark.parametrize("kind", aggregates(), ids=lambda each: each.__name__)
def test_whatever_is_decided_can_be_stored_and_applied(kind: type[Any]) -> None:
    decided = check(kind)
    assert decided > SEQUENCES, f"{kind.__name__} decided next to nothing: the check proves little"


class Forgetful(Aggregate):
    """Keeps what no event tells."""

    TOPIC: ClassVar[str] = "tests.forgetful"

    class Created(Aggregate.Created):
        TOPIC: ClassVar[str] = "tests.forgetful.begun.v1"

    class Remarked(Aggregate.Event):
        TOPIC: ClassVar[str] = "tests.forgetful.remarked.v1"

    @classmethod
    def begin(cls, when: datetime) -> Forgetful:
        return cls._create(cls.Created, id=UUID(int=1), timestamp=when)

    @event(Created)
    def __init__(self) -> None:
        self.word = ""

    def remark(self, word: str) -> None:
        self.word = word
        self.trigger_event(self.Remarked)


class Hasty(Aggregate):
    """Changes, and only then refuses."""

    TOPIC: ClassVar[str] = "tests.hasty"

    class Created(Aggregate.Created):
        TOPIC: ClassVar[str] = "tests.hasty.begun.v1"

    @classmethod
    def begin(cls, when: datetime) -> Hasty:
        return cls._create(cls.Created, id=UUID(int=1), timestamp=when)

    @event(Created)
    def __init__(self) -> None:
        self.word = ""

    def remark(self, word: str) -> None:
        self.word = word
        raise Unknown


@pytest.mark.parametrize("kind", [Forgetful, Hasty])
def test_an_aggregate_that_keeps_what_no_event_tells_is_caught(kind: type[Any]) -> None:
    register_events(Forgetful.Created, Forgetful.Remarked, Hasty.Created)
    with pytest.raises(AssertionError):
        check(kind)
