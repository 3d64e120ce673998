"""How consultation is put together."""

from __future__ import annotations

from libs.chassis.http import create_app
from libs.chassis.service import House, Plan, Service


def create(house: House) -> Service:
    """Return consultation, ready to start."""
    service = Service(house, Plan(name="consultation"))
    create_app(service, [])
    return service
