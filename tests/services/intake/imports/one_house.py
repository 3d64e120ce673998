"""A house in a process of its own, for tests that kill it: imports a file and says how far it is.

Arguments: data folder, database, bus, file, person.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httpx

from libs.chassis.settings import HouseSettings
from libs.testkit.waiting import until
from services.house.running import Running


async def main(data: Path, url: str, bus: str, file: tuple[str, bytes], person: str) -> None:
    """Import until killed."""
    # Confirming is grave: the directory itself is asked who may.
    house = Running(HouseSettings(data=data), ["intake", "directory"], url, bus, data / "keys")
    await house.start()
    client = house.client("intake")
    headers = {"Authorization": f"Bearer {house.tokens.sign(person, 600)}"}
    path = "/api/intake/v1/imports"
    answer = await client.post(
        path, headers=headers, files={"file": file}, data={"any_state": "true"}
    )
    found = f"{path}/{answer.json()['id']}"

    async def previewed() -> bool:
        response: httpx.Response = await client.get(found, headers=headers)
        return bool(response.json()["state"] == "previewed")

    await until(previewed, 60)
    answer = await client.post(f"{found}/confirmation", headers=headers)
    sys.stdout.write(f"{answer.json()['id']}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    source = Path(sys.argv[4])
    named = (source.name, source.read_bytes())
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], named, sys.argv[5]))
