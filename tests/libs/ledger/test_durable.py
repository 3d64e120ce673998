"""A file is there whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libs.ledger.durable import write_anew, write_once

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_written_once_stays_and_leaves_no_draft(tmp_path: Path) -> None:
    place = tmp_path / "file"

    assert write_once(place, b"first")
    assert not write_once(place, b"second")
    assert place.read_bytes() == b"first"
    write_anew(place, b"third")
    assert place.read_bytes() == b"third"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
