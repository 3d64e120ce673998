"""A house of its own: starts both servers in the folder given, tells their pids, waits for its end.

``python house.py DATA [leave]``: with ``leave`` it ends without stopping anything.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from libs.chassis.embedded.folders import DataFolder
from libs.chassis.embedded.nats import EmbeddedNats
from libs.chassis.embedded.postgres import EmbeddedPostgres


def main() -> None:
    folder = DataFolder(Path(sys.argv[1]))
    folder.hold()
    postgres, nats = EmbeddedPostgres(folder.postgres), EmbeddedNats(folder.nats)
    postgres.start()
    nats.start()
    told = {"postgres": postgres.pid, "nats": nats.pid, "url": postgres.url, "bus": nats.url}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    if sys.argv[2:] != ["leave"]:
        sys.stdin.read()


if __name__ == "__main__":
    main()
