from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from libs.chassis.embedded import folders, nats, postgres, process
from libs.chassis.embedded.folders import (
    DataFolder,
    DataFolderClosed,
    DataFolderInUse,
    DataFolderOfOthers,
)
from libs.chassis.language import Languages
from libs.kernel.refusal import Refusal
from tests.libs.chassis.embedded.conditions import modes, running

HOLDER = """
import sys, pathlib
from libs.chassis.embedded.folders import DataFolder
DataFolder(pathlib.Path(sys.argv[1])).hold()
print("held", flush=True)
sys.stdin.read()
"""


def mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


def test_what_is_made_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    before, umask = modes(tmp_path), os.umask(0)
    try:
        folder.make()
    finally:
        os.umask(umask)
    made = (folder.path, folder.keys, folder.files, folder.nats, folder.logs, folder.run)
    assert {each.name: mode(each) for each in made} == {each.name: 0o700 for each in made}
    assert folder.problems() == []
    assert modes(tmp_path) == before


def test_rights_that_are_too_wide_are_told_with_the_right_ones(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.make()
    key = folder.keys / "session"
    key.write_text("secret")
    key.chmod(0o640)
    folder.keys.chmod(0o755)
    folder.path.chmod(0o770)
    assert folder.problems() == [(folder.path, "0700"), (folder.keys, "0700"), (key, "0600")]
    for place, right in folder.problems():
        place.chmod(int(right, 8))
    assert folder.problems() == []


def test_rights_of_a_folder_that_stands_are_its_owner_s_choice(tmp_path: Path) -> None:
    own = tmp_path / "data"
    own.mkdir()
    own.chmod(0o750)
    DataFolder(own).make()
    assert mode(own) == 0o750
    assert DataFolder(own).problems() == []


def test_one_house_at_a_time_and_a_killed_one_leaves_the_folder_free(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    line = [sys.executable, "-c", HOLDER, str(folder.path)]
    with running(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(DataFolderInUse) as refused:
            folder.hold()
        assert refused.value.facts == {"folder": str(folder.path), "pid": str(other.pid)}
        other.kill()
        other.wait(10)
    folder.hold()
    folder.release()
    folder.hold()
    folder.release()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderClosed):
        DataFolder(tmp_path / "file" / "data").hold()


def test_a_folder_of_other_things_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(DataFolderOfOthers) as refused:
        DataFolder(tmp_path).hold()
    assert refused.value.facts == {"folder": str(tmp_path), "found": "letters"}
    assert [each.name for each in tmp_path.iterdir()] == ["letters"]


@pytest.mark.parametrize(
    "names", [[], [".hidden", "lost+found"], ["letters", "keys"], ["letters", "postgres"]]
)
def test_an_empty_folder_or_one_with_a_part_of_a_house_is_taken(
    names: list[str], tmp_path: Path
) -> None:
    for name in names:
        (tmp_path / name).mkdir(mode=0o700)
    folder = DataFolder(tmp_path)
    folder.hold()
    folder.release()


def refusals() -> list[type[Refusal]]:
    rooms = (folders, nats, postgres, process)
    found = {each for room in rooms for each in vars(room).values() if isinstance(each, type)}
    own = [each for each in found if issubclass(each, Refusal) and each is not Refusal]
    return sorted(own, key=lambda each: each.code)


def test_every_refusal_has_its_sentence_in_every_language() -> None:
    facts = {
        "cluster-of-another-version": {"folder": "/srv/data", "found": "17", "ours": "18"},
        "data-folder-closed": {"folder": "/srv/data", "cause": "denied"},
        "data-folder-in-use": {"folder": "/srv/data", "pid": "4711"},
        "data-folder-of-others": {"folder": "/srv/data", "found": "letters"},
        "port-in-use": {"port": "4222"},
        "restore-unfinished": {"folder": "/srv/data"},
        "server-did-not-start": {"server": "nats", "log": "/srv/logs/nats.log"},
    }
    assert [each.code for each in refusals()] == sorted(facts)
    for tag in ("en", "ar"):
        language = Languages.load().negotiate(tag)
        for code, given in facts.items():
            sentence = language.message(f"refusal-{code}", **given)
            assert all(str(fact) in sentence for fact in given.values()), sentence
