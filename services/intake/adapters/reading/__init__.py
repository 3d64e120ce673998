"""Reading source files: OHCHR matrices, UHRI exports and our own template.

``read_source`` reads in this process and is for files that are trusted; everything from outside
goes through ``read_in_sandbox``, which reads in a separate process with bounds.
"""

from services.intake.adapters.reading.defaults import Defaults
from services.intake.adapters.reading.sandbox import SandboxedReading, read_in_sandbox
from services.intake.adapters.reading.source import read_source

__all__ = ["Defaults", "SandboxedReading", "read_in_sandbox", "read_source"]
