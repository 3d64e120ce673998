"""What makes an event public: a class here that carries its topic."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

_BY_TOPIC: dict[str, type[Contract]] = {}


class Contract(BaseModel):
    """A public event: its fields leave the service, any other stored field stays.

    ``topic`` is the stored topic and the bus subject's suffix. ``since`` is the ledger position
    from which it is published, for a contract that was added later. Readers are tolerant: unknown
    fields are passed over. Adding an optional field keeps the version; anything else is a new one.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    topic: ClassVar[str]
    since: ClassVar[int] = 0

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401  pydantic's signature
        super().__pydantic_init_subclass__(**kwargs)
        _BY_TOPIC[cls.topic] = cls

    @classmethod
    def from_stored(cls, data: dict[str, Any]) -> Self:
        """Return the public shape of a stored event's fields."""
        return cls.model_validate(data)


def contract_of(topic: str) -> type[Contract] | None:
    """Return the contract that a stored topic is published under, None while it is private."""
    return _BY_TOPIC.get(topic)


def contracts_of(producer: str) -> list[type[Contract]]:
    """Return a producer's contracts, by topic."""
    return [_BY_TOPIC[topic] for topic in sorted(_BY_TOPIC) if topic.split(".", 1)[0] == producer]


def schema_uri(topic: str) -> str:
    """Return the ``dataschema`` of a topic (CloudEvents 1.0)."""
    return f"urn:dhakira:contract:{topic}"
