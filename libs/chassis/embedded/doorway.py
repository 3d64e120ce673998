"""A short way to a socket: unix(7) ends its path at 107 bytes, and libpq splits at commas."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

LONGEST = 107
_LINK = "s"


class Doorway:
    """Where clients find the socket that lies in ``folder``: there, or by a short private link."""

    def __init__(self, folder: Path, socket: str, *, visiting: bool = False) -> None:
        """Look whether clients can use the folder's own path.

        ``visiting`` lays a link of our own, beside that of the process that runs the server.
        """
        self._folder = folder
        self._visiting = visiting
        own = os.fsencode(folder / socket)
        self.short = len(own) > LONGEST or b"," in own
        self._way: Path | None = None
        self._descriptor: int | None = None

    @property
    def path(self) -> Path:
        """The folder that clients name as host; a link is laid first where one is needed."""
        if not self.short:
            return self._folder
        if self._way is None:
            self._lay()
        return Path(str(self._way), _LINK)

    def close(self) -> None:
        """Take the link away."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        if self._way is not None:
            shutil.rmtree(self._way, ignore_errors=True)
        self._way = self._descriptor = None

    def _lay(self) -> None:
        self._way = self._make_way()
        link = self._way / _LINK
        link.unlink(missing_ok=True)
        link.symlink_to(self._folder)
        # A lock on the folder keeps systemd-tmpfiles from clearing it away as old (tmpfiles.d(5)).
        self._descriptor = os.open(self._way, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _make_way(self) -> Path:
        if self._visiting:
            return Path(tempfile.mkdtemp(prefix="dhakira-", dir=_run_folder()))
        digest = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        return _private(_run_folder() / f"dhakira-{os.geteuid()}-{digest}")


def _run_folder() -> Path:
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    wanted = [Path("/run")] if os.geteuid() == 0 else []
    wanted += [Path(given)] if given.startswith("/") else []
    fit = [each for each in wanted if len(str(each)) < LONGEST // 2 and os.access(each, os.W_OK)]
    return fit[0] if fit else Path("/tmp")  # noqa: S108  only a folder closed to others is used in it


def _private(wanted: Path) -> Path:
    """Make ``wanted``, or take the one that a crash left; never one that others could have made."""
    wanted_is_ours = True
    try:
        wanted.mkdir(mode=0o700)
    except FileExistsError:
        found = wanted.lstat()
        ours = found.st_uid == os.geteuid() and not found.st_mode & 0o077
        wanted_is_ours = stat.S_ISDIR(found.st_mode) and ours
    if wanted_is_ours:
        return wanted
    return Path(tempfile.mkdtemp(prefix="dhakira-", dir=wanted.parent))
