"""The documents of every service's interfaces: OpenAPI 3.1 and AsyncAPI 3, made from the code."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import httpx

from libs.chassis import asyncapi
from libs.chassis.bus import Bus
from libs.chassis.identity import Tokens
from libs.chassis.language import Languages
from libs.chassis.service import House, Service
from libs.chassis.settings import HouseSettings
from libs.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "api"
GOLDENS = ROOT / "tests" / "contracts" / "golden" / "published"
NOWHERE = "nowhere.invalid"


def service_names() -> list[str]:
    """Return the services of the house: every folder of ``services/`` that knows how to be made."""
    return sorted(each.parent.name for each in (ROOT / "services").glob("*/service.py"))


def made(name: str) -> Service:
    """Return a service as its ``service.py`` makes it, reaching no database and no bus."""
    with _memory_in_place_of_a_database(), TemporaryDirectory() as folder:
        house = House(
            services=tuple(service_names()),
            settings=HouseSettings(data=Path(folder)),
            bus=Bus(f"nats://{NOWHERE}:4222"),
            languages=Languages.load([]),
            tokens=Tokens.from_folder(Path(folder)),
            database=lambda service: f"postgresql://{service}_run@{NOWHERE}/house",
            client=lambda _: httpx.AsyncClient(),
        )
        service: Service = import_module(f"services.{name}.service").create(house)
        return service


@contextmanager
def _memory_in_place_of_a_database() -> Iterator[None]:
    """Let ledgers be made without a database: the library would open one at once."""
    before = Ledger.env
    Ledger.env = {**before, "PERSISTENCE_MODULE": "eventsourcing.popo"}
    try:
        yield
    finally:
        Ledger.env = before


def openapi_of(service: Service) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a service."""
    if service.app is None:
        msg = f"services/{service.name}/service.py makes no HTTP application"
        raise LookupError(msg)
    return service.app.openapi()


def asyncapi_of(service: Service) -> dict[str, Any]:
    """Return the AsyncAPI 3 document of a service, with the goldens as examples."""
    examples = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in GOLDENS.glob("*.json")
    }
    return asyncapi.describe(service.name, service.plan.policies(service.ledger), examples)


def documents(name: str) -> dict[str, str]:
    """Return the documents of a service, by file name, as they stand in ``docs/api``."""
    service = made(name)
    return {
        f"{name}.openapi.json": _written(openapi_of(service)),
        f"{name}.asyncapi.json": _written(asyncapi_of(service)),
    }


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write every document; say which ones changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in service_names():
        for file, text in documents(name).items():
            path = FOLDER / file
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
