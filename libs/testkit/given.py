"""Given, when, then: a rule of the domain as one business sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from libs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventsourcing.domain import Aggregate


class Given:
    """An aggregate with a past, asked to do something."""

    def __init__(self, aggregate: Aggregate) -> None:
        """Start from ``aggregate``; what it has decided so far is its past."""
        self.aggregate = aggregate
        aggregate.collect_events()
        self._events: list[Any] = []
        self._refusal: Refusal | None = None

    def when(self, decide: Callable[[Any], object]) -> Given:
        """Ask the aggregate; only a refusal is an answer, anything else is a defect and raised."""
        try:
            decide(self.aggregate)
        except Refusal as refusal:
            self._refusal = refusal
        self._events = list(self.aggregate.collect_events())
        return self

    def then(self, *event_classes: type[Any], **fields: object) -> Given:
        """Check which events were decided, and fields of the last one."""
        assert self._refusal is None, f"refused: {self._refusal!r}"  # noqa: S101
        assert [type(each) for each in self._events] == list(event_classes)  # noqa: S101
        for name, value in fields.items():
            assert getattr(self._events[-1], name) == value  # noqa: S101
        return self

    def refused(self, refusal: type[Refusal]) -> Given:
        """Check that it was refused for this reason, and that nothing was decided."""
        assert type(self._refusal) is refusal, f"{self._refusal!r} is not {refusal}"  # noqa: S101
        assert self._events == []  # noqa: S101
        return self


def given(aggregate: Aggregate) -> Given:
    """Start a sentence about an aggregate."""
    return Given(aggregate)
