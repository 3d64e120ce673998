"""Every message that the stories left in the streams, against the documents that name it.

The demo country's months of history and the further acts told here hold every contract; stories
that ran before in the same house add to them.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import pytest
from nats.js import JetStreamContext

from libs.chassis.bus import Bus, stream_name
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.relay import Relay
from libs.contracts.contract import contract_of
from libs.testkit.waiting import until
from tests.contracts.goldens import contracts
from tests.contracts.validation import NotAsDescribed, committed, validate_message
from tests.stories.further import (
    a_file_confirms_and_is_taken_back,
    a_word_of_the_profile_is_retired_and_comes_back,
    an_institution_and_its_people_come_and_go,
)
from tests.stories.house import DemoHouse

READS_WITHIN = 100.0
BUS_OWN = "Nats-"
"""How the headers begin that the bus itself reads: they stand in no document."""


@dataclass(frozen=True)
class Captured:
    """One message as it stands in a stream."""

    subject: str
    headers: dict[str, str]
    body: bytes

    @property
    def producer(self) -> str:
        return self.subject.split(".")[2]


async def captured(jetstream: JetStreamContext) -> list[Captured]:
    """Return all messages of all streams, read from the streams themselves."""
    found = []
    for stream in await jetstream.streams_info():
        assert stream.config.name is not None
        found += await captured_of(jetstream, stream.config.name, stream.state.last_seq)
    return found


async def captured_of(jetstream: JetStreamContext, name: str, last: int) -> list[Captured]:
    """Return the messages of one stream up to the ``last``."""
    found = []
    for sequence in range(1, last + 1):
        raw = await jetstream.get_msg(name, seq=sequence)
        assert raw.subject is not None
        headers = {
            name: value
            for name, value in (raw.headers or {}).items()
            if not name.startswith(BUS_OWN)
        }
        found.append(Captured(raw.subject, headers, raw.data or b""))
    return found


def differing(messages: list[Captured]) -> list[str]:
    """Return how messages differ from the committed document of their producer."""
    documents = {each: committed(each) for each in {message.producer for message in messages}}
    differences = []
    for each in messages:
        try:
            validate_message(documents[each.producer], each.subject, each.headers, each.body)
        except NotAsDescribed as difference:
            differences.append(str(difference))
    return differences


async def all_told(house: DemoHouse) -> list[Captured]:
    """Return what stands in the streams once every relay has told its ledger to the end."""
    for service in house.running.services:
        if service.plan.events:
            head = await service.reader.head()
            await until(partial(_relayed, service.relay, head), what=service.name)
    return await captured(house.running.services[0].house.bus.jetstream)


async def _relayed(relay: Relay, head: int) -> bool:
    return relay.position >= head


def in_the_ledgers(house: DemoHouse) -> dict[str, str]:
    """Return topic by id of every recorded event that a contract names, by plain SQL."""
    contracts()
    identity = "convert_from(state, 'UTF8')::jsonb->'meta'->>'id'"
    return {
        event: topic
        for each in house.running.services
        for event, topic in house.rows(
            each.name, f"SELECT {identity}, topic FROM {each.name}.{each.name}_events"
        )
        if contract_of(topic) is not None
    }


def untold(counts: Counter[str]) -> list[str]:
    """Return the topics of contracts that no message bears."""
    return sorted({each.topic for each in contracts()} - set(counts))


@pytest.fixture(scope="module")
def whole_house(demo_house: DemoHouse) -> DemoHouse:
    """Give the house in which everything that can be told was told."""
    an_institution_and_its_people_come_and_go(demo_house)
    a_file_confirms_and_is_taken_back(demo_house)
    a_word_of_the_profile_is_retired_and_comes_back(demo_house)
    return demo_house


def test_every_message_of_the_stories_is_what_the_committed_documents_say(
    whole_house: DemoHouse,
) -> None:
    before = in_the_ledgers(whole_house)
    messages = whole_house.call(all_told(whole_house), READS_WITHIN)
    after = in_the_ledgers(whole_house)
    assert differing(messages) == []
    told = {each.headers["ce-id"]: each.headers["ce-type"] for each in messages}
    assert len(told) == len(messages), "each event stands in its stream once"
    assert before.items() <= told.items() <= after.items()
    counts = Counter(told.values())
    _print_counts(counts)
    assert untold(counts) == [], "no story tells these contracts"


def test_a_contract_that_no_story_tells_is_caught() -> None:
    all_but_one = Counter(each.topic for each in contracts())
    del all_but_one["directory.person.left.v1"]
    assert untold(all_but_one) == ["directory.person.left.v1"]


def _print_counts(counts: Counter[str]) -> None:
    lines = [f"{count:6} {topic}" for topic, count in sorted(counts.items())]
    lines.append(f"{counts.total()} messages of {len(counts)} topics are as described")
    sys.stdout.write("\n".join(lines) + "\n")


def test_a_wrong_message_in_a_stream_is_caught(demo_house: DemoHouse, nats: EmbeddedNats) -> None:
    messages = demo_house.call(all_told(demo_house), READS_WITHIN)
    right = next(each for each in messages if each.producer == "tracking")
    no_one = {name: value for name, value in right.headers.items() if name != "ce-actor"}
    planted = [right, Captured(right.subject, right.headers, b'{"number": 7}')]
    planted.append(Captured(right.subject, no_one, right.body))
    planted.append(Captured(f"{right.subject}0", right.headers, right.body))
    read = demo_house.call(_through_a_stream(nats.url, planted))
    differences = differing(read)
    assert len(read) == len(planted)
    assert len(differences) == len(planted) - 1
    said = ("body/number: 7 is not", "'ce-actor' is a required", "no channel")
    assert all(words in each for words, each in zip(said, differences, strict=True)), differences


async def _through_a_stream(url: str, messages: list[Captured]) -> list[Captured]:
    """Publish messages into a stream of another origin; return them as they are read there."""
    origin = f"w{uuid4().hex[:10]}"
    bus = Bus(url, origin)
    await bus.connect()
    try:
        await bus.provide_stream("tracking")
        for each in messages:
            subject = each.subject.replace("evt.national.", f"evt.{origin}.", 1)
            await bus.jetstream.publish(subject, each.body, headers=each.headers)
        name = stream_name("tracking", origin)
        everything = await captured_of(bus.jetstream, name, len(messages))
    finally:
        await bus.close()
    return everything
