"""The vault: sealed for one subject, service and reference; unreadable once the key is gone."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from uuid import UUID

import pytest

from libs.ledger.durable import write_anew
from libs.ledger.vault import Forgotten, Unopenable, Vault, key_file

SOMEBODY = UUID("018f0000-0000-7000-8000-000000000001")
ANOTHER = UUID("018f0000-0000-7000-8000-000000000002")
REF = UUID("018f0000-0000-7000-8000-0000000000aa")
OTHER_REF = UUID("018f0000-0000-7000-8000-0000000000bb")
FIELDS = {"name.en": "Canary Plainsong", "name.ar": "كناري"}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_what_was_sealed_is_opened_again_by_another_process(keys: Path) -> None:
    row = Vault(keys, "directory").seal(SOMEBODY, REF, FIELDS)

    assert (row.subject, row.ref) == (SOMEBODY, REF)
    assert Vault(keys, "directory").open(SOMEBODY, REF, row.sealed) == FIELDS


def test_sealed_bytes_tell_nothing_and_are_never_the_same_twice(keys: Path) -> None:
    vault = Vault(keys, "directory")
    first, second = vault.seal(SOMEBODY, REF, FIELDS), vault.seal(SOMEBODY, REF, FIELDS)

    assert b"Canary" not in first.sealed
    assert "كناري".encode() not in first.sealed
    assert first.sealed != second.sealed


@pytest.mark.parametrize(
    ("service", "subject", "ref"),
    [
        ("consultation", SOMEBODY, REF),
        ("directory", ANOTHER, REF),
        ("directory", SOMEBODY, OTHER_REF),
    ],
)
def test_a_row_opens_only_where_it_belongs(
    keys: Path, service: str, subject: UUID, ref: UUID
) -> None:
    vault = Vault(keys, "directory")
    row = vault.seal(SOMEBODY, REF, FIELDS)
    vault.seal(ANOTHER, REF, FIELDS)

    with pytest.raises(Unopenable):
        Vault(keys, service).open(subject, ref, row.sealed)


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_changed_byte_is_noticed(keys: Path, place: int) -> None:
    vault = Vault(keys, "directory")
    changed = bytearray(vault.seal(SOMEBODY, REF, FIELDS).sealed)
    changed[place] ^= 1

    with pytest.raises(Unopenable):
        vault.open(SOMEBODY, REF, bytes(changed))


@pytest.mark.parametrize("length", [0, 1, 12, 20])
def test_a_row_cut_short_is_noticed(keys: Path, length: int) -> None:
    vault = Vault(keys, "directory")
    row = vault.seal(SOMEBODY, REF, FIELDS)

    with pytest.raises(Unopenable):
        vault.open(SOMEBODY, REF, row.sealed[:length])


def test_forgetting_one_subject_leaves_others_readable(keys: Path) -> None:
    vault = Vault(keys, "directory")
    mine, theirs = vault.seal(SOMEBODY, REF, FIELDS), vault.seal(ANOTHER, OTHER_REF, FIELDS)
    vault.forget(SOMEBODY)
    vault.forget(SOMEBODY)

    with pytest.raises(Forgotten):
        vault.open(SOMEBODY, REF, mine.sealed)
    assert vault.open(ANOTHER, OTHER_REF, theirs.sealed) == FIELDS


def test_a_key_made_after_forgetting_opens_nothing_of_before(keys: Path) -> None:
    vault = Vault(keys, "directory")
    before = vault.seal(SOMEBODY, REF, FIELDS)
    vault.forget(SOMEBODY)
    vault.seal(SOMEBODY, OTHER_REF, FIELDS)

    with pytest.raises(Unopenable):
        vault.open(SOMEBODY, REF, before.sealed)


def test_keys_are_their_owners_alone_and_stand_wrapped(keys: Path) -> None:
    Vault(keys, "directory").seal(SOMEBODY, REF, FIELDS)
    files = {path.name: path for path in keys.rglob("*") if path.is_file()}

    assert set(files) == {"vault.key", str(SOMEBODY)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (keys, keys / "vault")} == {0o700}
    assert len(files[str(SOMEBODY)].read_bytes()) > 32


def test_without_the_wrapping_key_nothing_opens(keys: Path, tmp_path: Path) -> None:
    row = Vault(keys, "directory").seal(SOMEBODY, REF, FIELDS)
    write_anew(keys / "vault.key", key_file(tmp_path / "another.key"))

    with pytest.raises(Unopenable):
        Vault(keys, "directory").open(SOMEBODY, REF, row.sealed)


def test_threads_of_two_vaults_that_seal_at_once_share_one_key(keys: Path) -> None:
    vaults = [Vault(keys, "directory"), Vault(keys, "directory")]
    rows: list[bytes] = []
    together = threading.Barrier(8)

    def seal(number: int) -> None:
        together.wait()
        rows.append(vaults[number % 2].seal(SOMEBODY, REF, FIELDS).sealed)

    threads = [threading.Thread(target=seal, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [vaults[0].open(SOMEBODY, REF, row) for row in rows] == [FIELDS] * 8
