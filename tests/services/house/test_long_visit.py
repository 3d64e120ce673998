"""Work on the command line that outlives its token signs in again by itself."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from libs.chassis.problems import Answered
from services.house.demo.loading import ADMINISTRATOR, password_of
from services.house.importing import Visit
from tests.stories.house import DemoHouse


def test_a_visit_goes_on_when_its_token_has_run_out(demo_house: DemoHouse) -> None:
    asked: Counter[str] = Counter()
    tokens = demo_house.running.tokens

    async def count(request: httpx.Request) -> None:
        asked[request.url.path] += 1

    async def visits() -> None:
        hooks = {"request": [count]}
        async with httpx.AsyncClient(base_url=demo_house.address, event_hooks=hooks) as client:
            visit = Visit(client, "en")
            await visit.sign_in(ADMINISTRATOR, password_of(ADMINISTRATOR))
            visit._headers["Authorization"] = f"Bearer {tokens.sign('somebody', -60)}"
            await visit.ask("GET", "/api/directory/v1/institutions")
            assert asked["/api/portal/v1/tokens"] == 2
            await visit.ask("GET", "/api/directory/v1/institutions")
            assert asked["/api/portal/v1/tokens"] == 2
            with pytest.raises(Answered):
                await Visit(client, "en").ask("POST", "/api/portal/v1/tokens", json={})

    asyncio.run(visits())
