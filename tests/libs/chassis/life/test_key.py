"""Step 1 of an event's life: a key stands for one request, in all its parts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from libs.chassis import asking
from tests.libs.chassis.life.small_house import RECOMMENDATION, SmallHouse
from tests.libs.chassis.life.test_command import told

OTHERS: dict[str, tuple[str, dict[str, str]]] = {
    "query": ("?reason=another", {}),
    "version": ("", {"If_Match": '"7"'}),
    "date": ("", {"Dhakira_Happened_At": "2020-02-02"}),
}


def check_parts(house: SmallHouse, part: str) -> None:
    """A request that differs in any part is another one: its key is refused, not answered."""
    key, path = str(uuid4()), "intake/recommendations"
    house.done("POST", path, "secretary", RECOMMENDATION, Idempotency_Key=key)
    query, headers = OTHERS[part]
    other = house.ask(
        "POST", path + query, "secretary", RECOMMENDATION, Idempotency_Key=key, **headers
    )
    assert told(other) == (422, "/problems/key-reused")


@pytest.mark.parametrize("part", OTHERS)
def test_a_key_is_for_one_request_in_all_its_parts(house: SmallHouse, part: str) -> None:
    check_parts(house, part)


@pytest.mark.parametrize("part", OTHERS)
def test_a_key_that_is_for_method_path_and_body_alone_is_caught(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(
        asking, "_what_is_asked", lambda request, body: request.url.path.encode() + body
    )
    with pytest.raises(AssertionError):
        check_parts(house, part)


@pytest.mark.parametrize("key", ["a\x7fb", "a\tb", "clé".encode(), "k" * 201])
def test_a_key_is_of_printable_ascii(house: SmallHouse, key: Any) -> None:
    answer = house.ask(
        "POST", "intake/recommendations", "secretary", RECOMMENDATION, Idempotency_Key=key
    )
    assert told(answer) == (422, "/problems/key-malformed")
