"""Names: of files and folders, of events and of what is told to others."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.architecture.tree import CODE, modules, parsed, place, services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOWHERE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc"}
TOPIC = re.compile(r"^[a-z]+\.[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*$")
AGGREGATE_TOPIC = re.compile(r"^[a-z]+\.[a-z]+(-[a-z]+)*$")
SAYS_NOTHING = {"created", "updated", "deleted", "changed", "set", "processed", "modified"}
IRREGULAR = set(
    """
    arisen begun born bound bought bred brought broken built caught chosen drawn driven fallen fed
    felt flown fought found forgiven forgone forgotten frozen given gone got grown heard held hidden
    hurt kept known laid led left lent lost made meant met outgrown paid put read rewritten risen
    said seen sent shown sold sought split spoken spread stood stuck sung sworn taken taught thought
    thrown told undergone understood undertaken undone upheld withdrawn withheld won worn written
    """.split()
)


def names_that_say_nothing(root: Path) -> list[str]:
    """Return files and folders whose name says where things were put, not what they are."""
    paths = (path.relative_to(root) for path in modules(root, CODE))
    parts = {part for path in paths for part in (path, *path.parents)}
    return sorted(str(part) for part in parts if part.stem in NOWHERE)


def badly_named_events(root: Path) -> list[str]:
    """Return event classes whose name or topic breaks the rule of one name for ever."""
    breaches: list[str] = []
    for service in services(root):
        for path in modules(root, [f"services/{service}"]):
            for node, topic in _classes_with_topic(parsed(path)):
                wrong = _event_breach(service, node.name, topic)
                breaches += (
                    [f"{place(root, path, node)} {node.name} {topic}: {wrong}"] if wrong else []
                )
    return breaches


def badly_named_contracts(root: Path) -> list[str]:
    """Return contracts whose name, topic or module does not say who tells what."""
    breaches: list[str] = []
    for path in modules(root, ["libs/contracts"]):
        for node, topic in _classes_with_topic(parsed(path)):
            wrong = _contract_breach(path.stem, node.name, topic)
            breaches += [f"{place(root, path, node)} {node.name} {topic}: {wrong}"] if wrong else []
    return breaches


def _classes_with_topic(tree: ast.AST) -> Iterator[tuple[ast.ClassDef, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for topic in filter(None, map(_topic, node.body)):
                yield node, topic


def _topic(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(topic))):
            return topic if name.lower() == "topic" else None
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(topic))):
            return topic if name.lower() == "topic" else None
    return None


def _event_breach(service: str, name: str, topic: str) -> str:
    if topic.split(".", maxsplit=1)[0] != service:
        return f"the topic does not begin with {service}"
    if AGGREGATE_TOPIC.match(topic):
        return ""
    if not TOPIC.match(topic):
        return "the topic is not <service>.<aggregate>.<participle>.v<N>"
    participle = topic.split(".")[2]
    if name not in {"Created", _camel(participle)}:
        return f"the class is not named {_camel(participle)}"
    return _participle_breach(participle)


def _contract_breach(module: str, name: str, topic: str) -> str:
    if not TOPIC.match(topic):
        return "the topic is not <service>.<aggregate>.<participle>.v<N>"
    producer, aggregate, participle, version = topic.split(".")
    if producer != module:
        return f"it stands in the module of {module}"
    wanted = _camel(aggregate) + _camel(participle) + (version.upper() if version != "v1" else "")
    if name != wanted:
        return f"the class is not named {wanted}"
    return _participle_breach(participle)


def _participle_breach(participle: str) -> str:
    verb = participle.rsplit("-", maxsplit=1)[-1]
    if verb in SAYS_NOTHING:
        return f"{verb!r} is a word of databases, not of the domain"
    if not verb.endswith("ed") and verb not in IRREGULAR:
        return f"{verb!r} is not a past participle"
    return ""


def _camel(kebab: str) -> str:
    return "".join(word.capitalize() for word in kebab.split("-"))
