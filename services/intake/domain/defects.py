"""Defects of source rows: those mended with certainty, and those that a person should look at.

Each is a code with a sentence in every language pack (``repair-<code>``, ``note-<code>``).
"""

from __future__ import annotations

from enum import StrEnum


class Repair(StrEnum):
    """A defect that was mended with certainty while a row was read."""

    TYPE_FROM_BODY = "type-from-body"
    TYPE_FROM_TEXT = "type-from-text"
    STATE_FROM_SYMBOL = "state-from-symbol"
    STATE_FROM_REQUEST = "state-from-request"
    STATE_FROM_CODE = "state-from-code"
    BODY_FROM_SYMBOL = "body-from-symbol"
    BODY_NAME_UNIFIED = "body-name-unified"
    CYCLE_FROM_SESSION = "cycle-from-session"
    CYCLE_FROM_REQUEST = "cycle-from-request"
    CYCLE_FROM_LAYOUT = "cycle-from-layout"
    MARKUP_REMOVED = "markup-removed"
    CONTROLS_REMOVED = "controls-removed"
    BROKEN_WORDS_REJOINED = "broken-words-rejoined"
    DUPLICATE_ID_IDENTICAL = "duplicate-id-identical"
    RECOMMENDING_STATES_FROM_TEXT = "recommending-states-from-text"
    LANGUAGE_RECOGNISED = "language-recognised"
    STATE_RECOGNISED = "state-recognised"
    SDG_RECOGNISED = "sdg-recognised"
    VALUES_TAKEN_APART = "values-taken-apart"


class Note(StrEnum):
    """What a person should look at on a row that was read."""

    RECOMMENDING_STATES_MISSING = "recommending-states-missing"
    POSITION_MISSING = "position-missing"
    POSITION_UNCLEAR = "position-unclear"
    DATE_UNCLEAR = "date-unclear"
    DATE_IN_FUTURE = "date-in-future"
    SEVERAL_STATES = "several-states"
    CYCLE_NOT_SET = "cycle-not-set"
    CYCLE_UNKNOWN = "cycle-unknown"
    CYCLE_AND_SESSION_DIFFER = "cycle-and-session-differ"
    CYCLE_NOT_OF_MECHANISM = "cycle-not-of-mechanism"
    RECOMMENDING_STATE_UNKNOWN = "recommending-state-unknown"
    SDG_UNKNOWN = "sdg-unknown"
