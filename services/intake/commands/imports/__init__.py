"""Imports of source files: read, compared, confirmed by a person, recorded, taken back whole."""

from services.intake.commands.imports.asked import (
    HandedIn,
    ImportOptions,
    UndoImport,
    confirm,
    register,
    undo,
)
from services.intake.commands.imports.desk import Desk
from services.intake.commands.imports.ports import Ports

__all__ = [
    "Desk",
    "HandedIn",
    "ImportOptions",
    "Ports",
    "UndoImport",
    "confirm",
    "register",
    "undo",
]
