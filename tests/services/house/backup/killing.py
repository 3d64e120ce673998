"""Points at which a process dies by SIGKILL: functions that ship; nothing of this is in them."""

from __future__ import annotations

import os
import signal
from importlib import import_module
from typing import Any


def plant(point: str) -> None:
    """Let a function kill the process: ``module:function:when:count``.

    ``when`` is ``before`` or ``after``; ``count`` says at which call.
    """
    module_name, name, when, count = point.split(":")
    module = import_module(module_name)
    original = getattr(module, name)
    calls = 0

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(count) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        if calls == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, dying)
