"""Run as a program: become a harmless child that dies with its parent, then the server itself.

Arguments: parent's pid · signal sent when the parent dies · uid · gid · ``--`` · the server's command.
Imports nothing of the house, so that it starts fast. Linux only (prctl).
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522


def step_down(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    """Leave root for another user, keeping one right: to pass through folders that are closed to it.

    PostgreSQL refuses to run as root; the folders above its data stay as their owner closed them.
    """
    libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    bit = 1 << _CAP_DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    libc.capset(header, sets)
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_READ_SEARCH, 0, 0)


def main(arguments: list[str]) -> None:
    """Become the server."""
    parent, signal, uid, gid = (int(each) for each in arguments[:4])
    command = arguments[5:]
    libc = ctypes.CDLL(None, use_errno=True)
    if uid != os.getuid():
        step_down(libc, uid, gid)
    libc.prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.umask(0o077)
    os.execv(command[0], command)  # noqa: S606  the server's own binary, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
