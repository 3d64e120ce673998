"""The key that signs tokens: one for all processes, whole from the start, its owner's alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from libs.chassis import identity
from libs.chassis.identity import Tokens


def check_key(folder: Path) -> None:
    """However many processes begin at once: one key, mode 0600, nothing beside it."""
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(Tokens.from_folder, [folder] * 8))
    assert {each.subject(tokens[0].sign("person-1")) for each in tokens} == {"person-1"}
    [key] = folder.iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_all_sign_with_one_key_that_is_the_owners_alone(tmp_path: Path) -> None:
    check_key(tmp_path)


def test_a_key_written_carelessly_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "write_once", lambda path, content: path.write_bytes(content))
    with pytest.raises((AssertionError, ValueError, identity.SignInNeeded)):
        check_key(tmp_path)
