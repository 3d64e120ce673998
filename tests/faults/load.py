"""A client outside the platform: it asks until it is answered, and writes down every answer.

What each service is asked for stands in ``WORK``; a new service that keeps a ledger is listed
there once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import OKPKey

from libs.chassis.identity import AUDIENCE
from tests.faults.planted import poison_file
from tests.libs.chassis.life.small_house import CUSTODIAN, RECOMMENDATION

ANSWERED_WITHIN = 10.0
PAUSE = 0.1
NOT_NOW = frozenset({401, 403, 429, 500, 502, 503, 504, 507})
"""No answer to what was asked: the clocks differ, the directory was not heard, a server is gone."""
CLOCKS_DIFFER_BY = 7_200
POISON_ONE_IN = 100
FILE_ONE_IN = 20
FILE_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Asking:
    """Where the client works and in whose name; ``pause`` in seconds comes after each answer."""

    folder: Path
    addresses: Mapping[str, str]
    people: Mapping[str, str]
    seed: int
    pause: float = 0.05
    people_at_work: int = 3


class Client:
    """One person of the client's; ``published`` are recommendations that all may work on."""

    def __init__(self, asking: Asking, number: int, log: Log, ended: Event) -> None:
        self.asking = asking
        self.chance = Random(asking.seed * 1000 + number)
        self.log = log
        self._ended = ended
        self._http = httpx.Client(timeout=ANSWERED_WITHIN)
        pem = (asking.folder / "keys" / "portal-token.pem").read_bytes()
        self._key = OKPKey.import_key(pem)

    def work(self) -> None:
        names = [name for name in WORK if name in self.asking.addresses]
        while not self._ended.is_set():
            WORK[self.chance.choice(names)](self)
            time.sleep(self.asking.pause)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        person: str = "secretary",
        file: bytes = b"",
    ) -> dict[str, Any]:
        """Ask with one key until it is answered; return the facts, empty where it was refused."""
        files = {"file": ("handed-in.csv", file)} if file else None
        service = path.split("/")[1]
        url = f"{self.asking.addresses[service]}/api/{service}/v1/{path.split('/', 2)[2]}"
        key = str(uuid4())
        self.log.write(wanted=key, service=service, method=method, path=path)
        begun = time.monotonic()
        while True:
            headers = {"Authorization": f"Bearer {self._token(person)}", "Idempotency-Key": key}
            try:
                answer = self._http.request(method, url, json=body, files=files, headers=headers)
            except httpx.HTTPError:
                time.sleep(PAUSE)
                continue
            if answer.status_code not in NOT_NOW:
                break
            time.sleep(PAUSE)
        facts: dict[str, Any] = answer.json() if answer.is_success else {}
        position = answer.headers.get("Dhakira-Position", "=").partition("=")[2]
        self.log.write(
            answered=key,
            service=service,
            method=method,
            path=path,
            status=answer.status_code,
            seconds=time.monotonic() - begun,
            position=int(position or 0),
            facts=facts,
            file=hashlib.sha256(file).hexdigest() if file else "",
        )
        return facts

    def _token(self, person: str) -> str:
        """Sign as the portal does, for a span in which clocks may differ."""
        now = int(time.time())
        claims = {"sub": self.asking.people[person], "aud": AUDIENCE}
        times = {"iat": now - CLOCKS_DIFFER_BY, "exp": now + CLOCKS_DIFFER_BY}
        return jwt.encode({"alg": "Ed25519"}, claims | times, self._key, algorithms=["Ed25519"])


class Log:
    """What was wanted and answered, line by line; it outlives everything that is killed."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._lock = Lock()
        self._published: list[str] = []

    def write(self, **told: Any) -> None:
        with self._lock:
            self._file.write(json.dumps(told) + "\n")
            self._file.flush()

    def publish(self, recommendation: str) -> None:
        with self._lock:
            self._published.append(recommendation)

    def published(self, chance: Random) -> str:
        with self._lock:
            return chance.choice(self._published) if self._published else ""


def log_file(folder: Path) -> Path:
    return folder / "asked.jsonl"


# --- the work -----------------------------------------------------------------------------------


def register_institution(client: Client) -> None:
    """An institution comes, and takes another name."""
    code = f"m{uuid4().hex[:12]}"
    body = {"code": code, "names": {"en": f"Ministry {code}"}, "kind": "ministry"}
    if client.ask("POST", "/directory/institutions", body, person="administrator"):
        path = f"/directory/institutions/{code}/names"
        client.ask("PUT", path, {"names": {"en": f"Office {code}"}}, person="administrator")


def publish_recommendation(client: Client) -> None:
    """A recommendation is typed in and published; one in a hundred is poison to tracking."""
    text = f"{RECOMMENDATION['text']} {uuid4()}"
    made = client.ask("POST", "/intake/recommendations", RECOMMENDATION | {"text": text})
    if not made:
        return
    if client.chance.randrange(POISON_ONE_IN) == 0:
        poison_file(client.asking.folder, made["id"]).touch()
    client.ask("POST", f"/intake/recommendations/{made['id']}/publication")
    client.log.publish(made["id"])


def keep_the_register(client: Client) -> None:
    """Recommendations are typed in, one by one; now and then a file of them is handed in."""
    if client.chance.randrange(FILE_ONE_IN):
        publish_recommendation(client)
    else:
        hand_in_a_file(client)


def hand_in_a_file(client: Client) -> None:
    """A file is handed in, of a size that a full disk cannot take; it is read by itself."""
    note = client.chance.randbytes(FILE_BYTES // 2).hex()
    rows = f"state,mechanism,text,note\nXDM,UPR,Light the harbour {uuid4()},{note}\n"
    client.ask("POST", "/intake/imports", file=rows.encode())


def follow_up(client: Client) -> None:
    """A case is assigned and assessed; it may not be open yet."""
    recommendation = client.log.published(client.chance)
    if not recommendation:
        return
    path = f"/tracking/cases/{recommendation}"
    deadline = (date(2030, 1, 1) + timedelta(client.chance.randrange(1000))).isoformat()
    client.ask("PUT", f"{path}/assignment", {"lead": CUSTODIAN, "deadline": deadline})
    status = client.chance.choice(("in-progress", "implemented"))
    client.ask("POST", f"{path}/assessments", {"track": "mechanism", "status": status})


WORK: dict[str, Callable[[Client], None]] = {
    "directory": register_institution,
    "intake": keep_the_register,
    "tracking": follow_up,
}


def run(asking: Asking, ended: Event) -> None:
    """Ask until told that it is enough; what was asked is answered before this returns."""
    log = Log(log_file(asking.folder))
    people = [
        Thread(target=Client(asking, number, log, ended).work)
        for number in range(asking.people_at_work)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
