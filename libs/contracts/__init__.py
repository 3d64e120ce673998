"""The published language: what services tell one another, one module per producer, owned by it.

Every producer's module is read with the package: an event is public once a class here names it.
"""

from libs.contracts import directory, intake, tracking

__all__ = ["directory", "intake", "tracking"]
