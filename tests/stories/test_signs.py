"""Signs that no text may hold: refused where they arrive, in words, and everything goes on."""

from __future__ import annotations

import pytest

from tests.stories.house import DemoHouse
from tests.stories.past import SECRETARY

TYPED = "Keep the lamp\0 of every lighthouse lit"
ADDRESSES = (
    "/en/recommendations?mechanism=%00",
    "/ar/recommendations.csv?theme=a%00b",
    "/en/recommendations%00",
    "/api/intake/v1/recommendations?after=%00",
)
NO_TEXTS = {
    "/api/intake/v1/recommendations": rb'{"state":"XDM","mechanism":"CESCR","text":"A \ud800 b"}',
    "/api/portal/v1/tokens": rb'{"sign_in":"salma\uDC00","password":"x"}',
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_a_nul_is_refused_in_words(demo_house: DemoHouse, address: str) -> None:
    with demo_house.reader() as reader:
        answer = reader.client.get(address)
    assert answer.status_code == 422
    assert "U+0000" in answer.text


@pytest.mark.parametrize("address", NO_TEXTS)
def test_json_with_half_of_a_character_is_refused_as_no_text(
    demo_house: DemoHouse, address: str
) -> None:
    headers = {**demo_house.bearer(SECRETARY), "Content-Type": "application/json"}
    with demo_house.reader() as reader:
        answer = reader.client.post(address, content=NO_TEXTS[address], headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/text-not-storable"


def test_a_typed_nul_is_refused_with_everything_typed_and_the_record_goes_on(
    demo_house: DemoHouse,
) -> None:
    with demo_house.signed_in(SECRETARY) as secretary:
        typed = {"mechanism": "CESCR", "state": "XDM", "text": TYPED, "text_language": "en"}
        refused = secretary.send("/recommendations/new", typed)
        assert refused.status == 422
        assert secretary.says("refusal-text-not-storable") in refused.one("//main")
        assert refused.fields("/recommendations/new")["state"] == "XDM"
        typed["text"] = TYPED.replace("\0", "")
        stands = secretary.send("/recommendations/new", typed)
        assert stands.status == 200
        assert typed["text"] in stands.one("//main"), "the read model has not stopped"
