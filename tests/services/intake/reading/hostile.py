"""Hostile source files of many kinds, each with what reading it must end in."""

from __future__ import annotations

from . import hostile_sheets, hostile_text, hostile_word, hostile_zip
from .hostile_kinds import KINDS, Hostile

ROOMS = (hostile_zip, hostile_word, hostile_sheets, hostile_text)
"""The modules that enter their kinds into the list when they are imported."""

__all__ = ["KINDS", "ROOMS", "Hostile"]
