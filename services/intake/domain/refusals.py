"""How intake says no to what is asked of a recommendation's record."""

from __future__ import annotations

from libs.kernel.refusal import Misunderstood, Refusal


class TextNotGiven(Misunderstood):
    """A recommendation has a text."""


class MechanismUnknown(Misunderstood):
    """The profile names no such mechanism."""


class MechanismWithoutCycles(Misunderstood):
    """Only mechanisms that go in cycles, as the review does, have one; facts: ``field``."""


class LanguageUnknown(Misunderstood):
    """No language has this code; facts: ``written``, ``field``."""


class ReasonMissing(Misunderstood):
    """What touches the record of others is told with a reason that everyone may read."""


class AlreadyPublished(Refusal):
    """The record is public already."""


class RecordWithdrawn(Refusal):
    """The record was withdrawn; it must be reinstated before anything else happens to it."""


class NotWithdrawn(Refusal):
    """Only a withdrawn record can be reinstated."""


class AlreadyOfficial(Refusal):
    """The record is official already; a difference is a correction, with a reason."""


class NotConfirmed(Refusal):
    """Only what was provisional and then confirmed can become provisional again."""


class NothingCorrected(Refusal):
    """The correction says what the record says already."""


class LanguageOfTheRecord(Refusal):
    """The text was received in this language; other words for it are a correction."""


class FieldNotCorrectable(Misunderstood):
    """This field says which record it is; it is never corrected."""


class PositionUnchanged(Refusal):
    """The State's position is recorded so already."""


class LinkedToItself(Refusal):
    """A recommendation cannot be linked to itself."""
