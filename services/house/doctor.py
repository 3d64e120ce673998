"""The doctor: looks at everything that the house stands on, and says what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import nats
import psycopg

from libs.chassis.bus import MOST_MESSAGE
from libs.chassis.embedded.nats import binary, visited_url
from libs.chassis.embedded.postgres import binaries, visited
from libs.chassis.embedded.process import ServerDidNotStart

if TYPE_CHECKING:
    from libs.chassis.embedded.folders import DataFolder
    from libs.chassis.settings import HouseSettings

OLDEST_POSTGRES = 150000
LEAST_FREE = 2 << 30
ANSWER_SECONDS = 5.0
MOST_CLOCK_SECONDS = 2.0
FIRST_SANE_YEAR = 2026


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: well or not, and a message id with facts: what to do."""

    subject: str
    well: bool
    says: str
    facts: dict[str, str]


def _finding(subject: str, says: str, *, well: bool, **facts: str) -> Finding:
    return Finding(subject, well, f"doctor-{says}", facts)


def _either(subject: str, says: str, otherwise: str, *, well: bool, **facts: str) -> Finding:
    """Find what ``says`` where all is well; ``otherwise`` says what to do."""
    return _finding(subject, says if well else otherwise, well=well, **facts)


async def examine(settings: HouseSettings, folder: DataFolder) -> list[Finding]:
    """Look at database, bus, disk, clock, fonts and folder rights.

    Embedded servers are asked where a house runs in the folder; else whether they could be started.
    """
    return [
        *_database(settings, folder),
        *await _bus(settings, folder),
        _disk(folder),
        _clock(),
        _fonts(),
        *_rights(folder),
    ]


def _database(settings: HouseSettings, folder: DataFolder) -> list[Finding]:
    if settings.database_url is not None:
        return _asked(settings.database_url.get_secret_value())
    if folder.is_held():
        try:
            with visited(folder.postgres, ANSWER_SECONDS) as url:
                return _asked(url)
        except ServerDidNotStart:
            return [_finding("database", "database-silent", well=False, log=str(folder.logs))]
    try:
        return [_finding("database", "database-embedded", well=True, folder=str(binaries()))]
    except Exception as reason:  # noqa: BLE001  any cause is the finding
        return [_finding("database", "database-missing", well=False, cause=str(reason))]


def _asked(url: str) -> list[Finding]:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return _server(connection)
    except psycopg.Error as reason:
        return [_finding("database", "database-unreachable", well=False, cause=str(reason).strip())]


def _server(connection: psycopg.Connection[tuple[object, ...]]) -> list[Finding]:
    version = connection.info.server_version
    may = connection.execute(
        "SELECT rolcreaterole OR rolsuper, extract(epoch FROM clock_timestamp())"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    drift = abs(time.time() - float(str(may[1]))) if may else 0.0
    return [
        _either(
            "database", "database-version", "database-old",
            well=version >= OLDEST_POSTGRES, version=str(version),
        ),
        _either("database", "database-roles", "database-no-roles", well=bool(may and may[0])),
        _either(
            "clock", "clock-together", "clock-apart",
            well=drift <= MOST_CLOCK_SECONDS, seconds=f"{drift:.1f}",
        ),
    ]  # fmt: skip


async def _bus(settings: HouseSettings, folder: DataFolder) -> list[Finding]:
    if settings.nats_url is not None:
        return await _heard(settings.nats_url.get_secret_value(), "bus-unreachable", folder)
    if folder.is_held():
        try:
            return await _heard(visited_url(folder.nats), "bus-silent", folder)
        except ServerDidNotStart as reason:
            log = str(folder.logs)
            return [_finding("bus", "bus-silent", well=False, cause=str(reason), log=log)]
    try:
        return [_finding("bus", "bus-embedded", well=True, folder=str(binary()))]
    except Exception as reason:  # noqa: BLE001  any cause is the finding
        return [_finding("bus", "bus-missing", well=False, cause=str(reason))]


async def _heard(url: str, otherwise: str, folder: DataFolder) -> list[Finding]:
    """Ask a bus; ``otherwise`` is said where it does not answer."""
    troubles: list[Exception] = []

    async def trouble(reason: Exception) -> None:
        troubles.append(reason)

    try:
        async with asyncio.timeout(ANSWER_SECONDS):  # the client itself would try for two minutes
            client = await nats.connect(url, error_cb=trouble)
            try:
                await client.jetstream().account_info()
                most = client.max_payload
            finally:
                await client.close()
    except Exception as reason:  # noqa: BLE001  any cause is the finding
        cause = str(troubles[-1] if troubles else reason)
        return [_finding("bus", otherwise, well=False, cause=cause, log=str(folder.logs))]
    return [
        _finding("bus", "bus-answers", well=True),
        _either(
            "bus", "bus-payload", "bus-payload-small", well=most >= MOST_MESSAGE,
            megabytes=f"{most / (1 << 20):.1f}", wanted=str(MOST_MESSAGE >> 20),
        ),
    ]  # fmt: skip


def _disk(folder: DataFolder) -> Finding:
    place = folder.path
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return _either(
        "disk",
        "disk-free",
        "disk-full",
        well=free >= LEAST_FREE,
        gigabytes=f"{free / (1 << 30):.1f}",
    )


def _clock() -> Finding:
    now = time.gmtime()
    return _either(
        "clock", "clock-plausible", "clock-behind",
        well=now.tm_year >= FIRST_SANE_YEAR, date=time.strftime("%Y-%m-%d", now),
    )  # fmt: skip


def _fonts() -> Finding:
    static = files("services.portal").joinpath("static")
    found = [each for each in _walk(static) if each.endswith(".woff2")]
    return _either("fonts", "fonts-found", "fonts-missing", well=bool(found), count=str(len(found)))


def _walk(place: object) -> list[str]:
    root = str(place)
    return [name for _, _, names in os.walk(root) for name in names]


def _rights(folder: DataFolder) -> list[Finding]:
    if not folder.path.exists():
        return [_finding("rights", "rights-new", well=True, folder=str(folder.path))]
    wide = folder.problems()
    if not wide:
        return [_finding("rights", "rights-well", well=True, folder=str(folder.path))]
    return [
        _finding("rights", "rights-wide", well=False, folder=str(each), mode=mode)
        for each, mode in wide
    ]
