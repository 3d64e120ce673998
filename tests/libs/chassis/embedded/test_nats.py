from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from pathlib import Path
from threading import Thread
from typing import Any

import nats as client
import psutil
import pytest
from nats.js.api import StreamConfig

from libs.chassis.embedded.folders import DataFolderInUse
from libs.chassis.embedded.nats import EmbeddedNats, PortInUse, binary, free_port
from tests.faults.stores import Disk
from tests.libs.chassis.embedded.conditions import running, tell, until


def publish(server: EmbeddedNats, word: str) -> None:
    async def act() -> None:
        connection = await client.connect(server.url, connect_timeout=5)
        stream = connection.jetstream()
        try:
            await stream.add_stream(StreamConfig(name="KEPT", subjects=["kept"]))
            await stream.publish("kept", word.encode())
        finally:
            await connection.close()

    asyncio.run(act())


def words(server: EmbeddedNats) -> list[str]:
    async def act() -> list[str]:
        connection = await client.connect(server.url, connect_timeout=5)
        stream = connection.jetstream()
        last = (await stream.stream_info("KEPT")).state.last_seq
        found = [await stream.get_msg("KEPT", seq) for seq in range(1, last + 1)]
        await connection.close()
        return [(each.data or b"").decode() for each in found]

    return asyncio.run(act())


def ask_operator(server: EmbeddedNats, subject: str) -> dict[str, Any]:
    async def act() -> dict[str, Any]:
        connection = await client.connect(server.operator_url, connect_timeout=5)
        answer = await connection.request(subject, b"{}", timeout=5)
        await connection.close()
        told: dict[str, Any] = json.loads(answer.data)["data"]
        return told

    return asyncio.run(act())


def refused_as(url: str) -> str:
    """What the server says to a client before it hangs up (protocol of nats.io, read raw)."""
    address, _, credentials = url.partition("|")
    with socket.create_connection(("127.0.0.1", int(address)), 5) as probe:
        reader = probe.makefile("rb")
        reader.readline()
        probe.sendall(b"CONNECT " + (credentials or "{}").encode() + b"\r\nPING\r\n")
        return reader.readline().decode()


def test_what_was_acknowledged_is_there_after_a_reboot(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path / "nats")
    for boot in ("first", "second"):
        began = time.monotonic()
        server.start()
        tell(f"NATS, {boot} boot: {time.monotonic() - began:.3f} s")
        publish(server, boot)
        server.stop()
    server.start()
    assert words(server) == ["first", "second"]
    server.stop()
    assert server.state().phase == "down"


def test_a_killed_server_comes_back_at_the_same_address_with_its_data(nats: EmbeddedNats) -> None:
    address, first = nats.url, nats.pid
    assert first is not None
    publish(nats, "acknowledged")
    os.kill(first, signal.SIGKILL)
    until(lambda: nats.pid not in (None, first) and nats.state().phase == "up")
    assert nats.url == address
    assert nats.state().restarts == 1
    assert words(nats) == ["acknowledged"]


def test_who_does_not_know_the_password_is_turned_away(nats: EmbeddedNats) -> None:
    wrong = json.dumps({"user": "house", "pass": "guessed", "verbose": False})
    assert "Authorization Violation" in refused_as(str(nats.port))
    assert "Authorization Violation" in refused_as(f"{nats.port}|{wrong}")
    password = nats.url.split(":")[2].split("@")[0]
    right = json.dumps({"user": "house", "pass": password, "verbose": False})
    assert refused_as(f"{nats.port}|{right}").startswith("PONG")


def test_the_password_is_new_at_each_boot_and_lies_where_only_we_read(
    nats: EmbeddedNats, tmp_path: Path
) -> None:
    assert (nats.folder / "nats.conf").stat().st_mode & 0o777 == 0o600
    assert nats.folder.stat().st_mode & 0o777 == 0o700
    assert EmbeddedNats(tmp_path / "other").url.split("@")[0] != nats.url.split("@")[0]
    assert nats.pid is not None
    line = " ".join(psutil.Process(nats.pid).cmdline())
    assert nats.url.split(":")[2].split("@")[0] not in line


def test_every_message_is_synced_to_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path / "nats", domain="highland")
    server.start()
    told = ask_operator(server, "$SYS.REQ.SERVER.PING.JSZ")["config"]
    assert told["sync_always"] is True
    assert told["domain"] == "highland"
    assert told["store_dir"].startswith(str(server.folder))
    server.stop()


def test_it_listens_on_the_loopback_alone_and_has_no_web_page(nats: EmbeddedNats) -> None:
    sockets = psutil.Process(nats.pid).net_connections(kind="tcp")
    listening = [each.laddr for each in sockets if each.status == psutil.CONN_LISTEN]
    assert listening == [("127.0.0.1", nats.port)]


def test_a_port_may_be_asked_for_and_one_in_use_is_refused(tmp_path: Path) -> None:
    port = free_port()
    server = EmbeddedNats(tmp_path / "nats", port=port)
    server.start()
    assert server.url.endswith(f":{port}")
    with pytest.raises(PortInUse) as refused:
        EmbeddedNats(tmp_path / "other", port=port).start()
    assert refused.value.facts == {"port": str(port)}
    server.stop()


def test_a_second_server_in_one_folder_is_refused_and_the_first_goes_on(nats: EmbeddedNats) -> None:
    first = nats.pid
    with pytest.raises(DataFolderInUse):
        EmbeddedNats(nats.folder).start()
    publish(nats, "still here")
    assert nats.pid == first


def test_a_server_that_outlived_its_house_is_ended_before_ours_starts(nats: EmbeddedNats) -> None:
    publish(nats, "first")
    nats.stop()
    command = [str(binary()), "-c", str(nats.folder / "nats.conf")]
    with running(command, cwd=nats.folder) as orphan:
        until(nats._answers)
        publish(nats, "second")
        nats.start()
        assert orphan.wait(10) in (0, 1), "it was told to end, not killed"
    assert words(nats) == ["first", "second"]


# --- a disk that was full -----------------------------------------------------------------------


class LeftAlone(EmbeddedNats):
    """Nobody asks it how it is."""

    def _is_well(self) -> bool:
        return True


def takes(server: EmbeddedNats, word: str) -> bool:
    try:
        publish(server, word)
    except (client.errors.Error, OSError):
        return False
    return True


def check_disk_full(folder: Path, kind: type[EmbeddedNats], seconds: float) -> None:
    """What the disk had no room for is taken once there is room again."""
    disk = Disk(folder / "bus", 64)
    if disk.refused:
        pytest.skip(f"a disk of its own needs the right to mount: {disk.refused}")
    server = kind(folder / "bus" / "nats", logs=folder / "logs")
    server.start()
    try:
        publish(server, "one")
        disk.fill()
        assert not takes(server, "two" * 10_000)
        disk.free()
        until(lambda: takes(server, "three"), seconds)
        assert words(server) == ["one", "three"]
    finally:
        server.stop()
        disk.close()


def test_a_server_whose_disk_was_full_takes_messages_again(tmp_path: Path) -> None:
    check_disk_full(tmp_path, EmbeddedNats, 60)


def test_a_server_that_is_away_is_not_asked_for_minutes(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path / "nats", logs=tmp_path / "logs")
    server.start()
    server.stop()
    asking = Thread(target=server._is_well, daemon=True)
    asking.start()
    asking.join(20)
    assert not asking.is_alive()


def test_a_server_that_nobody_asks_how_it_is_stays_ill(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check_disk_full(tmp_path, LeftAlone, 12)
