"""The tables of a service's README, held against its code.

Asked names the routes that change something, as ``METHOD /path`` below ``/api/<service>/v1`` (the
portal's pages stand at the root). Tells names the public events of the service. Listens names the
public events of others that it reacts to or projects, or ``<service>.>`` for everything that a
service tells. Questions names the functions of the room ``views`` that take a pool, as
``views.<name>``. The routes that every service shares stand in ARCHITECTURE.md.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from fastapi.routing import APIRoute

from deploy.documents import made
from libs.chassis import http
from libs.chassis.asyncapi import told_by
from tests.architecture.gates import routes
from tests.architecture.tree import ROOT, modules, parsed, room

if TYPE_CHECKING:
    from pathlib import Path

QUOTED = re.compile(r"`([^`]+)`")
ROUTE = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) /\S*$")
VIEW = re.compile(r"^views\.[a-z_.]+$")
TOPIC = re.compile(r"^[a-z]+\.(>|[a-z.-]+\.v\d+)$")
NAMES = {"Asked": ROUTE, "Tells": TOPIC, "Listens": TOPIC, "Questions": VIEW}


def table(readme: str, section: str) -> set[str]:
    """Return what a section's table names; a section that is missing names nothing.

    Topics count in the first cell alone: other cells may speak of further events.
    """
    parts = re.split(r"^## ", readme, flags=re.MULTILINE)
    text = next((each for each in parts if each.startswith(f"{section}\n")), "")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    cells = [cell for row in rows for cell in (row[:1] if NAMES[section] is TOPIC else row)]
    quoted = {name for cell in cells for name in QUOTED.findall(cell)}
    return {name for name in quoted if NAMES[section].match(name)}


def missing_sections(readme: str) -> list[str]:
    """Return the sections that a README lacks."""
    return [each for each in NAMES if f"\n## {each}\n" not in readme]


def differences(service: str, readme: str) -> list[str]:
    """Return what the code says and a README does not, and the other way round."""
    code = {
        "Asked": _changing_routes(service),
        "Questions": _views(service),
        "Tells": {each.topic for each in told_by(service)},
        "Listens": heard_by(service),
    }
    found = []
    for section, names in code.items():
        known, said = names, table(readme, section)
        if section == "Listens":
            known, said = _without_whole_streams(service, known, said)
        found += [f"{section} lacks {each}" for each in sorted(known - said)]
        found += [f"{section} says {each}, the code does not" for each in sorted(said - known)]
    return found


def _changing_routes(service: str) -> set[str]:
    base = f"/api/{service}/v1"
    shared = {
        base + each.path for each in http.shared_routes().routes if isinstance(each, APIRoute)
    }
    return {
        f"{method} {path.removeprefix(base)}"
        for route, _ in routes(made(service))
        for methods, path in [route.split(" ", 1)]
        for method in methods.split(",")
        if method != "GET" and path not in shared
    }


def _views(service: str) -> set[str]:
    """Return the questions: the public functions of the room ``views`` that take a pool."""
    trees = (parsed(path) for path in room(ROOT, service, "views"))
    return {
        f"views.{node.name}"
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and "pool" in {each.arg for each in node.args.args}
    }


def _without_whole_streams(
    service: str, known: set[str], said: set[str]
) -> tuple[set[str], set[str]]:
    """Leave out what ``<service>.>`` covers, where that stream is really followed."""
    followed = {each.source for each in made(service).foreign}
    streams = {each.split(".")[0] for each in said if each.endswith(".>")} & followed

    def rest(topics: set[str]) -> set[str]:
        return {each for each in topics if each.split(".")[0] not in streams}

    return rest(known), rest(said)


def heard_by(service: str) -> set[str]:
    """Return the topics of others that a service reacts to or projects, people's roles included."""
    made_service = made(service)
    topics = {policy.topic for policy in made_service.plan.policies(made_service.ledger)}
    for path in modules(ROOT, [f"services/{service}"]):
        topics |= {each for each in _imported_topics(path) if each.split(".")[0] != service}
    return topics | _imported_topics(ROOT / "libs/chassis/register.py")


def _imported_topics(path: Path) -> set[str]:
    topics: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("libs.contracts."):
            producer = (node.module or "").rsplit(".", 1)[1]
            names = {each.name for each in node.names}
            topics |= {each.topic for each in told_by(producer) if each.__name__ in names}
    return topics


def shared(architecture: str) -> set[str]:
    """Return the routes that ARCHITECTURE.md says every service and every process answers."""
    told = architecture.split("Every service answers, below", 1)[1].split("\n\n", 1)[0]
    named = {name.strip("/") for name in QUOTED.findall(told)}
    return {name for name in named if re.match(r"^[a-z.]+$", name) and name.count(".py") == 0}


def answered() -> set[str]:
    """Return the first words of the routes that every service and every process has."""
    routers = http.shared_routes(), http.health_routes([])
    found = [each for router in routers for each in router.routes if isinstance(each, APIRoute)]
    return {each.path.strip("/").split("/")[0] for each in found}
