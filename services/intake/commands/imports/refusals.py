"""How the work on imports says no."""

from __future__ import annotations

from typing import Any

from libs.kernel.refusal import Misunderstood, Refusal


class PreviewNotReady(Refusal):
    """The file is still being read; there is nothing to confirm yet."""


class FileNotRead(Misunderstood):
    """The file could not be read, so there is nothing to confirm."""

    @classmethod
    def because(cls, refusal: dict[str, Any]) -> FileNotRead:
        """Return this refusal with the code and the facts of what reading the file met."""
        kind = type(cls.__name__, (cls,), {"code": refusal["code"]})
        found: FileNotRead = kind(**refusal["facts"])
        return found


class OtherImportRunning(Refusal):
    """Another import of the same State is being written or undone; what this does is open."""


class PreviewOutdated(Refusal):
    """The register changed so that the import would do something else than its preview showed."""


class RegisterBehind(Refusal):
    """What was last recorded cannot be read yet, so nobody knows whether the preview holds."""

    status = 503


class FileMissing(Misunderstood):
    """A form without a file was sent."""


class NoRoomForFiles(Refusal):
    """The disk on which files are kept is full: nothing was recorded."""

    status = 507


class OptionMalformed(Misunderstood):
    """An option is not of its form; facts: ``option``, ``written``, ``last`` (cycle)."""


class LengthMissing(Misunderstood):
    """The request does not say how long it is."""
